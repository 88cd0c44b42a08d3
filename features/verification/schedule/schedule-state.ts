import 'server-only';
import type { TrailId } from '@/db/scope';
import { env } from '@/lib/env';
import { ensureSecret } from '@/lib/home';
import { getRunFacts, type RunFacts } from '../queries/finished-runs';
import { knownSince } from './known-since';
import { TIMED, type Timed } from './names';
import type { Draws } from './plan';
import { type Ages, ageMs, type Clock, sharedAges, systemClock } from './run-age';

export type ScheduledTrail = { trailId: TrailId; alias: string; origin: string; createdAt: string };

/** Which kinds of draw and age there are for a trail right now. */
export type ScheduleState = { facts: RunFacts; ages: Record<Timed, number>; draws: Draws; since: number };

/** For who starts runs and for who warns of them: one reading of the same facts. */
export async function getScheduleState(trail: ScheduledTrail, clock: Clock = systemClock, known: Ages = sharedAges()): Promise<ScheduleState> {
  const facts = await getRunFacts(trail);
  const since = knownSince(trail);
  const newest = facts.newestAt === null ? since : Date.parse(facts.newestAt);
  const ages = Object.fromEntries(
    TIMED.map((timed) => {
      const at = facts.finished[timed]?.at;
      return [timed, ageMs(`${trail.origin} ${timed}`, at === undefined ? since : Date.parse(at), newest, clock, known)];
    }),
  ) as Record<Timed, number>;
  const draws = { secret: ensureSecret('verification-starts.key', 32), origin: trail.origin, window: env().INDELIBLE_VERIFY_WINDOW };
  return { facts, ages, draws, since };
}
