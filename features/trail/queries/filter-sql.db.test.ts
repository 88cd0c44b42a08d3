import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { COLUMN } from '@/core/copy-row';
import { type EventRow, genesisHash, hashRow, headerText, payloadText } from '@/core/event';
import { type Filter, matchesFilter } from '@/core/filter';
import { mintScope, type TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { insertTrail } from '@/db/test/events';
import { readTransaction } from '@/db/transaction';
import { openSelection } from '@/features/evidence/queries/selection';
import type { Cursor } from '../schema';
import { eventOf, filterOf, POOL } from '../test/arbitrary-filter';
import { insertRows } from '../test/insert-rows';
import { countEvents } from './count-events';
import { eventHistogram } from './histogram';
import { listEvents } from './list-events';

const { superuser } = await freshDatabase();
const ORIGIN = 'audit.example.com/main';
let trailId: TrailId;
let rows: EventRow[];
let halves: { seq: number; header: Record<string, unknown>; payload: Record<string, unknown> }[];

beforeAll(async () => {
  trailId = await insertTrail(superuser, 'main');
  const other = await insertTrail(superuser, 'other'); // whose events no query of the first may see
  rows = makeRows(400, 7);
  await insertRows(superuser, trailId, rows);
  await insertRows(superuser, other, makeRows(100, 8));
  halves = rows.map((row) => ({ seq: row.seq, header: JSON.parse(headerText(ORIGIN, row)), payload: JSON.parse(payloadText(row)) }));
});

/** Events out of one random sample, some at the same microsecond, over four months and both changes of the clock in Berlin. */
function makeRows(count: number, seed: number): EventRow[] {
  const drawn = fc.sample(eventOf(), { numRuns: count, seed });
  let prevHash = genesisHash(ORIGIN);
  return drawn.map(({ header, payload }, seq) => {
    const month = ['02', '03', '04', '10'][Math.floor(seq / (count / 4))];
    const day = String(1 + Math.floor((seq % (count / 4)) / (count / 100))).padStart(2, '0');
    const recordedAt = `2026-${month}-${day}T00:00:00.${String(seq).padStart(6, '0')}Z`;
    const row = {
      ...Object.fromEntries(
        ['actor_id', 'actor_type', 'action', 'outcome', 'resource_type', 'resource_id', 'id'].map((member) => [camel(member), header[member]]),
      ),
      ...Object.fromEntries(
        ['ip_address', 'user_agent', 'session_id', 'request_id', 'source', 'redaction', 'source_epoch', 'source_seq'].map((member) => [
          camel(member),
          payload[member] ?? null,
        ]),
      ),
      seq,
      v: 1,
      recordedAt,
      occurredAt: header.occurred_at,
      headerSalt: Buffer.alloc(16, seq % 251),
      payloadSalt: Buffer.alloc(16, 255 - (seq % 251)),
      details: '{"n":1}',
      sealed: null,
      prevHash,
      eventHash: prevHash,
    } as EventRow;
    row.eventHash = hashRow(ORIGIN, row);
    prevHash = row.eventHash;
    return row;
  });
}

const camel = (member: string) => member.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
const pool = () => ({ ...POOL, id: rows.slice(0, 5).map((row) => row.id), recorded_at: rows.slice(0, 5).map((row) => row.recordedAt) });
const read = <T>(fn: Parameters<typeof readTransaction<T>>[1]) => readTransaction(mintScope([trailId]), fn);

/** What the list of all pages shows, walked by its own cursors. */
async function walk(filter: Filter, dir: Cursor['dir'], limit: number): Promise<number[]> {
  return read(async (tx) => {
    const seqs: number[] = [];
    let cursor: Cursor | null = dir === 'older' ? null : { dir, time: '1970-01-01T00:00:00.000000Z', seq: 0 };
    for (;;) {
      const page = await listEvents(tx, trailId, { filter, asOf: null }, cursor, limit);
      if (dir === 'older') seqs.push(...page.rows.map((row) => row.seq));
      else seqs.unshift(...page.rows.map((row) => row.seq));
      const edge = dir === 'older' ? page.rows.at(-1) : page.rows[0];
      if (!edge || !(dir === 'older' ? page.hasOlder : page.hasNewer)) return seqs;
      cursor = { dir, time: edge.occurredAt, seq: edge.seq };
    }
  });
}

/** What an export or a bundle of the range holds: the one selection behind both. */
async function select(filter: Filter, [from, to]: Range): Promise<{ counted: number; seqs: number[] }> {
  const selection = await openSelection({ trail: { trailId, origin: ORIGIN }, scope: mintScope([trailId]), filter, from, to });
  try {
    const seqs: number[] = [];
    for await (const some of selection.rows()) for (const row of some) seqs.push(row.number(COLUMN.seq));
    return { counted: selection.matched, seqs };
  } finally {
    await selection.close();
  }
}

type Range = [from: number, to: number];
/** All of the trail or a part of it, for every other filter or so: each is a connection of its own. */
const rangeOf = (): fc.Arbitrary<Range | null> =>
  fc.oneof(
    fc.constant(null),
    fc.constant(null),
    fc.constant<Range>([0, 400]),
    fc.tuple(fc.nat(400), fc.nat(400)).map(([a, b]): Range => [Math.min(a, b), Math.max(a, b)]),
  );

describe('the one filter', () => {
  it('finds in SQL what core finds: in the list from both ends, the count, the chart, and what an export and a bundle hold', async () => {
    await fc.assert(
      fc.asyncProperty(filterOf(pool()), fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu'), rangeOf(), async (filter, zone, range) => {
        const expected = halves
          .filter(({ header, payload }) => matchesFilter(filter, header, payload))
          .sort((a, b) =>
            String(a.header.occurred_at) < String(b.header.occurred_at) ? 1 : String(a.header.occurred_at) > String(b.header.occurred_at) ? -1 : b.seq - a.seq,
          )
          .map(({ seq }) => seq);
        expect(await walk(filter, 'older', 37)).toEqual(expected);
        expect(await walk(filter, 'newer', 53)).toEqual(expected);
        if (range) {
          const packed = expected.filter((seq) => seq >= range[0] && seq < range[1]).sort((a, b) => a - b);
          expect(await select(filter, range)).toEqual({ counted: packed.length, seqs: packed });
        }
        await read(async (tx) => {
          expect(await countEvents(tx, trailId, { filter, asOf: null })).toEqual({ events: expected.length, isExact: true });
          for (const axis of ['occurred_at', 'recorded_at'] as const) {
            const chart = await eventHistogram(tx, trailId, { filter, asOf: null, axis, zone, from: null, to: null });
            expect(chart?.total ?? 0).toBe(expected.length);
            for (const outcome of ['success', 'failure', 'denied'] as const) {
              const bars = chart?.bars.reduce((sum, bar) => sum + bar[outcome], 0) ?? 0;
              expect(bars).toBe(expected.filter((seq) => rows[seq]?.outcome === outcome).length);
            }
          }
        });
      }),
      { numRuns: Number(process.env.FILTER_RUNS ?? 150) },
    );
  }, 600_000);

  it('shows nothing from a seq on that the question does not reach, in all of them alike', async () => {
    await read(async (tx) => {
      const question = { filter: { and: [] }, asOf: 123 };
      expect((await listEvents(tx, trailId, question, null, 500)).rows).toHaveLength(123);
      expect((await countEvents(tx, trailId, question)).events).toBe(123);
      expect((await eventHistogram(tx, trailId, { ...question, axis: 'occurred_at', zone: 'UTC', from: null, to: null }))?.total).toBe(123);
    });
  });

  it('has an empty page past either end, which says that everything lies the other way', async () => {
    await read(async (tx) => {
      const page = (cursor: Cursor) => listEvents(tx, trailId, { filter: { and: [] }, asOf: null }, cursor, 10);
      expect(await page({ dir: 'older', time: '1970-01-01T00:00:00.000000Z', seq: 0 })).toEqual({ rows: [], hasNewer: true, hasOlder: false });
      expect(await page({ dir: 'newer', time: '9999-12-31T23:59:59.999999Z', seq: Number.MAX_SAFE_INTEGER })).toEqual({
        rows: [],
        hasNewer: false,
        hasOlder: true,
      });
    });
  });

  it('can be written without parameters, whatever the values hold', async () => {
    const { filterToSql } = await import('./filter-sql');
    const { PgDialect } = await import('drizzle-orm/pg-core');
    for (const value of ["it's", 'a\\', "\\' or true --", '"', '$1', '%_']) {
      const filter: Filter = { or: [{ eq: ['actor_id', value] }, { contains: ['resource_id', value] }, { prefix: ['user_agent', value] }] };
      const text = new PgDialect().sqlToQuery(filterToSql(filter).inlineParams());
      expect(text.params).toEqual([]);
      const [found] = await superuser.unsafe(`select count(*)::int as n from audit_event event_view where trail_id = ${trailId} and ${text.sql}`);
      expect(found?.n).toBe(halves.filter(({ header, payload }) => matchesFilter(filter, header, payload)).length);
    }
  });
});

describe('countEvents', () => {
  it('says "at least" when its time is up, and the transaction goes on', async () => {
    await read(async (tx) => {
      // A budget that is spent at once still passes the first stretch, which is longer than this trail; so the trail's own statement is made slow.
      expect(await countEvents(tx, trailId, { filter: { and: [] }, asOf: null }, { budgetMs: 0 })).toEqual({ events: 400, isExact: true });
      const slow = { and: [{ not: { contains: ['user_agent', 'x'.repeat(50)] } }] } as Filter;
      expect(await countEvents(tx, trailId, { filter: slow, asOf: null }, { budgetMs: 0, statementMs: 60_000 })).toEqual({ events: 400, isExact: true });
      expect((await listEvents(tx, trailId, { filter: { and: [] }, asOf: null }, null, 1)).rows).toHaveLength(1);
    });
  });
});
