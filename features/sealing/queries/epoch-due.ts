import { z } from 'zod';
import { openSnapshot } from '@/db/copy-out';
import { scopeOf } from '@/db/scope';
import { listTrails } from '@/features/access/queries';
import { previousEpochOf } from '@/features/trail/epoch-name';
import { openGuard } from '@/features/trail/guard-file';
import type { SealedTrail } from '../mutations/seal-trail';
import { findSignedLoss } from './signed-loss';

/**
 * Why nothing of an epoch is signed yet: from its first signature on the trail before takes no event any more, so that one is asked again whether it lost what was signed, and whether that
 * is what event 0 says was signed of it. Null where it is, and of a trail that follows none.
 */
export async function whyNoEpoch(trail: SealedTrail): Promise<string | null> {
  const { origin } = trail;
  const before = previousEpochOf(origin);
  if (before === null) return null;
  const { guard } = openGuard(before);
  if (guard === null || guard === 'missing')
    return `${origin} was begun, and whether ${before} still lacks what was signed nobody can say: its guard file is to be put back`;
  const row = (await listTrails()).find((one) => one.origin === before);
  if (row !== undefined && (await findSignedLoss(row, guard)) === null)
    return `${origin} was begun, and the trail before is whole again: the last of ${guard.size} signed events of ${before} is there, and that one goes on`;
  const said = await saidSigned(trail);
  if (said?.signed_size === guard.size && said.signed_root === guard.root.toString('hex')) return null;
  return `${origin} was begun, and its event 0 does not say what is lost now: it names ${said?.signed_size ?? 'no number of'} signed events of ${before}, and its guard names ${guard.size}`;
}

const firstDetails = z.object({ epoch: z.object({ signed_size: z.number(), signed_root: z.string() }) });

async function saidSigned({ trailId }: SealedTrail): Promise<z.infer<typeof firstDetails>['epoch'] | undefined> {
  const snapshot = await openSnapshot({ scope: scopeOf(trailId) });
  try {
    const [first] = await snapshot.query<{ details: string }>('select details::text as details from event_view where trail_id = $1 and seq = 0', [trailId]);
    return first && firstDetails.safeParse(JSON.parse(first.details)).data?.epoch;
  } finally {
    await snapshot.close();
  }
}
