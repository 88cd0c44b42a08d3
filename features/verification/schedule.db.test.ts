// Verifications that nobody asks for: when they start, from where they go on, and what is said when they do not come.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { scopeOf } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import { requestCancel } from '@/features/runs/mutations/cancel-run';
import { createRun } from '@/features/runs/mutations/create-run';
import type { RunKind } from '@/features/runs/run-kind';
import { startRunner } from '@/features/runs/runner';
import { vkeyTextOf } from '@/features/sealing/log-key';
import { getCoverage } from '@/features/trail/queries/get-coverage';
import { readSealFiles } from '@/features/trail/seal-state';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { setEnv } from '@/lib/env';
import { AppError } from '@/lib/errors';
import { getProvenStart } from './queries/proven-start';
import { resourceRun } from './resource-run';
import { plannedOf } from './schedule/plan';
import { getScheduleState } from './schedule/schedule-state';
import { startScheduler } from './scheduler';
import { aClock, DAY, HOUR, type Server, scheduledTrails, type Trail } from './test/scheduled-trails';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000 });

const { sql, home, trailOf, grow, watch, drive, runsOf, keep, untilRuns, nextNight } = await scheduledTrails();

/** Whether a weekly start is drawn for the trail's first night as well, before the nightly one. */
async function hasWeeklyFirst(trail: Trail, { clock, ages }: Server): Promise<boolean> {
  const { draws, since } = await getScheduleState(trail, clock, ages);
  const at = await nextNight(trail, { clock, ages } as Server);
  const week = Math.floor(since / (7 * DAY));
  const starts = (['weekly', 'weekly-deep'] as const).flatMap((timed) => [week - 1, week, week + 1].map((index) => plannedOf(timed, draws, index)));
  return starts.some((planned) => planned.opens >= since && planned.at <= at + HOUR);
}

test('a fresh trail is quiet until its first night, then it is verified once, and each night has its run', async () => {
  let trail = await trailOf(5);
  const server = aClock();
  while (await hasWeeklyFirst(trail, server)) trail = await trailOf(5);
  await keep(trail, server, untilRuns(trail, []));
  expect(await watch(trail, server)).toEqual([]);

  const at = await nextNight(trail, server);
  server.pass(at - Date.now() - 2_000);
  await keep(trail, server, untilRuns(trail, []));
  server.pass(3_000);
  await keep(trail, server, untilRuns(trail, ['done']));
  const [first] = await runsOf(trail);
  expect(first?.params).toMatchObject({ schedule: 'nightly', settles: { nightly: expect.any(Number) } });
  expect(first?.params.from).toBeUndefined(); // nothing was proven yet
  await keep(trail, server, untilRuns(trail, ['done'])); // a restart draws nothing anew
  expect(await watch(trail, server)).toEqual([]);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});

test('it goes on from the checkpoint that runs have led to, and from the beginning again since something was found', async () => {
  const trail = await trailOf(50);
  expect(await getProvenStart(trail)).toEqual({ from: 0, run: null });
  const full = await drive(trail);
  expect(full.result).toMatchObject({ state: 'holds', sealedTo: 51 });
  expect(await getProvenStart(trail)).toEqual({ from: 0, run: null }); // its own event is not sealed yet: nobody vouches for it
  await grow(trail, 20);
  expect(await getProvenStart(trail)).toEqual({ from: 51, run: full.row.runId });

  const night = await drive(trail, { from: 51, goesOn: full.row.runId, schedule: 'nightly' });
  expect(night.result).toMatchObject({ from: 51, to: 72, checked: 21, state: 'holds', sealedTo: 72 });
  await drive(trail, { from: 10, to: 20 });
  await grow(trail, 5);
  expect(await getProvenStart(trail)).toEqual({ from: 72, run: night.row.runId });

  // neither a row that claims more nor an event that was changed moves it
  await sql`update run set to_seq = 1000, result = jsonb_set(result, '{sealedTo}', '1000') where run_id = ${night.row.runId}`;
  expect((await getProvenStart(trail)).from).toBe(72);
  await sql`update run set to_seq = 72 where run_id = ${night.row.runId}`;
  const attack = (statement: string) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx.unsafe(statement);
    });
  const event = full.result.event?.seq;
  const [kept] = await sql`select details::text as details from audit_event where trail_id = ${trail.trailId} and seq = ${event as number}`;
  await attack(`update audit_event set details = '${kept?.details.replace('"size":51', '"size":60')}' where trail_id = ${trail.trailId} and seq = ${event}`);
  expect(await getProvenStart(trail)).toEqual({ from: 0, run: null });
  expect((await drive(trail)).result.state).toBe('broken');
  await attack(`update audit_event set details = '${kept?.details}' where trail_id = ${trail.trailId} and seq = ${event}`);
  await grow(trail, 1);
  expect(await getProvenStart(trail)).toEqual({ from: 0, run: null });
  const whole = await drive(trail);
  expect(whole.result.state).toBe('holds');
  await grow(trail, 1);
  expect(await getProvenStart(trail)).toMatchObject({ run: whole.row.runId });
});

test('what a caller found with a key of his own, or with the right one, is no verdict of ours: neither the next start nor the strip moves', async () => {
  const trail = await trailOf(20);
  const coverage = () => getCoverage(scopeOf(trail.trailId), trail, readSealFiles(trail.origin).sealedSize);
  const vkeys = [vkeyTextOf(trail.origin)];
  expect((await drive(trail, { vkeys })).result).toMatchObject({ state: 'holds' });
  await grow(trail, 1);
  expect(await getProvenStart(trail)).toEqual({ from: 0, run: null });
  expect((await coverage()).verifiedTo).toBeNull();

  const full = await drive(trail);
  await grow(trail, 5);
  const before = await coverage();
  expect(await getProvenStart(trail)).toMatchObject({ run: full.row.runId });
  expect(before).toMatchObject({ verifiedTo: full.result.to - 1, breaks: [] });
  const stranger = vkeyOf(trail.origin, makeLogKey(Buffer.alloc(32, 9)).publicKey);
  const found = await drive(trail, { vkeys: [stranger] });
  expect(found.result).toMatchObject({ state: 'broken', counts: { UNKNOWN_KEY: expect.any(Number) } });
  await grow(trail, 1);
  expect(await getProvenStart(trail)).toMatchObject({ run: full.row.runId });
  expect(await coverage()).toMatchObject({ verifiedTo: before.verifiedTo, breaks: [], months: [{ state: 'not covered', verified: full.result.to }] });
  // the check of one resource is none either, whatever it says
  const check = await driveNow({ kind: 'resource', trailId: trail.trailId, params: { type: 'invoice', id: 'none' } }, { resource: resourceRun });
  expect(check.result).toMatchObject({ state: 'not_covered', event: { trail: 'audit.example.com/indelible' } });
  expect(await getProvenStart(trail)).toMatchObject({ run: full.row.runId });
  expect((await getScheduleState(trail)).facts).toMatchObject({ finished: { nightly: { runId: full.row.runId } }, newestRun: found.row.runId, broken: null });

  // and nobody hides what our own run found by a word in its event
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set actor_id = 'x' where trail_id = ${trail.trailId} and seq = 3`;
  });
  // an altered row is one under whatever key
  const met = await drive(trail, { vkeys: [stranger] });
  expect(met.result.counts).toMatchObject({ EVENT_HASH: 1, UNKNOWN_KEY: expect.any(Number) });
  expect((await coverage()).breaks.map(({ code }) => code)).toContain('EVENT_HASH');
  expect(await getProvenStart(trail)).toEqual({ from: 0, run: null });
  expect((await getScheduleState(trail)).facts.broken).toMatchObject({ runId: met.row.runId });

  const broken = await drive(trail);
  expect(broken.result.state).toBe('broken');
  expect((await coverage()).breaks).toHaveLength(1);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set details = (left(details::text, -1) || ',"keys_given":true}')::json where trail_id = ${trail.trailId} and seq = ${broken.result.event?.seq as number}`;
  });
  expect((await coverage()).breaks).toContainEqual({ seq: 3, code: 'EVENT_HASH' });
  expect(await getProvenStart(trail)).toEqual({ from: 0, run: null });
});

test('nothing starts while another run of the trail waits or works, and two that look at once make one run', async () => {
  const trail = await trailOf(5);
  const server = aClock();
  server.pass((await nextNight(trail, server)) - Date.now() + 1);
  const waiting = await appTransaction((tx) => createRun(tx, { kind: 'verify', trailId: trail.trailId, params: { to: 2 }, startedBy: null }));
  const schedulers = [1, 2, 3].map(() => startScheduler(async () => [trail], { clock: server.clock, ages: server.ages, pollMs: 20 }));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await runsOf(trail)).toHaveLength(1);
  await sql`update run set state = 'cancelled', finished_at = now() where run_id = ${waiting}`;
  await expect.poll(async () => (await runsOf(trail)).length, { timeout: 30_000 }).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await runsOf(trail)).toHaveLength(2);
  await Promise.all(schedulers.map((one) => one.stop()));
  await sql`update run set state = 'cancelled', finished_at = now() where trail_id = ${trail.trailId} and state = 'queued'`;
});

test('a server that was off for a week says so, starts one at once, and is quiet when it is through', async () => {
  const trail = await trailOf(5);
  const server = aClock();
  await drive(trail);
  expect(await watch(trail, server)).toEqual([]);
  server.pass(7 * DAY);
  expect(await watch(trail, server)).toMatchObject([{ kind: 'late', what: 'nightly', open: null }]);
  await keep(trail, server, untilRuns(trail, ['done', 'done']));
  // the database's clock is not the one that was moved: by ours that run ended a week ago
  server.set(-7 * DAY);
  server.ages.clear();
  expect(await watch(trail, server)).toEqual([]);
});

test('late is told by what the trail says, not by rows: neither a run that was made up nor its time silences it', async () => {
  const trail = await trailOf(5);
  const server = aClock();
  await drive(trail);
  server.pass(2 * DAY);
  const far = '2036-01-01T00:00:00Z';
  await sql`update run set finished_at = ${far}, started_at = ${far} where trail_id = ${trail.trailId}`;
  const result = { state: 'holds', findings: 0, event: { seq: 3 } };
  await sql`insert into run (kind, trail_id, state, params, result, from_seq, to_seq, started_at, finished_at)
    values ('verify', ${trail.trailId}, 'done', '{"schedule": "nightly"}', ${sql.json(result)}, 0, 6, ${far}, ${far})`;
  expect(await watch(trail, server)).toMatchObject([{ kind: 'late', what: 'nightly' }]);
  await sql`delete from run where trail_id = ${trail.trailId}`;
  expect(await watch(trail, server)).toMatchObject([{ kind: 'late', since: null }]);
});

test('of what kind a run was is told by its event: no params of a row make one of everything, a deep one or one to the end', async () => {
  const trail = await trailOf(20);
  const server = aClock();
  const full = await drive(trail);
  await grow(trail, 5);
  const night = await drive(trail, { from: 21, goesOn: full.row.runId, schedule: 'nightly' });
  const finished = async () => {
    const { nightly, weekly, 'weekly-deep': deep } = (await getScheduleState(trail, server.clock, server.ages)).facts.finished;
    return [nightly?.runId, weekly?.runId, deep?.runId];
  };
  const honest = [night.row.runId, full.row.runId, undefined];
  expect(await finished()).toEqual(honest);
  await sql`update run set params = '{"deep": true}' where run_id = ${night.row.runId}`;
  expect(await finished()).toEqual(honest);
  await sql`update run set params = '{"deep": true}', from_seq = 0, result = jsonb_set(result, '{from}', '0') where run_id = ${night.row.runId}`;
  expect(await finished()).toEqual([full.row.runId, full.row.runId, undefined]);
  await sql`update run set params = '{"deep": true}' where run_id = ${full.row.runId}`;
  expect((await finished())[2]).toBeUndefined();

  const deep = await drive(trail, { deep: true });
  expect(await finished()).toEqual([deep.row.runId, deep.row.runId, deep.row.runId]);
  for (const params of [{ from: 21 }, { to: 10 }, { from: 5, to: 10 }]) {
    const { row } = await drive(trail, params);
    await sql`update run set params = ${sql.json({ deep: true, goesOn: full.row.runId })} where run_id = ${row.runId}`;
    expect(await finished()).toEqual([deep.row.runId, deep.row.runId, deep.row.runId]);
  }
});

test('a clock that is set back neither silences nor raises it', async () => {
  const trail = await trailOf(5);
  const server = aClock();
  await drive(trail);
  server.set(-30 * DAY);
  expect(await watch(trail, server)).toEqual([]);
  server.pass(29 * HOUR);
  expect(await watch(trail, server)).toEqual([]);
  server.pass(2 * HOUR);
  expect(await watch(trail, server)).toMatchObject([{ kind: 'late', what: 'nightly' }]);
  await keep(trail, server, untilRuns(trail, ['done', 'done']));
  expect(await watch(trail, server)).toEqual([]);
});

test('a run that cannot run is told, tried again three times and no more, until one of the schedule has finished; one that found something is told', async () => {
  let trail = await trailOf(5);
  const server = aClock();
  while (await hasWeeklyFirst(trail, server)) trail = await trailOf(5);
  server.pass((await nextNight(trail, server)) - Date.now() + 1);
  const faulty: RunKind = async () => {
    throw new AppError('KEY_MISSING', { hint: 'the key is not there' });
  };
  for (let n = 1; n <= 4; n++) {
    await keep(trail, server, untilRuns(trail, ['failed', 'failed', 'failed'].slice(0, n)), faulty);
    const file = path.join(home, 'keys', `${trail.alias}.starts`);
    fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), again: null })); // so long later
  }
  expect(await runsOf(trail)).toHaveLength(3);
  expect(await watch(trail, server)).toMatchObject([{ kind: 'failed', error: 'KEY_MISSING' }]);
  await drive(trail); // whoever asks for one makes nothing good
  expect(await watch(trail, server)).toMatchObject([{ kind: 'failed', error: 'KEY_MISSING' }]);
  server.pass(DAY + 5 * HOUR); // behind the next night's start, wherever that is drawn
  await keep(trail, server, untilRuns(trail, ['failed', 'failed', 'failed', 'done', 'done']));
  server.set(Date.now() - server.clock.now()); // by ours that run ended just now
  server.ages.clear();
  expect(await watch(trail, server)).toEqual([]);

  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set actor_id = 'mallory' where trail_id = ${trail.trailId} and seq = 3`;
  });
  const { row } = await drive(trail, { schedule: 'weekly' });
  expect(await watch(trail, server)).toMatchObject([{ kind: 'broken', run: row.runId, schedule: 'weekly', findings: 1 }]);
});

test('after many events one goes on by day', async () => {
  const trail = await trailOf(5);
  await drive(trail);
  const server = aClock();
  setEnv({ INDELIBLE_VERIFY_EVENTS: '40' });
  await keep(trail, server, untilRuns(trail, ['done']));
  await grow(trail, 60);
  await keep(trail, server, untilRuns(trail, ['done', 'done']));
  expect(await runsOf(trail)).toHaveLength(2);
  expect((await runsOf(trail)).at(-1)?.params).toMatchObject({ schedule: 'events', from: 6, goesOn: expect.any(Number) });
  setEnv({ INDELIBLE_VERIFY_EVENTS: '' });
});

test('one after many events that was cancelled is not made again at the next look, nor by the next server', async () => {
  const trail = await trailOf(5);
  await drive(trail);
  const server = aClock();
  await grow(trail, 80);
  setEnv({ INDELIBLE_VERIFY_EVENTS: '40' });
  const waits: RunKind = (_, { signal }) => new Promise((_done, failed) => signal.addEventListener('abort', () => failed(signal.reason)));
  const looks = async (whatThen: () => Promise<void>) => {
    const scheduler = startScheduler(async () => [trail], { clock: server.clock, ages: server.ages, pollMs: 20, verify: waits });
    await whatThen();
    await new Promise((resolve) => setTimeout(resolve, 400));
    await scheduler.stop();
  };
  const cancelled = async (n: number) => {
    await expect.poll(async () => (await runsOf(trail)).length, { timeout: 30_000 }).toBe(n);
    const [newest] = await sql<{ run: number }[]>`select max(run_id)::int as run from run where trail_id = ${trail.trailId}`;
    await appTransaction((tx) => requestCancel(tx, trail.trailId, newest?.run as number));
    await expect.poll(async () => (await runsOf(trail)).at(-1)?.state, { timeout: 30_000 }).toBe('cancelled');
    expect(await watch(trail, server)).toEqual([]); // who did it knows
  };
  await looks(() => cancelled(2));
  expect((await runsOf(trail)).map(({ state, params }) => [state, params.schedule])).toEqual([
    ['done', undefined],
    ['cancelled', 'events'],
  ]);
  await looks(async () => {});
  expect(await runsOf(trail)).toHaveLength(2);
  // so many new ones make one again, and within the hour no second, however many come
  await grow(trail, 80);
  await looks(async () => {
    await cancelled(3);
    await grow(trail, 80);
  });
  expect(await runsOf(trail)).toHaveLength(3);
  server.pass(2 * HOUR);
  await looks(() => cancelled(4));
  expect(await runsOf(trail)).toHaveLength(4);
  setEnv({ INDELIBLE_VERIFY_EVENTS: '' });
});

test('a trail whose key is gone has a run that says so, and keeps no other from its own', async () => {
  const [gone, good] = [await trailOf(5), await trailOf(5)];
  const server = aClock();
  fs.rmSync(path.join(home, 'keys', `${gone.alias}.key`));
  server.set(Math.max(await nextNight(gone, server), await nextNight(good, server)) - Date.now() + HOUR);
  const runner = startRunner({ verify: verifyRun });
  const scheduler = startScheduler(async () => [gone, good], { clock: server.clock, ages: server.ages, pollMs: 30 });
  try {
    await untilRuns(good, ['done'])();
    await expect.poll(async () => (await runsOf(gone))[0]?.state, { timeout: 30_000 }).toBe('failed');
  } finally {
    await scheduler.stop();
    await runner.stop();
  }
});
