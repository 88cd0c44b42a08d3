import crypto from 'node:crypto';
import { sql as raw } from 'drizzle-orm';
import fc from 'fast-check';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { conflictId } from '@/core/import-id';
import { headMac } from '@/core/mac';
import { freshDatabase } from '@/db/test/database';
import { appTransaction, asWriter, writeTransaction } from '@/db/transaction';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { apiDraft, apiDrafts } from '../test/drafts';
import { makeTrail } from '../test/make-trail';
import { naiveVerify } from '../test/naive-verify';
import { appendEvents, type Draft } from './append';
import { type CreateTrailOptions, createTrail, ensureFirstTrails, type NewTrail } from './create-trail';
import { headMacKey } from './keys';

const { superuser: sql, home } = await freshDatabase();

beforeAll(() => ensureFirstTrails());

let trails = 0;

const newTrail = (options?: CreateTrailOptions) => makeTrail(`t-${++trails}`, options);

const append = (trail: NewTrail, drafts: Draft[], clock?: string) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts, { clock }));
const wrongIn = (trail: { origin: string }) => naiveVerify(sql, trail.origin, home);
const headOf = async (trail: NewTrail) => (await sql`select next_seq::int as next, last_hash, mac from trail_head where trail_id = ${trail.trailId}`)[0];
const rowsOf = (trail: NewTrail) =>
  sql`select seq::int as seq, action, id::text, source, details::text, recorded_at::text from audit_event where trail_id = ${trail.trailId} order by seq`;

afterEach(() => {
  vi.useRealTimers();
});

test('the first two trails are made once, and each trail.added stands in indelible', async () => {
  await Promise.all([ensureFirstTrails(), ensureFirstTrails()]);
  expect(await sql`select origin from trail where alias in ('main', 'indelible') order by trail_id`).toEqual([
    { origin: 'audit.example.com/indelible' },
    { origin: 'audit.example.com/main' },
  ]);
  const acts =
    await sql`select details->>'alias' as alias from audit_event e join trail t using (trail_id) where t.alias = 'indelible' and action = 'trail.added' order by seq`;
  expect(acts.slice(0, 2)).toEqual([{ alias: 'indelible' }, { alias: 'main' }]);
  expect(await wrongIn({ origin: 'audit.example.com/main' })).toEqual([]);
  expect(await wrongIn({ origin: 'audit.example.com/indelible' })).toEqual([]);
});

test('a name that is taken, reserved or no name makes no trail', async () => {
  expect(await createTrail('main', { synthetic: false }, 'system')).toMatchObject({ ok: false, reason: /already/ });
  for (const name of ['', 'Payments', 'a b', 'api', 'settings', 'head-mac', 'draft-mac-2', '-a', 'x'.repeat(64)]) {
    expect(await createTrail(name, { synthetic: false }, 'system'), name).toMatchObject({ ok: false });
  }
});

test('a batch gets the next numbers, one time, and receipts that name the stored hashes', async () => {
  const trail = await newTrail();
  const results = await append(trail, apiDrafts(50));
  expect(results.map(({ status }) => status)).toEqual(Array(50).fill('appended'));
  expect(results.map(({ receipt }) => receipt.seq)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(new Set(results.map(({ receipt }) => receipt.recorded_at)).size).toBe(1);
  const stored = await sql`select encode(event_hash, 'hex') as hash from audit_event where trail_id = ${trail.trailId} and seq > 0 order by seq`;
  expect(results.map(({ receipt }) => receipt.event_hash)).toEqual(stored.map(({ hash }) => hash));
  await append(trail, apiDrafts(3));
  expect(await wrongIn(trail)).toEqual([]);
});

test('the same draft sent again is answered with its first receipt and changes nothing', async () => {
  const trail = await newTrail();
  const drafts = [apiDraft({ id: crypto.randomUUID() }, 'billing'), apiDraft({ id: 'order-17' }, 'billing'), apiDraft({ id: crypto.randomUUID() })];
  const first = await append(trail, drafts);
  const head = await headOf(trail);
  const again = await append(trail, drafts);
  expect(again.map(({ status }) => status)).toEqual(['duplicate', 'duplicate', 'duplicate']);
  expect(again.map(({ receipt }) => receipt)).toEqual(first.map(({ receipt }) => receipt));
  expect(await headOf(trail)).toEqual(head);
  const mixed = await append(trail, [apiDraft(), drafts[1] as Draft, apiDraft()]);
  expect(mixed.map(({ status, receipt }) => [status, receipt.seq])).toEqual([
    ['appended', 4],
    ['duplicate', 2],
    ['appended', 5],
  ]);
  expect(await wrongIn(trail)).toEqual([]);
});

test('a batch that holds a draft twice stores it once', async () => {
  const trail = await newTrail();
  const draft = apiDraft({ id: crypto.randomUUID() });
  const results = await append(trail, [draft, apiDraft(), draft]);
  expect(results.map(({ status, receipt }) => [status, receipt.seq])).toEqual([
    ['appended', 1],
    ['appended', 2],
    ['duplicate', 1],
  ]);
  expect(results[2]?.receipt).toEqual(results[0]?.receipt);
  expect(await wrongIn(trail)).toEqual([]);
});

test('another record under a used id is refused, and the trail says so', async () => {
  const trail = await newTrail();
  const id = crypto.randomUUID();
  await append(trail, [apiDraft({ id }, 'billing')]);
  const [conflict] = await append(trail, [apiDraft({ id, action: 'invoice.delete' }, 'billing')]);
  expect(conflict?.status).toBe('conflict');
  const rows = await rowsOf(trail);
  expect(rows.map(({ action }) => action)).toEqual(['trail.created', 'invoice.read', 'id.conflict']);
  expect(JSON.parse(rows[2]?.details)).toEqual({ source: 'billing', id });
  expect(conflict?.receipt.seq).toBe(2);
  expect(await wrongIn(trail)).toEqual([]);
});

test("nobody keeps another source's event out by naming its id first", async () => {
  const trail = await newTrail();
  const id = crypto.randomUUID();
  await append(trail, [apiDraft({ id }, 'mallory')]);
  const draft = apiDraft({ id }, 'payroll');
  const [taken] = await append(trail, [draft]);
  expect(taken).toMatchObject({ status: 'appended', receipt: { id: conflictId('payroll', id), seq: 3 } });
  const rows = await rowsOf(trail);
  expect(JSON.parse(rows[2]?.details)).toEqual({ source: 'payroll', id, used_by: 'mallory' });
  expect(await append(trail, [draft])).toEqual([{ status: 'duplicate', receipt: taken?.receipt }]);
  expect((await append(trail, [apiDraft({ id, outcome: 'denied' }, 'payroll')]))[0]?.status).toBe('conflict');
  expect(await wrongIn(trail)).toEqual([]);
});

test('both at once in one batch', async () => {
  const trail = await newTrail();
  const id = crypto.randomUUID();
  const results = await append(trail, [apiDraft({ id }, 'a'), apiDraft({ id }, 'b'), apiDraft({ id, outcome: 'denied' }, 'a'), apiDraft({ id }, 'c')]);
  expect(results.map(({ status }) => status)).toEqual(['appended', 'appended', 'conflict', 'appended']);
  expect((await rowsOf(trail)).map(({ action }) => action)).toEqual([
    'trail.created',
    'invoice.read',
    'id.conflict',
    'invoice.read',
    'id.conflict',
    'id.conflict',
    'invoice.read',
  ]);
  expect(await wrongIn(trail)).toEqual([]);
});

test('a failed append leaves the head where it was', async () => {
  const trail = await newTrail();
  const head = await headOf(trail);
  const failing = writeTransaction(trail.scope, async (tx) => {
    await appendEvents(tx, trail.trailId, apiDrafts(10));
    throw new Error('the caller thought better of it');
  });
  await expect(failing).rejects.toThrow('the caller thought better of it');
  expect(await headOf(trail)).toEqual(head);
  await append(trail, apiDrafts(2));
  expect(await wrongIn(trail)).toEqual([]);
});

test("it joins a transaction of the app's and gives the role back", async () => {
  const trail = await newTrail();
  await appTransaction(async (tx) => {
    await asWriter(tx, trail.scope, () => appendEvents(tx, trail.trailId, apiDrafts(2)));
    const [row] = await tx.execute<{ role: string }>(raw`select current_setting('role') as role`);
    expect(row?.role).toBe('indelible_app');
    await asWriter(tx, trail.scope, () => appendEvents(tx, trail.trailId, apiDrafts(2)));
  });
  expect(await wrongIn(trail)).toEqual([]);
});

test('nothing is appended behind a head whose MAC is not ours', async () => {
  const trail = await newTrail();
  await append(trail, apiDrafts(5));
  const head = await headOf(trail);
  await sql`update trail_head set next_seq = 3 where trail_id = ${trail.trailId}`;
  await expect(append(trail, apiDrafts(1))).rejects.toMatchObject({ code: 'HEAD_FORGED' });
  await sql`update trail_head set next_seq = ${head?.next}, last_hash = ${crypto.randomBytes(32)} where trail_id = ${trail.trailId}`;
  await expect(append(trail, apiDrafts(1))).rejects.toMatchObject({ code: 'HEAD_FORGED' });
  await sql`update trail_head set last_hash = ${head?.last_hash} where trail_id = ${trail.trailId}`;
  await append(trail, apiDrafts(1));
  expect(await wrongIn(trail)).toEqual([]);
});

test('nothing is appended behind an old head, though its MAC be good', async () => {
  const trail = await newTrail();
  const old = await headOf(trail);
  await append(trail, apiDrafts(5));
  const head = await headOf(trail);
  await sql`update trail_head set next_seq = ${old?.next}, last_hash = ${old?.last_hash}, mac = ${old?.mac} where trail_id = ${trail.trailId}`;
  await expect(append(trail, apiDrafts(1))).rejects.toMatchObject({ code: 'HEAD_FORGED' });
  const other = crypto.randomBytes(32);
  await sql`update trail_head set next_seq = ${head?.next}, last_hash = ${other}, mac = ${headMac(headMacKey(), trail.origin, head?.next, other)} where trail_id = ${trail.trailId}`;
  await expect(append(trail, apiDrafts(1))).rejects.toMatchObject({ code: 'HEAD_FORGED' });
  await sql`update trail_head set next_seq = ${head?.next}, last_hash = ${head?.last_hash}, mac = ${head?.mac} where trail_id = ${trail.trailId}`;
  await expect(append(trail, apiDrafts(1))).rejects.toMatchObject({ code: 'SIGNER_REFUSED' }); // until the signer has looked
  expect(await sealTrail(trail)).toMatchObject({ ok: true });
  await append(trail, apiDrafts(1));
  expect(await wrongIn(trail)).toEqual([]);
});

test('what is said of an old head, or of another one of the same size, is what was appended here', async () => {
  const trail = await newTrail();
  const old = await headOf(trail);
  await append(trail, apiDrafts(2));
  await sql`update trail_head set next_seq = ${old?.next}, last_hash = ${old?.last_hash}, mac = ${old?.mac} where trail_id = ${trail.trailId}`;
  await expect(append(trail, apiDrafts(1))).rejects.toMatchObject({ code: 'HEAD_FORGED', hint: expect.stringContaining('events 1 to 2 were appended here') });
  const other = crypto.randomBytes(32);
  await sql`update trail_head set next_seq = 3, last_hash = ${other}, mac = ${headMac(headMacKey(), trail.origin, 3, other)} where trail_id = ${trail.trailId}`;
  await expect(append(trail, apiDrafts(1))).rejects.toMatchObject({ code: 'HEAD_FORGED', hint: expect.stringContaining('another event 2 was appended here') });
});

test('a database that stores something else than what was sent gets nothing', async () => {
  const trail = await newTrail();
  const head = await headOf(trail);
  await sql.unsafe(`create function meddle() returns trigger language plpgsql as $$ begin new.actor_id := 'somebody else'; return new; end $$;
    create trigger meddle before insert on audit_event for each row execute function meddle()`);
  try {
    await expect(append(trail, apiDrafts(3))).rejects.toMatchObject({ code: 'READ_BACK' });
  } finally {
    await sql.unsafe('drop trigger meddle on audit_event; drop function meddle()');
  }
  expect(await headOf(trail)).toEqual(head);
  await append(trail, apiDrafts(1));
  expect(await wrongIn(trail)).toEqual([]);
});

test('a duplicate is not answered from a row that somebody changed', async () => {
  const trail = await newTrail();
  const draft = apiDraft({ id: crypto.randomUUID() });
  await append(trail, [draft]);
  await sql.unsafe(`alter table audit_event disable trigger append_only; update audit_event set actor_id = 'x' where trail_id = ${trail.trailId} and seq = 1`);
  await sql.unsafe('alter table audit_event enable trigger append_only');
  await expect(append(trail, [draft])).rejects.toMatchObject({ code: 'EVENT_ALTERED' });
});

test('secrets are dropped before they are hashed, and not from our own events', async () => {
  const trail = await newTrail();
  await append(trail, [
    apiDraft({ details: { password: 'hunter2', note: 'Bearer abcdefghijklmnop1234' } }),
    { ...apiDraft({ details: { password: 'ours' } }), redact: false },
  ]);
  const rows = await sql`select details::text, redaction from audit_event where trail_id = ${trail.trailId} and seq > 0 order by seq`;
  expect(rows).toEqual([
    { details: '{"note":"[REDACTED]","password":"[REDACTED]"}', redaction: 'default-1' },
    { details: '{"password":"ours"}', redaction: null },
  ]);
  expect(await wrongIn(trail)).toEqual([]);
});

test('an injected clock is for synthetic trails alone', async () => {
  const real = await newTrail();
  await expect(append(real, apiDrafts(1), '2025-01-01T00:00:00.000000Z')).rejects.toMatchObject({ code: 'NOT_SYNTHETIC' });
  await sql`update trail set is_synthetic = true where trail_id = ${real.trailId}`; // the column says nothing: event 0 does
  await expect(append(real, apiDrafts(1), '2025-01-01T00:00:00.000000Z')).rejects.toMatchObject({ code: 'NOT_SYNTHETIC' });
  await sql`update trail set is_synthetic = false where trail_id = ${real.trailId}`;

  const made = await newTrail({ synthetic: true, clock: '2025-10-31T23:59:59.000000Z' });
  await append(made, apiDrafts(2), '2025-11-30T00:00:00.000000Z');
  await append(made, apiDrafts(2), '2025-12-01T00:00:00.000001Z');
  await append(made, apiDrafts(1), '2025-11-30T23:59:59.000000Z'); // 1.000001 s back: last is taken
  await append(made, apiDrafts(1), '2025-11-01T00:00:00.000000Z'); // far back: and said so
  const rows = await rowsOf(made);
  expect(rows.map(({ recorded_at }) => recorded_at)).toEqual([
    '2025-10-31 23:59:59+00',
    ...Array(2).fill('2025-11-30 00:00:00+00'),
    ...Array(5).fill('2025-12-01 00:00:00.000001+00'),
  ]);
  expect(rows[6]).toMatchObject({ action: 'clock.rolled_back', details: '{"clock":"2025-11-01T00:00:00.000000Z","last":"2025-12-01T00:00:00.000001Z"}' });
  for (const trail of [real, made]) expect(await wrongIn(trail)).toEqual([]);
});

test('clocks that are apart are told of once, and stop the trail where the database has run ahead', async () => {
  const trail = await newTrail();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 8000 });
  await append(trail, apiDrafts(1));
  await append(trail, apiDrafts(1));
  vi.useRealTimers();
  await append(trail, apiDrafts(1));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8000 });
  await append(trail, apiDrafts(1));
  vi.useRealTimers();
  expect((await rowsOf(trail)).map(({ action }) => action)).toEqual([
    'trail.created',
    'clock.apart',
    'invoice.read',
    'invoice.read',
    'invoice.read',
    'clock.apart',
    'invoice.read',
  ]);

  const old = await newTrail({ synthetic: true, clock: '2025-01-01T00:00:00.000000Z' });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 8000 });
  await expect(append(old, apiDrafts(1))).rejects.toMatchObject({ code: 'CLOCK_SUSPECT' });
  vi.useRealTimers();
  await append(old, apiDrafts(1));
  for (const each of [trail, old]) expect(await wrongIn(each)).toEqual([]);
});

test('any JSON that is accepted survives PostgreSQL with its hash', async () => {
  const trail = await newTrail();
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })).map((s) => s.replaceAll('\0', '·'));
  const details = fc.dictionary(text, fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }), { maxKeys: 5 });
  const draft = fc.record({
    details,
    actor_id: text,
    resource_id: text,
    resource_type: text,
    user_agent: text,
    session_id: text,
    ip_address: fc.oneof(text, fc.ipV4(), fc.ipV6()),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(draft, { minLength: 1, maxLength: 20 }), async (members) => {
      const drafts = members.flatMap((each) => {
        try {
          return [{ ...apiDraft(each), redact: false }];
        } catch {
          return []; // refused by a rule of the profile
        }
      });
      await append(trail, drafts);
    }),
    { numRuns: 60 },
  );
  expect((await headOf(trail))?.next).toBeGreaterThan(100);
  expect(await wrongIn(trail)).toEqual([]);
});
