import 'server-only';
import { isDatabaseAway } from '@/db/database-away';
import { log } from '@/lib/log';
import { judgeWatch } from './judge-watch';
import { getScheduleState, type ScheduledTrail } from './schedule-state';
import type { Trouble } from './trouble';

const KEPT_MS = 2_000;
const kept = new Map<number, { at: number; troubles: Promise<Trouble[]> }>();

/** What is wrong with the verifications of each trail, by alias. What cannot be looked at keeps nothing of the others from being told. @throws where the database is away */
export const listTroubles = (trails: readonly ScheduledTrail[]): Promise<(readonly [string, Trouble[]])[]> =>
  Promise.all(trails.map(async (trail) => [trail.alias, await troublesOrSay(trail)] as const));

async function troublesOrSay(trail: ScheduledTrail): Promise<Trouble[]> {
  return troublesOf(trail).catch((err) => {
    if (isDatabaseAway(err)) throw err;
    log.error({ err, origin: trail.origin }, 'what is wrong with the verifications of a trail could not be found out');
    return [{ kind: 'unknown', run: null }];
  });
}

/** Of this moment, or of one that is no more than two seconds past: every page of everybody asks. */
function troublesOf(trail: ScheduledTrail): Promise<Trouble[]> {
  const before = kept.get(trail.trailId);
  if (before && performance.now() - before.at < KEPT_MS) return before.troubles;
  const troubles = getScheduleState(trail).then(({ facts, ages, own, draws }) => judgeWatch(facts, ages, own, draws.window));
  kept.set(trail.trailId, { at: performance.now(), troubles });
  troubles.catch(() => kept.delete(trail.trailId));
  return troubles;
}
