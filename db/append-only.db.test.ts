import { beforeAll, expect, test } from 'vitest';
import { freshDatabase } from './test/database';
import { insertEvents, insertTrail } from './test/events';

const { superuser: sql } = await freshDatabase();

beforeAll(async () => {
  const trailId = await insertTrail(sql, 'main');
  await insertEvents(sql, { trailId, events: 90, start: '2026-09-01T00:00:00Z', stepSeconds: 86_400 });
});

const tables = async () => [
  'audit_event',
  ...(await sql`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_event'::regclass`).map((row) => row.name as string),
];

test('the events lie in months', async () => {
  expect(await tables()).toEqual(['audit_event', 'audit_event_2026_09', 'audit_event_2026_10', 'audit_event_2026_11']);
});

test('the owner can change no event, neither by the parent nor by a month', async () => {
  for (const table of await tables()) {
    await expect(sql`update ${sql(table)} set actor_id = 'b'`, table).rejects.toThrow(/append-only: UPDATE/);
    await expect(sql`delete from ${sql(table)}`, table).rejects.toThrow(/append-only: DELETE/);
    await expect(sql`truncate ${sql(table)}`, table).rejects.toThrow(/append-only: TRUNCATE/);
  }
  expect(await sql`select count(*)::int as n from audit_event`).toEqual([{ n: 90 }]);
});

test('a month that comes later refuses too', async () => {
  await sql`select ensure_partition('2031-02-28T23:59:59.999999Z')`;
  await expect(sql`truncate audit_event_2031_02`).rejects.toThrow(/append-only: TRUNCATE/);
  const [bounds] = await sql`select pg_get_expr(relpartbound, oid) as text from pg_class where relname = 'audit_event_2031_02'`;
  expect(bounds?.text).toBe("FOR VALUES FROM ('2031-02-01 00:00:00+00') TO ('2031-03-01 00:00:00+00')");
});

test('a month is cut at midnight UTC wherever the session is', async () => {
  await sql.begin(async (tx) => {
    await tx`set local time zone 'Pacific/Auckland'`;
    await tx`select ensure_partition('2032-01-31T23:59:59Z')`;
  });
  const [row] = await sql`select to_regclass('audit_event_2032_01')::text as january, to_regclass('audit_event_2032_02') as february`;
  expect(row).toEqual({ january: 'audit_event_2032_01', february: null });
});

test('stubs and old texts stay as they were written, for the owner too', async () => {
  await sql`insert into event_stub select trail_id, seq, sha256('h'), sha256('p'), event_hash from audit_event where seq = 3`;
  await sql`insert into legacy_event select trail_id, 'import-1', 0, '{}', event_hash from audit_event where seq = 3`;
  for (const table of ['event_stub', 'legacy_event']) {
    const refusal = (what: string) => new RegExp(`${table} is append-only: ${what}`);
    await expect(sql`update ${sql(table)} set event_hash = sha256('x')`, table).rejects.toThrow(refusal('UPDATE'));
    await expect(sql`delete from ${sql(table)}`, table).rejects.toThrow(refusal('DELETE'));
    await expect(sql`truncate ${sql(table)}`, table).rejects.toThrow(refusal('TRUNCATE'));
    expect(await sql`select count(*)::int as n from ${sql(table)}`).toEqual([{ n: 1 }]);
  }
});
