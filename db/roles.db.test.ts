import { sql as drizzleSql } from 'drizzle-orm';
import postgres, { type TransactionSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyzeEvents } from './analyze';
import { eventView } from './schema/audit-event';
import { legacyEvent } from './schema/legacy-event';
import { trailHead } from './schema/trail';
import { mintScope, type TrailId } from './scope';
import { freshDatabase } from './test/database';
import { insertEvents, insertTrail } from './test/events';
import { appTransaction, asWriter, readTransaction, writeTransaction } from './transaction';

const database = await freshDatabase();
// ONE connection, so that every statement below meets what the one before left behind; and everything is done twice.
const login = postgres(database.url, { max: 1, onnotice: () => {} });
afterAll(() => login.end());

let main: TrailId;
let other: TrailId;
beforeAll(async () => {
  main = await insertTrail(database.superuser, 'main');
  other = await insertTrail(database.superuser, 'other');
  await insertEvents(database.superuser, { trailId: main, events: 20, start: '2026-10-25T00:00:00Z', stepSeconds: 86_400 });
  await insertEvents(database.superuser, { trailId: other, events: 5, start: '2026-10-25T00:00:00Z' });
  await database.superuser`insert into event_stub select trail_id, seq + 100, sha256('h'), sha256('p'), event_hash from audit_event where seq < 2`;
  await database.superuser`insert into legacy_event select trail_id, 'import-1', seq, '{}', event_hash from audit_event where seq < 2`;
});

type Role = 'reader' | 'writer' | 'app';
const as = <T>(role: Role, trails: string | null, fn: (tx: TransactionSql) => Promise<T>) =>
  login.begin(async (tx) => {
    await tx`select set_config('role', ${`indelible_${role}`}, true)`;
    if (trails !== null) await tx`select set_config('indelible.trails', ${trails}, true)`;
    return fn(tx);
  });

const denied = /permission denied|append-only|must be owner/;

describe.each(['first', 'second'])('on its %s use a connection', () => {
  test('refuses a query that forgot its role', async () => {
    await expect(login`select 1 from event_view`).rejects.toThrow(denied);
    await expect(login`select 1 from trail`).rejects.toThrow(denied);
    expect(await login`select current_user::text as who`).toEqual([{ who: 'indelible_login' }]);
  });

  test('shows a reader without scope nothing', async () => {
    for (const trails of [null, '', '{}']) {
      for (const view of ['event_view', 'head_view', 'key_view', 'stub_view', 'legacy_view']) {
        expect(await as('reader', trails, (tx) => tx`select count(*)::int as n from ${tx(view)}`), `${view} ${trails}`).toEqual([{ n: 0 }]);
      }
    }
  });

  test('shows a reader the trails of its scope and no other, also where the query names one', async () => {
    const count = (trails: string, id: number) => as('reader', trails, (tx) => tx`select count(*)::int as n from event_view where trail_id = ${id}`);
    expect(await count(`{${main}}`, main)).toEqual([{ n: 20 }]);
    expect(await count(`{${main}}`, other)).toEqual([{ n: 0 }]);
    expect(await count(`{${main},${other}}`, other)).toEqual([{ n: 5 }]);
    for (const view of ['stub_view', 'legacy_view']) {
      expect(await as('reader', `{${main}}`, (tx) => tx`select distinct trail_id, count(*) over ()::int as n from ${tx(view)}`), view).toEqual([
        { trail_id: main, n: 2 },
      ]);
    }
  });

  test.each([
    ['insert', 'insert into event_view select * from event_view limit 1'],
    ['update', "update event_view set actor_id = 'b'"],
    ['delete', 'delete from event_view'],
    ['truncate', 'truncate audit_event'],
    ['name the table', 'select 1 from audit_event'],
    ['name a month', 'select 1 from audit_event_2026_10'],
    ['lock the table', 'lock table audit_event in access share mode'],
    ['copy the view whole, past its query', 'copy audit_event to stdout'],
    ['read a head', 'select 1 from trail_head'],
    ['read stubs past their view', 'select 1 from event_stub'],
    ['read old texts past their view', 'select 1 from legacy_event'],
    ['put a stub in', 'insert into stub_view select * from stub_view'],
    ['change a stub', "update stub_view set event_hash = sha256('x')"],
    ['delete old texts', 'delete from legacy_view'],
    ['read the keys', 'select 1 from event_key'],
    ['read accounts', 'select 1 from app_user'],
    ['read runs', 'select 1 from run'],
    ['make a month', "select ensure_partition('2040-01-01Z')"],
    ['make a function', 'create function f(int) returns bool language sql as $$ select true $$'],
    ['make a temporary function', 'create function pg_temp.f(int) returns bool language sql as $$ select true $$'],
    ['make a temporary table', 'create temporary table t (n int)'],
    ['make a table', 'create table t (n int)'],
    ['make a view', 'create view v as select 1'],
    ['make a schema', 'create schema s'],
    ['make a large object', 'select lo_create(0)'],
    ['analyse', 'select analyze_audit_event()'],
  ])('does not let a reader %s', async (_, statement) => {
    await expect(as('reader', `{${main}}`, (tx) => tx.unsafe(statement))).rejects.toThrow(denied);
  });

  test.each([
    ['update an event', "update audit_event set actor_id = 'b'"],
    ['delete an event', 'delete from audit_event'],
    ['truncate', 'truncate audit_event'],
    ['update a month', "update audit_event_2026_10 set actor_id = 'b'"],
    ['delete from a month', 'delete from audit_event_2026_10'],
    ['truncate a month', 'truncate audit_event_2026_10'],
    ['switch a trigger off', 'alter table audit_event disable trigger append_only'],
    ['detach a month', 'alter table audit_event detach partition audit_event_2026_10'],
    ['change a key', 'update event_key set seq = 0'],
    ['delete a key', 'delete from event_key'],
    ['delete a head', 'delete from trail_head'],
    ['put a stub in', "insert into event_stub values (1, 7, sha256('h'), sha256('p'), sha256('e'))"],
    ['read stubs', 'select 1 from event_stub'],
    ['delete stubs', 'delete from event_stub'],
    ['change an old text', "update legacy_event set exact_text = '[]'"],
    ['delete old texts', 'delete from legacy_event'],
    ['truncate old texts', 'truncate legacy_event'],
    ['make a trail', "insert into trail (origin, alias, log_vkey, is_synthetic) values ('x', 'x', 'x', false)"],
    ['read accounts', 'select 1 from app_user'],
    ['make a table', 'create table t (n int)'],
    ['make a temporary table', 'create temporary table t (n int)'],
    ['make a function', 'create function f(int) returns bool language sql as $$ select true $$'],
  ])('does not let a writer %s', async (_, statement) => {
    await expect(as('writer', `{${main}}`, (tx) => tx.unsafe(statement))).rejects.toThrow(denied);
  });

  test.each([
    ['read events', 'select 1 from event_view'],
    ['read the table', 'select 1 from audit_event'],
    ['insert an event', 'insert into audit_event select * from audit_event'],
    ['delete events', 'delete from audit_event'],
    ['truncate', 'truncate audit_event_2026_10'],
    ['put a stub in', "insert into event_stub values (1, 7, sha256('h'), sha256('p'), sha256('e'))"],
    ['read stubs', 'select 1 from event_stub'],
    ['read old texts', 'select 1 from legacy_event'],
    ['put an old text in', "insert into legacy_event values (1, 'import-1', 9, '{}', sha256('e'))"],
    ['move a head', 'update trail_head set next_seq = 0'],
    ['rename a trail', "update trail set alias = 'x'"],
    ['delete an account', 'delete from app_user'],
    ['delete a run', 'delete from run'],
    ['change a published catalogue', 'update action_catalogue set is_privileged = false'],
    ['make a table', 'create table t (n int)'],
    ['make a temporary table', 'create temporary table t (n int)'],
  ])('does not let the app %s', async (_, statement) => {
    await expect(as('app', null, (tx) => tx.unsafe(statement))).rejects.toThrow(denied);
  });

  test('forgets role and scope with the transaction', async () => {
    await as('reader', `{${main}}`, (tx) => tx`select 1 from event_view limit 1`);
    const [row] = await login`select current_user::text as who, coalesce(current_setting('indelible.trails', true), '') as trails`;
    expect(row).toEqual({ who: 'indelible_login', trails: '' });
    await as('reader', `{${main}}`, (tx) => tx`select 1 / 0`).catch(() => {}); // a failed one too
    const [after] = await login`select current_user::text as who, coalesce(current_setting('indelible.trails', true), '') as trails`;
    expect(after).toEqual({ who: 'indelible_login', trails: '' });
  });
});

test('a read transaction sees one state and cannot write', async () => {
  const scope = mintScope([other]);
  await readTransaction(scope, async (tx) => {
    const before = await tx.$count(eventView);
    await insertEvents(database.superuser, { trailId: other, from: 5, events: 1, start: '2026-10-26T00:00:00Z' });
    expect(await tx.$count(eventView)).toBe(before);
  });
  await readTransaction(scope, async (tx) => expect(await tx.$count(eventView)).toBe(6));
  await expect(readTransaction(scope, (tx) => tx.execute(drizzleSql`create temporary table t (n int)`))).rejects.toMatchObject({ cause: { code: '25006' } });
});

test('rows come with times of 27 characters, digests as bytes and details as their text', async () => {
  const [row] = await readTransaction(mintScope([main]), (tx) => tx.select().from(eventView).where(drizzleSql`trail_id = ${main} and seq = 3`));
  expect(row).toMatchObject({ seq: 3, recordedAt: '2026-10-28T00:00:00.000000Z', details: '{"n":3}', ipAddress: '10.0.0.3', sealed: null });
  expect(row?.eventHash).toBeInstanceOf(Buffer);
});

test('the app becomes the writer for a moment, and is the app again', async () => {
  const who = drizzleSql`select current_user::text as who, coalesce(current_setting('indelible.trails', true), '') as trails`;
  await appTransaction(async (tx) => {
    await expect(tx.transaction((s) => s.update(trailHead).set({ nextSeq: 1 }))).rejects.toThrow();
    const inside = await asWriter(tx, mintScope([main]), async () => {
      await tx.update(trailHead).set({ nextSeq: 20 }).where(drizzleSql`trail_id = ${main}`);
      return tx.execute(who);
    });
    expect([...inside]).toEqual([{ who: 'indelible_writer', trails: `{${main}}` }]);
    expect([...(await tx.execute(who))]).toEqual([{ who: 'indelible_app', trails: '' }]);
    await expect(asWriter(tx, mintScope([main]), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect([...(await tx.execute(who))]).toEqual([{ who: 'indelible_app', trails: '' }]);
    await expect(tx.transaction((s) => asWriter(s, mintScope([main]), () => s.execute(drizzleSql`delete from audit_event`)))).rejects.toThrow();
    expect([...(await tx.execute(who))]).toEqual([{ who: 'indelible_app', trails: '' }]);
  });
});

test('a bulk load can be made known to the planner', async () => {
  await analyzeEvents();
  const [row] = await database.superuser`select count(*)::int as n from pg_stats where tablename = 'audit_event' and inherited`;
  expect(row?.n).toBeGreaterThan(10);
});

test('a writer adds events, and makes the month they need', async () => {
  await writeTransaction(mintScope([other]), async (tx) => {
    await tx.execute(drizzleSql`select ensure_partition('2027-01-01Z')`);
    await tx.execute(drizzleSql`insert into audit_event select trail_id, 6, '2027-01-01Z', occurred_at, id, v, header_salt, actor_type, actor_id, action, resource_type, resource_id,
      outcome, payload_salt, details, ip_address, user_agent, request_id, session_id, source, source_epoch, source_seq, sealed, redaction, prev_hash, event_hash
      from audit_event where trail_id = ${other} and seq = 5`);
  });
  await readTransaction(mintScope([other]), async (tx) => expect(await tx.$count(eventView)).toBe(7));
});

test('a writer keeps old texts, each once', async () => {
  const keep = () =>
    writeTransaction(mintScope([main]), (tx) =>
      tx.insert(legacyEvent).values({ trailId: main, importId: 'import-2', position: 0, exactText: '{"a":1.0}', eventHash: Buffer.alloc(32) }),
    );
  await keep();
  await expect(keep()).rejects.toMatchObject({ cause: { code: '23505' } });
});
