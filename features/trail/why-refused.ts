import { followingEpoch } from './epochs';
import { seedFault } from './log-seed';
import { readRefusal } from './refusal-file';

/** `since` is empty where nobody wrote that down. */
type Why = { since: string; reason: string };

/** Why the signer lets a trail take no event, by the files beside its key: its refusal, or that there is no key to sign with. */
export function whyUnsigned(origin: string): Why | null {
  const refused = readRefusal(origin);
  if (refused !== null) return refused;
  const reason = seedFault(origin);
  return reason === null ? null : { since: '', reason };
}

/** Why the files beside its key let a trail take no event: the same, or that it goes on in another. */
export function whyRefused(origin: string): Why | null {
  const [refused, next] = [whyUnsigned(origin), followingEpoch(origin)];
  if (next === null) return refused;
  return { since: refused?.since ?? '', reason: refused === null ? `it goes on in ${next}` : `${refused.reason}; it goes on in ${next}` };
}
