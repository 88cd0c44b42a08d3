import 'server-only';
import { setTimeout as sleep } from 'node:timers/promises';
import { env } from '@/lib/env';
import { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import { startScheduled } from './mutations/start-scheduled';
import { isSettledNow } from './queries/finished-runs';
import { holdState, releaseHeld } from './queries/held-state';
import { getProvenStart } from './queries/proven-start';
import { judgeDue, plannedSince } from './schedule/judge-due';
import { TIMED, type Timed } from './schedule/names';
import { type Ages, type Clock, sharedAges, systemClock } from './schedule/run-age';
import { getScheduleState, type ScheduledTrail } from './schedule/schedule-state';

const POLL_MS = 20_000;
const MAX_BACKOFF_MS = 60_000;
const AGAIN_MS = 3_600_000; // after a start of whatever kind one that has no time of its own waits: it may fail or be cancelled, and clocks may be far apart

export type Scheduler = { /** Ends after the look that is under way. */ stop: () => Promise<void> };

type Options = { clock?: Clock; ages?: Ages; pollMs?: number };

/** Starts the verifications that are due, for as long as this process lives: the first look is at once, so that what was missed meanwhile is made up for. */
export function startScheduler(
  listTrails: () => Promise<ScheduledTrail[]>,
  { clock = systemClock, ages = sharedAges(), pollMs = POLL_MS }: Options = {},
): Scheduler {
  const stopping = new AbortController();
  const tried = new Map<string, number>();

  async function look(trail: ScheduledTrail) {
    const { facts, ages: age, draws, since } = await getScheduleState(trail, clock, ages);
    if (facts.open !== null) return; // one at a time: what is due stays due
    const states = {} as Parameters<typeof judgeDue>[0];
    for (const timed of TIMED) states[timed] = { ...(await drawnOf(trail, timed, plannedSince(timed, draws, clock.now(), since))), ageMs: age[timed] };
    const due = judgeDue(states, facts, draws, env().INDELIBLE_VERIFY_EVENTS);
    if (due === null) return;
    if ((due.isOverdue || due.schedule === 'events') && clock.monotonic() - (tried.get(trail.origin) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    // before a query or a row tells anybody that one comes
    let held: Awaited<ReturnType<typeof holdState>> = null;
    try {
      held = await holdState(trail);
      if (held === null) return; // as much is held as may be: the next look finds it due still
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      // a key that is gone: the run ends with that, and everybody is told
    }
    let runId: number | null = null;
    try {
      const goesOn = due.schedule === 'nightly' || due.schedule === 'events' ? await getProvenStart(trail) : { from: 0, run: null };
      const range = {
        ...(goesOn.run === null ? {} : { from: goesOn.from, goesOn: goesOn.run }),
        ...(due.schedule === 'weekly-deep' ? { deep: true } : {}),
        size: facts.events,
      };
      runId = await startScheduled({ trailId: trail.trailId, schedule: due.schedule, settles: due.settles, newestRun: facts.newestRun, range });
    } finally {
      if (runId === null) held?.release();
    }
    if (runId === null) return;
    if (held) held.runId = runId;
    tried.set(trail.origin, clock.monotonic());
    log.info({ origin: trail.origin, runId, schedule: due.schedule, size: facts.events }, 'a verification was started by the schedule');
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
      stopping.abort();
      await loop;
      releaseHeld();
    },
  };
}

async function drawnOf({ trailId }: ScheduledTrail, timed: Timed, index: number | null): Promise<{ index: number; isUnsettled: boolean }> {
  return index === null ? { index: 0, isUnsettled: false } : { index, isUnsettled: !(await isSettledNow(trailId, timed, index)) };
}
