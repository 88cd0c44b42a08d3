// Who holds the database wants what was found forgotten: by taking away what tells of it, by bad luck of a later run, by runs that look for less.
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { viewFilterOf } from '@/core/view-sample';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { driveNow } from '@/features/runs/drive-now';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { listFound } from '@/features/trail/found-file';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import type { Draft } from '@/features/trail/mutations/draft';
import { headMacKey } from '@/features/trail/mutations/keys';
import { systemDraft } from '@/features/trail/mutations/system-draft';
import { getCoverage } from '@/features/trail/queries/get-coverage';
import { readSealFiles } from '@/features/trail/seal-state';
import { apiDraft, apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { mayBeClosed } from './queries/closed-gaps';
import { getProvenStart } from './queries/proven-start';
import { resourceRun } from './resource-run';
import { judgeWatch } from './schedule/judge-watch';
import { getScheduleState } from './schedule/schedule-state';
import { type VerifyParams, verifyResult } from './schema';
import { verifyAll } from './test/verify-all';
import { untoldFile } from './untold-file';
import { verifyRun } from './verify-run';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });
const { superuser: sql, home } = await freshDatabase();
let made = 0;

beforeAll(async () => {
  // a planner that has few rows before it would read all of them, and no index could hide one
  const [database] = await sql`select quote_ident(current_database()) as name`;
  for (const way of ['enable_seqscan', 'enable_bitmapscan', 'enable_sort']) await sql.unsafe(`alter database ${database?.name} set ${way} = off`);
  await ensureFirstTrails();
});

async function trailOf(drafts: Draft[]): Promise<NewTrail> {
  const trail = await makeTrail(`a-${++made}`);
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts));
  await seal(trail);
  return trail;
}
const seal = async (trail: NewTrail) => expect(await sealTrail(trail)).toMatchObject({ ok: true });
const drive = async (trail: NewTrail, params: VerifyParams = {}) => {
  const row = await driveNow({ kind: 'verify', trailId: trail.trailId, params }, { verify: verifyRun });
  await seal(trail);
  return { runId: row.runId, ...verifyResult.parse(row.result) };
};
const attack = (statement: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(statement);
  });
const tamper = (trail: NewTrail, seq: number) => attack(`update audit_event set actor_id = actor_id || 'x' where trail_id = ${trail.trailId} and seq = ${seq}`);
const repair = (trail: NewTrail, seq: number) =>
  attack(`update audit_event set actor_id = left(actor_id, -1) where trail_id = ${trail.trailId} and seq = ${seq}`);
/** What every page says: the banner's run, the strip's breaks, and where the next night begins. */
async function said(trail: NewTrail) {
  const { facts, ages, own, draws } = await getScheduleState({ ...trail, createdAt: '2020-01-01T00:00:00.000000Z' });
  const { breaks, breakCount, months, verifiedTo } = await getCoverage(trail.scope, trail, readSealFiles(trail.origin).sealedSize);
  const banner = judgeWatch(facts, ages, own, draws.window).map(({ kind, run }) => `${kind} ${run}`);
  return { banner, breaks, breakCount, months: months.map(({ state }) => state), verifiedTo, next: (await getProvenStart(trail)).from };
}
const folder = path.join(home, 'found');
const quiet = { banner: [], breaks: [], breakCount: 0 };

test.each(['given another name', 'deleted', 'taken out of the indexes'])(
  'the row of the run deleted, and its event %s: what it found stands by its file',
  async (how) => {
    const trail = await trailOf(apiDrafts(60));
    const first = await drive(trail);
    expect(await said(trail)).toMatchObject({ ...quiet, next: first.to });
    await tamper(trail, 20);
    const { runId, event } = await drive(trail);
    await repair(trail, 20);
    const red = { banner: [`broken ${runId}`], breaks: [{ seq: 20, code: 'EVENT_HASH' }], breakCount: 1, next: 0 };
    expect(await said(trail)).toMatchObject(red);

    const at = `trail_id = ${trail.trailId} and seq = ${event?.seq}`;
    await sql`delete from run where run_id = ${runId}`;
    if (how === 'given another name') await attack(`update audit_event set action = 'verification.ended' where ${at}`);
    if (how === 'deleted') await attack(`delete from audit_event where ${at}`);
    if (how === 'taken out of the indexes') await takeOut(at);
    expect(await said(trail)).toMatchObject(red);
    // nothing else tells of it any more
    const kept = listFound(trail.origin);
    expect(kept).toMatchObject([{ runId, seq: event?.seq, counts: { EVENT_HASH: 1 } }]);
    fs.renameSync(kept[0]?.file as string, `${kept[0]?.file}.away`);
    expect(await said(trail)).toMatchObject({ ...quiet, next: first.to });
    fs.renameSync(`${kept[0]?.file}.away`, kept[0]?.file as string);
  },
);

/** Out of every index but that of numbers, so that it does not matter which one the planner takes: every walk and every proof finds the row, and no question by its action. */
async function takeOut(at: string) {
  const ready = (isReady: boolean) => attack(`update pg_index set indisready = ${isReady} where not indisprimary and indrelid = (select month from seen)`);
  await sql.unsafe(`create table seen as select tableoid as month from audit_event where ${at}`);
  await ready(false);
  await attack(
    `create temporary table one on commit drop as select * from audit_event where ${at}; delete from audit_event where ${at}; insert into audit_event select * from one`,
  );
  await ready(true);
}

test('made good by a run that looked for all of it and by no other; then nothing is left of it', async () => {
  const trail = await trailOf(apiDrafts(60));
  const salt = (length: number) =>
    attack(`update audit_event set header_salt = substring(header_salt || '\\x00' for ${length}) where trail_id = ${trail.trailId} and seq = 20`);
  const [kept] = await sql`select octet_length(header_salt) as length from audit_event where trail_id = ${trail.trailId} and seq = 20`;
  await salt(kept?.length + 1);
  const shallow = await drive(trail, { to: 30 });
  const deep = await drive(trail, { deep: true });
  await salt(kept?.length);
  const red = { breaks: [{ seq: 20, code: 'MALFORMED' }], breakCount: 1, months: ['broken'] };
  expect(listFound(trail.origin).map(({ runId }) => runId)).toEqual([deep.runId]); // which looked for all that the other had found
  expect(shallow.findings).toBe(1);
  for (const params of [{ to: 61 }, { from: 10 }, {}]) {
    expect((await drive(trail, params)).findings).toBe(0);
    expect(await said(trail)).toMatchObject({ ...red, banner: [`broken ${deep.runId}`] });
  }
  const whole = await drive(trail, { deep: true });
  expect(await said(trail)).toMatchObject({ ...quiet, months: ['not covered'], next: whole.to });
  expect(fs.readdirSync(folder).filter((name) => name.startsWith(`${trail.origin.split('/')[1]}.`) && name.endsWith('.json'))).toEqual([]);
  await drive(trail); // a newer one that looks for less takes nothing from it
  expect(await said(trail)).toMatchObject(quiet);
});

test('what a deep run found and every run finds is made good by the next night', async () => {
  const trail = await trailOf(apiDrafts(60));
  await tamper(trail, 20);
  const deep = await drive(trail, { deep: true });
  expect(deep.counts).toEqual({ EVENT_HASH: 1 });
  await repair(trail, 20);
  expect(await said(trail)).toMatchObject({ banner: [`broken ${deep.runId}`], next: 0 });
  expect((await drive(trail)).findings).toBe(0);
  expect(await said(trail)).toMatchObject(quiet);
  expect(listFound(trail.origin)).toEqual([]);
});

test('the check of a resource whose row is deleted', async () => {
  const trail = await trailOf(apiDrafts(20));
  await tamper(trail, 5);
  const [row] = await sql`select resource_type as type, resource_id as id from audit_event where trail_id = ${trail.trailId} and seq = 5`;
  const check = await driveNow({ kind: 'resource', trailId: trail.trailId, params: { type: row?.type, id: row?.id } }, { resource: resourceRun });
  await repair(trail, 5);
  await sql`delete from run where run_id = ${check.runId}`;
  const red = { banner: [`broken ${check.runId}`], breakCount: 1, breaks: [{ seq: 5, code: 'EVENT_HASH' }] };
  expect(await said(trail)).toMatchObject(red);
  await drive(trail, { to: 10 });
  expect(await said(trail)).toMatchObject(red);
  await drive(trail);
  expect(await said(trail)).toMatchObject(quiet);
});

test('a disk that is full when something was found: the run ends, and the next one tells what it left', async () => {
  const trail = await trailOf(apiDrafts(20));
  await tamper(trail, 5);
  const real = fs.openSync;
  const full = vi.spyOn(fs, 'openSync').mockImplementation((file, ...rest) => {
    if (String(file).startsWith(folder)) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    return real(file, ...rest);
  });
  const found = await drive(trail);
  full.mockRestore();
  expect(found).toMatchObject({ state: 'broken', counts: { EVENT_HASH: 1 } });
  expect(listFound(trail.origin)).toEqual([]);
  await repair(trail, 5);
  expect(await drive(trail)).toMatchObject({ state: 'broken', foundBefore: { run: found.runId, findings: 1 } });
  expect(listFound(trail.origin)).toHaveLength(1);
});

const rare = { actor_id: 'rare', session_id: 'once' };
/** What a run draws: good luck meets the 41st of 302 rows. */
const [good, bad] = [Math.sqrt(41.5 / 302), 0.9999];
async function drawn(trail: NewTrail, value: number, params: VerifyParams = {}) {
  const random = vi.spyOn(crypto, 'randomInt').mockImplementation(((steps: number) => Math.floor(value * steps)) as never);
  const result = await drive(trail, params);
  random.mockRestore();
  return result;
}
/** From the screens alone, and where they ask for that actor or that session alone. @returns shows them again */
async function hideRare(): Promise<() => Promise<unknown>> {
  const [view] = await sql<{ text: string }[]>`select pg_get_viewdef('event_view'::regclass) as text`;
  const text = view?.text.replace(/;\s*$/, '');
  await attack(`create or replace view event_view as select * from (${text}) v
    where actor_id <> 'rare' or current_query() not like '%count(*)%' or (current_query() not like '%''rare''%' and current_query() not like '%''once''%')`);
  return () => attack(`create or replace view event_view as ${text}`);
}

test('rows hidden from one filter, found by luck: a run with bad luck asks again, by the file and by what the trail tells', async () => {
  const trail = await trailOf([...apiDrafts(40), apiDraft(rare), ...apiDrafts(260)]);
  const luck = (value: number, params?: VerifyParams) => drawn(trail, value, params);
  const show = await hideRare();
  expect((await luck(bad)).findings).toBe(0);
  const found = await luck(good);
  expect(Object.keys(found.counts)).toEqual(['VIEW_MISMATCH']);
  // all that was asked in one breath
  const views = listFound(trail.origin)[0]?.views ?? [];
  expect(views).toEqual(expect.arrayContaining([{ eq: ['actor_id', 'rare'] }, { eq: ['session_id', 'once'] }]));
  const [event] = await sql`select details::jsonb as said from audit_event where trail_id = ${trail.trailId} and seq = ${found.event?.seq as number}`;
  const members = ['session_id', 'ip_address', 'request_id'];
  const told = views.filter((one) => !('eq' in one && members.includes(one.eq[0])));
  expect(event?.said.views).toEqual(told); // an event outlives the payload of another

  for (let night = 0; night < 2; night++) {
    expect(await luck(bad)).toMatchObject({ state: 'broken', counts: { VIEW_MISMATCH: expect.any(Number) } });
    // asked for in the same words each time
    expect(new Set(listFound(trail.origin).flatMap((one) => one.views.map((view) => JSON.stringify(view))))).toEqual(
      new Set(views.map((view) => JSON.stringify(view))),
    );
  }
  for (const { file } of listFound(trail.origin)) fs.rmSync(file);
  const again = await luck(bad);
  expect(again).toMatchObject({ state: 'broken', counts: { VIEW_MISMATCH: expect.any(Number) } });
  await show();
  expect((await luck(bad, { to: 300 })).findings).toBe(0);
  expect(await said(trail)).toMatchObject({ banner: [`broken ${again.runId}`], breakCount: again.findings });
  expect((await luck(bad)).findings).toBe(0);
  expect(await said(trail)).toMatchObject(quiet);
});

test('a file of what was found that cannot be read is said on every page, and the next night reads everything, until it is away', async () => {
  const trail = await trailOf(apiDrafts(20));
  const first = await drive(trail);
  expect(await said(trail)).toMatchObject({ ...quiet, next: first.to });
  const damaged = path.join(folder, `${trail.origin.split('/')[1]}.999.1.json`);
  fs.writeFileSync(damaged, '{"v":1');
  expect(await said(trail)).toMatchObject({ banner: ['unread found null'], next: 0 });
  fs.rmSync(damaged);
  expect(await said(trail)).toMatchObject({ ...quiet, next: first.to });
  // the folder itself says nothing of what it holds
  fs.renameSync(folder, `${folder}.kept`);
  fs.writeFileSync(folder, '');
  expect(await said(trail)).toMatchObject({ ...quiet, banner: ['closed found null'], next: 0 });
  fs.rmSync(folder);
  fs.renameSync(`${folder}.kept`, folder);
  expect(await said(trail)).toMatchObject({ ...quiet, next: first.to });
});

test('a file of what a run found and could not tell, and that cannot be read, is said on every page, and the next night reads everything, until it is away', async () => {
  const trail = await trailOf(apiDrafts(20));
  const first = await drive(trail);
  const runs = path.join(folder, '../runs');
  const damaged = path.join(runs, `untold-${trail.trailId}-999-1.json`);
  fs.writeFileSync(damaged, '{"origin":');
  expect(await said(trail)).toMatchObject({ ...quiet, banner: ['unread untold null'], next: 0 });
  fs.rmSync(damaged);
  expect(await said(trail)).toMatchObject({ ...quiet, next: first.to });
});

test('a filter that differed for a run which was killed is asked again by the next one, and is the same though the trail has grown', async () => {
  const trail = await trailOf([...apiDrafts(40), apiDraft(rare), ...apiDrafts(260)]);
  const show = await hideRare();
  const found = await verifyAll({ trail, scope: trail.scope, headKey: headMacKey(), random: () => good });
  expect(Object.keys(found.counts)).toEqual(['VIEW_MISMATCH']);
  untoldFile(trail, 9999).note(found.findings);
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, [apiDraft(rare), apiDraft(rare), ...apiDrafts(20)]));
  await seal(trail);
  const filters = [...new Set(found.views.map((view) => JSON.stringify(view)))];
  const next = await drawn(trail, bad);
  expect(next).toMatchObject({ state: 'broken', foundBefore: null });
  const rows = await sql<{ expected: string }[]>`select expected from run_finding where run_id = ${next.runId}`;
  expect(rows.map((one) => JSON.stringify(viewFilterOf(one)))).toEqual(expect.arrayContaining(filters));

  await show();
  expect((await drawn(trail, bad)).findings).toBe(0);
  untoldFile(trail, 9999).note(found.findings);
  // they are shown now: what the other found was changed in between
  const before = { run: 9999, findings: filters.length, unread: 0 };
  expect(await drawn(trail, bad)).toMatchObject({ counts: { VIEW_MISMATCH: filters.length }, foundBefore: before });
  expect((await drawn(trail, bad)).findings).toBe(0);
  expect(await said(trail)).toMatchObject(quiet);
});

test('what a deep run had found when it was killed stands until a deep one has looked for it', async () => {
  const trail = await trailOf(apiDrafts(20));
  untoldFile(trail, 9999, true).note([{ code: 'MALFORMED', seq: 5, expected: null, found: 'header: outcome', lastGood: 4 }]);
  for (let night = 0; night < 2; night++) {
    const shallow = await drive(trail);
    expect(shallow).toMatchObject({ counts: { MALFORMED: 1 }, foundBefore: { run: 9999, findings: 1, unread: 1 } });
    expect(await said(trail)).toMatchObject({ banner: [`broken ${shallow.runId}`], next: 0 });
  }
  expect(await drive(trail, { deep: true })).toMatchObject({ counts: { MALFORMED: 1 }, foundBefore: { run: 9999, findings: 1, unread: 0 } });
  expect((await drive(trail, { deep: true })).findings).toBe(0);
  expect(await said(trail)).toMatchObject(quiet);
});

const EPOCH = '11111111-2222-4333-8444-555555555555';
const numbered = (n: number) => apiDraft({ source_epoch: EPOCH, source_seq: n }, 'app');
/** A trail whose clock the test sets. */
async function numberedTrail(alias: string) {
  const trail = await makeTrail(alias, { synthetic: true, clock: '2026-03-01T12:00:00.000000Z' });
  const append = async (drafts: Draft[], clock: string) => {
    await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts, { clock }));
    await seal(trail);
  };
  return { trail, append };
}

test('numbers that never came: a range that is not looked through for them turns nothing green', async () => {
  const { trail, append } = await numberedTrail('gaps');
  await append([1, 2, 4].map(numbered), '2026-03-02T10:00:00.000000Z');
  await append(apiDrafts(5), '2026-03-05T10:00:00.000001Z');
  const found = await drive(trail);
  const red = { banner: [`broken ${found.runId}`], breaks: [{ seq: 3, code: 'SOURCE_GAP' }], breakCount: 1, verifiedTo: 2 };
  expect(await said(trail)).toMatchObject(red);
  expect((await said(trail)).months[0]).toBe('broken');
  expect((await drive(trail, { to: 9 })).findings).toBe(0);
  expect(await said(trail)).toMatchObject(red);
  expect((await said(trail)).months[0]).toBe('broken');
});

test('while numbers are missed each start looks for them in the events that came since the start before, and in no others', async () => {
  const { trail, append } = await numberedTrail('open');
  const isClosed = () => mayBeClosed(trail.trailId, listFound(trail.origin));
  await append([1, 2, 4].map(numbered), '2026-03-02T10:00:00.000000Z');
  await append(apiDrafts(5), '2026-03-05T10:00:00.000001Z');
  expect(await drive(trail)).toMatchObject({ counts: { SOURCE_GAP: 1 } });
  await append(apiDrafts(3), '2026-03-06T10:00:00.000000Z');
  expect(await isClosed()).toBe(false);
  const [{ seq } = { seq: 0 }] = await sql<{ seq: number }[]>`select max(seq)::int as seq from audit_event where trail_id = ${trail.trailId}`;
  const at = `trail_id = ${trail.trailId} and seq = ${seq}`;
  const [as] = await sql.unsafe(`select source, source_epoch, source_seq from audit_event where ${at}`);
  await attack(`update audit_event set source = 'app', source_epoch = '${EPOCH}', source_seq = 3 where ${at}`);
  expect(await isClosed()).toBe(false); // it was looked at before
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set source = ${as?.source}, source_epoch = ${as?.source_epoch}, source_seq = ${as?.source_seq} where trail_id = ${trail.trailId} and seq = ${seq}`;
  });
  await append([numbered(3)], '2026-03-07T10:00:00.000000Z');
  expect([await isClosed(), await isClosed()]).toEqual([true, true]); // until a run has read everything
  expect(await drive(trail)).toMatchObject({ state: 'holds' });
  expect(await isClosed()).toBe(false);
});

test('numbers that came after they were missed, or were given up: the next night reads everything, once, and the pages are quiet', async () => {
  const { trail, append } = await numberedTrail('late'); // ahead of every clock, so that runs add to no day
  /** As the schedule does it. */
  const night = async () => {
    const { from, run } = await getProvenStart(trail);
    return drive(trail, run === null ? {} : { from, goesOn: run });
  };
  const broken = async () => (await getScheduleState({ ...trail, createdAt: '2060-03-01T12:00:00.000000Z' })).facts.broken;
  await append(apiDrafts(5), '2060-03-02T10:00:00.000000Z');
  expect((await night()).findings).toBe(0);
  await append([1, 2, 4, 7, 8].map(numbered), '2060-03-03T10:00:00.000000Z');
  await append(apiDrafts(5), '2060-03-05T10:00:00.000000Z');
  const found = await night();
  expect(found).toMatchObject({ counts: { SOURCE_GAP: 2 }, state: 'broken' });
  expect(found.from).toBeGreaterThan(0);
  // nothing has come that was missed: no night reads everything for that
  await append([9, 10].map(numbered), '2060-03-06T10:00:00.000000Z');
  expect((await night()).from).toBeGreaterThan(found.from);
  expect(await broken()).toMatchObject({ runId: found.runId });

  await append([numbered(5)], '2060-03-07T10:00:00.000000Z');
  const all = await night();
  expect(all).toMatchObject({ from: 0, counts: { SOURCE_GAP: 2 } }); // 3 and 6
  expect((await said(trail)).next).toBe(all.to);

  await append([numbered(6)], '2060-03-08T10:00:00.000000Z');
  const details = { source: 'app', source_epoch: EPOCH, source_seq: 3, reason: 'TOO_LARGE' };
  const rejected = systemDraft({ action: 'event.rejected', occurredAt: '2060-03-09T10:00:00.000000Z', resourceType: 'source', resourceId: 'app', details });
  expect(await night()).toMatchObject({ from: 0, counts: { SOURCE_GAP: 1 } });
  await append([rejected], '2060-03-09T10:00:00.000000Z');
  const whole = await night();
  expect(whole).toMatchObject({ from: 0, findings: 0 });
  expect(await said(trail)).toMatchObject({ breaks: [], breakCount: 0, next: whole.to });
  expect([await broken(), listFound(trail.origin)]).toEqual([null, []]);
});
