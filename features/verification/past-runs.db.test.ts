// The list of runs is read from the trail (SPEC §8): what a superuser writes into a row of `run`, or that he takes it away, changes none that the trail tells of.
import { beforeAll, expect, test, vi } from 'vitest';
import { signAct } from '@/core/act';
import { newObject } from '@/core/json';
import { signatureLine, writeNote } from '@/core/signed-note';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import { getRun, type ShownRun } from '@/features/runs/queries';
import { startRunner } from '@/features/runs/runner';
import { logKeyOf } from '@/features/sealing/log-key';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { systemDraft } from '@/features/trail/mutations/system-draft';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { type ToldRun, toldRun } from '@/features/trail/told-run';
import { startVerification } from './mutations/start-verification';
import { pastRunOf } from './past-rows';
import { checkedText, type PastRun, resultText, runSentence, startedText } from './past-run';
import { getPastRun, listPastRuns } from './queries/past-runs';
import { runLines } from './run-line';
import type { VerifyResult } from './schema';
import { verdictParts } from './verdict-parts';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000 });
const { superuser: sql } = await freshDatabase();
let made = 0;
let ines = { userId: '', role: 'officer' };
let max = '';

beforeAll(async () => {
  await ensureFirstTrails();
  const accounts = await sql<{ id: string }[]>`
    insert into app_user (email, name, role) values ('ines@example.com', 'Ines Hartmann', 'officer'), ('max@example.com', 'Max Vogel', 'admin') returning user_id as id`;
  ines = { userId: accounts[0]?.id as string, role: 'officer' };
  max = accounts[1]?.id as string;
});

async function trailOf(events: number): Promise<NewTrail> {
  const trail = await makeTrail(`p-${++made}`);
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(events)));
  await seal(trail);
  return trail;
}
const seal = async (trail: NewTrail) => expect(await sealTrail(trail)).toMatchObject({ ok: true });
const list = (trail: NewTrail) => listPastRuns(trail, { limit: 50 });
/** What waits in the queue, worked on as the web server does. */
async function work(trail: NewTrail, runId: number) {
  const runner = startRunner({ verify: verifyRun });
  await expect.poll(async () => (await getRun(trail.trailId, runId))?.state, { timeout: 30_000 }).toBe('done');
  await runner.stop();
}
async function askedByInes(trail: NewTrail, params: { deep?: boolean } = {}): Promise<number> {
  const runId = await startVerification({ trailId: trail.trailId, origin: trail.origin, params, person: ines });
  await work(trail, runId);
  return runId;
}
/** Its first events go, by an act that says so. */
async function archiveFirst(trail: NewTrail, count: number) {
  const details = signAct(trail.origin, 'partition.archived', Object.assign(newObject(), { from_seq: 0, to_seq: count, count }), logKeyOf(trail.origin));
  const act = systemDraft({ action: 'partition.archived', occurredAt: appClock(), resourceType: 'partition', resourceId: '0', details });
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, [act]));
  await seal(trail);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from audit_event where trail_id = ${trail.trailId} and seq < ${count}`;
  });
}
/** Changed in place by somebody with write access to the database. */
async function tamper(trail: NewTrail, seq: number) {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set actor_id = 'mallory' where trail_id = ${trail.trailId} and seq = ${seq}`;
  });
}

test('a run whose row is dated otherwise, given to somebody else or to the schedule keeps the time, the person and the kind that are told', async () => {
  const trail = await trailOf(30);
  const runId = await askedByInes(trail);
  const [honest] = await list(trail);
  expect(honest).toMatchObject({ runId, telling: 'told', isClean: true, by: 'Ines Hartmann', schedule: null });
  expect(Math.abs(Date.parse(honest?.finishedAt ?? '') - Date.now())).toBeLessThan(30_000);

  await sql`update run set started_at = '2025-01-01', finished_at = '2025-01-01', started_by = ${max} where run_id = ${runId}`;
  expect(await list(trail)).toMatchObject([{ runId, finishedAt: honest?.finishedAt, by: 'Ines Hartmann', isClean: true }]);
  await sql`update run set finished_at = now() + interval '1 year', started_by = null, params = params || '{"schedule": "weekly", "settles": {}}' where run_id = ${runId}`;
  expect(await list(trail)).toMatchObject([{ runId, finishedAt: honest?.finishedAt, by: 'Ines Hartmann', schedule: null }]);
  const page = await getPastRun(trail, runId, await getRun(trail.trailId, runId));
  expect(page).toMatchObject({ finishedAt: honest?.finishedAt, by: 'Ines Hartmann', schedule: null });
});

test('a deep verification that somebody asked for is told as one, by who asked, by the run and in the list', async () => {
  const trail = await trailOf(10);
  const runId = await askedByInes(trail, { deep: true });
  const told = await sql<{ action: string; details: object }[]>`
    select action, details from audit_event where resource_type = 'run' and resource_id = ${String(runId)} order by action`;
  expect(told).toMatchObject([
    { action: 'verification.finished', details: { state: 'holds', deep: true } },
    { action: 'verification.started', details: { trail: trail.origin, deep: true } },
  ]);
  expect(runLines(await list(trail), [])).toMatchObject([{ runId, by: 'Ines Hartmann', what: '0 – 10, deep' }]);
});

test('what the verdict names beside what was found is told too, and no row changes it', async () => {
  const trail = await trailOf(30);
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(5)));
  const runId = await askedByInes(trail);
  const written = (await getRun(trail.trailId, runId))?.result as VerifyResult;
  const names = (verdict: VerifyResult | null | undefined) => verdict && verdictParts(verdict, false).map(({ label, value }) => `${label}: ${value}`);
  expect(names(written)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Sealed to: .* signature holds$/), expect.stringMatching(/^Not yet sealed: [1-9]/), 'Sealed values: none']),
  );
  const page = async () => await getPastRun(trail, runId, await getRun(trail.trailId, runId));
  const lie = {
    keys: [],
    unsealed: { events: 0, oldestMs: null },
    provenBy: 'guard',
    signedTo: 3,
    sealedValues: { sealed: 9, erased: 9 },
    listed: { compared: 9, opened: 9 },
  };
  await sql`update run set result = result || ${sql.json(lie)} where run_id = ${runId}`;
  expect(names((await page())?.verdict)).toEqual(names(written));
  expect((await page())?.verdict?.signedTo).toBe(written.signedTo);
  expect(names((await list(trail))[0]?.verdict)).toEqual(names(written));
  await sql`delete from run where run_id = ${runId}`;
  expect(names((await page())?.verdict)).toEqual(names(written));
});

test('a note of ours of more events than an event can name: what was found is recorded all the same, and how far was signed is not told', async () => {
  const trail = await trailOf(10);
  const { origin } = trail;
  const text = `${origin}\n${2n ** 60n}\n${Buffer.alloc(32, 5).toString('base64')}\n`; // no trail of ours has as many: by who stole the key
  const note = writeNote(text, [signatureLine(origin, logKeyOf(origin), text)]);
  const ended = await driveNow({ kind: 'verify', trailId: trail.trailId, params: { notes: [note] } }, { verify: verifyRun });
  expect(ended.result).toMatchObject({ state: 'broken', counts: { TRUNCATED: 1 }, notRecorded: null, event: expect.anything() });
  expect(await list(trail)).toMatchObject([{ telling: 'told', verdict: { signedTo: undefined, counts: { TRUNCATED: 1 } } }]);
});

test('of a run whose event says nothing of these no row is believed', async () => {
  const trail = await trailOf(10);
  await askedByInes(trail);
  const [run] = await list(trail);
  const { runId } = run as PastRun;
  const row = (await getRun(trail.trailId, runId)) as ShownRun;
  const [event] = await sql<Parameters<typeof toldRun>[0][]>`
    select seq::int, action, resource_id as "resourceId", details::text, '2026-11-20T00:00:00.000000Z' as "recordedAt", '2026-11-20T00:00:00.000000Z' as "occurredAt"
    from audit_event where trail_id = ${trail.trailId} and action = 'verification.finished'`;
  if (!event) throw new Error('it was not told');
  const { unsealed: _, ...older } = JSON.parse(event.details);
  for (const details of [older, { ...older, unsealed: 'none' }, { ...older, unsealed: { events: -1, oldest_ms: null } }]) {
    const said = toldRun({ ...event, details: JSON.stringify(details) }) as ToldRun;
    const shown = pastRunOf(row, { telling: 'told', said, eventHash: '', asker: null });
    expect(shown.verdict).toMatchObject({ state: 'holds', keys: undefined, unsealed: undefined, signedTo: undefined, provenBy: undefined, sealedValues: null });
    expect(verdictParts(shown.verdict as VerifyResult, false)).toEqual(expect.arrayContaining([{ label: 'Not yet sealed', value: 'not told' }]));
  }
});

test('a run that a row alone asked for, in the name of the schedule or of somebody, is told of nobody', async () => {
  const trail = await trailOf(10);
  for (const [by, params] of [
    [null, { schedule: 'weekly', settles: {} }],
    [max, {}],
  ] as const) {
    const [row] = await sql<{ id: string }[]>`
      insert into run (kind, trail_id, state, params, started_by) values ('verify', ${trail.trailId}, 'queued', ${sql.json(params)}, ${by}) returning run_id as id`;
    const runId = Number(row?.id);
    await work(trail, runId);
    const [run] = await list(trail);
    expect(run).toMatchObject({ runId, telling: 'told', by: 'command line, or not known', schedule: null });
    expect(run && startedText(run)).toBe('at the command line or by somebody not known');
  }
});

test('a run whose row is deleted stays in the list, with its own page, and what it found stays said', async () => {
  const trail = await trailOf(30);
  const clean = await askedByInes(trail);
  await tamper(trail, 20);
  const broken = await askedByInes(trail);
  await seal(trail);
  await sql`delete from run where trail_id = ${trail.trailId}`;
  const runs = await list(trail);
  expect(runs).toMatchObject([
    { runId: broken, by: 'Ines Hartmann', isByEventAlone: true, isClean: false, verdict: { state: 'broken', counts: { EVENT_HASH: 1 } } },
    { runId: clean, by: 'Ines Hartmann', isByEventAlone: true, isClean: true, verdict: { from: 0, to: 31, checked: 31 } },
  ]);
  expect(runs.map(resultText)).toEqual(['Broken: 1 finding in 32 events; row gone or false', '31 events hold, sealed to 30; row gone or false']);
  expect(runLines(runs, []).map(({ tone }) => tone)).toEqual(['broken', 'warning']);
  const page = await getPastRun(trail, clean, null);
  expect(page && runSentence(page, [])).toBe(
    `All 31 events hold, 0 to 30: sealed to 30, not anchored. So the trail tells it: the row of run ${clean} is gone from the database, or says otherwise.`,
  );
  expect(await getPastRun(trail, broken + 1000, null)).toBeNull();
});

test('a run that checked nothing, since its events are archived, stays in the list when its row is deleted or says that they hold', async () => {
  const trail = await trailOf(10);
  await archiveFirst(trail, 5);
  const ended = await driveNow({ kind: 'verify', trailId: trail.trailId, params: { from: 0, to: 3 } }, { verify: verifyRun });
  expect(ended.result).toMatchObject({ state: 'not_covered', checked: 0, counts: {} });
  await seal(trail);
  const [{ id: runId } = { id: 0 }] = await sql<{ id: number }[]>`select max(run_id)::int as id from run`;
  const said = { runId, isByEventAlone: true, isClean: false, telling: 'told', verdict: { state: 'not_covered', from: 0, to: 3, checked: 0 } };
  await sql`update run set result = result || '{"state": "holds", "checked": 3}' where run_id = ${runId}`;
  expect(await list(trail)).toMatchObject([said]);
  await sql`delete from run where run_id = ${runId}`;
  const runs = await list(trail);
  expect(runs).toMatchObject([said]);
  expect(runs.map(resultText)).toEqual(['Nothing was there to check; 3 lawfully away; row gone or false']);
  expect(runs.map(checkedText)).toEqual(['was to check 0 – 2']);
  expect(runs.map((run) => runSentence(run, []))).toEqual([
    `Nothing was checked: no event of [0,3) is here. 3 events are archived, lawfully. So the trail tells it: the row of run ${runId} is gone from the database, or says otherwise.`,
  ]);
});

test('a row that says less was found, or that its run has not ended, is shown by its event; one that says more stands', async () => {
  const trail = await trailOf(30);
  await tamper(trail, 20);
  await driveNow({ kind: 'verify', trailId: trail.trailId, params: {} }, { verify: verifyRun });
  const [{ id } = { id: 0 }] = await sql<{ id: number }[]>`select max(run_id)::int as id from run`;
  const said = { isByEventAlone: true, state: 'done', verdict: { state: 'broken', counts: { EVENT_HASH: 1 } } };
  const slight = { state: 'broken', findings: 1, counts: { SOURCE_GAP: 1 } };
  const asItWas = await sql`select state, result from run where run_id = ${id}`;
  for (const change of [
    sql`result = result || '{"state": "holds", "findings": 0, "counts": {}}'`,
    sql`result = result || '{"counts": {"SOURCE_GAP": 1}}'`,
    sql`result = null, state = 'interrupted'`,
    sql`result = null, state = 'failed'`,
  ]) {
    await sql`update run set ${change} where run_id = ${id}`;
    expect(await list(trail)).toMatchObject([said]);
    await sql`update run set state = ${asItWas[0]?.state}, result = ${sql.json(asItWas[0]?.result)} where run_id = ${id}`;
  }
  await sql`update run set params = params || '{"to": 31}', result = result || ${sql.json({ ...slight, to: 5 })} where run_id = ${id}`;
  expect(await list(trail)).toMatchObject([said]);
});
