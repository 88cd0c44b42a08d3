// Figures kept for charts: what the sealer writes is what the events give, what somebody changes is found, and a chart says the same with them as without them.
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadScaleTrail } from '@/bench/scale-trail';
import { type EventRow, hashRow } from '@/core/event';
import type { Filter } from '@/core/filter';
import { bindRuntime, openRuntime } from '@/db/runtime';
import { scopeOf, type TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { readTransaction, type Tx } from '@/db/transaction';
import { countBlocks } from '../sealing/mutations/count-blocks';
import { sealTrail } from '../sealing/mutations/seal-trail';
import { headMacKey } from '../trail/mutations/keys';
import { countEvents } from '../trail/queries/count-events';
import { getEvent } from '../trail/queries/get-event';
import { eventHistogram } from '../trail/queries/histogram';
import { type KeptQuestion, readKeptFigures } from '../trail/queries/kept-figures';
import { listEvents } from '../trail/queries/list-events';
import { findingText } from './finding-texts';
import { named, verifyAll } from './test/verify-all';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const database = await freshDatabase();
const { superuser: sql } = database;
const origin = 'audit.example.com/scale';
const EVENTS = 70_000;
let trailId: TrailId;

beforeAll(async () => {
  // five weeks across a change of the clock in Berlin
  trailId = await loadScaleTrail(sql, EVENTS, origin, { end: '2026-04-10T00:00:00Z', months: 1 });
  expect(await sealTrail({ trailId, origin })).toMatchObject({ ok: true, size: EVENTS });
});
afterAll(async () => {
  expect(await verify()).toMatchObject({ findings: [], state: 'holds', checked: EVENTS });
});

const verify = (range: { from?: number; to?: number } = {}) =>
  verifyAll({ trail: { trailId, origin }, scope: scopeOf(trailId), headKey: headMacKey(), ...range });
const kept = async () => [
  ...(await sql`select * from count_hour where trail_id = ${trailId} order by 1, 2, 3, 4, 5`),
  ...(await sql`select * from count_day where trail_id = ${trailId} order by 1, 2, 3, 4, 5, 6, 7`),
  ...(await sql`select * from count_outcome where trail_id = ${trailId} order by 1, 2, 3`),
];
const forget = async () => {
  for (const table of ['count_hour', 'count_day', 'count_outcome']) await sql`delete from ${sql(table)} where trail_id = ${trailId}`;
};

test('the block that is full is counted with the seal, the open one is not, and the same again changes nothing', async () => {
  const before = await kept();
  const [hours] = await sql`select sum(n)::int as n, max(block) as block from count_hour where trail_id = ${trailId}`;
  const [days] = await sql`select sum(n)::int as n, max(block) as block from count_day where trail_id = ${trailId}`;
  const [outcomes] = await sql`select sum(success + failure + denied)::int as n, max(block) as block from count_outcome where trail_id = ${trailId}`;
  expect([hours, days, outcomes]).toEqual([
    { n: 65_536, block: 0 },
    { n: 65_536, block: 0 },
    { n: 65_536, block: 0 },
  ]);
  expect(await countBlocks(trailId, EVENTS)).toMatchObject({ written: 0 });
  expect(await kept()).toEqual(before);
  expect((await verify()).counts).toEqual({});
});

test('killed between the signature and the figures: the next process that seals writes them', async () => {
  const before = await kept();
  await forget();
  const { url, superuserUrl } = database;
  const next = openRuntime({ url, ownerUrl: superuserUrl, isEmbedded: true, stop: async () => {} });
  bindRuntime(next);
  expect(await sealTrail({ trailId, origin })).toMatchObject({ ok: true, added: 0 });
  bindRuntime(database.runtime);
  await next.stop();
  expect(await kept()).toEqual(before);
});

describe('what somebody changes is found', () => {
  afterEach(async () => {
    await forget();
    await countBlocks(trailId, EVENTS);
  });

  test('a figure raised, one lowered, one taken out, one put in', async () => {
    const [row] = await sql`update count_hour set n = n + 5 where ctid = (select min(ctid) from count_hour where trail_id = ${trailId})
      returning to_char(hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24') as hour, actor_type as actor, outcome, n`;
    const bucket = `block 0 hour ${JSON.stringify([row?.hour, row?.actor, row?.outcome])}`;
    expect((await verify()).findings).toEqual([
      { code: 'COUNT_MISMATCH', seq: null, expected: `${bucket}: ${row?.n - 5}`, found: `${bucket}: ${row?.n}`, lastGood: null },
    ]);
    expect(named(await verify({ from: 1 }))).toEqual([]); // a range that does not see the block says nothing of it
    await sql`delete from count_day where ctid = (select max(ctid) from count_day where trail_id = ${trailId})`;
    await sql`update count_day set n = n - 1 where ctid = (select min(ctid) from count_day where trail_id = ${trailId})`;
    await sql`insert into count_day select trail_id, block, day_utc, 'ledger.erase', actor_type, outcome, resource_type, 3 from count_day where trail_id = ${trailId} limit 1`;
    expect((await verify()).counts).toEqual({ COUNT_MISMATCH: 4 });
  });

  test('failures told as successes, in the sum of an hour alone', async () => {
    const [row] = await sql`update count_outcome set success = success + failure, failure = 0
      where ctid = (select min(ctid) from count_outcome where trail_id = ${trailId} and failure > 0) returning to_char(hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24') as hour`;
    expect((await verify()).findings.map(({ code, found }) => [code, found])).toEqual([
      ['COUNT_MISMATCH', `block 0 outcome ["${row?.hour}","failure"]: 0`],
      ['COUNT_MISMATCH', expect.stringMatching(`^block 0 outcome \\["${row?.hour}","success"\\]: \\d+$`)],
    ]);
    await sql`update count_outcome set success = 0, failure = 0, denied = 0 where trail_id = ${trailId}`;
    expect((await verify()).counts.COUNT_MISMATCH).toBeGreaterThan(1_000);
  });

  test('a figure of an event that was altered and re-hashed, or of events that are cut off, follows from that', async () => {
    const severities = async () => {
      const shown = (await verify()).findings.map((finding, n) => ({ n, ...finding }));
      return shown.map((one) => [one.code, one.seq, findingText(one, shown).severity]);
    };
    const attack = (statement: string) =>
      sql.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx.unsafe(statement);
      });
    await attack(`create table taken as select * from audit_event where trail_id = ${trailId} and (seq = 100 or seq >= 65000)`);
    const back = `delete from audit_event where trail_id = ${trailId} and (seq = 100 or seq >= 65000); insert into audit_event select * from taken`;
    const row = (await readTransaction(scopeOf(trailId), (tx) => getEvent(tx, { trailId, origin }, 100)))?.row as EventRow;
    const outcome = row.outcome === 'denied' ? 'failure' : 'denied';
    const hash = hashRow(origin, { ...row, outcome }).toString('hex');
    await attack(`update audit_event set outcome = '${outcome}', event_hash = '\\x${hash}' where trail_id = ${trailId} and seq = 100`);
    const altered = await severities();
    await attack(back);
    expect(altered.toSorted()).toEqual([
      ['CHAIN_LINK', 101, 'critical'],
      ...Array(6).fill(['COUNT_MISMATCH', null, 'follows']), // one more and one less, in each of three tables
      ['TILE_MISMATCH', 100, 'critical'],
    ]);
    await attack(`delete from audit_event where trail_id = ${trailId} and seq >= 65000`);
    const cut = await severities();
    await attack(`${back}; drop table taken`);
    expect(cut).toContainEqual(['TRUNCATED', 65_000, 'critical']);
    expect(cut).toContainEqual(['COUNT_MISMATCH', null, 'follows']);
    expect(cut).not.toContainEqual(['COUNT_MISMATCH', null, 'warning']);
  });

  test('an hour that begins at another minute: charts would count it elsewhere', async () => {
    await sql`update count_hour set hour = hour + interval '30 minutes' where ctid = (select min(ctid) from count_hour where trail_id = ${trailId})`;
    expect((await verify()).counts).toEqual({ COUNT_MISMATCH: 2 });
  });

  test('a server that writes dates in another way is none', async () => {
    const [{ db }] = (await sql`select quote_ident(current_database()) as db`) as unknown as [{ db: string }];
    await sql.unsafe(`alter database ${db} set datestyle = 'SQL, DMY'`);
    await sql.unsafe(`alter database ${db} set timezone = 'Asia/Kathmandu'`);
    expect((await verify()).counts).toEqual({});
    await sql.unsafe(`alter database ${db} reset datestyle`);
    await sql.unsafe(`alter database ${db} reset timezone`);
  });

  test('figures of a block that is not full', async () => {
    await sql`insert into count_hour select trail_id, 7, hour, actor_type, outcome, 1 from count_hour where trail_id = ${trailId} limit 2`;
    await sql`insert into count_outcome select trail_id, 8, hour, 1, 1, 1 from count_outcome where trail_id = ${trailId} limit 1`;
    const notFull = (block: number, n: number) => ({
      code: 'COUNT_MISMATCH',
      seq: null,
      expected: `block ${block} is not full: 0`,
      found: `block ${block}: ${n}`,
      lastGood: null,
    });
    expect((await verify()).findings).toEqual([notFull(7, 2), notFull(8, 3)]);
  });

  // a chart of years adds up the table, not its index
  describe('figures that the index of their table does not hold, or holds elsewhere', () => {
    // the parameter makes every session look at the table's indexes again
    const index = (table: string, is: string) =>
      sql.unsafe(`update pg_index set ${is} where indexrelid = '${table}_pkey'::regclass; alter table ${table} set (fillfactor = 100)`);

    test.for(['hour', 'day', 'outcome'])('rows that were put in while the index of count_%s took none', async (kind) => {
      const table = `count_${kind}`;
      await index(table, 'indisready = false');
      await sql.unsafe(`insert into ${table} select * from ${table} where trail_id = ${trailId} limit 1`);
      await sql.unsafe(`insert into ${table} select (jsonb_populate_record(t, '{"block": 9}')).* from ${table} t where trail_id = ${trailId} limit 1`);
      await index(table, 'indisready = true');
      const words = (text: string | null) => text?.replace(/\d+( rows|$)/, 'N$1');
      expect((await verify()).findings.map(({ code, expected, found }) => [code, words(expected), words(found)])).toEqual([
        ['COUNT_MISMATCH', `block 0 ${kind}: N rows by its index`, `block 0 ${kind}: N rows in the table`],
        ['COUNT_MISMATCH', 'block 9 is not full: N', 'block 9: N'],
      ]);
      await forget();
      await sql.unsafe(`reindex table ${table}`);
    });

    test('a row under the hour of another', async () => {
      const [first] = await sql`select min(hour)::text as hour from count_hour where trail_id = ${trailId}`;
      const set = (hours: number) =>
        sql.unsafe(`update count_hour set hour = hour + interval '${hours} hours' where trail_id = ${trailId}
          and hour = timestamptz '${first?.hour}' + interval '${Math.max(0, -hours)} hours'`);
      await set(2400);
      await index('count_hour', 'indislive = false');
      await set(-2400); // in the same page, and no index hears of it
      await index('count_hour', 'indislive = true');
      expect((await verify()).findings).toMatchObject([{ code: 'COUNT_MISMATCH', found: 'block 0 hour: an index with rows under other keys' }]);
      await sql`reindex table count_hour`;
      expect((await verify()).counts).toEqual({});
    });

    test('a figure of a bucket that is there three times, and of a block between two', async () => {
      await sql`alter table count_hour drop constraint count_hour_pkey`;
      await sql`create index count_hour_again on count_hour (trail_id, block, hour, actor_type, outcome)`;
      const [row] = await sql`select * from count_hour where trail_id = ${trailId} limit 1`;
      for (const n of [100, 0]) await sql`insert into count_hour ${sql({ ...row, n } as Record<string, number>)}`;
      expect((await verify()).findings).toMatchObject([{ code: 'COUNT_MISMATCH', found: expect.stringMatching(/: 100$/) }]);
      await forget();
      await sql`drop index count_hour_again`;
      await sql`alter table count_hour add primary key (trail_id, block, hour, actor_type, outcome)`;
      await countBlocks(trailId, EVENTS);
      const [view] = await sql`select pg_get_viewdef('count_hour_view'::regclass) as text`;
      const retyped = async (type: string) => {
        await sql`drop view count_hour_view`;
        await sql.unsafe(`alter table count_hour alter column block type ${type}`);
        await sql.unsafe(`create view count_hour_view as ${view?.text}`);
        await sql`grant select on count_hour_view to indelible_reader`;
      };
      await retyped('numeric');
      await sql`insert into count_hour select trail_id, 0.5, hour, actor_type, outcome, 9 from count_hour where trail_id = ${trailId} limit 1`;
      expect((await verify()).findings).toMatchObject([{ code: 'COUNT_MISMATCH', expected: 'block 0.5 is not full: 0', found: 'block 0.5: 9' }]);
      await sql`delete from count_hour where block = 0.5`;
      await retyped('integer');
    });
  });

  test.for(['count_hour', 'count_day', 'count_outcome'])('a block that is gone from %s is no finding: it is counted again', async (table) => {
    const before = await kept();
    await sql`delete from ${sql(table)} where trail_id = ${trailId}`;
    expect((await verify()).counts).toEqual({});
    expect(await countBlocks(trailId, EVENTS)).toMatchObject({ written: 1 });
    expect(await kept()).toEqual(before);
  });

  test('a block whose rows are not all there is not counted', async () => {
    const before = await kept();
    await forget();
    await sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`create table gone as select * from audit_event where trail_id = ${trailId} and seq = 77`;
      await tx`delete from audit_event where trail_id = ${trailId} and seq = 77`;
    });
    await countBlocks(trailId, EVENTS);
    expect(await kept()).toEqual([]);
    await sql`insert into audit_event select * from gone`;
    await countBlocks(trailId, EVENTS);
    expect(await kept()).toEqual(before);
  });
});

test('a chart says the same with the kept figures as from the rows, and what the count says', async () => {
  type Question = KeptQuestion & { axis: 'occurred_at' | 'recorded_at'; zone: string };
  const time = fc
    .tuple(fc.integer({ min: 0, max: 40 * 24 * 60 }), fc.constantFrom(1440, 60, 1))
    .map(([minutes, unit]) => new Date(Date.parse('2026-03-05T00:00:00Z') + minutes * 60_000 - (minutes % unit) * 60_000).toISOString().replace('Z', '000Z'));
  const part: fc.Arbitrary<Filter> = fc.constantFrom<Filter>(
    { eq: ['actor_type', 'user'] },
    { in: ['actor_type', ['admin', 'service']] },
    { not: { eq: ['actor_type', 'service'] } },
    { in: ['outcome', ['failure', 'denied']] },
    { eq: ['outcome', 'success'] },
    { eq: ['action', 'patient.read'] },
    { or: [{ prefix: ['action', 'bucket.'] }, { eq: ['resource_type', 'host'] }] },
    { contains: ['action', 'role'] },
    { not: { prefix: ['actor_id', 'svc'] } },
  );
  const question: fc.Arbitrary<Question> = fc
    .record({
      parts: fc.array(part, { maxLength: 2 }),
      from: fc.option(time),
      to: fc.option(time),
      asOf: fc.constantFrom(null, 70_000, 69_000, 65_536, 65_535, 300),
      axis: fc.constantFrom<'occurred_at' | 'recorded_at'>('occurred_at', 'occurred_at', 'occurred_at', 'recorded_at'),
      zone: fc.constantFrom('UTC', 'UTC', 'Europe/Berlin', 'Asia/Kathmandu'),
    })
    .filter(({ from, to }) => from === null || to === null || from < to)
    .map(({ parts, from, to, axis, ...rest }) => ({
      ...rest,
      leastBlocks: 1,
      axis,
      from,
      to,
      filter: {
        and: [
          ...parts,
          ...(from === null ? [] : [{ gte: [axis, from] as [string, string] }]),
          ...(to === null ? [] : [{ lt: [axis, to] as [string, string] }]),
        ],
      },
    }));
  const questions = fc.sample(question, { numRuns: 60, seed: 11 });
  const charts = () =>
    readTransaction(scopeOf(trailId), async (tx) => {
      const all = [];
      for (const one of questions) all.push(await eventHistogram(tx, trailId, one));
      return all;
    });
  const whole = { budgetMs: 60_000, statementMs: 60_000 };
  const counts = (leastBlocks?: number) =>
    readTransaction(scopeOf(trailId), async (tx) => {
      const all = [];
      for (const one of questions) all.push(await countEvents(tx, trailId, one, { ...whole, leastBlocks }));
      return all;
    });
  const withKept = await charts();
  const counted = await counts();
  let used = 0;
  await readTransaction(scopeOf(trailId), async (tx) => {
    for (const [i, one] of questions.entries()) {
      const chart = withKept[i];
      if (chart && one.axis === 'occurred_at' && (await readKeptFigures(tx, trailId, one, chart.edges))) used++;
      expect(counted[i], JSON.stringify(one)).toEqual({ events: chart?.total ?? 0, isExact: true });
    }
    // the list that the chart stands above, to its last page
    for (const one of questions.slice(0, 6)) expect(await listed(tx, one)).toBe(counted[questions.indexOf(one)]?.events);
  });
  expect(used).toBeGreaterThan(10);
  expect(await counts(1_000)).toEqual(counted); // from the rows alone
  await forget();
  const fromRows = await charts();
  await countBlocks(trailId, EVENTS);
  for (const [i, one] of questions.entries()) expect(withKept[i], JSON.stringify(one)).toEqual(fromRows[i]);
});

test('where acts say that events may be away, the figures say that these are counted with the others', async () => {
  const question = { filter: { and: [] }, asOf: null, from: null, to: null, leastBlocks: 1 };
  const figures = () =>
    readTransaction(scopeOf(trailId), async (tx) => [
      await countEvents(tx, trailId, question, { budgetMs: 60_000 }),
      await eventHistogram(tx, trailId, { ...question, axis: 'occurred_at', zone: 'UTC' }),
      await countEvents(tx, trailId, { ...question, filter: { gte: ['seq', 65_000] } }, { budgetMs: 60_000 }), // from the rows alone
    ]);
  const [count, chart, rows] = await figures();
  expect(count).toEqual({ events: EVENTS, isExact: true });
  const past = (statement: string) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx.unsafe(statement.replaceAll('$T', `${trailId}`));
    });
  await past(`create table away as select * from audit_event where trail_id = $T and (seq between 300 and 399 or seq = 69000);
    delete from audit_event where trail_id = $T and seq between 300 and 399; update audit_event set action = 'partition.archived' where trail_id = $T and seq = 69000`);
  expect(await figures()).toEqual([{ ...count, withAway: true }, { ...chart, withAway: true }, rows]);
  await past('delete from audit_event where trail_id = $T and seq = 69000; insert into audit_event select * from away; drop table away');
  expect(await figures()).toEqual([count, chart, rows]);
});

async function listed(tx: Tx, question: KeptQuestion): Promise<number> {
  let [events, cursor] = [0, null as Parameters<typeof listEvents>[3]];
  for (;;) {
    const { rows } = await listEvents(tx, trailId, question, cursor, 5_000);
    events += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < 5_000) return events;
    cursor = { dir: 'older', time: last.occurredAt, seq: last.seq };
  }
}
