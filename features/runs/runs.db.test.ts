import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { insertTrail } from '@/db/test/events';
import { appTransaction } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { driveNow } from './drive-now';
import { followRun } from './follow';
import { addFindings, addRejects } from './mutations/add-lines';
import { requestCancel, resumeRun } from './mutations/cancel-run';
import { createRun } from './mutations/create-run';
import { interruptDeadRuns } from './mutations/interrupt-runs';
import { takeRun } from './mutations/take-run';
import { makeOwner } from './owner';
import { getRun, getRunAlias, listFindings, listRejects, listRuns } from './queries';
import type { RunKind } from './run-kind';
import { type Runner, startRunner } from './runner';
import { hasEnded, type RunMessage } from './schema';

vi.setConfig({ testTimeout: 60_000 });

const database = await freshDatabase();
const sql = database.superuser;
let trailId: TrailId;
let other: TrailId;
let runners: Runner[] = [];
let children: ChildProcess[] = [];

beforeAll(async () => {
  trailId = await insertTrail(sql, 'main');
  other = await insertTrail(sql, 'other');
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop()));
  for (const child of children) child.kill('SIGKILL');
  runners = [];
  children = [];
  await sql`delete from run`;
});

const start = (verify: RunKind) => runners.push(startRunner({ verify }));
const queue = (params: Record<string, unknown> = {}) => appTransaction((tx) => createRun(tx, { kind: 'verify', trailId, params, startedBy: null }));
const stateOf = async (runId: number) => (await getRun(trailId, runId))?.state;
const until = (runId: number, state: string, timeout = 15_000) => expect.poll(() => stateOf(runId), { timeout }).toBe(state);

/** Works until it is told to stop. */
const endless: RunKind = async (_, { signal, report }) => {
  for (let done = 1; ; done++) {
    await sleep(20, undefined, { signal });
    report({ done, total: 1_000_000 });
  }
};

test('many runners share the queue, and no run is taken twice', async () => {
  const runs = await Promise.all(Array.from({ length: 40 }, () => queue()));
  const taken: number[] = [];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const owner = makeOwner('server');
      for (let run = await takeRun(owner, ['verify']); run; run = await takeRun(owner, ['verify'])) taken.push(run.runId);
    }),
  );
  expect(taken.toSorted((a, b) => a - b)).toEqual(runs.toSorted((a, b) => a - b));
});

test('a run is done with its result, counts and range, and whoever follows sees it go', async () => {
  const runId = await queue({ from: 0 });
  const messages: RunMessage[] = [];
  const following = (async () => {
    for await (const message of followRun(trailId, runId, new AbortController().signal)) messages.push(message);
  })();
  start(async (run, { report }) => {
    for (let done = 0; done <= 2000; done += 200) {
      report({ done, total: 2000, fromSeq: 0 });
      await sleep(300);
    }
    report({ counts: { EVENT_HASH: 2 }, toSeq: 2000, toEventHash: Buffer.alloc(32, 7) });
    return { state: 'broken', params: run.params };
  });
  await following; // ends by itself
  const states = messages.map((message) => message.type === 'run' && message.state);
  expect(states[0]).toBe('queued');
  expect(states.at(-1)).toBe('done');
  const steps = messages.flatMap((message) => (message.type === 'run' && message.state === 'running' ? [message.done] : []));
  expect(new Set(steps).size).toBeGreaterThan(2);
  expect(await getRun(trailId, runId)).toMatchObject({
    state: 'done',
    alias: 'main',
    done: 2000,
    total: 2000,
    counts: { EVENT_HASH: 2 },
    fromSeq: 0,
    toSeq: 2000,
    toEventHash: Buffer.alloc(32, 7),
    result: { state: 'broken', params: { from: 0 } },
  });
});

test('a run that was cancelled stops within two seconds and keeps what it did', async () => {
  const runId = await queue();
  start(endless);
  await until(runId, 'running');
  await sleep(1200);
  const asked = performance.now();
  expect(await appTransaction((tx) => requestCancel(tx, trailId, runId))).toBe(true);
  await until(runId, 'cancelled');
  expect(performance.now() - asked).toBeLessThan(2500);
  const run = await getRun(trailId, runId);
  expect(run?.done).toBeGreaterThan(10);
  expect(run?.finishedAt).not.toBeNull();
  expect(await appTransaction((tx) => requestCancel(tx, trailId, runId)), 'it has ended').toBe(false);
});

test('a run in the queue is cancelled at once and never begins', async () => {
  const runId = await queue();
  await appTransaction((tx) => requestCancel(tx, trailId, runId));
  expect(await stateOf(runId)).toBe('cancelled');
  expect(await takeRun(makeOwner('server'), ['verify'])).toBeNull();
});

test('a fault fails the run, by its code, and the runner goes on to the next', async () => {
  const [bad, worse, good] = [await queue({ bad: 1 }), await queue({ bad: 2 }), await queue()];
  start(async ({ params }) => {
    if (params.bad === 1) throw new AppError('KEY_MISSING', { hint: 'main.key is not there' });
    if (params.bad === 2) throw new TypeError('a secret in a message');
    return {};
  });
  await until(good, 'done');
  expect(await getRun(trailId, bad)).toMatchObject({ state: 'failed', result: { error: { code: 'KEY_MISSING', hint: 'main.key is not there' } } });
  expect(await getRun(trailId, worse)).toMatchObject({ state: 'failed', result: { error: { code: 'RUN_FAILED', hint: null } } });
});

test('the end can be written in one transaction with the event that tells of it', async () => {
  const [kept, lost] = [await queue({ ok: true }), await queue({ ok: false })];
  start(async (run, { complete }) => {
    await appTransaction(async (tx) => {
      await complete(tx, { wrote: 'both' }, { done: 5, total: 5 });
      if (!run.params.ok) throw new AppError('APPEND_REFUSED');
    });
    return { never: 'kept' };
  });
  await until(lost, 'failed');
  expect(await getRun(trailId, kept)).toMatchObject({ state: 'done', result: { wrote: 'both' }, done: 5 });
  expect(await getRun(trailId, lost)).toMatchObject({ state: 'failed', result: { error: { code: 'APPEND_REFUSED' } } });
});

function startProcess(): { child: ChildProcess; lines: string[] } {
  const script = path.join(import.meta.dirname, 'test/run-process.ts');
  const child = spawn(process.execPath, ['--conditions=react-server', '--import', 'tsx', script], {
    env: { ...process.env, ...database.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  child.stdout?.on('data', (chunk) => lines.push(...String(chunk).trim().split('\n')));
  children.push(child);
  return { child, lines };
}

test('the run of a runner that was killed is interrupted, and another takes it over', async () => {
  const runId = await queue({ steps: 60 });
  const first = startProcess();
  await expect.poll(() => first.lines, { timeout: 30_000 }).toContain(`running ${runId}`);
  first.child.kill('SIGKILL');
  await expect.poll(() => first.child.signalCode).toBe('SIGKILL');
  expect(await stateOf(runId), 'nobody has noticed').toBe('running');
  expect(await interruptDeadRuns()).toEqual([runId]);
  expect(await getRun(trailId, runId)).toMatchObject({ state: 'interrupted', result: { interruptions: 1 }, finishedAt: null });
  const second = startProcess();
  await until(runId, 'done', 40_000);
  expect(await getRun(trailId, runId)).toMatchObject({ result: { by: second.child.pid }, done: 60 });
});

test('a runner that is asked to stop hands its run back at once', async () => {
  const runId = await queue({ steps: 1000 });
  const first = startProcess();
  await expect.poll(() => first.lines, { timeout: 30_000 }).toContain(`running ${runId}`);
  first.child.kill('SIGTERM');
  await until(runId, 'interrupted');
});

test('a run without a sign of life for 15 seconds is interrupted, whoever had it', async () => {
  const runId = await queue();
  const elsewhere = '{"role":"server","host":"elsewhere","pid":1,"start":"1"}';
  await takeRun(elsewhere, ['verify']);
  await sql`update run set heartbeat_at = now() - interval '14 seconds'`;
  expect(await interruptDeadRuns()).toEqual([]);
  await sql`update run set heartbeat_at = now() - interval '16 seconds'`;
  expect(await interruptDeadRuns()).toEqual([runId]);
  await sql`update run set state = 'running', cancel_requested_at = now()`;
  await interruptDeadRuns();
  expect(await stateOf(runId), 'to be cancelled anyway').toBe('cancelled');
});

test('a run that brings its process down again and again waits for a person', async () => {
  const runId = await queue();
  for (let i = 0; i < 3; i++) {
    expect((await takeRun('{"role":"server","host":"elsewhere"}', ['verify']))?.runId).toBe(runId);
    await sql`update run set heartbeat_at = now() - interval '16 seconds'`;
    await interruptDeadRuns();
  }
  expect(await takeRun(makeOwner('server'), ['verify'])).toBeNull();
  expect(await appTransaction((tx) => resumeRun(tx, trailId, runId))).toBe(true);
  expect((await takeRun(makeOwner('server'), ['verify']))?.runId).toBe(runId);
});

test('what an interrupted run had found is cleared when it begins anew', async () => {
  const runId = await queue();
  await takeRun('{"role":"server","host":"elsewhere"}', ['verify']);
  await appTransaction(async (tx) => {
    await addFindings(
      tx,
      runId,
      Array.from({ length: 2500 }, (_, n) => ({ n, code: 'EVENT_HASH', seq: n, expected: 'a', found: 'b', lastGood: n - 1 })),
    );
    await addRejects(tx, runId, [{ n: 0, file: 'a.log', line: 7, reason: 'no time' }]);
  });
  expect((await listFindings(trailId, runId, { from: 2000, limit: 10 })).map((finding) => finding.n)).toEqual([
    2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007, 2008, 2009,
  ]);
  expect(await listRejects(trailId, runId)).toEqual([{ n: 0, file: 'a.log', line: 7, reason: 'no time' }]);
  expect(await listFindings(other, runId), 'of another trail').toEqual([]);
  await sql`update run set heartbeat_at = now() - interval '16 seconds', done = 99, counts = '{"EVENT_HASH": 2500}'`;
  await interruptDeadRuns();
  expect(await takeRun(makeOwner('server'), ['verify'])).toMatchObject({ runId, done: 0, counts: {} });
  expect(await listFindings(trailId, runId)).toEqual([]);
  expect(await listRejects(trailId, runId)).toEqual([]);
});

test("a command's run is its own: no runner takes it, not even when the command died", async () => {
  const runId = await appTransaction((tx) =>
    createRun(tx, { kind: 'verify', trailId, params: {}, startedBy: null, owner: '{"role":"command","host":"elsewhere"}' }),
  );
  expect(await takeRun(makeOwner('server'), ['verify'])).toBeNull();
  await sql`update run set heartbeat_at = now() - interval '16 seconds'`;
  await interruptDeadRuns();
  expect(await stateOf(runId)).toBe('interrupted');
  expect(await takeRun(makeOwner('server'), ['verify'])).toBeNull();
});

test('a command drives its run itself and gets its end, its fault or its cancellation', async () => {
  const reports: number[] = [];
  const count: RunKind = async (_, { report }) => {
    for (let done = 1; done <= 3; done++) report({ done, total: 3 });
    return { state: 'consistent' };
  };
  const ended = await driveNow({ kind: 'verify', trailId, params: {}, onReport: ({ done }) => reports.push(done ?? -1) }, { verify: count });
  expect(ended).toEqual({ runId: expect.any(Number), state: 'done', result: { state: 'consistent' }, findings: [] });
  expect(await getRun(trailId, ended.runId)).toMatchObject({ state: 'done', done: 3, total: 3, result: { state: 'consistent' }, startedBy: null });
  expect(reports).toEqual([1, 2, 3]);

  const fault = new AppError('KEY_MISSING', { hint: 'main.key' });
  await expect(driveNow({ kind: 'verify', trailId, params: {} }, { verify: () => Promise.reject(fault) })).rejects.toBe(fault);

  const cancelled = await driveNow({ kind: 'verify', trailId, params: {}, signal: AbortSignal.timeout(300) }, { verify: endless });
  expect(cancelled.state).toBe('cancelled');
  await expect(driveNow({ kind: 'import', trailId, params: {} }, {})).rejects.toMatchObject({ code: 'RUN_KIND' });
});

test('runs are listed newest first, each trail its own', async () => {
  const [a, b] = [await queue(), await queue()];
  const foreign = await appTransaction((tx) => createRun(tx, { kind: 'import', trailId: other, params: {}, startedBy: null }));
  expect((await listRuns(trailId)).map((run) => run.runId)).toEqual([b, a]);
  expect((await listRuns(trailId, { before: b })).map((run) => run.runId)).toEqual([a]);
  expect(await listRuns(trailId, { kinds: ['import'] })).toEqual([]);
  expect(await getRun(trailId, foreign)).toBeNull();
  expect(await getRunAlias(foreign)).toBe('other');
  expect(await getRunAlias(foreign + 1)).toBeNull();
  const none = await followRun(trailId, foreign, new AbortController().signal).next();
  expect(none.done).toBe(true);
});

test('leaving a stream stops nothing', async () => {
  const runId = await queue();
  start(endless);
  await until(runId, 'running');
  const leave = new AbortController();
  for await (const message of followRun(trailId, runId, leave.signal)) {
    if (message.type === 'run' && message.done > 0) leave.abort();
  }
  await sleep(1500);
  const run = await getRun(trailId, runId);
  expect(run?.state).toBe('running');
  expect(hasEnded(run?.state ?? 'done')).toBe(false);
});
