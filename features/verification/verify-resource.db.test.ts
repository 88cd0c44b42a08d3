// The events of one resource by their proofs: an honest trail is quiet, whatever goes on meanwhile; what a superuser does to them is named at its event; what such a check
// can not say, it does not say.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { disclosureOf } from '@/core/sealed';
import { makeLogKey, parseVkey, type Vkey, vkeyOf } from '@/core/vkey';
import { scopeOf } from '@/db/scope';
import { writeTransaction } from '@/db/transaction';
import { makeTrail } from '@/features/trail/test/make-trail';
import { eraseValue } from '../redaction/mutations/erase-value';
import { logKeyOf, ownVkey } from '../sealing/log-key';
import { rotateKey } from '../sealing/mutations/rotate-key';
import { sealTrail } from '../sealing/mutations/seal-trail';
import { appendEvents } from '../trail/mutations/append';
import { headMacKey } from '../trail/mutations/keys';
import { apiDraft, apiDrafts } from '../trail/test/drafts';
import { END, leafOf, SIGNED, sealedTrail } from './test/sealed-trail';
import { named, told } from './test/verify-all';
import { type ResourceVerdict, type VerifyResourceOptions, verifyResource } from './verify-resource';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const HOT = { type: 'merchant', id: "M-2207 o'b" };
const OF_HOT = [50, 150, 299, 300, 350, 450, 601, 610];
const sealed = await sealedTrail((seq) => (OF_HOT.includes(seq) ? { resource_type: HOT.type, resource_id: HOT.id } : {}));
const { attack, rewrite } = sealed;
const sql = sealed.database.superuser;

let undo: string[] = [];
afterEach(async () => {
  for (const statement of undo) await attack(statement);
  undo = [];
});

async function checkAll(options: VerifyResourceOptions): Promise<ResourceVerdict> {
  const walk = verifyResource(options);
  for (;;) {
    const step = await walk.next();
    if (step.done) return told(step.value);
  }
}
const check = (options: Partial<VerifyResourceOptions> = {}) =>
  checkAll({ trail: sealed.trail, scope: scopeOf(sealed.trail.trailId), resource: HOT, headKey: headMacKey(), ...options });

test('as they were signed, those not sealed yet said apart', async () => {
  expect(await check()).toMatchObject({
    ...{ state: 'holds', findings: [], counts: {}, checked: 8, proven: 6, unsealed: 2, unproven: 0, firstSeq: 50, lastSeq: 610 },
    ...{ size: SIGNED, isOutside: true, view: 'whole', isCancelled: false, sealedValues: { sealed: 3, erased: 0 } },
    root: sealed.rootAt(await sealed.rows(), SIGNED).toString('hex'),
  });
  expect(await check({ deep: true })).toMatchObject({ state: 'holds', findings: [], proven: 6 });
  const { resourceType: type, resourceId: id } = (await sealed.rows())[7] as { resourceType: string; resourceId: string };
  expect(await check({ resource: { type, id } })).toMatchObject({ state: 'holds', checked: 1, proven: 1, unsealed: 0, firstSeq: 7, lastSeq: 7 });
  expect(await check({ resource: { type: 'trail', id: sealed.trail.origin } })).toMatchObject({ state: 'holds', checked: 1, firstSeq: 0 });
});

test('of a resource without an event nothing is said', async () => {
  expect(await check({ resource: { type: 'merchant', id: 'M-1' } })).toMatchObject({ state: 'not_covered', checked: 0, findings: [], firstSeq: null });
});

test('an event altered, its hash left as it was', async () => {
  await attack(`update audit_event set actor_id = 'somebody' where trail_id = $T and seq in (300, 601)`);
  const verdict = await check();
  expect(named(verdict)).toEqual(['EVENT_HASH@300', 'EVENT_HASH@601']);
  expect(verdict.findings.map(({ lastGood }) => lastGood)).toEqual([299, 450]);
  expect(verdict).toMatchObject({ state: 'broken', checked: 8, proven: 5, unsealed: 1 });
});

test('an event altered and the chain re-hashed from there on: named, and all of its resource behind it', async () => {
  const before = await sealed.rows();
  const after = await rewrite(300, () => ({ actorId: 'somebody' }));
  await sealed.setHead(END);
  const verdict = await check();
  expect(named(verdict)).toEqual(['TILE_MISMATCH@300', 'TILE_MISMATCH@350', 'TILE_MISMATCH@450']);
  expect(verdict.findings[0]).toMatchObject({ expected: leafOf(before[300]), found: leafOf(after[300]), lastGood: 299 });
  expect(verdict).toMatchObject({ state: 'broken', proven: 3, unproven: 0, unsealed: 2 });
});

test('the same with the tree made anew: no root that is known is led to, and what was signed before still is', async () => {
  const rows = await rewrite(320, () => ({ actorId: 'somebody' }));
  await sealed.rewriteTiles(rows);
  await sealed.setHead(END);
  const verdict = await check();
  expect(named(verdict)).toEqual(['ROOT_MISMATCH@null']);
  expect(verdict.findings[0]?.found).toBe(sealed.rootAt(rows, SIGNED).toString('hex'));
  expect(verdict).toMatchObject({ state: 'broken', size: 300, isOutside: false, proven: 3, unproven: 3, unsealed: 2 });
});

test('tiles gone, or one hash of a tile changed: what still leads to the root is proven, the rest is not called good', async () => {
  await attack('delete from tile where trail_id = $T and level = 0 and n = 1');
  const gone = await check();
  expect(named(gone)).toEqual(['ROOT_MISMATCH@299', 'ROOT_MISMATCH@300', 'ROOT_MISMATCH@350', 'ROOT_MISMATCH@450']);
  expect(gone.findings[0]).toMatchObject({ found: 'no proof', lastGood: 150 });
  expect(gone).toMatchObject({ state: 'broken', proven: 2 });
  await attack(`insert into tile select * from kept.tile where level = 0 and n = 1;
    update tile set hashes = overlay(hashes placing '\\x00' from 1) where trail_id = $T and level = 0 and n = 0`);
  expect(named(await check())).toEqual(['ROOT_MISMATCH@50', 'ROOT_MISMATCH@150']);
});

test('a second row of one number, of another month; a row that is no event', async () => {
  await attack(`insert into audit_event select (jsonb_populate_record(e, '{"recorded_at": "2026-06-15T10:00:00Z", "actor_id": "x"}')).* from audit_event e
    where trail_id = $T and seq = 350; update audit_event set details = '{"n": 1}' where trail_id = $T and seq = 450`);
  const verdict = await check();
  expect(named(verdict)).toEqual(['DUPLICATE@350', 'EVENT_HASH@350', 'MALFORMED@450', 'VIEW_MISMATCH@null']);
  expect(verdict).toMatchObject({ state: 'broken', checked: 9, proven: 5 });
});

test('sealed values: exchanged, gone, stray, and lawfully erased', async () => {
  const forged = disclosureOf(Buffer.alloc(16, 1), '/details/email', 'someone@example.com');
  await attack(`update sealed_value set disclosure = '${forged}' where trail_id = $T and seq = 50; delete from sealed_value where trail_id = $T and pointer = '/ip_address';
    insert into sealed_value values ($T, 450, '/details/email', '${forged}'), ($T, 7, '/details/email', '${forged}')`);
  const verdict = await check();
  expect(named(verdict).sort()).toEqual(['DISCLOSURE_MISMATCH@450', 'DISCLOSURE_MISMATCH@50', 'ERASURE_UNLOGGED@350']);
  expect(verdict.sealedValues).toEqual({ sealed: 1, erased: 0 });

  const { trail, check: checkNew } = await newTrail('erased');
  await trail.append([
    { ...apiDraft({ resource_type: HOT.type, resource_id: HOT.id, details: { email: 'mia@example.com' } }), seals: ['/details/email', '/ip_address'] },
  ]);
  const erasure = { seq: 1, pointer: '/details/email', ground: 'request', law: 'GDPR 17(1)(b)', country: 'DE', requestId: 'dsr-1' };
  expect(await eraseValue(trail, erasure, { userId: '0e5f6a3e-3c0e-4c7c-8f0e-2f6b1f0f7a11', isAdmin: true })).toMatchObject({ ok: true });
  await sealTrail(trail);
  expect(await checkNew()).toMatchObject({ state: 'holds', findings: [], sealedValues: { sealed: 1, erased: 1 } });
});

test('the newest events cut off, an end marker that is not ours', async () => {
  await sealed.cutBack(550);
  await attack(`delete from checkpoint where trail_id = $T and size > 550`);
  const cut = await check();
  expect(cut.findings[0]).toMatchObject({ code: 'TRUNCATED', seq: 550, expected: String(SIGNED), found: '550' });
  expect(cut).toMatchObject({ state: 'broken', checked: 6, proven: 6 });
  await attack(`update trail_head set mac = '\\x00' where trail_id = $T`);
  const forged = await check();
  expect(named(forged)).toEqual(['HEAD_FORGED@550', 'TRUNCATED@550']);
  expect(forged.view).toBe('end marker');
});

test('rows hidden by the view, whoever looks and however he asks', async () => {
  const [{ text = '' } = {}] = await sql<{ text: string }[]>`select pg_get_viewdef('event_view'::regclass) as text`;
  const body = text.replace(/;\s*$/, '');
  undo = [`create or replace view event_view as ${body}`];
  const hide = (condition: string) => attack(`create or replace view event_view as select * from (${body}) v where ${condition}`);
  // from everybody: there are fewer rows than the end marker says
  await hide('seq <> 150');
  const hidden = await check();
  expect(named(hidden)).toEqual(['VIEW_MISMATCH@null']);
  expect(hidden.findings[0]?.expected).toMatch(/^\{"and":\[\]\}: 620 rows, xor /);
  expect(hidden.findings[0]?.found).toMatch(/^619 rows, xor /);
  expect(hidden).toMatchObject({ state: 'broken', checked: 7, view: 'differs' });
  // all of it, so that it seems to have no event at all
  await hide("resource_type <> 'merchant'");
  expect(await check()).toMatchObject({ state: 'broken', checked: 0, counts: { VIEW_MISMATCH: 1 } });
  // from the screens alone
  await hide("seq <> 150 or current_query() ilike 'copy%'");
  const screens = await check();
  expect(screens.findings[0]?.expected).toContain('"M-2207 o\'b"');
  expect(screens.findings.map(({ expected, found }) => [expected?.match(/: (\d+) rows/)?.[1], found?.split(' ')[0]])).toContainEqual(['8', '7']);
});

test('rows hidden by another meaning of =', async () => {
  const [name] = (await sql`select quote_ident(current_database()) as db`) as unknown as [{ db: string }];
  undo = [`alter database ${name.db} reset search_path; drop schema evil cascade`];
  await attack(`create schema evil; grant usage on schema evil to public;
    create function evil.same(text, text) returns boolean language sql immutable as $f$ select $1 operator(pg_catalog.=) $2 and $1 operator(pg_catalog.<>) 'merchant' $f$;
    create operator evil.= (function = evil.same, leftarg = text, rightarg = text);
    alter database ${name.db} set search_path = evil, pg_catalog, public`);
  const verdict = await check();
  expect(verdict).toMatchObject({ state: 'broken', checked: 8, proven: 6, counts: { VIEW_MISMATCH: 1 } });
  expect(verdict.findings[0]?.found).toMatch(/^0 rows/);
});

test('rows hidden by an index that was not ready while they came', async () => {
  const [name] = (await sql`select quote_ident(current_database()) as db`) as unknown as [{ db: string }];
  await sql`analyze audit_event`;
  const [index] = await sql<{ oid: number; name: string }[]>`
    select i.indexrelid::int as oid, i.indexrelid::regclass::text as name from pg_index i join pg_inherits h on h.inhrelid = i.indexrelid
    where i.indrelid = 'audit_event_2026_04'::regclass and h.inhparent = 'audit_event_resource'::regclass`;
  undo = [`alter database ${name.db} reset enable_seqscan`, `reindex index ${index?.name}`];
  await attack(`update pg_index set indisready = false where indexrelid = ${index?.oid}`);
  await attack(`create temporary table april on commit drop as select * from audit_event_2026_04 where trail_id = $T;
    delete from audit_event_2026_04 where trail_id = $T; insert into audit_event_2026_04 select * from april`);
  await attack(`update pg_index set indisready = true where indexrelid = ${index?.oid}; alter database ${name.db} set enable_seqscan = off`);
  const verdict = await check();
  expect(Object.keys(verdict.counts)).toEqual(['VIEW_MISMATCH']);
  const [, rows, xor] = verdict.findings[0]?.expected?.match(/: (\d+) rows, xor (\d+)$/) ?? [];
  expect([Number(rows), Number(xor)]).toEqual([8, OF_HOT.reduce((all, seq) => all ^ seq, 0)]);
});

test('what it can not say: an event that bears another name now is missing here, and nothing tells', async () => {
  await attack(`update audit_event set resource_id = 'M-9999' where trail_id = $T and seq = 150`);
  expect(await check()).toMatchObject({ state: 'holds', checked: 7, proven: 5, findings: [], view: 'whole' });
  expect(named(await check({ resource: { type: 'merchant', id: 'M-9999' } }))).toEqual(['EVENT_HASH@150']);
});

test('the trail is not counted for longer than it may take, and that is said', async () => {
  const [{ text = '' } = {}] = await sql<{ text: string }[]>`select pg_get_viewdef('event_view'::regclass) as text`;
  const body = text.replace(/;\s*$/, '');
  undo = [`create or replace view event_view as ${body}`];
  await attack(`create or replace view event_view as select * from (${body}) v where current_setting('statement_timeout') = '0' or pg_sleep(0.01) is not null`);
  expect(await check({ scanMs: 200 })).toMatchObject({ state: 'holds', checked: 8, view: 'late', findings: [] });
});

test('with what the caller brings: keys, notes, and nothing of the database', async () => {
  const { origin } = sealed.trail;
  const stranger = makeLogKey(Buffer.alloc(32, 9));
  const vkeys = [parseVkey(vkeyOf(origin, stranger.publicKey)) as Vkey];
  expect(named(await check({ vkeys }))).toContain('UNKNOWN_KEY@null');
  const rows = await sealed.rows();
  const noteOf = (size: number, root: Buffer) => ({ note: signCheckpoint(origin, size, root, logKeyOf(origin)), isOutside: true, isBrought: true });
  expect(await check({ vkeys: [ownVkey(origin)], notes: [noteOf(400, sealed.rootAt(rows, 400))] })).toMatchObject({ state: 'holds', findings: [] });
  expect(named(await check({ notes: [noteOf(400, Buffer.alloc(32, 1))] }))).toEqual(['EQUIVOCATION@null']);
  // a note above everything that is here: the trail was longer once
  expect(named(await check({ notes: [noteOf(900, Buffer.alloc(32, 1))] }))).toEqual(['ROOT_MISMATCH@null', 'TRUNCATED@620']);
});

test('after a rotation the old key alone says so, and both together hold', async () => {
  const { trail, check: checkNew } = await newTrail('rotated');
  await trail.append([...apiDrafts(3), apiDraft({ resource_type: HOT.type, resource_id: HOT.id })]);
  await sealTrail(trail);
  const old = ownVkey(trail.origin);
  await rotateKey(trail);
  await trail.append([apiDraft({ resource_type: HOT.type, resource_id: HOT.id })]);
  await sealTrail(trail);
  expect(await checkNew()).toMatchObject({ state: 'holds', findings: [], proven: 2 });
  expect(await checkNew({ vkeys: [old] })).toMatchObject({ state: 'holds', counts: { KEY_ROTATED: 1 }, proven: 2 });
  expect(await checkNew({ vkeys: [old, ownVkey(trail.origin)] })).toMatchObject({ state: 'holds', counts: {} });
});

test('a honest trail stays quiet while it is appended to and sealed, over several batches of proofs', async () => {
  const { trail, check: checkNew } = await newTrail('busy');
  const of = { resource_type: HOT.type, resource_id: HOT.id };
  await trail.append([...apiDrafts(1500, of), ...apiDrafts(300), ...apiDrafts(1000, of)]);
  await sealTrail(trail);
  expect(await checkNew()).toMatchObject({ state: 'holds', checked: 2500, proven: 2500, unsealed: 0, findings: [] });
  let goesOn = true;
  const writing = (async () => {
    while (goesOn) {
      await trail.append([...apiDrafts(3), ...apiDrafts(2, of)]);
      await sealTrail(trail);
      await trail.append(apiDrafts(4, of));
    }
  })();
  let last = 0;
  for (let i = 0; i < 25; i++) {
    const verdict = await checkNew();
    expect(verdict).toMatchObject({ state: 'holds', findings: [], view: 'whole', unproven: 0 });
    expect(verdict.proven + verdict.unsealed).toBe(verdict.checked);
    expect(verdict.checked).toBeGreaterThanOrEqual(last);
    last = verdict.checked;
  }
  goesOn = false;
  await writing;
  expect(last).toBeGreaterThan(2500);
});

test('a first seal meanwhile is either in all that is read or in none of it', async () => {
  for (let i = 0; i < 10; i++) {
    const { trail, check: checkNew } = await newTrail(`first-${i}`);
    await trail.append(apiDrafts(20, { resource_type: HOT.type, resource_id: HOT.id }));
    const [verdict] = await Promise.all([checkNew(), new Promise((done) => setTimeout(done, i)).then(() => sealTrail(trail))]);
    expect(verdict).toMatchObject({ findings: [], checked: 20, unproven: 0 });
  }
});

test('where something is signed and the key is gone it says so', async () => {
  const { trail, check: checkNew } = await newTrail('keyless');
  await trail.append(apiDrafts(3, { resource_type: HOT.type, resource_id: HOT.id }));
  await sealTrail(trail);
  const keys = path.join(sealed.database.home, 'keys');
  for (const name of fs.readdirSync(keys)) if (name.startsWith('keyless.')) fs.rmSync(path.join(keys, name), { recursive: true });
  await expect(checkNew()).rejects.toMatchObject({ code: 'KEY_MISSING' });
});

test('stopped half-way it says nothing of what it did not reach', async () => {
  const stop = new AbortController();
  const walk = verifyResource({ trail: sealed.trail, scope: scopeOf(sealed.trail.trailId), resource: HOT, headKey: headMacKey(), signal: stop.signal });
  await walk.next();
  stop.abort(new Error('cancelled'));
  let step = await walk.next();
  while (!step.done) step = await walk.next();
  expect(step.value).toMatchObject({ state: 'cancelled', isCancelled: true, view: 'stopped', findings: [] });
});

async function newTrail(name: string) {
  const trail = await makeTrail(name);
  const append = (drafts: Parameters<typeof appendEvents>[2]) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts));
  return { trail: { ...trail, append }, check: (options: Partial<VerifyResourceOptions> = {}) => check({ trail, scope: scopeOf(trail.trailId), ...options }) };
}
