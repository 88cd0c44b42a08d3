// What happens in the product while a trail takes no event: it waits on disk and is told once, in order, when the reason is gone.
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { scopeOf } from '@/db/scope';
import { appTransaction, writeTransaction } from '@/db/transaction';
import { recordSignOut } from '@/features/access/mutations/record-sign-out';
import { importRun } from '@/features/capture/import/import-run';
import { importSettings } from '@/features/capture/import/schema';
import { driveNow } from '@/features/runs/drive-now';
import { requestCancel } from '@/features/runs/mutations/cancel-run';
import { createRun } from '@/features/runs/mutations/create-run';
import { interruptDeadRuns } from '@/features/runs/mutations/interrupt-runs';
import { getRunKey } from '@/features/runs/queries';
import { startRunner } from '@/features/runs/runner';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import type { NewTrail } from '@/features/trail/mutations/create-trail';
import { recordActNow } from '@/features/trail/mutations/record-act';
import { getCoverage } from '@/features/trail/queries/get-coverage';
import { writeRefusal } from '@/features/trail/refusal-file';
import { keepWaiting, listWaiting, newActId, type WaitingAct } from '@/features/trail/waiting-acts';
import { startTeller } from '@/features/trail/waiting-teller';
import { startVerification } from './mutations/start-verification';
import { runSentence } from './past-run';
import { listPastRuns } from './queries/past-runs';
import { resourceRun } from './resource-run';
import { judgeWatch } from './schedule/judge-watch';
import { getScheduleState } from './schedule/schedule-state';
import { startScheduler } from './scheduler';
import { verifyAll } from './test/verify-all';
import { now, OWN, person, waitingTrail } from './test/waiting-trail';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = await waitingTrail();
const { refuse, allow, tellAll, fileOf, drive, acts } = at;
const { superuser: sql, home } = at.database;
const HOUR = 3_600_000;
let trail: NewTrail;
beforeEach(() => {
  trail = at.trail();
});
const seal = () => sealTrail(trail);

test('a verification, who asked for one, the check of a resource and a log-out wait and are told once, in order, with the time at which they happened', async () => {
  refuse();
  const runner = startRunner({ verify: verifyRun, resource: resourceRun });
  const stateOf = async (run: number) => (await sql`select state from run where run_id = ${run}`)[0]?.state;
  const [first, second] = [
    await startVerification({ ...trail, person, params: {} }),
    await startVerification({ ...trail, person, kind: 'resource', params: { type: 'invoice', id: '1' } }),
  ];
  await expect.poll(() => Promise.all([first, second].map(stateOf)), { timeout: 20_000 }).toEqual(['done', 'done']);
  await runner.stop();
  await recordSignOut(person.userId);
  expect(await acts()).toEqual([]);
  expect(listWaiting()).toHaveLength(5);
  const [row] = await sql`select result from run where run_id = ${first}`;
  expect(row?.result).toMatchObject({ state: 'holds', event: null, notRecorded: 'SIGNER_REFUSED', act: expect.any(String) });
  await expect(tellAll()).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });

  await new Promise((resolve) => setTimeout(resolve, 50));
  allow();
  const teller = startTeller(20);
  await expect.poll(() => listWaiting().length, { timeout: 20_000 }).toBe(0);
  await teller.stop();
  const told = await acts();
  expect(told.map(({ action, run }) => [action, run])).toEqual([
    ['verification.finished', String(first)],
    ['verification.started', String(first)],
    ['verification.started', String(second)],
    ['resource.verified', String(second)],
    ['auth.logout', person.userId],
  ]);
  for (const { isLate, details } of told) expect([isLate, details.waited, details.unconfirmed]).toEqual([true, true, undefined]);
  expect(told[0]?.details).toMatchObject({ from: 0, to: 21, state: 'holds', counts: {} });
  for (const [i, run] of [first, second].entries()) {
    const [after] = await sql`select result from run where run_id = ${run}`;
    expect(after?.result).toMatchObject({ notRecorded: null, event: { seq: told[i === 0 ? 0 : 3]?.seq } });
  }
  expect(await tellAll()).toBe(0);
  expect((await verifyAll({ trail, scope: trail.scope })).findings).toEqual([]);
});

test('what must not happen without being recorded does not happen, and waits for nothing', async () => {
  refuse();
  await expect(recordActNow({ action: 'settings.changed', actor: 'system', resourceType: 'trail', resourceId: OWN })).rejects.toMatchObject({
    code: 'SIGNER_REFUSED',
  });
  expect(listWaiting()).toEqual([]);
});

test('a guard that is gone: the same, until it is back', async () => {
  const [guard, aside] = ['guard', 'aside'].map((name) => path.join(home, 'keys', `${trail.alias}.${name}`)) as [string, string];
  fs.renameSync(guard, aside);
  expect(await seal()).toMatchObject({ ok: false });
  const { result } = await drive();
  expect(result).toMatchObject({ event: null, notRecorded: 'SIGNER_REFUSED' });
  fs.renameSync(aside, guard);
  expect(await seal()).toMatchObject({ ok: true });
  expect(await tellAll()).toBe(1);
  expect(await acts()).toMatchObject([{ action: 'verification.finished', details: { state: result.state, waited: true } }]);
});

test('an import that is stopped while the product can record nothing has stopped, and its act waits', async () => {
  const file = path.join(home, 'records.jsonl');
  const record = (n: number) => ({
    id: `r-${n}`,
    occurred_at: '2026-01-01T00:00:00Z',
    actor_type: 'user',
    actor_id: 'anna',
    action: 'record.read',
    outcome: 'success',
  });
  fs.writeFileSync(file, Array.from({ length: 20_000 }, (_, n) => JSON.stringify(record(n))).join('\n'));
  const stop = new AbortController();
  writeRefusal(OWN, { since: '2026-11-26T10:00:00.000000Z', reason: 'a test says so' });
  const params = { settings: importSettings.parse({ format: 'jsonl' }), files: [{ path: file, name: 'records.jsonl' }] };
  const onReport = ({ counts }: { counts?: Record<string, number> }) => (counts?.appended ?? 0) >= 1000 && stop.abort(new Error('Ctrl-C'));
  const run = await driveNow({ kind: 'import', trailId: trail.trailId, params, signal: stop.signal, onReport }, { import: importRun });
  expect(run).toMatchObject({ state: 'cancelled', result: { counts: { appended: expect.any(Number) } } });
  expect(await acts()).toEqual([]);
  allow();
  expect(await tellAll()).toBe(1);
  const { appended } = (run.result as { counts: { appended: number } }).counts;
  expect(await acts()).toMatchObject([
    { action: 'import.finished', outcome: 'failure', details: { state: 'cancelled', run: run.runId, appended, waited: true } },
  ]);
});

describe('an import that somebody stops is told once', () => {
  const RECORDS = 300;
  const params = () => {
    const file = path.join(home, 'few.jsonl');
    const one = { occurred_at: '2026-01-01T00:00:00Z', actor_type: 'user', actor_id: 'anna', action: 'record.read', outcome: 'success' };
    fs.writeFileSync(file, Array.from({ length: RECORDS }, (_, n) => JSON.stringify({ id: `r-${n}`, ...one })).join('\n'));
    return { settings: importSettings.parse({ format: 'jsonl' }), files: [{ path: file, name: 'few.jsonl' }] };
  };
  const refuseOwn = () => writeRefusal(OWN, { since: '2026-11-26T10:00:00.000000Z', reason: 'a test says so' });
  const queue = () => appTransaction((tx) => createRun(tx, { kind: 'import', trailId: trail.trailId, params: params(), startedBy: person.userId }));
  const cancel = (runId: number) => appTransaction((tx) => requestCancel(tx, trail.trailId, runId));
  const rowOf = async (runId: number) => (await sql`select state, result from run where run_id = ${runId}`)[0];
  async function toldOnce(runId: number, details: object) {
    expect(await acts()).toEqual([]);
    expect(await rowOf(runId)).toMatchObject({ state: 'cancelled', result: { act: listWaiting()[0]?.id } });
    allow();
    expect(await tellAll()).toBe(1);
    const told = await acts();
    expect(told).toMatchObject([{ action: 'import.finished', outcome: 'failure', details: { run: runId, state: 'cancelled', waited: true, ...details } }]);
    expect(told[0]?.details.unconfirmed).toBe(undefined);
    expect((await rowOf(runId))?.result).toMatchObject({ notRecorded: null, event: { seq: told[0]?.seq } });
  }

  test('while it is held', async () => {
    refuseOwn();
    const runId = await queue();
    const runner = startRunner({ import: importRun });
    await expect.poll(async () => (await rowOf(runId))?.state, { timeout: 20_000 }).toBe('interrupted');
    await runner.stop();
    expect(listWaiting()).toEqual([]);
    expect(await cancel(runId)).toBe(true);
    expect(await cancel(runId)).toBe(false);
    await toldOnce(runId, { source: 'jsonl', format: 'jsonl', door: 'command line', files_total: 1 });
  });

  const stopAtTheEnd = (kind: typeof importRun) => {
    refuseOwn();
    const stop = new AbortController();
    const onReport = ({ counts }: { counts?: Record<string, number> }) => counts?.read === RECORDS && stop.abort(new Error('Ctrl-C'));
    return driveNow({ kind: 'import', trailId: trail.trailId, params: params(), signal: stop.signal, onReport }, { import: kind });
  };

  test('when all was read', async () => {
    const { runId, result } = await stopAtTheEnd(importRun);
    expect(result).toMatchObject({ counts: { read: RECORDS, appended: RECORDS } });
    await toldOnce(runId, { appended: RECORDS, files_total: 1, files: [{ name: 'few.jsonl' }] });
  });

  test('and the end of its row fails at first, with the act on disk', async () => {
    const failing: typeof importRun = (run, tools) =>
      importRun(run, { ...tools, complete: () => Promise.reject(Object.assign(new Error('it is away'), { code: 'CONNECTION_CLOSED' })) });
    const { runId } = await stopAtTheEnd(failing);
    await toldOnce(runId, { appended: RECORDS, files: [{ name: 'few.jsonl' }] });
  });

  test('killed with the act on disk and resumed, it has one end: the later', async () => {
    const { runId } = await stopAtTheEnd(importRun);
    await sql`update run set state = 'queued', owner = null, result = null, finished_at = null where run_id = ${runId}`;
    allow();
    expect(await tellAll()).toBe(0);
    const runner = startRunner({ import: importRun });
    await expect.poll(async () => (await rowOf(runId))?.state, { timeout: 20_000 }).toBe('done');
    await runner.stop();
    expect(await tellAll()).toBe(0);
    expect(await acts()).toMatchObject([{ outcome: 'success', details: { state: 'done', duplicates: RECORDS } }]);
  });

  test('and its process is gone; one that was never begun has nothing to tell', async () => {
    refuseOwn();
    const [never, runId] = [await queue(), await queue()];
    expect(await cancel(never)).toBe(true);
    expect(listWaiting()).toEqual([]);
    await sql`update run set state = 'running', owner = 'gone', started_at = now(), heartbeat_at = now() - interval '1 h', counts = '{"read": 9, "appended": 7}' where run_id = ${runId}`;
    expect(await cancel(runId)).toBe(true);
    expect(listWaiting()).toEqual([]);
    await interruptDeadRuns();
    await toldOnce(runId, { read: 9, appended: 7 });
  });
});

describe('the schedule', () => {
  const known = () => ({ ...trail, createdAt: '2020-01-01T00:00:00.000000Z' });

  test('a clean run that waits to be recorded is neither late nor made again every hour; a row that says so alone is', async () => {
    refuse();
    const longAgo = new Date(Date.now() - 400 * HOUR);
    fs.utimesSync(path.join(home, 'keys', `${trail.alias}.key`), longAgo, longAgo);
    const watch = async () => {
      const { facts, ages, own, draws } = await getScheduleState(known(), undefined, new Map());
      return { finished: facts.finished.nightly, said: judgeWatch(facts, ages, own, draws.window).map(({ kind }) => kind) };
    };
    expect((await watch()).said).toEqual(['late']);
    const runs = () => sql<{ id: number; state: string }[]>`select run_id::int as id, state from run`;
    let passedMs = 0;
    const keep = async (hours: number) => {
      const clock = { now: () => Date.now(), monotonic: () => performance.now() + passedMs };
      const scheduler = startScheduler(async () => [known()], { clock, ages: new Map(), pollMs: 50 });
      const runner = startRunner({ verify: verifyRun });
      await expect.poll(async () => (await runs()).map(({ state }) => state), { timeout: 20_000 }).toEqual(['done']);
      for (let i = 0; i < hours; i++) {
        passedMs += HOUR;
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
      await scheduler.stop();
      await runner.stop();
    };
    await keep(3);
    const [{ id }] = (await runs()) as unknown as [{ id: number }];
    expect(await runs()).toEqual([{ id, state: 'done' }]);
    expect(await watch()).toEqual({ finished: { runId: id, at: listWaiting()[0]?.occurredAt, to: 21 }, said: [] });

    // the file gone, or another one's: the row is not believed
    const file = fileOf(listWaiting()[0]?.id as string);
    const text = fs.readFileSync(file, 'utf8');
    fs.rmSync(file);
    expect(await watch()).toEqual({ finished: null, said: ['late'] });
    fs.writeFileSync(file, text.replace(/"id":"[^"]*"/, '"id":"018f0000-0000-7000-8000-000000000009"'));
    expect(await watch()).toEqual({ finished: null, said: ['late'] });
    fs.writeFileSync(file, text);
    expect((await watch()).said).toEqual([]);
  });

  test('a verdict that was told late covers from when it was found, and makes nothing good that was found since', async () => {
    refuse();
    await drive();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const [found] = listWaiting();
    const broken = { ...verdictOf(found?.details), state: 'broken', counts: { EVENT_HASH: 1 } };
    allow();
    // recorded first, though it was found later
    const { systemDraft } = await import('@/features/trail/mutations/system-draft');
    const draft = systemDraft({ action: 'verification.finished', occurredAt: now(), resourceType: 'run', resourceId: '999', details: broken });
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, [draft]));
    expect(await tellAll()).toBe(1);
    const { facts } = await getScheduleState(known());
    expect(facts.broken).toMatchObject({ runId: 999 });
    expect((await getCoverage(scopeOf(trail.trailId), trail, 21)).breakCount).toBeGreaterThan(0);
    expect(facts.finished.nightly?.at).toBe(found?.occurredAt);
  });
});

const verdictOf = (details: unknown) => details as Record<string, string | number | null>;

test('another database in the place of the one in which it happened: it is told, and vouches for nothing', async () => {
  refuse();
  const { row } = await drive();
  await sql`delete from run where run_id = ${row.runId}`;
  allow();
  expect(await tellAll()).toBe(1);
  expect(await acts()).toMatchObject([{ details: { state: 'not_covered', said: 'holds', unconfirmed: true, from: 0, to: 21 } }]);
  expect((await getCoverage(trail.scope, trail, 21)).verifiedTo).toBeNull();
  const runs = await listPastRuns(trail, { limit: 50 });
  expect(runs).toMatchObject([{ runId: row.runId, telling: 'unconfirmed', isClean: false }]);
  expect(runs.map((run) => runSentence(run, []))).toEqual([
    expect.stringMatching(/^Nothing bears out what run \d+ found good: .* Nothing is said of the events\.$/),
  ]);
});

describe('a number that is given again', () => {
  /** As by another database, or one that was put back: the same numbers, other runs. */
  const otherDatabase = (runId: number, state: string) =>
    sql`update run set params = params || '{"key":"018f0000-0000-4000-8000-00000000000a"}', state = ${state}, result = null, finished_at = null where run_id = ${runId}`;
  const runQueued = async () => {
    const runner = startRunner({ verify: verifyRun, resource: resourceRun });
    await expect.poll(async () => (await sql`select run_id from run where state <> 'done'`).length, { timeout: 20_000 }).toBe(0);
    await runner.stop();
  };

  test.each([
    ['verify', {}, 'verification.finished'],
    ['resource', { type: 'invoice', id: '1' }, 'resource.verified'],
  ] as const)('%s: the verdict of the other run stays, and the row that has its number bears it not out', async (kind, params, action) => {
    refuse();
    const { runId } = await driveNow({ kind, trailId: trail.trailId, params }, { verify: verifyRun, resource: resourceRun });
    await otherDatabase(runId, 'queued');
    await runQueued();
    expect(listWaiting().map((act) => act.action)).toEqual([action, action]);
    allow();
    expect(await tellAll()).toBe(2);
    expect((await acts()).map(({ run, details }) => [run, details.unconfirmed])).toEqual([
      [String(runId), true],
      [String(runId), undefined],
    ]);
  });

  test('who asked for the other run did not ask for this one; a row that is missing may come for a minute', async () => {
    refuse();
    const runId = await startVerification({ ...trail, person, params: {} });
    await otherDatabase(runId, 'done');
    allow();
    expect(await tellAll(Date.now())).toBe(0);
    expect(await tellAll()).toBe(1);
    expect(await acts()).toMatchObject([{ action: 'verification.started', outcome: 'failure', run: String(runId), details: { unconfirmed: true } }]);
  });

  test('the same number, key and trail: what an earlier try left is not told, but that it found the trail broken is', async () => {
    refuse();
    const { row } = await drive();
    const [first] = listWaiting() as [WaitingAct];
    const broken = { ...first, id: newActId(), details: { ...first.details, state: 'broken', counts: { EVENT_HASH: 1 } } };
    keepWaiting(broken);
    await sql`update run set state = 'queued', result = null, finished_at = null where run_id = ${row.runId}`;
    await runQueued();
    const left = listWaiting().map(({ id }) => id);
    expect(left).toHaveLength(2);
    expect([left[0] === broken.id, left.includes(first.id)]).toEqual([true, false]);
    allow();
    expect(await tellAll()).toBe(2);
    expect((await acts()).map(({ details }) => [details.state, details.unconfirmed])).toEqual([
      ['broken', true],
      ['holds', undefined],
    ]);
  });

  test.each(['verify', 'resource'] as const)('%s: who lost a run takes nothing away and leaves nothing', async (kind) => {
    refuse();
    let kept: WaitingAct | undefined;
    const lost: typeof verifyRun = async (run, tools) => {
      // another process has taken it meanwhile, and has ended it
      const about = { origin: trail.origin, actor: 'system' as const, resourceType: 'run', resourceId: String(run.runId), details: { state: 'holds' } };
      const action = kind === 'verify' ? 'verification.finished' : 'resource.verified';
      kept = { v: 1, id: newActId(), action, occurredAt: now(), ...about, run: { id: run.runId, key: await getRunKey(run.runId), link: 'ended' } };
      keepWaiting(kept);
      await sql`update run set owner = 'another', state = 'done', result = ${sql.json({ act: kept.id })} where run_id = ${run.runId}`;
      return kind === 'verify' ? verifyRun(run, tools) : resourceRun(run, tools);
    };
    await driveNow({ kind, trailId: trail.trailId, params: { type: 'invoice', id: '1' } }, { [kind]: lost }).catch(() => {});
    expect(listWaiting()).toEqual([kept]);
    allow();
    expect(await tellAll()).toBe(1);
  });
});
