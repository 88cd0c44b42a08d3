/**
 * SPEC §5, §8: one event checked by itself, in the time of a few hashes: its row hashes to its event_hash, and its leaf leads to the root of a checkpoint.
 *
 *   row ─▶ event_hash ─▶ leaf ─ proof ─▶ root ═ checkpoint(size, root), which a given key signed
 *
 * That says: this event, at this number, is one of those that were signed. It says nothing of the events beside it.
 */
import { hashRow, type StoredRow } from './event';
import { leafHash } from './merkle';
import { verifyInclusion } from './proof';
import type { Found } from './tree-verdict';

/** Null where it holds. `signed`: an accepted checkpoint's size and root. `proof` null: the tiles gave none. */
export function judgeEventProof(
  origin: string,
  row: StoredRow & { seq: number; eventHash: Buffer },
  signed: { size: number; root: Buffer },
  proof: readonly Uint8Array[] | null,
): Found | null {
  const { seq, eventHash } = row;
  const computed = hashRow(origin, row);
  if (!computed.equals(eventHash)) return { code: 'EVENT_HASH', seq, expected: eventHash.toString('hex'), found: computed.toString('hex') };
  if (proof !== null && verifyInclusion(leafHash(eventHash), seq, signed.size, proof, signed.root)) return null;
  return { code: 'ROOT_MISMATCH', seq, expected: `${signed.size} ${signed.root.toString('hex')}`, found: proof === null ? 'no proof' : 'another root' };
}
