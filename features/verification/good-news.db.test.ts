// Good news that somebody wrote into the database himself: none of it silences a banner, moves the strip or a night.
import { beforeAll, expect, test, vi } from 'vitest';
import { type EventRow, hashRow } from '@/core/event';
import { freshDatabase } from '@/db/test/database';
import { readTransaction, writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { forgetFound, listFound } from '@/features/trail/found-file';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import type { Draft } from '@/features/trail/mutations/draft';
import { systemDraft } from '@/features/trail/mutations/system-draft';
import { confirmEvents, readOutside } from '@/features/trail/queries/confirm-events';
import { getCoverage } from '@/features/trail/queries/get-coverage';
import { getEvent } from '@/features/trail/queries/get-event';
import { readSealFiles } from '@/features/trail/seal-state';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { nowText } from '@/lib/time';
import { type PastRun, runSentence } from './past-run';
import { listPastRuns } from './queries/past-runs';
import { getProvenStart } from './queries/proven-start';
import { judgeWatch } from './schedule/judge-watch';
import { getScheduleState } from './schedule/schedule-state';
import { type VerifyParams, verifyResult } from './schema';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 60_000 });
const { superuser: sql } = await freshDatabase();
const DAY = 86_400_000;
let made = 0;

beforeAll(() => ensureFirstTrails());

const seal = async (trail: NewTrail) => expect(await sealTrail(trail)).toMatchObject({ ok: true });
const grow = (trail: NewTrail, events: number) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(events)));
async function trailOf(events: number): Promise<NewTrail> {
  const trail = await makeTrail(`g-${++made}`);
  await grow(trail, events);
  await seal(trail);
  return trail;
}
const drive = async (trail: NewTrail, params: VerifyParams = {}) => {
  const row = await driveNow({ kind: 'verify', trailId: trail.trailId, params }, { verify: verifyRun });
  const result = verifyResult.parse(row.result);
  return { row, result, seq: result.event?.seq as number };
};
const watch = async (trail: NewTrail, aheadMs = 0) => {
  const clock = { now: () => Date.now() + aheadMs, monotonic: () => performance.now() + aheadMs };
  const { facts, ages, own, draws } = await getScheduleState({ ...trail, createdAt: '2020-01-01T00:00:00.000000Z' }, clock, new Map());
  return judgeWatch(facts, ages, own, draws.window);
};
const coverage = (trail: NewTrail) => getCoverage(trail.scope, trail, readSealFiles(trail.origin).sealedSize);
const attack = (statement: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statement);
  });
const rowOf = async (trail: NewTrail, seq: number) => (await readTransaction(trail.scope, (tx) => getEvent(tx, trail, seq)))?.row as EventRow;
const tamper = (trail: NewTrail, seq: number) => attack(`update audit_event set actor_id = 'mallory' where trail_id = ${trail.trailId} and seq = ${seq}`);
/** Rewrites an event in place and gives it a hash that is right. */
async function rewrite(trail: NewTrail, seq: number, change: (details: string) => string) {
  const row = await rowOf(trail, seq);
  const changed = { ...row, details: change(row.details) };
  const hash = hashRow(trail.origin, changed).toString('hex');
  await attack(`update audit_event set details = $d$${changed.details}$d$::json, event_hash = '\\x${hash}' where trail_id = ${trail.trailId} and seq = ${seq}`);
}
/** What an INSERT alone can do. */
async function insertLike(trail: NewTrail, seq: number, { id, seq: at, resourceId, details, eventHash }: EventRow) {
  await attack(`create temp table made as select * from audit_event where trail_id = ${trail.trailId} and seq = ${seq};
    update made set seq = ${at}, id = '${id}', resource_id = '${resourceId}', details = $d$${details}$d$::json, event_hash = '\\x${eventHash.toString('hex')}';
    insert into audit_event select * from made; drop table made`);
}
const asGood = (details: string) => details.replace(/"counts":\{[^}]*\}/, '"counts":{}').replace('"state":"broken"', '"state":"holds"');

test('an event behind the end, with a hash of its own that is right, makes nothing good', async () => {
  const trail = await trailOf(600);
  await tamper(trail, 500);
  const { row, seq, result } = await drive(trail);
  expect(result).toMatchObject({ state: 'broken', counts: { EVENT_HASH: 1 } });
  await seal(trail);
  const stands = [{ kind: 'broken', run: row.runId, findings: 1 }];
  expect(await watch(trail)).toMatchObject(stands);
  const before = await coverage(trail);
  expect(before.breaks).toEqual([{ seq: 500, code: 'EVENT_HASH' }]);

  const last = await rowOf(trail, seq);
  const forged = {
    ...last,
    seq: 1_000_000_000,
    id: '0190aaaa-0000-7000-8000-000000000001',
    resourceId: '4711',
    details: asGood(last.details).replace(`"to":${result.to}`, `"to":${seq + 1}`),
  };
  forged.eventHash = hashRow(trail.origin, forged);
  await insertLike(trail, seq, forged);
  expect(forged.details).toContain('"state":"holds"');
  expect((await readTransaction(trail.scope, (tx) => getEvent(tx, trail, forged.seq)))?.check).toEqual({ state: 'holds' });
  expect(await watch(trail)).toMatchObject(stands);
  expect(await coverage(trail)).toMatchObject({ breaks: before.breaks, verifiedTo: before.verifiedTo, verifiedAt: before.verifiedAt });
  expect(await getProvenStart(trail)).toEqual({ from: 0, run: null });

  // nor one that looked and found something slighter
  const slight = {
    ...forged,
    seq: 1_000_000_001,
    details: forged.details.replace('"counts":{}', '"counts":{"DERIVED_MISMATCH":1}').replace('"holds"', '"broken"'),
  };
  slight.eventHash = hashRow(trail.origin, slight);
  await insertLike(trail, seq, slight);
  expect((await coverage(trail)).breaks).toContainEqual({ seq: 500, code: 'EVENT_HASH' });
});

test('the event of the run that found it, edited in place and hashed again, is found to be no longer the one that was signed', async () => {
  const trail = await trailOf(50);
  await drive(trail);
  await tamper(trail, 20);
  const { row, seq } = await drive(trail);
  await seal(trail);
  await rewrite(trail, seq, asGood);
  await sql`update run set counts = '{}', result = result || '{"state": "holds", "findings": 0, "counts": {}}' where run_id = ${row.runId}`;
  // what it found stands by the file beside the database
  const found = listFound(trail.origin);
  expect((await coverage(trail)).breaks).toEqual([
    { seq: 20, code: 'EVENT_HASH' },
    { seq, code: 'TILE_MISMATCH' },
  ]);
  expect(await watch(trail)).toMatchObject([{ kind: 'broken', run: row.runId, findings: 1 }]);
  forgetFound(found);
  expect(await coverage(trail)).toMatchObject({ breaks: [{ seq, code: 'TILE_MISMATCH' }], verifiedTo: 50, newer: 2 });
  expect(await getProvenStart(trail)).toEqual({ from: 0, run: null });
  expect(await watch(trail, 2 * DAY)).toMatchObject([{ kind: 'late' }]);
});

test('a night that did not come is not made up for by an event that was edited', async () => {
  const trail = await trailOf(5);
  await drive(trail);
  const { row, seq } = await drive(trail, { to: 3 });
  await seal(trail);
  await rewrite(trail, seq, (details) => details.replace('"to":3', '"to":6').replace(',"to_given":true', ''));
  await sql`delete from run where trail_id = ${trail.trailId} and run_id <> ${row.runId}`;
  await sql`update run set to_seq = 6, params = '{}' where run_id = ${row.runId}`;
  expect(await watch(trail, 2 * DAY)).toMatchObject([{ kind: 'late', since: null }]);
});

test('an honest run counts before it is sealed, behind others that wait, and after a restart when it is', async () => {
  const trail = await trailOf(30);
  const { actorId } = await rowOf(trail, 20);
  await tamper(trail, 20);
  await drive(trail);
  expect(await watch(trail)).toMatchObject([{ kind: 'broken' }]);
  await attack(`update audit_event set actor_id = '${actorId}' where trail_id = ${trail.trailId} and seq = 20`);
  const { seq, result } = await drive(trail);
  expect(result.findings).toBe(0);
  await grow(trail, 300);
  expect(await watch(trail)).toEqual([]);
  expect(await coverage(trail)).toMatchObject({ breaks: [], verifiedTo: result.to - 1 });
  await seal(trail);
  expect(await coverage(trail)).toMatchObject({ breaks: [], verifiedTo: result.to - 1 });
  expect(await confirmed(trail, seq)).toBe('root');
});

test('below the signed size the root decides, above it the end and its MAC; both are asked anew where a row is another', async () => {
  const trail = await trailOf(300);
  expect(await confirmed(trail, 299)).toBe('root');
  await rewrite(trail, 299, () => '{"a":1}');
  expect(await confirmed(trail, 299)).toBe('altered');
  expect(await confirmed(trail, 298)).toBe('root');
  // a tile that fits the altered row leads to no root
  await attack(`update tile set hashes = set_byte(hashes, 40, 255 - get_byte(hashes, 40)) where trail_id = ${trail.trailId} and level = 0 and n = 0`);
  expect(await confirmed(trail, 7)).toBeNull();

  await grow(trail, 10);
  expect(await confirmed(trail, 305)).toBe('head');
  await rewrite(trail, 307, () => '{"a":1}');
  expect(await confirmed(trail, 307)).toBeNull();
  expect(await confirmed(trail, 309)).toBe('head');
  expect(await confirmed(trail, 306)).toBeNull(); // nothing leads to it any more
  await sql`update trail_head set mac = decode(repeat('00', 32), 'hex') where trail_id = ${trail.trailId}`;
  expect(await confirmed(trail, 310)).toBeNull();
});

test('a row that says of itself that it found nothing is believed where the trail says the same, and nowhere else', async () => {
  const trail = await trailOf(40);
  const full = await drive(trail);
  const part = await drive(trail, { to: 10 });
  await seal(trail);
  const pastRuns = () => listPastRuns(trail, { limit: 50 });
  expect((await pastRuns()).map(({ telling, isClean }) => [telling, isClean])).toEqual([
    ['told', true],
    ['told', true],
  ]);
  // made up: with no event, with the event of another run, and as a part that calls itself the whole
  const result = { ...full.result, to: 118_237, checked: 118_237, sealedTo: 118_237, provenTo: 118_237 };
  for (const made of [{ ...result, event: null }, result, full.result])
    await sql`insert into run (kind, trail_id, state, params, result, from_seq, to_seq) values ('verify', ${trail.trailId}, 'done', '{}', ${sql.json(made)}, 0, ${made.to})`;
  await sql`update run set params = '{}' where run_id = ${part.row.runId}`;
  const shown = await pastRuns();
  expect(shown.map(({ telling, isClean }) => [telling, isClean])).toEqual([
    ['untold', false],
    ['untold', false],
    ['untold', false],
    ['told', true],
    ['told', true],
  ]);
  expect(runSentence(shown[1] as PastRun, [])).toMatch(/^The trail does not tell of run \d+: .* nothing is said of the events\.$/);
  // the part that calls itself the whole is shown as the part that its event says
  expect(shown[3]).toMatchObject({ isByEventAlone: true, asked: { to: 10 }, verdict: { from: 0, to: 10 } });
  expect(runSentence(shown[4] as PastRun, [])).toBe(`All 41 events hold, 0 to 40: sealed to 40, not anchored.`);
  // what a row alone says was found is said all the same
  await sql`update run set result = result || '{"state": "broken", "findings": 1, "counts": {"EVENT_HASH": 1}}' where run_id = ${shown[0]?.runId as number}`;
  expect(runSentence((await pastRuns())[0] as PastRun, [])).toMatch(
    /^One event was altered\. The trail does not tell of run \d+ in these words: nothing is said of the rest\.$/,
  );
});

async function confirmed(trail: NewTrail, seq: number) {
  const outside = readOutside(trail.origin);
  const found = await readTransaction(trail.scope, (tx) => confirmEvents(tx, trail, outside, [seq]));
  return found.altered.length > 0 ? 'altered' : (found.confirmed.get(seq)?.by ?? null);
}

test('however many runs have gone on since, the one that read everything counts, and so does one that found something', async () => {
  const trail = await trailOf(20);
  const full = await drive(trail);
  const wentOn = (count: number) =>
    Array.from({ length: count }, (_, i) =>
      systemDraft({
        action: 'verification.finished',
        occurredAt: nowText(),
        resourceType: 'run',
        resourceId: String(10_000 + i),
        details: { from: full.result.to, to: full.result.to + 1, size: full.result.to + 1, root: '00', state: 'holds', counts: {}, goes_on: full.row.runId },
      }),
    );
  const append = async (drafts: Draft[]) => {
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts));
    await seal(trail);
  };
  await append(wentOn(200));
  expect(await coverage(trail)).toMatchObject({ verifiedTo: full.result.to, breaks: [] });

  await tamper(trail, 5);
  const found = await drive(trail);
  await sql`delete from run where run_id = ${found.row.runId}`;
  forgetFound(listFound(trail.origin));
  await append(wentOn(200));
  expect(await coverage(trail)).toMatchObject({ breaks: [{ code: 'EVENT_HASH' }] });
});
