// A verification as a run: what it leaves in the trail, in the tables and in the home; what stops it, and what must not stop it.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { sha256 } from '@/core/sha256';
import { isDatabaseAway } from '@/db/database-away';
import { scopeOf } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { insertEvents, insertTrail } from '@/db/test/events';
import { writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import { getRun, listFindings } from '@/features/runs/queries';
import { vkeyTextOf } from '@/features/sealing/log-key';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { addToFindingsFile, findingsFile } from './findings-file';
import { type Verdict, type VerifyProgress, verifyRange } from './run';
import { verifyResult } from './schema';
import { named, verifyAll } from './test/verify-all';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 120_000 });

const { superuser: sql, home } = await freshDatabase();
let made = 0;
// many rows whose hashes are none: slow to judge, and every one a finding
const ROWS = 60_000;
let unsound: { trailId: NewTrail['trailId']; origin: string };

beforeAll(async () => {
  await ensureFirstTrails();
  unsound = { trailId: await insertTrail(sql, 'unsound'), origin: 'audit.example.com/unsound' };
  await insertEvents(sql, { trailId: unsound.trailId, events: ROWS, start: '2026-09-20T00:00:00Z', stepSeconds: 60 });
  await sql`analyze audit_event`;
});

async function trailOf(events: number): Promise<NewTrail> {
  const trail = await makeTrail(`r-${++made}`);
  if (events > 0) await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(events)));
  return trail;
}

const drive = async (trailId: NewTrail['trailId'], params: object = {}, signal?: AbortSignal) => {
  const row = await driveNow({ kind: 'verify', trailId, params: { ...params }, signal }, { verify: verifyRun });
  return { row, result: verifyResult.parse(row.result) };
};
const toldIn = (trailId: number) =>
  sql`select seq::int as seq, resource_id, details::text as details, actor_type, actor_id from audit_event where trail_id = ${trailId} and action = 'verification.finished' order by seq`;

test('a verification stands in its trail, the next one checks one event more, and both verifiers find the trail whole', async () => {
  const trail = await trailOf(9);
  const first = await drive(trail.trailId);
  expect(await getRun(trail.trailId, first.row.runId)).toMatchObject({ state: 'done', done: 10, fromSeq: 0, toSeq: 10, counts: {} });
  expect(first.result).toMatchObject({
    from: 0,
    to: 10,
    checked: 10,
    counts: {},
    state: 'consistent',
    findings: 0,
    kept: 0,
    event: { seq: 10 },
    notRecorded: null,
  });
  const [told] = await toldIn(trail.trailId);
  expect(told).toMatchObject({ seq: 10, resource_id: String(first.row.runId), actor_type: 'system', actor_id: 'indelible' });
  expect(JSON.parse(told?.details)).toEqual({
    ...{ from: 0, to: 10, to_event_hash: first.result.toEventHash, counts: {}, state: 'consistent' },
    ...{
      keys: first.result.keys,
      key_hashes: [sha256(vkeyTextOf(trail.origin)).toString('hex')],
      unsealed: { events: 10, oldest_ms: first.result.unsealed?.oldestMs },
      signed_to: 0,
      proven_to: 0,
    },
    ...{ sealed_values: { sealed: 0, erased: 0 }, listed: { compared: 0, opened: 0, uncompared: 0 } },
  });

  const second = await drive(trail.trailId);
  expect(second.result).toMatchObject({ checked: 11, to: 11, state: 'consistent' });
  expect((await drive(trail.trailId, { from: 4, to: 6 })).result).toMatchObject({ from: 4, to: 6, checked: 2, event: { seq: 12 } });
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});

test("the trail of the product's own acts can be verified too", async () => {
  const [own] = await sql`select trail_id from trail where alias = 'indelible'`;
  expect((await drive(own?.trail_id)).result.state).toBe('consistent');
  expect((await drive(own?.trail_id)).result.state).toBe('consistent');
});

test('what an earlier verification saw must still be there: its own event too', async () => {
  const trail = await trailOf(9);
  await drive(trail.trailId);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const table of ['audit_event', 'event_key']) await tx.unsafe(`delete from ${table} where trail_id = ${trail.trailId} and seq >= 10`);
    await tx`delete from trail_head where trail_id = ${trail.trailId}`;
  });
  const verdict = await verifyAll({ trail, scope: trail.scope });
  expect(verdict.findings.filter(({ code }) => code === 'TRUNCATED')).toEqual([{ code: 'TRUNCATED', seq: 10, expected: '11', found: '10', lastGood: 9 }]);
});

test('a trail that can take no event, for its head is forged, is verified all the same, and the verdict says that it is not recorded', async () => {
  const trail = await trailOf(3);
  await sql`update trail_head set mac = decode(repeat('00', 32), 'hex') where trail_id = ${trail.trailId}`;
  const { row, result } = await drive(trail.trailId);
  expect(row.state).toBe('done');
  expect(result).toMatchObject({ state: 'broken', counts: { HEAD_FORGED: 1 }, event: null, notRecorded: 'HEAD_FORGED' });
  expect(await listFindings(trail.trailId, row.runId)).toMatchObject([{ n: 0, code: 'HEAD_FORGED', seq: 4 }]);
});

test('of more than 10,000 findings the first 10,000 are kept, all are counted and all lie in a file', async () => {
  const { row, result } = await drive(unsound.trailId);
  expect(result).toMatchObject({ state: 'broken', checked: ROWS, to: ROWS, kept: 10_000 });
  expect(result.findings).toBe(Object.values(result.counts).reduce((sum, n) => sum + n, 0));
  expect(result.findings).toBeGreaterThan(ROWS);
  expect(await listFindings(unsound.trailId, row.runId, { limit: 20_000 })).toHaveLength(10_000);
  const lines = fs.readFileSync(findingsFile(row.runId), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(result.findings);
  expect(JSON.parse(lines[0] as string)).toMatchObject({ seq: 0, lastGood: null });
  expect(fs.statSync(findingsFile(row.runId)).mode & 0o777).toBe(0o600);
});

test('what another run of the same number left behind is none of its findings, and what lies beside the walk is', async () => {
  const { trailId } = await trailOf(3);
  const [{ next }] = (await sql`select coalesce(max(run_id), 0)::int + 1 as next from run`) as unknown as [{ next: number }];
  fs.mkdirSync(path.dirname(findingsFile(next)), { recursive: true });
  fs.writeFileSync(findingsFile(next), '{"code":"EVENT_HASH"}\n');
  const { row } = await drive(trailId);
  expect(row.runId).toBe(next);
  expect(fs.existsSync(findingsFile(next))).toBe(false);
  const finding = { code: 'STATE_UNLOGGED', seq: null, expected: 'none', found: 'account u', lastGood: null } as const;
  await addToFindingsFile(next, [finding]);
  expect(fs.existsSync(findingsFile(next))).toBe(false); // the database keeps all
  fs.writeFileSync(findingsFile(next), '{}\n');
  await addToFindingsFile(next, [finding]);
  expect(fs.readFileSync(findingsFile(next), 'utf8')).toBe(`{}\n${JSON.stringify(finding)}\n`);
});

/** Walks until something was checked, does it, and walks on. */
async function walkAnd(what: () => unknown, signal?: AbortSignal): Promise<{ verdict: Verdict; told: VerifyProgress[] }> {
  const walk = verifyRange({ trail: unsound, scope: scopeOf(unsound.trailId), signal });
  const told: VerifyProgress[] = [];
  for (;;) {
    const step = await walk.next();
    if (step.done) return { verdict: step.value, told };
    if (step.value.checked > 0 && !told.some(({ checked }) => checked > 0)) await what();
    told.push(step.value);
  }
}
const copying = async () =>
  (await sql`select count(*)::int as n from pg_stat_activity where application_name = 'indelible copy' and datname = current_database()`)[0]?.n;

test('cancelled half-way: what was checked stays checked, nothing is said of the rest, and the server stops its work', async () => {
  const abort = new AbortController();
  const { verdict, told } = await walkAnd(() => abort.abort(), abort.signal);
  expect(told[0]).toMatchObject({ checked: 0, total: ROWS });
  expect(verdict.isCancelled).toBe(true);
  expect(verdict.checked).toBeGreaterThan(0);
  expect(verdict.checked).toBeLessThan(ROWS);
  expect(verdict.to).toBe(verdict.checked);
  expect(Object.keys(verdict.counts)).not.toContain('TRUNCATED');
  await expect.poll(copying, { timeout: 5_000 }).toBe(0);
});

test('a cancelled run of a good trail says cancelled in its trail', async () => {
  const trail = await trailOf(20);
  const abort = new AbortController();
  const reports: number[] = [];
  const row = await driveNow(
    {
      kind: 'verify',
      trailId: trail.trailId,
      params: {},
      signal: abort.signal,
      onReport: ({ done }) => {
        reports.push(done ?? -1);
        abort.abort();
      },
    },
    { verify: verifyRun },
  );
  expect(row.state).toBe('cancelled');
  const [told] = await toldIn(trail.trailId);
  expect(JSON.parse(told?.details)).toMatchObject({ state: 'cancelled', counts: {} });
  expect((await drive(trail.trailId)).result.state).toBe('consistent');
});

test('a database that goes away, or a statement that is cancelled, is a fault and no finding', async () => {
  const end = (how: string) => () =>
    sql.unsafe(`select ${how}(pid) from pg_stat_activity where application_name = 'indelible copy' and datname = current_database()`);
  const away = await walkAnd(end('pg_terminate_backend')).catch((cause) => cause);
  expect(away).toBeInstanceOf(Error);
  expect(isDatabaseAway(away)).toBe(true);
  await expect(walkAnd(end('pg_cancel_backend'))).rejects.toThrow(/cancel/);
  await expect.poll(copying, { timeout: 5_000 }).toBe(0);
});

test('a row of the runs that somebody changed adds a finding, and hides none', async () => {
  const trail = await trailOf(5);
  await drive(trail.trailId);
  await sql`update run set to_seq = -7, result = '{"event": "x"}' where trail_id = ${trail.trailId}`;
  expect((await verifyAll({ trail, scope: trail.scope })).state).toBe('consistent');
  await sql`update run set to_seq = 500 where trail_id = ${trail.trailId}`;
  expect(named(await verifyAll({ trail, scope: trail.scope }))).toEqual(['TRUNCATED@7']);
});
