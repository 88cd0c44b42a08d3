// Who rules the rows and has no key: what he does to the schedule of verifications, and what is said of it.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { RunKind } from '@/features/runs/run-kind';
import { plannedSince } from './schedule/judge-due';
import { TIMED } from './schedule/names';
import { getScheduleState } from './schedule/schedule-state';
import { readStarts } from './schedule/starts-file';
import { startScheduler } from './scheduler';
import { verifyResult } from './schema';
import { aClock, HOUR, type Server, scheduledTrails, type Trail } from './test/scheduled-trails';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000 });

const { sql, home, trailOf, watch, drive, runsOf, keep, untilRuns, nextNight } = await scheduledTrails();

afterEach(async () => {
  for (const name of ['before_run', 'after_run']) await sql.unsafe(`drop trigger if exists ${name} on run`);
});

/** A trail whose schedule is kept since before its first night, and a server an hour after that. */
async function dueTrail(): Promise<{ trail: Trail; server: Server }> {
  const [trail, server] = [await trailOf(5), aClock()];
  server.pass((await nextNight(trail, server)) - server.clock.now() + HOUR);
  return { trail, server };
}
/** What is drawn and has passed, as a row would settle it. */
async function drawnOf(trail: Trail, { clock, ages }: Server) {
  const { draws, since } = await getScheduleState(trail, clock, ages);
  return Object.fromEntries(TIMED.map((timed) => [timed, plannedSince(timed, draws, clock.now(), since)]).filter(([, index]) => index !== null));
}
const trigger = (name: 'before_run' | 'after_run', when: string, body: string) =>
  sql.unsafe(`
    create or replace function ${name}() returns trigger security definer language plpgsql as $$ begin ${body} end $$;
    create trigger ${name} ${when} on run for each row execute function ${name}()`);
const said = async (trail: Trail, server: Server) => (await watch(trail, server)).map((one) => (one.kind === 'failed' ? `${one.error} ${one.run}` : one.kind));
const newest = async (trail: Trail) => (await sql`select max(run_id)::int as run from run where trail_id = ${trail.trailId}`)[0]?.run as number;

test('no row settles a start: neither one that was made up nor the run that its owner put into the queue himself', async () => {
  const { trail, server } = await dueTrail();
  const settles = await drawnOf(trail, server);
  expect(Object.keys(settles)).toContain('nightly');
  const params = { schedule: 'weekly-deep', deep: true, settles };
  for (let n = 0; n < 3; n++)
    await sql`insert into run (kind, trail_id, state, params, started_at, finished_at) values ('verify', ${trail.trailId}, 'done', ${sql.json(params)}, now(), now())`;
  expect((await drive(trail, params)).result.state).toBe('holds');
  await keep(trail, server, untilRuns(trail, ['done', 'done', 'done', 'done', 'done']));
  const told = await sql`select details::text as details from audit_event where trail_id = ${trail.trailId} and action = 'verification.finished' order by seq`;
  expect(told.map(({ details }) => JSON.parse(details).settles)).toEqual([undefined, settles]);
  expect(await said(trail, server)).toEqual([]);
  await keep(trail, server, untilRuns(trail, ['done', 'done', 'done', 'done', 'done'])); // a restart makes no other
});

test('a trigger that takes away what the row says of the schedule makes no run read what was put right', async () => {
  const { trail, server } = await dueTrail();
  const [kept] = await sql`select actor_id from audit_event where trail_id = ${trail.trailId} and seq = 3`;
  const set = (actor: string) => `perform set_config('session_replication_role', 'replica', true);
    update audit_event set actor_id = '${actor}' where trail_id = ${trail.trailId} and seq = 3;
    perform set_config('session_replication_role', 'origin', true);`;
  await sql.unsafe(`do $$ begin ${set('somebody')} end $$`);
  await trigger('before_run', 'before insert', `new.params := '{"from": 4, "to": 5}'; return new;`);
  await trigger('after_run', 'after insert', `${set(kept?.actor_id)} return new;`);
  await keep(trail, server, untilRuns(trail, ['done']));
  const [row] = await sql`select params, result from run where trail_id = ${trail.trailId}`;
  expect(row?.params).toEqual({ from: 4, to: 5 });
  expect(verifyResult.parse(row?.result)).toMatchObject({ from: 0, state: 'broken', counts: { EVENT_HASH: 1 } });
  expect(await said(trail, server)).toContain('broken');
});

test('a run whose row does not come is told on every page, whatever else finishes', async () => {
  const { trail, server } = await dueTrail();
  await trigger('before_run', 'before insert', `if new.params ? 'schedule' then return null; end if; return new;`);
  await keep(trail, server, () => expect.poll(() => said(trail, server), { timeout: 30_000 }).toEqual(['RUN_FAILED null']));
  await drive(trail);
  expect(await said(trail, server)).toEqual(['RUN_FAILED null']);
});

test.each([
  ['deleted', 'RUN_LOST', (run: number) => sql`delete from run where run_id = ${run}`],
  ['taken for done', 'RUN_LOST', (run: number) => sql`update run set state = 'done', finished_at = now(), owner = 'somebody' where run_id = ${run}`],
  ['cancelled', 'CANCELLED', (run: number) => sql`update run set cancel_requested_at = now() where run_id = ${run}`],
])('a row that is %s while its run works is told, and no run of his own makes it good', async (_, code, change) => {
  const { trail, server } = await dueTrail();
  const waits: RunKind = (_run, { signal }) => new Promise((_done, failed) => signal.addEventListener('abort', () => failed(signal.reason)));
  const scheduler = startScheduler(async () => [trail], { clock: server.clock, ages: server.ages, pollMs: 30_000, verify: waits });
  try {
    await expect.poll(() => newest(trail), { timeout: 30_000 }).toBeGreaterThan(0);
    const run = await newest(trail);
    await change(run);
    await expect.poll(() => said(trail, server), { timeout: 30_000 }).toEqual([`${code} ${run}`]);
    await drive(trail);
    expect(await said(trail, server)).toEqual([`${code} ${run}`]);
  } finally {
    await scheduler.stop();
  }
});

test('a run that seems to work puts a start off for an hour and no longer', async () => {
  const { trail, server } = await dueTrail();
  await sql`insert into run (kind, trail_id, state, params, owner, started_at, heartbeat_at) values ('verify', ${trail.trailId}, 'running', '{}', 'x', now(), '2099-01-01')`;
  const scheduler = startScheduler(async () => [trail], { clock: server.clock, ages: server.ages, pollMs: 30 });
  try {
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await runsOf(trail)).toHaveLength(1);
    server.pass(HOUR);
    await untilRuns(trail, ['running', 'done'])();
  } finally {
    await scheduler.stop();
    await sql`delete from run where trail_id = ${trail.trailId} and owner = 'x'`;
  }
});

test('runs that somebody asks for do not stand for those that the schedule did not make', async () => {
  const [trail, server] = [await trailOf(5), aClock()];
  await drive(trail);
  expect(await said(trail, server)).toEqual([]);
  server.pass(31 * HOUR);
  server.set(-31 * HOUR); // by the process's own clock alone
  await drive(trail);
  expect(await said(trail, server)).toEqual(['missed']);
  await keep(trail, server, untilRuns(trail, ['done', 'done', 'done']));
  expect(await said(trail, server)).toEqual([]);
});

test('another home, which shares no disk with the one that made the run, believes its event and no row', async () => {
  const { trail, server } = await dueTrail();
  const file = path.join(home, 'keys', `${trail.alias}.starts`);
  const before = fs.readFileSync(file, 'utf8');
  await keep(trail, server, untilRuns(trail, ['done']));
  fs.writeFileSync(file, before); // as the other home has it
  await keep(trail, server, untilRuns(trail, ['done']));
  await sql`update run set result = result - 'event' where trail_id = ${trail.trailId}`;
  await keep(trail, server, untilRuns(trail, ['done', 'done']));
});

test('a home that began while its clock was ahead raises nothing when that is put right', async () => {
  const [trail, server] = [await trailOf(5), aClock()];
  fs.utimesSync(path.join(home, 'keys', `${trail.alias}.key`), 0, 0); // made long ago
  server.set(72 * HOUR);
  readStarts(trail.origin, server.clock.now());
  server.set(-72 * HOUR);
  await drive(trail, { deep: true });
  expect(await said(trail, server)).toEqual([]);
});

test('a home that begins with an old database is quiet, and one whose file is damaged makes what is due', async () => {
  const { trail, server } = await dueTrail();
  const file = path.join(home, 'keys', `${trail.alias}.starts`);
  fs.rmSync(file);
  await keep(trail, server, untilRuns(trail, []));
  expect(await said(trail, server)).toEqual([]);
  fs.writeFileSync(file, 'torn');
  await keep(trail, server, untilRuns(trail, ['done']), verifyRun);
  expect(readStarts(trail.origin, server.clock.now()).kept?.finished.nightly).toMatchObject({ at: expect.any(String) });
});
