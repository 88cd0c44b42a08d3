import { seedFault } from './log-seed';
import { readRefusal } from './refusal-file';

/** Why the files beside its key let a trail take no event: the signer's refusal, or that there is no key to sign with. `since` is empty where nobody wrote that down. */
export function whyRefused(origin: string): { since: string; reason: string } | null {
  const refused = readRefusal(origin);
  if (refused !== null) return refused;
  const reason = seedFault(origin);
  return reason === null ? null : { since: '', reason };
}
