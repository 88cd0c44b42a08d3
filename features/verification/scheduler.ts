import 'server-only';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunKind, RunStop } from '@/features/runs/run-kind';
import { env } from '@/lib/env';
import { log } from '@/lib/log';
import { judgeDue, plannedSince } from './schedule/judge-due';
import { SERVER_ENDED, TIMED } from './schedule/names';
import { type Ages, type Clock, sharedAges, systemClock } from './schedule/run-age';
import { getScheduleState, type ScheduledTrail } from './schedule/schedule-state';
import { runScheduled } from './scheduled-run';
import { verifyRun } from './verify-run';

const POLL_MS = 20_000;
const MAX_BACKOFF_MS = 60_000;
const AGAIN_MS = 3_600_000; // after a start of whatever kind one that has no time of its own waits: it may fail or be cancelled, and clocks may be far apart
const LEASE_MS = 3_600_000; // so long rows can put off what is due: another run of the trail that waits or works, or one that was made just now
const DAY_MS = 86_400_000; // after one that ended with its server, the nights' own tries do
const PATIENCE_MS = 5000; // with a run that does not heed its signal

export type Scheduler = { /** Hands back the run that is under way. */ stop: () => Promise<void> };

type Options = { clock?: Clock; ages?: Ages; pollMs?: number; verify?: RunKind };

/**
 * Starts the verifications that are due and does them, one after the other, for as long as this process lives: the first look is at once, so that what was missed meanwhile is made up
 * for. The state that a run reads is held when its turn comes.
 */
export function startScheduler(
  listTrails: () => Promise<ScheduledTrail[]>,
  { clock = systemClock, ages = sharedAges(), pollMs = POLL_MS, verify = verifyRun }: Options = {},
): Scheduler {
  const stopping = new AbortController();
  const tried = new Map<string, number>();
  const dueSince = new Map<string, number>();

  async function look(trail: ScheduledTrail) {
    const { origin } = trail;
    const { facts, ages: age, own, isSettled, isTooSoon, draws, since } = await getScheduleState(trail, clock, ages);
    // where nobody can say what was made, a run that ends its server would be made for ever; every page says that none is
    if (isTooSoon || own.unread?.isKept === false) return;
    const states = {} as Parameters<typeof judgeDue>[0];
    for (const timed of TIMED) {
      const index = plannedSince(timed, draws, clock.now(), since);
      states[timed] = { index: index ?? 0, isUnsettled: index !== null && !isSettled(timed, index), ageMs: Math.max(age[timed], own.ageMs[timed]) };
    }
    const due = judgeDue(states, facts, draws, env().INDELIBLE_VERIFY_EVENTS);
    if (due === null) return dueSince.delete(origin);
    const now = clock.monotonic();
    if ((due.isOverdue || due.schedule === 'events') && now - (tried.get(origin) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    if (due.isOverdue && own.failed.some(({ code, at }) => code === SERVER_ENDED && Math.abs(clock.now() - Date.parse(at)) < DAY_MS)) return;
    if (!dueSince.has(origin)) dueSince.set(origin, now);
    const isLeased = now - (dueSince.get(origin) ?? now) < LEASE_MS;
    if (facts.open !== null && isLeased) return; // one at a time: what is due stays due
    const wanted = { due, size: facts.events, newestRun: isLeased ? facts.newestRun : null };
    if (!(await runScheduled(trail, wanted, { signal: stopping.signal, verify, now: clock.now }))) return;
    dueSince.delete(origin);
    tried.set(origin, now);
  }

  const loop = (async () => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        let fault: { err: unknown } | null = null;
        for (const trail of await listTrails()) {
          // one that cannot be looked at keeps no other waiting
          if (!stopping.signal.aborted) await look(trail).catch((err) => (fault ??= { err }));
        }
        if (fault !== null) throw (fault as { err: unknown }).err;
        failures = 0;
      } catch (err) {
        if (failures++ === 0) log.error({ err }, 'the schedule of verifications cannot be kept; it will be tried again');
      }
      await sleep(Math.max(pollMs, Math.min(MAX_BACKOFF_MS, failures * 5000)), undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();

  return {
    stop: async () => {
      stopping.abort(new RunStop('stopping'));
      await Promise.race([loop, sleep(PATIENCE_MS, undefined, { ref: false })]);
    },
  };
}
