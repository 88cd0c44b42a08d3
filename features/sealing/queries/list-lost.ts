import { type Guard, isSignedEvent } from '@/core/signer-guard';
import { inclusionProof } from '@/core/tile-proof';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';
import type { Appended } from '@/features/trail/appended';
import { contradicts, type Marker, markerOf } from '@/features/trail/mutations/committed';
import { getEventBefore } from '@/features/trail/queries/walk-rows';
import { tilesOf } from './tiles';

/**
 * Of what somebody knew to be appended, what is not there: the head must reach as far, and the last event must be the same. A row below what was signed may be lawfully away; then the
 * signed tree says whether it was the same.
 * @param guard null where there is none. @param head its MAC checked, not below the guard
 * @param known read before the snapshot was opened: what is appended meanwhile is not in it
 */
export async function listLost(snapshot: Snapshot, trailId: TrailId, guard: Guard | null, head: Marker, known: readonly Appended[]): Promise<Appended[]> {
  const lost: Appended[] = [];
  for (const one of known) if (await isLost(snapshot, trailId, guard, head, markerOf(one))) lost.push(one);
  return lost;
}

async function isLost(snapshot: Snapshot, trailId: TrailId, guard: Guard | null, head: Marker, known: Marker): Promise<boolean> {
  if (contradicts(head, known)) return true;
  if (known.nextSeq === 0 || head.nextSeq === known.nextSeq) return false;
  const last = known.nextSeq - 1;
  const hash = (await getEventBefore(snapshot, trailId, known.nextSeq))?.eventHash ?? null;
  if (hash !== null) return !hash.equals(known.lastHash);
  return (
    guard === null || last >= guard.size || !isSignedEvent(guard, last, known.lastHash, await inclusionProof(last, guard.size, tilesOf(snapshot, trailId)))
  );
}
