import { listTrails } from '@/features/access/queries';
import { previousEpochOf } from '@/features/trail/epoch-name';
import { openGuard } from '@/features/trail/guard-file';
import { findSignedLoss } from './signed-loss';

/**
 * Why nothing of an epoch is signed yet: from its first signature on the trail before takes no event any more, so that one is asked again whether it lost what was signed. Null where
 * it did, and of a trail that follows none.
 */
export async function whyNoEpoch(origin: string): Promise<string | null> {
  const before = previousEpochOf(origin);
  if (before === null) return null;
  const { guard } = openGuard(before);
  if (guard === null || guard === 'missing')
    return `${origin} was begun, and whether ${before} still lacks what was signed nobody can say: its guard file is to be put back`;
  const trail = (await listTrails()).find((row) => row.origin === before);
  if (trail === undefined || (await findSignedLoss(trail, guard)) !== null) return null;
  return `${origin} was begun, and the trail before is whole again: the last of ${guard.size} signed events of ${before} is there, and that one goes on`;
}
