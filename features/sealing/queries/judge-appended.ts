import type { Guard } from '@/core/signer-guard';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';
import { type Appended, isGivenUp } from '@/features/trail/guard-file';
import { appendedOf, contradicts, forgetCommitted, type Marker } from '@/features/trail/mutations/head';
import { getEventBefore } from '@/features/trail/queries/walk-rows';
import { appendedLost } from '@/features/trail/refusal-words';

type Trail = { trailId: TrailId; origin: string };

/**
 * Whether everything is there that was appended and acknowledged: what this process remembers, and what the process knew that refused last and may be gone. Where a person has
 * given it up (adopt-guard.ts) it is remembered no more.
 * @param head its MAC checked, not below the guard
 * @param known read before the snapshot was opened: what is appended meanwhile is not in it
 * @returns why not, null for all is there
 */
export async function judgeAppended(
  snapshot: Snapshot,
  { trailId, origin }: Trail,
  guard: Guard,
  head: Marker,
  { own, refused }: { own: Marker | null; refused: Appended | undefined },
): Promise<string | null> {
  // below what was signed a row may have been disposed of lawfully since this process appended it
  if (own && (await isLost(snapshot, trailId, head, own, own.nextSeq <= guard.size))) {
    if (!isGivenUp(origin, appendedOf(own))) return appendedLost(head.nextSeq, own.nextSeq);
    await forgetCommitted(trailId, own);
  }
  if (!refused || !(await isAppendedLost(snapshot, trailId, head, refused))) return null;
  return isGivenUp(origin, refused) ? null : appendedLost(head.nextSeq, refused.nextSeq);
}

/** Whether events that somebody knew to be appended are not there: the head must reach as far, and the last of them must be the same. Nothing was disposed of while a trail refused. */
export const isAppendedLost = (snapshot: Snapshot, trailId: TrailId, head: Marker, { nextSeq, lastHash }: Appended): Promise<boolean> =>
  isLost(snapshot, trailId, head, { nextSeq, lastHash: Buffer.from(lastHash, 'hex') }, false);

async function isLost(snapshot: Snapshot, trailId: TrailId, head: Marker, known: Marker, mayBeGone: boolean): Promise<boolean> {
  if (contradicts(head, known)) return true;
  if (known.nextSeq === 0 || head.nextSeq === known.nextSeq) return false;
  const hash = (await getEventBefore(snapshot, trailId, known.nextSeq))?.eventHash ?? null;
  return hash === null ? !mayBeGone : !hash.equals(known.lastHash);
}
