import { z } from 'zod';
import { scopeOf } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import { previousEpochOf } from '@/features/trail/epoch-name';
import { openGuard } from '@/features/trail/guard-file';
import { confirmEvents, readOutside } from '@/features/trail/queries/confirm-events';
import type { SealedTrail } from '../mutations/seal-trail';
import { getStanding, type LostTrail } from './standing';

/**
 * Why nothing of an epoch is signed yet: from its first signature on the trail before takes no event any more, so that one is asked again whether it lost what was signed, and whether that
 * is the loss that event 0 names. Null where it is, and of a trail that follows none.
 */
export async function whyNoEpoch(trail: SealedTrail): Promise<string | null> {
  const before = previousEpochOf(trail.origin);
  if (before === null) return null;
  const begun = `${trail.origin} was begun, and`;
  const standing = await getStanding(before);
  if (standing.state === 'unsure') return `${begun} whether ${before} still lacks what was signed nobody can say: ${standing.reason}`;
  if (standing.state === 'there')
    return `${begun} the last of ${standing.guard.size} signed events of ${before} is there again: that one goes on; whether those before it are, a verification says`;
  const other = otherLoss(await readSaid(trail), standing);
  return other === null ? null : `${begun} its event 0 does not say what is lost now: ${other}`;
}

/**
 * The same before whoever seals by himself signs first: it is a person who ends the trail before, at the time of his command. A sealer that comes later, to a database that was put back
 * and forth meanwhile, cannot tell whether that is still meant.
 */
export async function whyUnfinished(trail: SealedTrail): Promise<string | null> {
  if (previousEpochOf(trail.origin) === null) return null;
  const opened = openGuard(trail.origin);
  if (opened.guard === null) return opened.reason; // a moment later it may be read, and nobody had asked
  if (opened.guard === 'missing' || opened.guard.size > 0) return null;
  return (await whyNoEpoch(trail)) ?? `${trail.origin} was begun, and is not finished: nothing of it is signed yet`;
}

const said = z.object({ epoch: z.object({ signed_size: z.number(), signed_root: z.string(), size: z.number(), last_event_hash: z.string().optional() }) });
type Said = z.infer<typeof said>['epoch'];

/** Of event 0, where it is the one under our own end. */
async function readSaid(trail: SealedTrail): Promise<Said | undefined> {
  const outside = readOutside(trail.origin);
  const { confirmed } = await readTransaction(scopeOf(trail.trailId), (tx) => confirmEvents(tx, trail, outside, [0]));
  const first = confirmed.get(0);
  return first && said.safeParse(JSON.parse(first.row.details)).data?.epoch;
}

/** What differs, in words; null where it is the same loss. */
function otherLoss(of: Said | undefined, { origin, guard, there }: LostTrail): string | null {
  if (of === undefined) return 'it cannot be shown to be as it was written';
  if (of.signed_size !== guard.size) return `it names ${of.signed_size} signed events of ${origin}, and its guard names ${guard.size}`;
  if (of.signed_root !== guard.root.toString('hex')) return `it names another root of the ${guard.size} signed events of ${origin} than its guard`;
  if (of.size !== there.size) return `it says that ${origin} has ${of.size} events, and it has ${there.size}`;
  return of.last_event_hash === there.lastHash?.toString('hex') ? null : `it names another last event of the ${there.size} that ${origin} has`;
}
