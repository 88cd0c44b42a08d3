// The check of one resource as a run: who asks for it twice is led to the one under way; one whose process ends half-way begins anew, and says nothing of what it had seen.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { RunKindName, RunState } from '@/db/schema/run';
import { freshDatabase } from '@/db/test/database';
import { appTransaction, writeTransaction } from '@/db/transaction';
import { requestCancel } from '@/features/runs/mutations/cancel-run';
import { createRun } from '@/features/runs/mutations/create-run';
import { getRun, listFindings } from '@/features/runs/queries';
import { type Runner, startRunner } from '@/features/runs/runner';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { processStart } from '@/lib/process';
import { resumeVerification } from './mutations/resume-verification';
import { findOpenCheck } from './queries/open-verification';
import { resourceRun } from './resource-run';
import { resourceResult } from './resource-schema';

vi.setConfig({ testTimeout: 60_000 });

const { superuser: sql } = await freshDatabase();
const HOT = { type: 'merchant', id: "M-2207 o'b" };
const EVENTS = 300;
let trail: NewTrail;
let other: NewTrail;

beforeAll(async () => {
  await ensureFirstTrails();
  [trail, other] = [await trailOf('checked'), await trailOf('other')];
});

async function trailOf(alias: string): Promise<NewTrail> {
  const trail = await makeTrail(alias);
  const drafts = apiDrafts(EVENTS, { resource_type: HOT.type, resource_id: HOT.id });
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts));
  expect(await sealTrail(trail)).toMatchObject({ ok: true });
  return trail;
}

let runners: Runner[] = [];
let undo: string[] = [];
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop()));
  for (const statement of undo) await attack(statement);
  [runners, undo] = [[], []];
  await sql`delete from run`;
});

const attack = (statement: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statement);
  });
const start = () => {
  const runner = startRunner({ resource: resourceRun });
  runners.push(runner);
  return runner;
};
const queue = (params: Record<string, unknown> = HOT, kind: RunKindName = 'resource', { trailId } = trail) =>
  appTransaction((tx) => createRun(tx, { kind, trailId, params, startedBy: null }));
const until = (runId: number, state: RunState) => expect.poll(async () => (await getRun(trail.trailId, runId))?.state, { timeout: 30_000 }).toBe(state);
const resultOf = async (runId: number) => resourceResult.parse((await getRun(trail.trailId, runId))?.result);
const told = () => sql`select resource_id from audit_event where action = 'resource.verified' order by recorded_at`;
const copying = async () =>
  (
    await sql`select count(*)::int as n from pg_stat_activity
      where application_name = 'indelible copy' and datname = current_database() and state = 'active' and query ilike 'copy%'`
  )[0]?.n;

/** The server is at the rows: whether it sends the first ones at once or sorts them all before is the planner's choice. */
const underWay = () => expect.poll(copying, { timeout: 30_000 }).toBeGreaterThan(0);

/** Some fifteen seconds for the rows that a walk reads: whoever stops it is in time, however busy the machine. */
async function slowRows() {
  const [{ text = '' } = {}] = await sql<{ text: string }[]>`select pg_get_viewdef('event_view'::regclass) as text`;
  const body = text.replace(/;\s*$/, '');
  const put = (condition: string) => attack(`create or replace view event_view as select * from (${body}) v ${condition}`);
  undo.push(`create or replace view event_view as ${body}`);
  await put("where current_query() not ilike 'copy%' or pg_sleep(0.1) is not null");
  return () => put('');
}

test('who asks for the same check again is led to the one that waits or works, and to no other', async () => {
  const open = (asked = HOT, { trailId } = trail) => findOpenCheck(trailId, asked);
  expect(await open()).toBeNull();
  // each is another question, or no check
  for (const more of [{ deep: true }, { vkeys: ['k'] }, { notes: ['n'] }]) await queue({ ...HOT, ...more });
  for (const not of [
    { type: HOT.id, id: HOT.type },
    { ...HOT, id: 'M-2207' },
    { ...HOT, type: '' },
  ])
    await queue(not);
  await queue(HOT, 'verify');
  const elsewhere = await queue(HOT, 'resource', other);
  expect(await open()).toBeNull();
  expect(await open(HOT, other)).toBe(elsewhere);

  const first = await queue();
  expect(await open()).toBe(first);
  const second = await queue();
  expect(await open()).toBe(second);
  const states: [RunState, boolean][] = [
    ...(['running', 'queued'] as const).map((state): [RunState, boolean] => [state, true]),
    ...(['done', 'cancelled', 'failed', 'interrupted'] as const).map((state): [RunState, boolean] => [state, false]),
  ];
  for (const [state, isOpen] of states) {
    await sql`update run set state = ${state} where run_id = ${second}`;
    expect(await open(), state).toBe(isOpen ? second : first);
  }
  const nameless = await queue({ type: '', id: HOT.id });
  expect(await open({ type: '', id: HOT.id })).toBe(nameless);
});

test('a server that stops hands its check back without a verdict; the next one checks everything anew and tells it once', async () => {
  await attack(`update audit_event set actor_id = 'somebody' where trail_id = ${trail.trailId} and seq = 1`);
  undo.push(`update audit_event set actor_id = 'u-1' where trail_id = ${trail.trailId} and seq = 1`);
  const before = (await told()).length;
  const quick = await slowRows();
  const runId = await queue();
  const first = start();
  await underWay();
  expect(await findOpenCheck(trail.trailId, HOT)).toBe(runId);
  await first.stop();
  expect(await getRun(trail.trailId, runId)).toMatchObject({ state: 'interrupted', result: { interruptions: 1 }, finishedAt: null });
  expect(await listFindings(trail.trailId, runId)).toEqual([]);
  expect(await told()).toHaveLength(before);
  expect(await findOpenCheck(trail.trailId, HOT)).toBeNull();
  await expect.poll(copying, { timeout: 5_000 }).toBe(0);

  await quick();
  start();
  await until(runId, 'done');
  expect(await resultOf(runId)).toMatchObject({
    state: 'broken',
    checked: EVENTS,
    proven: EVENTS - 1,
    firstSeq: 1,
    counts: { EVENT_HASH: 1 },
    findings: 1,
    kept: 1,
  });
  expect(await listFindings(trail.trailId, runId)).toMatchObject([{ n: 0, code: 'EVENT_HASH', seq: 1 }]);
  expect((await told()).slice(before)).toEqual([{ resource_id: String(runId) }]);
});

test('a check whose process was killed is taken up by whoever runs', async () => {
  const process = spawn('sleep', ['600']);
  const owner = JSON.stringify({ role: 'server', host: os.hostname(), pid: process.pid, start: processStart(process.pid as number), nonce: 'ab' });
  const runId = await queue();
  await sql`update run set state = 'running', owner = ${owner}, done = 30, counts = '{"EVENT_HASH": 3}', started_at = now(), heartbeat_at = now() where run_id = ${runId}`;
  await sql`insert into run_finding (run_id, n, code, seq) values (${runId}, 0, 'EVENT_HASH', 7)`;
  start();
  await new Promise((done) => setTimeout(done, 1_500));
  expect(await getRun(trail.trailId, runId)).toMatchObject({ state: 'running', owner });
  process.kill('SIGKILL');
  await once(process, 'close');
  await until(runId, 'done');
  expect(await resultOf(runId)).toMatchObject({ state: 'holds', checked: EVENTS, proven: EVENTS, counts: {}, findings: 0 });
  expect(await listFindings(trail.trailId, runId)).toEqual([]);
});

test('one that brought its process down three times waits for a person, who takes it up', async () => {
  const runId = await queue();
  const owner = JSON.stringify({ role: 'server', host: 'elsewhere' });
  await sql`update run set state = 'interrupted', owner = ${owner}, result = '{"interruptions": 3}' where run_id = ${runId}`;
  start();
  await new Promise((done) => setTimeout(done, 1_500));
  expect(await getRun(trail.trailId, runId)).toMatchObject({ state: 'interrupted' });
  const resume = (one: NewTrail) => resumeVerification({ trail: one, runId, person: { userId: '00000000-0000-4000-8000-000000000001', role: 'officer' } });
  expect(await resume(other), 'it is none of this trail').toMatchObject({ ok: false });
  expect(await resume(trail)).toEqual({ ok: true, run: runId });
  await until(runId, 'done');
  expect(await resultOf(runId)).toMatchObject({ state: 'holds', checked: EVENTS, proven: EVENTS });
  expect(await resume(trail)).toEqual({ ok: false, reason: 'The check is not interrupted.' });
});

test('one that a person stops ends with what it saw, and is not taken up', async () => {
  const quick = await slowRows();
  const runId = await queue();
  start();
  await underWay();
  expect(await appTransaction((tx) => requestCancel(tx, trail.trailId, runId))).toBe(true);
  await until(runId, 'cancelled');
  const { checked, ...result } = await resultOf(runId);
  expect(result).toMatchObject({ state: 'cancelled', view: 'stopped', findings: 0 });
  expect(checked).toBeLessThan(EVENTS);
  await quick();
  expect((await told()).at(-1)).toEqual({ resource_id: String(runId) });
});
