// Rows of runs that somebody writes past the product, and what honest runs of every kind and age leave behind.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { appTransaction, writeTransaction } from '@/db/transaction';
import { importRun } from '@/features/capture/import/import-run';
import { bundleRun } from '@/features/evidence/bundle-run';
import { driveRun } from '@/features/runs/drive';
import { driveNow } from '@/features/runs/drive-now';
import { requestCancel, resumeRun } from '@/features/runs/mutations/cancel-run';
import { createRun } from '@/features/runs/mutations/create-run';
import { interruptOwnRun } from '@/features/runs/mutations/interrupt-runs';
import { getOwnRun, takeRun } from '@/features/runs/mutations/take-run';
import { makeOwner } from '@/features/runs/owner';
import { getRun, listFindings, type RunRow } from '@/features/runs/queries';
import type { RunKinds } from '@/features/runs/run-kind';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { writeLost } from '@/features/trail/lost-file';
import { appendEvents } from '@/features/trail/mutations/append';
import type { NewTrail } from '@/features/trail/mutations/create-trail';
import { tellWaiting } from '@/features/trail/mutations/tell-waiting';
import { clearRefusal, writeRefusal } from '@/features/trail/refusal-file';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { forgetWaiting, listWaiting, type WaitingAct } from '@/features/trail/waiting-acts';
import { makeFirstTrails } from '@/jobs/first-trails';
import { lookedAt, reachOf } from './looked-at';
import { startScheduled } from './mutations/start-scheduled';
import { startVerification } from './mutations/start-verification';
import { getPastRun } from './queries/past-runs';
import { resourceRun } from './resource-run';
import { type VerifyResult, verifyResult } from './schema';
import { unloggedRuns } from './test/unlogged-runs';
import { told } from './test/verify-all';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { superuser: sql, home } = await freshDatabase();
const KINDS: RunKinds = { verify: verifyRun, resource: resourceRun, import: importRun, bundle: bundleRun };
const OWN = 'audit.example.com/indelible';
const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint'];
const ines = '018f0000-0000-7000-8000-000000000002';
let own: NewTrail['trailId'];
let trail: NewTrail;
let params: Record<keyof typeof KINDS, Record<string, unknown>>;
const found = () => unloggedRuns(sql);

beforeAll(async () => {
  await makeFirstTrails('audit.example.com', () => {});
  const [row] = await sql`select trail_id as id from trail where alias = 'indelible'`;
  own = row?.id;
  trail = await makeTrail('wards');
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(20)));
  const file = path.join(home, 'auth.log');
  fs.writeFileSync(file, 'Mar  1 10:00:00 host sshd[1]: Accepted password for anna from 10.0.0.1 port 22 ssh2\n');
  params = {
    verify: {},
    resource: { type: 'invoice', id: '1' },
    import: { settings: { format: 'authlog', year: 2026, zone: 'UTC' }, files: [{ path: file, name: 'auth.log' }] },
    bundle: { level: 'selection', filter: null, from: 0, time: null },
  };
});
afterEach(async () => {
  expect(await found()).toEqual([]); // each test puts back what it changed
});

const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
const run = (kind: keyof typeof KINDS, trailId = trail.trailId) => driveNow({ kind, trailId, params: { ...params[kind] } }, KINDS);
const ask = (kind: keyof typeof KINDS) => appTransaction((tx) => createRun(tx, { kind, trailId: trail.trailId, params: { ...params[kind] }, startedBy: ines }));
const work = async (kind: keyof typeof KINDS, signal?: AbortSignal) => {
  const taken = await takeRun(makeOwner('server'), [kind]);
  if (!taken) throw new Error('nothing waits');
  await driveRun(taken, KINDS[kind] as NonNullable<RunKinds[typeof kind]>, { signal });
  return taken.runId;
};
const stateOf = async (runId: number) => (await sql`select state from run where run_id = ${runId}`)[0]?.state;
const insert = async (kind: string, result: object | null, by: string | null = null): Promise<number> => {
  const [row] = await sql<{ id: number }[]>`insert into run (kind, trail_id, state, result, started_by, started_at, finished_at)
    values (${kind}, ${trail.trailId}, 'done', ${result === null ? null : sql.json(result as never)}, ${by}, now(), now()) returning run_id::int as id`;
  return row?.id as number;
};
const remove = (runId: number) => sql`delete from run where run_id = ${runId}`;
const past = (statements: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statements);
  });
const resultOf = async (runId: number) => (await sql`select result from run where run_id = ${runId}`)[0]?.result;

describe('a row that somebody wrote', () => {
  test('a verification that found nothing: the run of our own trail names it, in words, and is broken by it; one of the trail that it claims is not', async () => {
    const made = await insert('verify', { state: 'holds', findings: 0, counts: {}, event: null, notRecorded: null });
    const { runId, result } = await run('verify', own);
    const verdict = verifyResult.parse(result);
    expect(verdict).toMatchObject({ state: 'broken', counts: { STATE_UNLOGGED: 1 } });
    const findings = await listFindings(own, runId);
    told({ state: verdict.state, findings });
    expect(findings).toMatchObject([{ code: 'STATE_UNLOGGED', seq: null, expected: null, found: `run ${made}: verification of ${trail.origin}, holds` }]);
    expect(verifyResult.parse((await run('verify')).result)).toMatchObject({ counts: {} });
    await remove(made);
    expect(verifyResult.parse((await run('verify', own)).result)).toMatchObject({ counts: {} });
  });

  test('whatever else it says of itself, and whatever kind it is of', async () => {
    const honest = await resultOf((await run('verify')).runId);
    const forged: [string, object | null][] = [
      ['verify', null],
      ['verify', { state: 'holds' }],
      ['verify', { ...honest }], // the event is another run's
      ['verify', { ...honest, event: { seq: 3 } }],
      ['verify', { ...honest, event: { seq: 999_999 } }],
      ['verify', { ...honest, event: { seq: 'soon' } }],
      ['verify', { ...honest, event: { seq: -1 } }],
      ['resource', { state: 'holds', event: null }],
      ['resource', { state: 'holds', event: { seq: 1, trail: OWN } }],
      ['import', { counts: { read: 9, appended: 9, duplicates: 0, rejected: 0 } }],
      ['import', { counts: { read: 9 }, notRecorded: 'DISK_FULL' }],
      ['bundle', { bundle_id: '018f0000-0000-7000-8000-00000000000b', tagmanifest_sha256: 'aa' }],
      ['bundle', null],
    ];
    for (const [kind, result] of forged) {
      const made = await insert(kind, result);
      expect(await found(), JSON.stringify([kind, result])).toEqual([[null, expect.stringContaining(`run ${made}: `)]]);
      await remove(made);
    }
  });

  test('a true one that was changed: its verdict, its figures, its file, who asked for it; and one bundle told as two', async () => {
    const made = {} as Record<(typeof kinds)[number], number>;
    for (const kind of kinds) made[kind] = (await run(kind)).runId;
    for (const [kind, set, isKnown] of [
      ['verify', `result = jsonb_set(result, '{state}', '"broken"')`, true],
      ['verify', `trail_id = ${own}`, false],
      ['resource', `result = jsonb_set(result, '{state}', '"broken"')`, true],
      ['resource', `kind = 'verify'`, false],
      ['import', `result = jsonb_set(result, '{counts,rejected}', '5')`, true],
      ['import', `started_by = '${ines}'`, true],
      ['bundle', `result = jsonb_set(result, '{tagmanifest_sha256}', '"bb"')`, true],
    ] as const) {
      const named = `run ${made[kind]}: `;
      await sql`create table kept as select * from run where run_id = ${made[kind]}`;
      await sql.unsafe(`update run set ${set} where run_id = ${made[kind]}`);
      expect(await found(), set).toEqual([[isKnown ? expect.stringContaining(named) : null, expect.stringContaining(named)]]);
      await sql`update run set (kind, trail_id, result, started_by) = (select kind, trail_id, result, started_by from kept) where run_id = ${made[kind]}`;
      await sql`drop table kept`;
    }
    const second = await insert('bundle', await resultOf(made.bundle));
    expect(await found()).toEqual([[null, expect.stringContaining(`run ${second}: bundle `)]]);
    await remove(second);
  });
});

describe('an honest run is no finding', () => {
  test('of any kind, in any trail, by a command, for a person, by the schedule; nor one of a version that gave no keys', async () => {
    for (const kind of kinds) {
      await run(kind);
      const asked = await ask(kind);
      expect(await work(kind)).toBe(asked);
      expect(await stateOf(asked)).toBe('done');
    }
    await run('verify', own);
    await startVerification({ ...trail, person: { userId: ines, role: 'officer' }, params: {} });
    await work('verify');
    const owner = makeOwner('server');
    await startScheduled({ trailId: trail.trailId, owner, params: { schedule: 'nightly' }, newestRun: null });
    const [scheduled] = await sql`select run_id::int as id from run where owner = ${owner}`;
    await driveRun((await getOwnRun(owner, scheduled?.id)) as RunRow, verifyRun);
    expect(await stateOf(scheduled?.id)).toBe('done');
    await sql`update run set params = params - 'key'`;
    expect(await found()).toEqual([]);
  });

  test('that waits, works, was stopped before it began or in its middle, failed, was interrupted, goes on after that', async () => {
    for (const kind of kinds) {
      const stopped = await ask(kind);
      expect(await found()).toEqual([]);
      await appTransaction((tx) => requestCancel(tx, trail.trailId, stopped));
      expect(await stateOf(stopped)).toBe('cancelled');

      const asked = await ask(kind);
      const owner = makeOwner('server');
      await takeRun(owner, [kind]);
      expect(await found()).toEqual([]);
      await interruptOwnRun(owner, asked);
      expect(await stateOf(asked)).toBe('interrupted');
      expect(await found()).toEqual([]);
      await appTransaction((tx) => resumeRun(tx, trail.trailId, asked));
      expect(await work(kind)).toBe(asked);
      expect(await stateOf(asked)).toBe('done');
      expect(await found()).toEqual([]);

      const halfWay = await ask(kind);
      await work(kind, AbortSignal.abort());
      expect(await stateOf(halfWay)).toBe('cancelled');
    }
    await tellWaiting(OWN); // of imports that were stopped
    await sql`update run set state = 'queued', owner = null, result = '{}', params = '{}' where run_id = ${await ask('bundle')}`;
    const failed = await work('bundle');
    expect(await stateOf(failed)).toBe('failed');
  });

  test('whose event waits because its trail takes none, or could not even wait, and one that was told in the end', async () => {
    const refusal = { since: '2026-11-26T10:00:00.000000Z', reason: 'a test says so' };
    for (const origin of [OWN, trail.origin]) writeRefusal(origin, refusal);
    const waiting = [(await run('verify')).runId, (await run('resource')).runId];
    expect(listWaiting()).toHaveLength(2);
    expect(await found()).toEqual([]);
    const [act] = listWaiting();
    const { runId } = await run('resource');
    await sql`update run set result = result - 'act' where run_id = ${runId}`; // as where the disk was full
    forgetWaiting(listWaiting().at(-1) as WaitingAct);
    for (const origin of [OWN, trail.origin]) clearRefusal(origin);
    for (const origin of [OWN, trail.origin]) await tellWaiting(origin);
    expect(act && listWaiting()).toEqual([]);
    for (const one of waiting) expect(await resultOf(one)).toMatchObject({ notRecorded: null, event: { seq: expect.any(Number) } });
  });

  test('while runs end, all the time', async () => {
    let isOver = false;
    const ending = (async () => {
      while (!isOver) for (const kind of kinds) await run(kind);
    })();
    for (let i = 0; i < 15; i++) expect(await found()).toEqual([]);
    isOver = true;
    await ending;
  });

  test('of a state of the whole database that was put back', async () => {
    const tables = [...TABLES, 'run', 'run_finding', 'import_reject', 'bundle'];
    const keep = async (state: string) => {
      await sql.unsafe(`create schema ${state}`);
      for (const table of tables) await sql.unsafe(`create table ${state}.${table} as select * from ${table}`);
    };
    const restore = (state: string) =>
      past(tables.map((table) => `delete from ${table}; insert into ${table} overriding system value select * from ${state}.${table}`).join(';'));
    await keep('backup');
    for (const kind of kinds) await run(kind);
    await keep('newest');
    await restore('backup');
    expect(await found()).toEqual([]);
    await restore('newest');
  });

  test('of a trail of which events are gone that were signed, or that somebody knew of', async () => {
    await sealTrail(trail);
    const from = verifyResult.parse((await run('verify')).result).event?.seq as number;
    const tables = TABLES.slice(0, 4);
    await past(tables.map((table) => `create table kept_${table} as select * from ${table} where trail_id = ${trail.trailId}`).join(';'));
    const cut = () =>
      past(
        `delete from audit_event where trail_id = ${trail.trailId} and seq >= ${from}; update trail_head set next_seq = ${from} where trail_id = ${trail.trailId}`,
      );
    const putBack = () =>
      past(tables.map((table) => `delete from ${table} where trail_id = ${trail.trailId}; insert into ${table} select * from kept_${table}`).join(';'));
    await cut();
    expect(await found()).toHaveLength(1); // nobody knows of more
    writeRefusal(trail.origin, { since: '', reason: 'gone', known: [{ nextSeq: from + 1, lastHash: 'ab'.repeat(32) }] });
    expect(await found()).toEqual([]);
    fs.rmSync(path.join(home, 'keys/wards.known'), { recursive: true });
    fs.writeFileSync(path.join(home, 'keys/wards.refused'), '{"since":'); // nobody can say of what it knew
    expect(await found()).toEqual([]);
    fs.rmSync(path.join(home, 'keys/wards.refused'));
    await putBack();
    expect(await sealTrail(trail)).toMatchObject({ ok: true, size: from + 1 });
    await cut();
    expect(await found()).toEqual([]); // the guard knows
    await putBack();
  });

  test('of which the event is lawfully away, was given up, or was left to another epoch', async () => {
    const { runId } = await run('verify');
    const { event } = verifyResult.parse(await resultOf(runId));
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(1)));
    await past(`create table kept as select * from audit_event where trail_id = ${trail.trailId} and seq = ${event?.seq};
      delete from audit_event where trail_id = ${trail.trailId} and seq = ${event?.seq}`);
    expect(await found()).toEqual([]);
    await past('insert into audit_event select * from kept; drop table kept');

    const outlived = await insert('verify', { state: 'holds', event: { seq: 3 }, notRecorded: null });
    const file = path.join(home, 'keys/wards.lost');
    writeLost(trail.origin, [{ nextSeq: 30, lastHash: 'ab'.repeat(32) }]);
    expect(await found()).toEqual([]);
    fs.writeFileSync(file, '');
    expect(await found()).toHaveLength(1);
    fs.rmSync(file);
    fs.mkdirSync(file); // nobody can say
    expect(await found()).toEqual([]);
    fs.rmdirSync(file);
    const guard = path.join(home, 'keys/wards_e2.guard');
    fs.writeFileSync(guard, '');
    expect(await found()).toEqual([]);
    // which the run says, by its row, its event and on its page
    const { runId: ownRun, result } = await run('verify', own);
    expect(verifyResult.parse(result)).toMatchObject({ counts: {}, runsLeftOut: [trail.origin] });
    await sql`update run set result = result - 'runsLeftOut' where run_id = ${ownRun}`;
    const shown = await getPastRun({ trailId: own, origin: OWN }, ownRun, await getRun(own, ownRun));
    const verdict = shown?.verdict as VerifyResult;
    expect(lookedAt('STATE_UNLOGGED', reachOf(verdict, {}, 'done'))).toBe(
      `none; runs of ${trail.origin} not looked at: events that would tell of them may be gone`,
    );
    fs.rmSync(guard);
    await remove(outlived);
    expect(verifyResult.parse((await run('verify', own)).result).runsLeftOut).toBeUndefined();
  });

  test('where events of our own trail were given up no run is judged, nor an account, and the run says so', async () => {
    const made = await insert('import', null);
    writeLost(OWN, [{ nextSeq: 99, lastHash: 'ab'.repeat(32) }]);
    const { runId, result } = await run('verify', own);
    expect(verifyResult.parse(result)).toMatchObject({ counts: {}, isStateLeftOut: true });
    expect(runId).toBeGreaterThan(made);
    fs.rmSync(path.join(home, 'keys/indelible.lost'));
    await remove(made);
  });
});
