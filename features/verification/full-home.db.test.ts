// The trail takes no event and the disk of the home is full: what was found is not lost with the act that tells of it, and nothing is stopped that nobody could tell of.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { appTransaction, writeTransaction } from '@/db/transaction';
import { importRun } from '@/features/capture/import/import-run';
import { importSettings } from '@/features/capture/import/schema';
import { driveNow } from '@/features/runs/drive-now';
import { requestCancel } from '@/features/runs/mutations/cancel-run';
import { createRun } from '@/features/runs/mutations/create-run';
import { interruptDeadRuns } from '@/features/runs/mutations/interrupt-runs';
import { startRunner } from '@/features/runs/runner';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { tellWaiting } from '@/features/trail/mutations/tell-waiting';
import { clearRefusal, writeRefusal } from '@/features/trail/refusal-file';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { listWaiting } from '@/features/trail/waiting-acts';
import { resourceRun } from './resource-run';
import { resourceResult } from './resource-schema';
import { verifyResult } from './schema';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { superuser: sql, home } = await freshDatabase();
const real = fs.openSync;
const OWN = 'audit.example.com/indelible';
const EVENTS = 20;
let made = 0;
let trail: NewTrail;

beforeAll(() => ensureFirstTrails());
beforeEach(async () => {
  trail = await makeTrail(`full-${++made}`);
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(EVENTS)));
  for (const origin of [trail.origin, OWN]) writeRefusal(origin, { since: '2026-11-26T10:00:00.000000Z', reason: 'a test says so' });
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const origin of [trail.origin, OWN]) clearRefusal(origin);
});

/** No act can be kept. @returns makes room */
function fillHome(): () => void {
  const full = vi.spyOn(fs, 'openSync').mockImplementation((file, ...rest) => {
    if (String(file).includes(`${path.sep}waiting${path.sep}`)) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    return real(file, ...rest);
  });
  return () => full.mockRestore();
}
const rowOf = async (runId: number) => (await sql`select state, result from run where run_id = ${runId}`)[0];
const findingsOf = async (runId: number) => (await sql`select code, seq::int as seq from run_finding where run_id = ${runId}`).map((row) => ({ ...row }));

test('what a verification found stands in its row, which says that no event tells of it', async () => {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set actor_id = actor_id || 'x' where trail_id = ${trail.trailId} and seq = 7`;
  });
  fillHome();
  const { runId, state, result } = await driveNow({ kind: 'verify', trailId: trail.trailId, params: {} }, { verify: verifyRun });
  expect(state).toBe('done');
  const verdict = verifyResult.parse(result);
  expect(verdict).toMatchObject({ state: 'broken', notRecorded: 'SIGNER_REFUSED', counts: { EVENT_HASH: 1 } });
  expect(verdict.act).toBeUndefined();
  expect(await findingsOf(runId)).toEqual([{ code: 'EVENT_HASH', seq: 7 }]);

  // who takes that row away and puts the event back is found out by the next run
  await sql`delete from run_finding where run_id = ${runId}`;
  await sql`delete from run where run_id = ${runId}`;
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set actor_id = left(actor_id, -1) where trail_id = ${trail.trailId} and seq = 7`;
  });
  vi.restoreAllMocks();
  for (const origin of [trail.origin, OWN]) clearRefusal(origin);
  const next = await driveNow({ kind: 'verify', trailId: trail.trailId, params: {} }, { verify: verifyRun });
  expect(verifyResult.parse(next.result)).toMatchObject({ state: 'broken', counts: { EVENT_HASH: 1 }, foundBefore: { run: runId, findings: 1 } });
});

test('so does what the check of a resource found', async () => {
  const [row] = await sql`select resource_type as type, resource_id as id from audit_event where trail_id = ${trail.trailId} and seq = 7`;
  fillHome();
  const { state, result } = await driveNow({ kind: 'resource', trailId: trail.trailId, params: { type: row?.type, id: row?.id } }, { resource: resourceRun });
  expect(state).toBe('done');
  const verdict = resourceResult.parse(result);
  expect([verdict.notRecorded, verdict.act]).toEqual(['SIGNER_REFUSED', undefined]);
});

const RECORDS = 3;
const params = () => {
  const file = path.join(home, 'few.jsonl');
  const one = { occurred_at: '2026-01-01T00:00:00Z', actor_type: 'user', actor_id: 'anna', action: 'record.read', outcome: 'success' };
  fs.writeFileSync(file, Array.from({ length: RECORDS }, (_, n) => JSON.stringify({ id: `r-${n}`, ...one })).join('\n'));
  return { settings: importSettings.parse({ format: 'jsonl' }), files: [{ path: file, name: 'few.jsonl' }] };
};

test('a held import is not stopped, and it is said why; with room it is', async () => {
  const runId = await appTransaction((tx) => createRun(tx, { kind: 'import', trailId: trail.trailId, params: params(), startedBy: null }));
  const runner = startRunner({ import: importRun });
  await expect.poll(async () => (await rowOf(runId))?.state, { timeout: 20_000 }).toBe('interrupted');
  await runner.stop();
  const cancel = () => appTransaction((tx) => requestCancel(tx, trail.trailId, runId));
  const makeRoom = fillHome();
  await expect(cancel()).rejects.toMatchObject({ code: 'DISK_FULL', hint: expect.stringContaining('Make room') });
  expect(await rowOf(runId)).toMatchObject({ state: 'interrupted' });
  makeRoom();
  expect(await cancel()).toBe(true);
  expect(await rowOf(runId)).toMatchObject({ state: 'cancelled', result: { act: listWaiting().at(-1)?.id } });
});

test('an act that another process put into the row of the run that it ended is not taken away by who kept it', async () => {
  clearRefusal(trail.origin); // the records go in; that it was stopped is not told
  const stop = new AbortController();
  const ended: typeof importRun = (run, tools) =>
    importRun(run, {
      ...tools,
      complete: async (...args) => {
        await sql`update run set heartbeat_at = now() - interval '1 h', cancel_requested_at = now() where run_id = ${run.runId}`;
        await interruptDeadRuns();
        return tools.complete(...args);
      },
    });
  const onReport = ({ counts }: { counts?: Record<string, number> }) => counts?.read === RECORDS && stop.abort(new Error('Ctrl-C'));
  await driveNow({ kind: 'import', trailId: trail.trailId, params: params(), signal: stop.signal, onReport }, { import: ended }).catch(() => {});
  const [row] = await sql`select run_id::int as id, state, result ->> 'act' as act from run where trail_id = ${trail.trailId}`;
  expect(row).toMatchObject({ state: 'cancelled', act: expect.any(String) });
  expect(listWaiting().map(({ id }) => id)).toContain(row?.act);
  clearRefusal(OWN);
  await tellWaiting(OWN, { now: Date.now() + 61_000 });
  const [told] = await sql`select details::jsonb as details from audit_event where id = ${row?.act}`;
  expect(told?.details).toMatchObject({ run: row?.id, state: 'cancelled', waited: true });
  expect(told?.details.unconfirmed).toBeUndefined();
});
