import { z } from 'zod';
import type { Scope, TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import type { EpochLoss, Epochs } from '../epoch-model';
import { aliasOf, previousEpochOf } from '../epoch-name';
import { followingEpoch } from '../epochs';
import { confirmEvents, readOutside } from './confirm-events';

/** Earlier versions wrote less of it. */
const saidLoss = z
  .object({
    previous: z.string(),
    signed_size: z.number(),
    size: z.number(),
    first_lost: z.number(),
    first_lost_is_bound: z.boolean().default(false),
    last_lost: z.number(),
    proven_size: z.number().nullable().default(null),
    found: z.record(z.string(), z.number()).nullable().default(null),
    reason: z.string(),
  })
  .transform(({ previous, found, reason, ...said }) => ({
    ...{ previous, found, reason, signed: said.signed_size, here: said.size, proven: said.proven_size },
    ...{ firstLost: said.first_lost, isBound: said.first_lost_is_bound, lastLost: said.last_lost },
  }));

/** The trail that this one goes on from, and the one in which it goes on: by the guard of whichever is the later, since a row of that name alone may be anybody's. */
export async function getEpochs(scope: Scope, trail: { trailId: TrailId; origin: string }): Promise<Epochs> {
  const [before, next] = [previousEpochOf(trail.origin), followingEpoch(trail.origin)];
  return {
    previous:
      before === null || followingEpoch(before) !== trail.origin
        ? null
        : { origin: before, alias: aliasOf(before), loss: await readLoss(scope, trail, before) },
    next: next === null ? null : { origin: next, alias: aliasOf(next) },
  };
}

/** Null unless event 0 is led to what was signed, or to the end under our own key: whoever can write the row can make it smaller than it was, and hash it anew. */
async function readLoss(scope: Scope, trail: { trailId: TrailId; origin: string }, before: string): Promise<EpochLoss | null> {
  const outside = readOutside(trail.origin);
  const { confirmed } = await readTransaction(scope, (tx) => confirmEvents(tx, trail, outside, [0]));
  const first = confirmed.get(0);
  if (first === undefined || first.by === 'nobody yet') return null;
  const said = z.object({ epoch: saidLoss }).safeParse(JSON.parse(first.row.details)).data?.epoch;
  if (said?.previous !== before) return null;
  const { previous, ...loss } = said;
  return { ...loss, at: first.row.recordedAt };
}
