import { expect, test } from 'vitest';
import { CopyReader } from './copy-row';
import { type IndexAnswer, IndexDigests, type IndexTallies, judgeIndexes, SCREEN_INDEXES } from './index-digests';
import { Lookup3 } from './lookup3';
import { copyStream, int64 } from './test/copy-stream';
import { binaryRow } from './test/good-chain';
import { longTrail } from './test/long-trail';

const rows = longTrail(20).map((row) => binaryRow(row));

function digested(some: typeof rows, seed = 11n): IndexTallies {
  const reader = new CopyReader();
  reader.push(copyStream(some));
  const digests = new IndexDigests(seed);
  for (let row = reader.next(); row !== null; row = reader.next()) digests.row(row);
  return digests.tallies;
}

// select hashfloat8extended(date_part('epoch', at), seq # seed) on PostgreSQL 18, `micros` since 2000
test.each<[string, bigint, bigint, bigint]>([
  ['2026-04-15 10:00:00.000001', 829562400000001n, 42n, -5920300874907018830n],
  ['2026-04-15 10:00:00.999999', 829562400999999n, -1n, 8531118811730170738n],
  ['1970-01-01 00:00:00', -946684800000000n, 5n, 5n],
  ['1999-12-31 23:59:59.123457', -876543n, 4294967296n, -9211587208850281969n],
  ['9999-12-31 23:59:59.999999', 252455615999999999n, 7n, -163035593110516656n],
  ['2300-01-01 00:00:00.000003', 9467107200000003n, 0n, 587541925301222069n],
  ['infinity', 2n ** 63n - 1n, 3n, -523727488622076004n],
  ['-infinity', -(2n ** 63n), 3n, 2331136130744739164n],
])('a time is hashed as PostgreSQL does: %s', (_, micros, seed, hash) => {
  const { holds } = digested([{ ...(rows[1] as (typeof rows)[0]), seq: int64(0), occurred_at: int64(micros) }], seed);
  const { high, low } = holds[0] as (typeof holds)[0];
  expect((BigInt(high) << 32n) | BigInt(low >>> 0)).toBe(hash);
});

test('sums of two readers are those of one', () => {
  const first = new IndexDigests(11n);
  first.adopt(digested(rows.slice(0, 8)));
  first.adopt(digested(rows.slice(8)));
  expect(first.tallies).toEqual(digested(rows));
});

test('a hash carries into its upper half', () => {
  const one = new IndexDigests(0n);
  const nothing = () => SCREEN_INDEXES.map(() => ({ count: 0, high: 0, low: 0 }));
  const half = { holds: nothing().map(() => ({ count: 1, high: 0, low: -1 })), leads: nothing() };
  one.adopt(half);
  one.adopt(half);
  expect(one.tallies.holds[0]).toEqual({ count: 2, high: 1, low: -2 });
  const hash = new Lookup3();
  hash.low = 5;
  hash.number(0);
  expect([hash.high, hash.low]).toEqual([0, 5]);
});

test('of an index one thing is told, of the table beside it; a row out of order is enough', () => {
  const tallies = digested(rows);
  const sumOf = ({ high, low }: { high: number; low: number }) => BigInt.asUintN(64, (BigInt(high) << 32n) | BigInt(low >>> 0));
  const answers = SCREEN_INDEXES.flatMap(({ name, isTimed }, i): IndexAnswer[] =>
    (['holds', 'leads'] as const).map((of) => {
      const tally = (isTimed || of === 'holds' ? tallies.holds : tallies.leads)[i] as IndexTallies['holds'][0];
      return { name, of, count: tally.count, sum: sumOf(tally), astray: 0 };
    }),
  );
  const due = (name: string, of: IndexAnswer['of']) => answers.find((one) => one.name === name && one.of === of) as IndexAnswer;
  const told = (changed: IndexAnswer[]) =>
    judgeIndexes(tallies, [...answers.filter((one) => !changed.some(({ name, of }) => one.name === name && one.of === of)), ...changed]).map(
      ({ found }) => found,
    );
  const actor = due('audit_event_actor', 'holds');
  const led = due('audit_event_actor', 'leads');
  expect(told([])).toEqual([]);
  expect(told([{ ...actor, sum: actor.sum + 1n }])).toEqual(['20, not the same']);
  expect(
    told([
      { ...actor, count: 19 },
      { ...led, count: 19 },
    ]),
  ).toEqual(['19']);
  expect(told([{ ...led, astray: 2 }])).toEqual(['20, 2 of them out of order']);
  const time = due('audit_event_time', 'holds');
  expect(
    told([
      { ...time, count: 21 },
      { ...time, of: 'table', count: 21 },
    ]),
  ).toEqual(['21', '21']);
});
