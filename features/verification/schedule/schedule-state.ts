import 'server-only';
import type { TrailId } from '@/db/scope';
import { lookAtFound } from '@/features/trail/found-file';
import { env } from '@/lib/env';
import { ensureSecret } from '@/lib/home';
import { getRunFacts, type RunFacts } from '../queries/finished-runs';
import { listUnreadUntold } from '../untold-file';
import type { OwnRuns } from './judge-watch';
import { knownSince } from './known-since';
import { TIMED, type Timed } from './names';
import type { Draws } from './plan';
import { type Ages, ageMs, type Clock, sharedAges, systemClock } from './run-age';
import { freshStarts, isSettledIn, isTooSoon } from './starts';
import { readStarts } from './starts-file';

export type ScheduledTrail = { trailId: TrailId; alias: string; origin: string; createdAt: string };

/** Which kinds of draw and age there are for a trail right now. */
export type ScheduleState = {
  facts: RunFacts;
  ages: Record<Timed, number>;
  own: OwnRuns;
  /** Whether a start that was drawn has its run, by the file of this home or by the event of a run that another home's schedule made. */
  isSettled: (timed: Timed, index: number) => boolean;
  /** Whether one that failed is tried again only later. */
  isTooSoon: boolean;
  draws: Draws;
  since: number;
};

/** For who starts runs and for who warns of them: one reading of the same facts. */
export async function getScheduleState(trail: ScheduledTrail, clock: Clock = systemClock, seen: Ages = sharedAges()): Promise<ScheduleState> {
  const facts = await getRunFacts(trail);
  const draws = { secret: ensureSecret('verification-starts.key', 32), origin: trail.origin, window: env().INDELIBLE_VERIFY_WINDOW };
  const read = readStarts(trail.origin, clock.now());
  const kept = read.kept ?? freshStarts(trail.origin, 0);
  const known = knownSince(trail);
  const newest = facts.newestAt === null ? known : Date.parse(facts.newestAt);
  const age = (name: string, at: string | undefined, since: number) =>
    ageMs(`${trail.origin} ${name}`, at === undefined ? since : Date.parse(at), newest, clock, seen);
  // a home that begins with an old database has made none of its runs; one that began while the clock was ahead is waited for no longer
  const [begun, since] = [Math.max(known, kept.since), kept.since > clock.now() ? known : Math.max(known, kept.since)];
  const { unread: unreadFound, isClosed: isFoundClosed } = lookAtFound(trail.origin);
  const own: OwnRuns = {
    finished: {},
    ageMs: {} as OwnRuns['ageMs'],
    failed: kept.failed,
    unread: read.fault === null ? null : { reason: read.fault, isKept: read.kept !== null },
    unreadFound,
    isFoundClosed,
    unreadUntold: listUnreadUntold(trail),
  };
  const ages = {} as ScheduleState['ages'];
  for (const timed of TIMED) {
    ages[timed] = age(timed, facts.finished[timed]?.at, known);
    const [here, told] = [kept.finished[timed], facts.made[timed]];
    const last = told && told.at > (here?.at ?? '') ? { run: told.runId, at: told.at } : here;
    if (last) own.finished[timed] = last;
    own.ageMs[timed] = read.kept === null ? 0 : age(`${timed} by the schedule`, last?.at, begun);
  }
  const isSettled: ScheduleState['isSettled'] = (timed, index) => isSettledIn(kept, timed, index) || facts.made[timed]?.settles[timed] === index;
  return { facts, ages, own, isSettled, isTooSoon: isTooSoon(kept, clock.now()), draws, since };
}
