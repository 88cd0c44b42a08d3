import type { Guard } from '@/core/signer-guard';
import type { Snapshot } from '@/db/copy-out';
import { distinct, isSameAppended } from '@/features/trail/appended';
import { whyLostBinds } from '@/features/trail/lost-file';
import { appendedOf, forgetCommitted, type Marker } from '@/features/trail/mutations/committed';
import type { Refusal } from '@/features/trail/refusal-file';
import { listLost } from '../queries/list-lost';
import type { SealedTrail } from './seal-trail';

/**
 * Whether everything is there that was appended and acknowledged: what this process remembers, and what every process knew that refused and may be gone. Where a person has given it
 * up (adopt-guard.ts) it is remembered no more.
 * @param head its MAC checked, not below the guard
 * @param own read before the snapshot was opened, as `refused` was
 * @returns why not, null for all is there
 */
export async function judgeAppended(
  snapshot: Snapshot,
  { trailId, origin }: SealedTrail,
  guard: Guard,
  head: Marker,
  { own, refused }: { own: Marker | null; refused: Refusal | null },
): Promise<string | null> {
  const mine = own ? [appendedOf(own)] : [];
  const lost = await listLost(snapshot, trailId, guard, head, distinct([...mine, ...(refused?.known ?? [])]));
  const gone = mine.filter((one) => lost.some((other) => isSameAppended(one, other)));
  if (own && gone.length > 0 && whyLostBinds(origin, head.nextSeq, gone) === null) await forgetCommitted(trailId, own);
  const why = whyLostBinds(origin, head.nextSeq, lost);
  return why && `HEAD_FORGED: ${why}`;
}
