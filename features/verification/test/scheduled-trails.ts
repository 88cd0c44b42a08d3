import { expect } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import type { RunKind } from '@/features/runs/run-kind';
import { startRunner } from '@/features/runs/runner';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { judgeWatch } from '../schedule/judge-watch';
import { plannedOf } from '../schedule/plan';
import type { Ages, Clock } from '../schedule/run-age';
import { getScheduleState } from '../schedule/schedule-state';
import { startScheduler } from '../scheduler';
import { verifyResult } from '../schema';
import { verifyRun } from '../verify-run';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export type Trail = NewTrail & { createdAt: string };

/** A clock of one's own: time of day and the process's. */
export function aClock() {
  let [aheadMs, passedMs] = [0, 0];
  const clock: Clock = { now: () => Date.now() + aheadMs, monotonic: () => performance.now() + passedMs };
  return {
    clock,
    ages: new Map() as Ages,
    pass: (ms: number) => {
      aheadMs += ms;
      passedMs += ms;
    },
    set: (ms: number) => {
      aheadMs += ms;
    },
  };
}
export type Server = ReturnType<typeof aClock>;

/** A database of its own, and what keeps the schedule of its trails. */
export async function scheduledTrails() {
  const database = await freshDatabase();
  const { superuser: sql, home } = database;
  await ensureFirstTrails();
  let made = 0;

  async function trailOf(events: number): Promise<Trail> {
    const trail = await makeTrail(`s-${++made}`);
    await grow(trail, events);
    return { ...trail, createdAt: '2020-01-01T00:00:00.000000Z' };
  }
  const grow = async (trail: NewTrail, events: number) => {
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(events)));
    expect(await sealTrail(trail)).toMatchObject({ ok: true });
  };

  const watch = async (trail: Trail, { clock, ages }: Server) => {
    const state = await getScheduleState(trail, clock, ages);
    return judgeWatch(state.facts, state.ages, state.own, state.draws.window);
  };
  const drive = async (trail: Trail, params: object = {}, kind: RunKind = verifyRun) => {
    const row = await driveNow({ kind: 'verify', trailId: trail.trailId, params: { ...params } }, { verify: kind });
    return { row, result: verifyResult.parse(row.result) };
  };
  const runsOf = (trail: Trail) => sql<{ state: string; params: { schedule: string; from?: number; goesOn?: number; settles: object } }[]>`
  select state, params from run where trail_id = ${trail.trailId} order by run_id`;

  /** Keeps the schedule and takes runs until `what` holds, and a few looks longer. */
  async function keep(trail: Trail, { clock, ages }: Server, what: () => Promise<void>, verify: RunKind = verifyRun) {
    const runner = startRunner({ verify });
    const scheduler = startScheduler(async () => [trail], { clock, ages, pollMs: 30, verify });
    try {
      await what();
      await new Promise((resolve) => setTimeout(resolve, 300));
    } finally {
      await scheduler.stop();
      await runner.stop();
    }
  }
  const untilRuns = (trail: Trail, states: string[]) => () =>
    expect.poll(async () => (await runsOf(trail)).map(({ state }) => state), { timeout: 30_000 }).toEqual(states);

  /** The next night's start of a trail, as it is drawn. */
  async function nextNight(trail: Trail, { clock, ages }: Server): Promise<number> {
    const { draws, since } = await getScheduleState(trail, clock, ages);
    let index = Math.floor(since / DAY) - 1;
    while (plannedOf('nightly', draws, index).opens < since) index++;
    return plannedOf('nightly', draws, index).at;
  }

  return { database, sql, home, trailOf, grow, watch, drive, runsOf, keep, untilRuns, nextNight };
}
