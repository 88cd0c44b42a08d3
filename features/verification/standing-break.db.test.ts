// What was found stands, whatever became of the run that found it, until a later run of everything finds nothing.
import { expect, test, vi } from 'vitest';
import { driveNow } from '@/features/runs/drive-now';
import type { RunKind } from '@/features/runs/run-kind';
import { tellWaiting } from '@/features/trail/mutations/tell-waiting';
import { getScheduleState } from './schedule/schedule-state';
import { aClock, scheduledTrails } from './test/scheduled-trails';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000 });

const { sql, trailOf, watch, drive } = await scheduledTrails();

test('what was found stands, whatever became of its run, until a run of everything finds nothing; what a caller brought is not the trail', async () => {
  const trail = await trailOf(30);
  const server = aClock();
  const first = await drive(trail);
  const tamper = (actor: string) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_event set actor_id = ${actor} where trail_id = ${trail.trailId} and seq = 3`;
    });
  const [kept] = await sql`select actor_id from audit_event where trail_id = ${trail.trailId} and seq = 3`;
  const stranger = await trailOf(1);
  const [key] = await sql`select details::jsonb ->> 'log_vkey' as vkey from audit_event where trail_id = ${stranger.trailId} and seq = 0`;
  const brought = await drive(trail, { vkeys: [key?.vkey] });
  expect(brought.result.state).toBe('broken');
  expect(await watch(trail, server)).toEqual([]);
  expect((await getScheduleState(trail, server.clock, server.ages)).facts.finished.nightly?.runId).toBe(first.row.runId);

  await tamper('mallory');
  const part = await drive(trail, { from: 0, to: 10, schedule: 'nightly' });
  expect(part.result).toMatchObject({ state: 'broken', findings: 1 });
  const stands = [{ kind: 'broken', run: part.row.runId, findings: 1, schedule: 'nightly' }];
  expect(await watch(trail, server)).toMatchObject(stands);
  await sql`update run set state = 'cancelled' where run_id = ${part.row.runId}`;
  expect(await watch(trail, server)).toMatchObject(stands);
  await sql`update run set params = params || '{"vkeys": ["x"]}' where run_id = ${part.row.runId}`;
  expect(await watch(trail, server)).toMatchObject(stands);

  await tamper(kept?.actor_id);
  expect((await drive(trail, { from: 20 })).result.findings).toBe(0);
  expect((await drive(trail, { to: 20 })).result.findings).toBe(0);
  await drive(trail, { from: 31, goesOn: first.row.runId, schedule: 'nightly' });
  expect(await watch(trail, server)).toMatchObject(stands);
  await sql`delete from run where run_id = ${part.row.runId}`; // its event is there
  expect(await watch(trail, server)).toMatchObject([{ kind: 'broken', run: part.row.runId, findings: 1 }]);
  expect((await drive(trail)).result.state).toBe('holds');
  expect(await watch(trail, server)).toEqual([]);
});

test('a run that was cancelled when it had found something gives the banner, and one that was cancelled before it did not', async () => {
  const trail = await trailOf(40_000); // told half-way
  const server = aClock();
  const stopped = async () => {
    const stop = new AbortController();
    const kind: RunKind = (run, tools) =>
      verifyRun(run, {
        ...tools,
        report: (said) => {
          tools.report(said);
          if ((said.done ?? 0) > 0) stop.abort();
        },
      });
    return driveNow({ kind: 'verify', trailId: trail.trailId, params: {}, signal: stop.signal }, { verify: kind });
  };
  await stopped();
  expect(await watch(trail, server)).toEqual([]);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set actor_id = 'mallory' where trail_id = ${trail.trailId} and seq = 3`;
  });
  const row = await stopped();
  expect(row.state).toBe('cancelled');
  expect(row.result).toMatchObject({ state: 'broken' });
  expect(await watch(trail, server)).toMatchObject([{ kind: 'broken', run: row.runId, findings: 1 }]);
});

test('what was found and could not be told in the trail stands in the row until a later run of everything', async () => {
  const trail = await trailOf(5);
  const server = aClock();
  const [head] = await sql`select mac from trail_head where trail_id = ${trail.trailId}`;
  await sql`update trail_head set mac = decode(repeat('00', 32), 'hex') where trail_id = ${trail.trailId}`;
  const { row, result } = await drive(trail);
  expect(result.event).toBeNull();
  expect(await watch(trail, server)).toMatchObject([{ kind: 'broken', run: row.runId }]);
  await sql`update trail_head set mac = ${head?.mac} where trail_id = ${trail.trailId}`;
  await drive(trail, { to: 3 });
  expect(await watch(trail, server)).toMatchObject([{ kind: 'broken', run: row.runId }]);
  await drive(trail);
  expect(await watch(trail, server)).toEqual([]);
});

test('what waits to be told stands and is told, though somebody opens the row of its run again', async () => {
  const trail = await trailOf(5);
  const server = aClock();
  const [head] = await sql`select mac from trail_head where trail_id = ${trail.trailId}`;
  await sql`update trail_head set mac = decode(repeat('00', 32), 'hex') where trail_id = ${trail.trailId}`;
  const { row } = await drive(trail);
  await sql`update run set state = 'interrupted', result = '{}', owner = 'nobody' where run_id = ${row.runId}`;
  await sql`update trail_head set mac = ${head?.mac} where trail_id = ${trail.trailId}`;
  expect(await watch(trail, server)).toMatchObject([{ kind: 'broken', run: row.runId, findings: 1 }]);
  expect(await tellWaiting(trail.origin)).toBe(0); // its row may still come
  expect(await tellWaiting(trail.origin, { now: Date.now() + 61_000 })).toBe(1);
  const told = () =>
    sql`select details::jsonb as said from audit_event where trail_id = ${trail.trailId} and action = 'verification.finished' order by seq desc limit 1`;
  expect((await told())[0]?.said).toMatchObject({ state: 'broken', unconfirmed: true });
  expect(await watch(trail, server)).toMatchObject([{ kind: 'broken', run: row.runId }]);
  await drive(trail);
  expect(await watch(trail, server)).toEqual([]);
});

test('a row beyond the end that was never an event: told while it is there, and no more when a run of everything finds nothing', async () => {
  const trail = await trailOf(5);
  const server = aClock();
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`create temp table beyond on commit drop as select * from audit_event where trail_id = ${trail.trailId} and seq = 3`;
    await tx`update beyond set seq = 1000000000`;
    await tx`insert into audit_event select * from beyond`;
  });
  const { row } = await drive(trail);
  expect(await watch(trail, server)).toMatchObject([{ kind: 'broken', run: row.runId }]);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from audit_event where trail_id = ${trail.trailId} and seq = 1000000000`;
  });
  expect((await drive(trail)).result).toMatchObject({ state: 'holds', counts: {} });
  expect(await watch(trail, server)).toEqual([]);
});
