import { type Guard, judgeHead } from '@/core/signer-guard';
import { inclusionProof } from '@/core/tile-proof';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';
import { tilesOf } from './tiles';

/**
 * Whether the last event that was signed is there and still the same, by its proof from the stored tiles: what a process compares before its first append (append-gate.ts). The
 * signer asks it too, so that what is refused there is refused here, and stands in words on every page.
 * @param lastSigned event_hash of the event below the guard's size, null where there is none
 * @returns why not, null for all is good
 */
export async function judgeSigned(
  snapshot: Snapshot,
  trailId: TrailId,
  guard: Guard,
  head: { nextSeq: number },
  lastSigned: Buffer | null,
): Promise<string | null> {
  if (guard.size === 0) return null;
  const verdict = judgeHead(guard, head.nextSeq, lastSigned, await inclusionProof(guard.size - 1, guard.size, tilesOf(snapshot, trailId)));
  return verdict.ok ? null : verdict.reason;
}
