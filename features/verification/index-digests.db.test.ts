// Entries of an index that are there and say, or lead to, something else, and rows that no index knows of: VIEW_MISMATCH (SPEC §8). Every row that the walk comes to is the one that was sealed.
import { afterEach, expect, test, vi } from 'vitest';
import { SCREEN_INDEXES } from '@/core/index-digests';
import { openSnapshot } from '@/db/copy-out';
import { scopeOf } from '@/db/scope';
import { indexQuestions } from './queries/index-questions';
import { sealedTrail } from './test/sealed-trail';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const sealed = await sealedTrail((seq) => ({
  actor_id: seq === 140 ? 'u-rare' : `u-${seq % 9}`,
  ip_address: seq % 3 === 0 ? undefined : `192.0.2.${seq % 40}`,
  action: `invoice.act-${seq % 35}`,
}));
const { attack, verify } = sealed;
const sql = sealed.database.superuser;

const APRIL = 'audit_event_2026_04';
const atTheEnd = () => 1 - Number.EPSILON; // every filter is drawn at the last event: what is found is found without luck

afterEach(async () => {
  // a row that no index knows of is found by none
  await attack(
    `set local enable_indexscan = off; set local enable_indexonlyscan = off; set local enable_bitmapscan = off; delete from ${APRIL} where trail_id = $T`,
  );
  await attack(`reindex table ${APRIL}`);
});

/** Those of April, by the names of their parents. */
const indexes = sql<{ oid: number; name: string; parent: string; columns: string[] }[]>`
  select i.indexrelid::int as oid, i.indexrelid::regclass::text as name, coalesce(h.inhparent::regclass::text, 'none') as parent,
    array(select attname::text from pg_attribute where attrelid = i.indexrelid) as columns
  from pg_index i left join pg_inherits h on h.inhrelid = i.indexrelid where i.indrelid = 'audit_event_2026_04'::regclass`;

/** While `work` is done the table has none of the indexes that hold one of the columns, or an expression; without columns it has none at all. */
async function withoutIndexes(flag: 'indislive' | 'indisready', columns: string[] | null, work: string) {
  const away = (await indexes).filter((index) => columns === null || index.columns.some((name) => [...columns, 'expr'].includes(name))).map(({ oid }) => oid);
  const set = (is: boolean) =>
    attack(
      `update pg_index set ${flag} = ${is} where indexrelid in (${away.join(', ')}); update pg_class set relname = relname where oid in (${away.join(', ')}, '${APRIL}'::regclass::oid)`,
    );
  await set(false);
  await attack(work);
  await set(true);
}

/** Every index but one is as it should be. */
async function reindexBut(parent: string) {
  for (const { name } of (await indexes).filter((index) => index.parent !== parent)) await attack(`reindex index ${name}`);
}

/** Event 140 is filed in one index under something that it does not say. */
async function fileUnder(parent: string, member: string, value: string) {
  await attack(
    `create table kept.true_row as select * from ${APRIL} where trail_id = $T and seq = 140; update ${APRIL} set ${member} = ${value} where trail_id = $T and seq = 140`,
  );
  await withoutIndexes(
    'indislive',
    [member],
    `update ${APRIL} set ${member} = (select ${member} from kept.true_row) where trail_id = $T and seq = 140; drop table kept.true_row`,
  );
  await reindexBut(parent);
}

const found = async (deep: boolean) => (await verify({ deep, random: atTheEnd })).findings.map(({ code, expected, found: is }) => [code, expected, is]);

test.each([
  ['under another actor', 'audit_event_actor', 'actor_id', "'zz'", 620],
  ['at another time', 'audit_event_time', 'occurred_at', "occurred_at + interval '3 days'", 620],
  ['at another time, of its actor', 'audit_event_actor', 'occurred_at', "occurred_at + interval '3 days'", 620],
  ['under another resource', 'audit_event_resource', 'resource_id', "'zz'", 620],
  ['under another action', 'audit_event_action', 'action', "'zz'", 620],
  ['under another address', 'audit_event_address', 'ip_address', "'192.0.2.99'", 412],
  ['in another session', 'audit_event_session', 'session_id', "'s-3'", 619],
  ['in another request', 'audit_event_request', 'request_id', "'r-4'", 619],
])('an entry that files an event %s: by a deep run', async (_, parent, member, value, entries) => {
  await fileUnder(parent, member, value);
  expect(await found(true)).toContainEqual(['VIEW_MISMATCH', `entries of index ${parent}: ${entries}`, `${entries}, not the same`]);
});

test.each([
  ['the failed', 'audit_event_failed', 'actor_id', "'zz'"],
  ['those by administrators', 'audit_event_admin', 'actor_id', "'zz'"],
  ['the failed', 'audit_event_failed', 'ip_address', "'192.0.2.99'"],
])('what the index of %s carries beside its keys: %s, %s', async (_, parent, member, value) => {
  await fileUnder(parent, member, value);
  expect((await found(true)).map(([, expected]) => expected?.replace(/: .*/, ''))).toEqual([`entries of index ${parent}`]);
});

test.each(SCREEN_INDEXES.map(({ name }) => [name]))('entries of %s that are right, each of which leads to the row of the other', async (parent) => {
  const [{ columns }] =
    (await sql`select string_agg(quote_ident(attname), ', ') as columns from pg_attribute where attrelid = ${APRIL}::regclass and attnum > 0`) as unknown as [
      { columns: string },
    ];
  // both failed, both by an administrator
  const both = `${APRIL} e where trail_id = $T and seq in (140, 245)`;
  await attack(`create table kept.two as select * from ${both}; delete from ${both}; insert into ${APRIL} select * from kept.two`);
  await withoutIndexes(
    'indislive',
    null,
    `update ${APRIL} e set (${columns}) = (select ${columns} from kept.two t where t.seq <> e.seq) where trail_id = $T and seq in (140, 245); drop table kept.two`,
  );
  await reindexBut(parent);
  const [finding, ...others] = await found(true);
  expect(others).toEqual([]);
  expect(finding?.[1]).toContain(`rows behind index ${parent}: `);
  expect(finding?.[2]).toMatch(/^\d+, [1-9]\d* of them out of order$/);
});

test('a made-up row in the table that no index knows of', async () => {
  await withoutIndexes(
    'indisready',
    null,
    `create temporary table made on commit drop as select * from ${APRIL} where trail_id = $T and seq = 140; update made set actor_id = 'made-up';
    insert into ${APRIL} select * from made`,
  );
  expect(await found(true)).toEqual([['VIEW_MISMATCH', 'rows of the table without an index: 620', '621']]);
});

test('an honest trail, the whole and a part of it, and each question goes through the one index that it is about', async () => {
  expect(await verify({ deep: true })).toMatchObject({ findings: [], state: 'holds' });
  expect(await verify({ deep: true, from: 150, to: 400 })).toMatchObject({ findings: [], checked: 250 });
  const parents = new Map(
    (await sql<{ name: string; parent: string }[]>`select inhrelid::regclass::text as name, inhparent::regclass::text as parent from pg_inherits`).map(
      ({ name, parent }) => [name, parent],
    ),
  );
  const plans: { name: string; of: 'holds' | 'leads' | 'table'; plan: string }[] = [];
  // whatever the planner knows of the rows
  for (const known of ['delete from pg_statistic where starelid in (select inhrelid from pg_inherits)', 'analyze audit_event']) {
    await attack(known);
    const snapshot = await openSnapshot({ scope: scopeOf(sealed.trail.trailId) });
    for (const { name, of, ask } of indexQuestions(sealed.trail.trailId, { from: 0, to: undefined }, -1n)) {
      const lines = await snapshot.query<{ 'QUERY PLAN': string }>(ask('explain '));
      plans.push({ name, of, plan: lines.map((line) => line['QUERY PLAN']).join('\n') });
    }
    await snapshot.close();
  }
  for (const { name, of, plan } of plans) {
    const scans = [...plan.matchAll(/-> +(\S[\w ]* Scan)(?: Backward)?(?: using (\S+))? on audit_event_2/g)];
    expect(scans.length, plan).toBeGreaterThanOrEqual(4);
    for (const [, scan, index] of scans) {
      expect(scan, plan).toBe({ holds: 'Index Only Scan', leads: 'Index Scan', table: 'Seq Scan' }[of]);
      if (of !== 'table') expect(parents.get(index as string), plan).toBe(name);
    }
    expect(plan).not.toMatch(/-> +(Incremental )?Sort /);
  }
});
