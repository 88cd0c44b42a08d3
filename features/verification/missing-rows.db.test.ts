// Rows of findings that somebody took away are missing aloud: the event of the run counts what it found.
import { beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import { getRun, type ShownRun } from '@/features/runs/queries';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { tellWaiting } from '@/features/trail/mutations/tell-waiting';
import { clearRefusal, writeRefusal } from '@/features/trail/refusal-file';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { readFindingPage } from './finding-page';
import { missingRows } from './missing-rows';
import { runSentence } from './past-run';
import { getPastCheck } from './queries/past-checks';
import { getPastRun } from './queries/past-runs';
import { resourceRun } from './resource-run';
import { incidentOfRun } from './test/incident-of';
import { verifyRun } from './verify-run';

const { superuser: sql } = await freshDatabase();
const merchant = { type: 'merchant', id: 'M-2207' };
let made = 0;

beforeAll(async () => void (await ensureFirstTrails()));

/** Of which three events were altered. */
async function alteredTrail(): Promise<NewTrail> {
  const trail = await makeTrail(`m-${++made}`);
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(8, { resource_type: merchant.type, resource_id: merchant.id })));
  await seal(trail);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set actor_id = 'mallory' where trail_id = ${trail.trailId} and seq in (2, 4, 6)`;
  });
  return trail;
}
const seal = async (trail: NewTrail) => expect(await sealTrail(trail)).toMatchObject({ ok: true });
const verify = async ({ trailId }: NewTrail) => (await driveNow({ kind: 'verify', trailId, params: {} }, { verify: verifyRun })).runId;

/** What the run's page says of what is missing. */
async function missingOf(trail: NewTrail, runId: number) {
  const run = await getPastRun(trail, runId, await getRun(trail.trailId, runId));
  const { findings } = await readFindingPage(trail, trail.scope, runId, {});
  if (!run?.verdict) throw new Error('it has no verdict');
  return missingRows(run, run.verdict.findings, findings.length);
}

test('what was taken away is missing on the page and in the incident file, whatever the row of the run counts', async () => {
  const trail = await alteredTrail();
  const runId = await verify(trail);
  expect(await missingOf(trail, runId)).toBeNull();
  expect((await incidentOfRun(trail, runId, 'EVENT_HASH')).text).not.toContain('\nmissing');

  await sql`delete from run_finding where run_id = ${runId} and n = 1`;
  const one = '1 of the 3 findings that the event of this run counts is not listed: its row is gone from the database.';
  expect(await missingOf(trail, runId)).toEqual({ text: one, areGone: true });
  expect((await incidentOfRun(trail, runId, 'EVENT_HASH')).text).toContain(`\nmissing    ${one}\n`);
  const run = await getPastRun(trail, runId, await getRun(trail.trailId, runId));
  const { findings } = await readFindingPage(trail, trail.scope, runId, {});
  expect(run && runSentence(run, findings)).toBe('Three events were altered.'); // which they are is not known of all
  await sql`update run set counts = '{"EVENT_HASH": 2}', result = result || '{"counts": {"EVENT_HASH": 2}, "findings": 2, "kept": 2}' where run_id = ${runId}`;
  expect(await missingOf(trail, runId)).toEqual({ text: one, areGone: true });

  await sql`delete from run where run_id = ${runId}`;
  const all = 'None of the 3 findings that the event of this run counts is listed: their rows are gone from the database.';
  expect(await missingOf(trail, runId)).toEqual({ text: all, areGone: true });
});

test('so it is of the check of a resource', async () => {
  const trail = await alteredTrail();
  const { runId } = await driveNow({ kind: 'resource', trailId: trail.trailId, params: merchant }, { resource: resourceRun });
  const missing = async () => {
    const run = await getPastCheck(trail, (await getRun(trail.trailId, runId)) as ShownRun);
    const { findings } = await readFindingPage(trail, trail.scope, runId, {});
    return run?.result && missingRows(run, run.result.findings, findings.length);
  };
  expect(await missing()).toBeNull();
  await sql`delete from run_finding where run_id = ${runId} and n > 0`;
  expect(await missing()).toMatchObject({
    text: expect.stringMatching(/^2 of the 3 findings that the event of this run counts are not listed/),
    areGone: true,
  });
});

test('of a run whose process was killed before it wrote its rows it is not said that somebody took them away', async () => {
  const trail = await alteredTrail();
  writeRefusal(trail.origin, { since: '2026-11-26T10:00:00.000000Z', reason: 'a test says so' });
  const runId = await verify(trail); // its event waits
  // as the kill leaves it between the file of the act and the commit of the rows
  await sql`delete from run_finding where run_id = ${runId}`;
  await sql`update run set state = 'interrupted', result = '{"interruptions": 1}', finished_at = null where run_id = ${runId}`;
  clearRefusal(trail.origin);
  expect(await tellWaiting(trail.origin, { now: Date.now() + 61_000 })).toBe(1);
  await seal(trail);
  const missing = await missingOf(trail, runId);
  expect(missing).toMatchObject({ areGone: false });
  expect(missing?.text).toMatch(/^None of the 3 findings that the event of this run counts is listed: the database has no row of them, and had none when/);
});
