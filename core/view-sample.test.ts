import { expect, test } from 'vitest';
import { COLUMN, CopyReader } from './copy-row';
import type { EventRow } from './event';
import { type Filter, matchesFilter } from './filter';
import { copyStream } from './test/copy-stream';
import { binaryRow } from './test/good-chain';
import { longTrail } from './test/long-trail';
import { prng } from './test/prng';
import { judgeView, ViewSampler, type ViewTally } from './view-sample';

const base = longTrail(200);

function* rowsOf(rows: EventRow[]) {
  const reader = new CopyReader();
  reader.push(copyStream(rows.map(binaryRow)));
  for (let row = reader.next(); row !== null; row = reader.next()) yield row;
}

test('filters drawn from the stream count what a view counts that hides nothing, and tell one that does', () => {
  const random = prng(9);
  const sampler = () => {
    const own = new ViewSampler({ from: 0, to: 200 }, random, [{ prefix: ['action', 'thing.w'] }, { not: { eq: ['ip_address', '192.0.2.1'] } }]);
    const asked: Filter[] = [];
    for (const row of rowsOf(base)) {
      own.row(row);
      if (row.number(COLUMN.seq) % 7 === 0) asked.push(...own.fresh());
    }
    asked.push(...own.fresh());
    const tallies = own.tallies();
    // each is asked once, in the order in which it is compared
    expect(asked).toEqual(tallies.map(({ filter }) => filter));
    expect(own.fresh()).toEqual([]);
    return tallies;
  };
  const view = (tally: ViewTally, isHidden: (row: EventRow) => boolean) => {
    let [count, xor] = [0, 0n];
    for (const row of base) {
      const members = {
        seq: row.seq,
        actor_id: row.actorId,
        action: row.action,
        resource_type: row.resourceType,
        resource_id: row.resourceId,
        occurred_at: row.occurredAt,
        ...(row.ipAddress === null ? {} : { ip_address: row.ipAddress }),
      };
      if (isHidden(row) || !matchesFilter(tally.filter, members, members)) continue;
      count++;
      xor ^= BigInt(row.seq);
    }
    return { count, xor };
  };
  for (let round = 0; round < 10; round++) {
    const tallies = sampler();
    expect(tallies.length).toBe(75); // all of them in one month
    expect(tallies.every(({ count }) => count > 0)).toBe(true);
    for (const tally of tallies)
      expect(
        judgeView(
          tally,
          view(tally, () => false),
        ),
      ).toBeNull();
    // what one actor did from the middle on is hidden
    const hidden = tallies
      .map((tally) =>
        judgeView(
          tally,
          view(tally, ({ actorId, seq }) => actorId === 'u-3' && seq >= 100),
        ),
      )
      .filter((found) => found !== null);
    expect(hidden.length).toBeGreaterThan(0);
    expect(hidden.every(({ code }) => code === 'VIEW_MISMATCH')).toBe(true);
  }
});

test('two who share a trail ask as much about any row of it as one', () => {
  const random = prng(10);
  const [seam, end] = [100, 200];
  const whole = { from: 0, to: end };
  /** How many filters count each row of a range. */
  const asking = (from: number, to: number, isOpen: boolean) => {
    const sampler = new ViewSampler({ from, to, isOpen, whole }, random);
    for (const row of rowsOf(base.slice(from, to))) sampler.row(row);
    const starts = sampler.fresh().map((filter) => Number(/"gte":\["seq",(\d+)\]/.exec(JSON.stringify(filter))?.[1]));
    return (seq: number) => starts.filter((start) => start <= seq).length;
  };
  const seen = { alone: [0, 0, 0], two: [0, 0, 0] };
  for (let round = 0; round < 40; round++) {
    const [alone, first, second] = [asking(0, end, true), asking(0, seam, false), asking(seam, end, true)];
    for (const [i, seq] of [50, 103, 190].entries()) {
      seen.alone[i] = (seen.alone[i] as number) + alone(seq) / 40;
      seen.two[i] = (seen.two[i] as number) + (seq < seam ? first : second)(seq) / 40;
    }
  }
  for (const i of [0, 1, 2]) expect(seen.two[i], JSON.stringify(seen)).toBeGreaterThan(0.9 * (seen.alone[i] as number));
});

test('every month that something occurred in is asked for whole', () => {
  const times = [
    '2024-02-29T23:59:59.999999Z',
    '2024-03-01T00:00:00.000000Z',
    '2023-12-31T10:00:00.000000Z',
    '1970-01-01T00:00:00.000000Z',
    '2024-03-31T23:59:59.000000Z',
  ];
  const rows = longTrail(50, ({ seq }) => (seq === 0 ? {} : { occurredAt: times[seq % 5] as string }));
  const months = (from: number) => {
    const sampler = new ViewSampler({ from, to: 50, isOpen: true }, prng(3));
    for (const row of rowsOf(rows.slice(from))) sampler.row(row);
    return sampler
      .tallies()
      .map(({ filter, count }) => ({ count, bounds: /"gte":\["occurred_at","(.{10}).*"lt":\["occurred_at","(.{10})/.exec(JSON.stringify(filter)) }))
      .flatMap(({ count, bounds }) => (bounds === null ? [] : [[bounds[1], bounds[2], count]]));
  };
  expect(months(0).slice(1)).toEqual([
    ['2024-03-01', '2024-04-01', 20],
    ['2023-12-01', '2024-01-01', 10],
    ['1970-01-01', '1970-02-01', 10],
    ['2024-02-01', '2024-03-01', 9],
  ]);
  expect(months(46)).toEqual([
    ['2024-03-01', '2024-04-01', 2],
    ['2023-12-01', '2024-01-01', 1],
    ['1970-01-01', '1970-02-01', 1],
  ]);
});
