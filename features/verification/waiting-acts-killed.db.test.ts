// What waited while a trail took no event, and cannot be told, or meets kill -9 anywhere: what can be told is, once and in order.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { program } from '@/db/test/program';
import { appTransaction } from '@/db/transaction';
import { interruptDeadRuns } from '@/features/runs/mutations/interrupt-runs';
import { startRunner } from '@/features/runs/runner';
import type { NewTrail } from '@/features/trail/mutations/create-trail';
import { recordActNow } from '@/features/trail/mutations/record-act';
import { keepWaiting, listWaiting, newActId, type WaitingAct } from '@/features/trail/waiting-acts';
import { resourceRun } from './resource-run';
import { getScheduleState } from './schedule/schedule-state';
import { unloggedRuns } from './test/unlogged-runs';
import { now, OWN, person, waitingTrail } from './test/waiting-trail';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = await waitingTrail();
const { refuse, allow, tellAll, fileOf, drive, acts } = at;
const { superuser: sql, home, env } = at.database;
const worker = program<[string, number?]>('features/verification/test/act-worker.ts', env, {
  'features/trail/waiting-acts.ts': ['keepWaiting', 'forgetWaiting'],
  'features/trail/mutations/append.ts': ['appendEvents'],
  'features/runs/mutations/finish-run.ts': ['finishRun'],
});
let trail: NewTrail;
beforeEach(() => {
  trail = at.trail();
});
afterEach(async () => {
  expect(await unloggedRuns(sql)).toEqual([]);
});

describe('one that cannot be told', () => {
  const act = (more: object = {}): WaitingAct => ({
    ...{ v: 1, id: newActId(), origin: OWN, action: 'auth.logout', occurredAt: now(), actor: { userId: person.userId } },
    ...{ resourceType: 'account', resourceId: person.userId, details: {}, ...more },
  });
  const tidy: string[] = [];
  afterEach(() => {
    for (const file of tidy.splice(0)) fs.rmSync(file, { recursive: true, force: true });
  });
  const put = (id: string, text: string) => {
    const file = path.join(home, 'waiting', `000000000001.${id}.json`);
    fs.writeFileSync(file, text);
    tidy.push(file);
  };

  test('keeps none behind it waiting: no event, the id of another, no time, no file, no JSON', async () => {
    const taken = newActId();
    await recordActNow({ action: 'settings.changed', actor: 'system', resourceType: 'trail', resourceId: OWN, id: taken });
    for (const bad of [act({ action: '' }), act({ id: taken })]) {
      keepWaiting(bad);
      tidy.push(fileOf(bad.id));
    }
    for (const bad of [act({ occurredAt: 'yesterday' }), act({ occurredAt: '2026-02-30T00:00:00.000000Z' })]) put(bad.id, JSON.stringify(bad));
    put(newActId(), '{');
    const folder = path.join(home, 'waiting', `000000000001.${newActId()}.json`);
    fs.mkdirSync(folder);
    tidy.push(folder);
    const good = act();
    keepWaiting(good);
    expect(await tellAll()).toBe(1);
    expect((await acts()).map(({ id }) => id)).toEqual([good.id]);
    expect(tidy.every((file) => fs.existsSync(file))).toBe(true);

    // nor does one that cannot be read keep a page from being drawn
    refuse();
    const { row, result } = await drive();
    const file = fileOf(result.act as string);
    const text = fs.readFileSync(file, 'utf8');
    fs.rmSync(file);
    fs.mkdirSync(file);
    const at = { ...trail, createdAt: '2020-01-01T00:00:00.000000Z' };
    expect((await getScheduleState(at)).facts.finished.nightly).toBe(null);
    fs.rmdirSync(file);
    fs.writeFileSync(file, text);
    expect((await getScheduleState(at)).facts.finished.nightly).toMatchObject({ runId: row.runId });
  });

  test('order is that in which they were kept, though the clock was set back; one that waits already stays as it is', async () => {
    refuse();
    const [first, second] = [act({ occurredAt: '2026-11-26T12:00:00.000000Z' }), act({ occurredAt: '2026-11-26T11:00:00.000000Z' })];
    for (const one of [first, second, { ...first, resourceId: 'another' }]) keepWaiting(one);
    expect(listWaiting()).toEqual([first, second]);
    allow();
    expect(await tellAll()).toBe(2);
    expect((await acts()).map(({ id }) => id)).toEqual([first.id, second.id]);
  });
});

describe('kill -9', () => {
  /** Everything goes on: what was interrupted ends, what waits is told. */
  async function goOn() {
    allow();
    await interruptDeadRuns();
    const runner = startRunner({ verify: verifyRun, resource: resourceRun });
    await expect.poll(async () => (await sql`select run_id from run where state <> 'done'`).length, { timeout: 30_000 }).toBe(0);
    await runner.stop();
    await tellAll();
  }

  const places = ['before keepWaiting #1', 'after keepWaiting #1', 'after keepWaiting #2', 'before finishRun', 'after finishRun'];
  const later = ['after keepWaiting #4', 'after keepWaiting #5'];
  test.each([...places, ...later])('%s: what was said to have happened is told once, each run once, in order', async (stopAt) => {
    refuse();
    const one = worker.start([trail.alias, 'act'], { stopAt });
    expect(await one.left).toBe(null);
    await goOn();
    const told = await acts();
    const said = (what: string) => one.lines.filter(([word]) => word === what);
    const runs = await sql`select run_id::text as run, kind from run`;
    // each run has one end; one that was killed in the middle ended at its second try
    for (const [kind, action] of [
      ['verify', 'verification.finished'],
      ['resource', 'resource.verified'],
    ] as const)
      expect(told.filter((act) => act.action === action).map(({ run, details }) => [run, details.unconfirmed])).toEqual(
        runs.filter((row) => row.kind === kind).map(({ run }) => [run, undefined]),
      );
    const started = told.filter(({ action }) => action === 'verification.started');
    for (const [, run] of said('started')) expect(started.filter((act) => act.run === String(run) && act.outcome === 'success')).toHaveLength(1);
    expect(new Set(started.map(({ run }) => run)).size).toBe(started.length);
    for (const { run, outcome } of started) expect([run, outcome]).toEqual([run, runs.some((row) => row.run === run) ? 'success' : 'failure']);
    const loggedOut = told.filter(({ action }) => action === 'auth.logout').length;
    expect(loggedOut).toBeLessThanOrEqual(1);
    expect(loggedOut).toBeGreaterThanOrEqual(said('signed out').length);
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  });

  test.each(['before appendEvents #1', 'after appendEvents #1', 'before forgetWaiting #1', 'after forgetWaiting #4'])(
    'while it is told, %s: each is told once, in order',
    async (stopAt) => {
      refuse();
      expect(await worker.start([trail.alias, 'act']).left).toBe(0);
      const waiting = listWaiting();
      expect(waiting).toHaveLength(5);
      allow();
      expect(await worker.start([trail.alias, 'tell'], { stopAt }).left).toBe(null);
      expect(await worker.start([trail.alias, 'tell']).left).toBe(0);
      expect(listWaiting()).toEqual([]);
      const inOrder = waiting.toSorted((a, b) => Number(a.origin === OWN) - Number(b.origin === OWN)).map(({ id }) => id);
      expect((await acts()).map(({ id }) => id)).toEqual(inOrder);
      expect(await appTransaction(async () => (await sql`select result ->> 'notRecorded' as why from run`).map(({ why }) => why))).toEqual([null, null]);
    },
  );
});
