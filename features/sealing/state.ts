import { readGuard } from '../trail/guard-file';
import { readRefusal } from '../trail/refusal-file';

/** How far a trail is sealed, from the files beside its key and not from the database. */
export type SealState = {
  /** Events that a signature covers; null where the guard cannot be read. */
  size: number | null;
  /** Why the signer refuses, and since when; appends wait. */
  refused: { since: string; reason: string } | null;
};

export function sealState(origin: string): SealState {
  const guard = readGuard(origin);
  return { size: guard === null || guard === 'missing' ? null : guard.size, refused: readRefusal(origin) };
}
