import { expect, test } from 'vitest';
import { COLUMN, CopyReader } from './copy-row';
import { matchesFilter } from './filter';
import { MonthTallies, type SpanTally } from './month-tallies';
import { timeFromMicros } from './postgres-time';
import { copyStream, int64 } from './test/copy-stream';
import { binaryRow } from './test/good-chain';
import { longTrail } from './test/long-trail';
import { prng } from './test/prng';

const some = binaryRow(longTrail(2)[1] as ReturnType<typeof longTrail>[0]);

/** Feeds times, in microseconds since 2000, in their order. */
function tallied(times: (bigint | null)[]): { asked: SpanTally[]; rest: SpanTally[] } {
  const reader = new CopyReader();
  reader.push(copyStream(times.map((time) => ({ ...some, occurred_at: time === null ? Buffer.from('soon') : int64(time) }))));
  const asked: SpanTally[] = [];
  const months = new MonthTallies((month) => asked.push(month));
  let seq = 0;
  for (let row = reader.next(); row !== null; row = reader.next()) {
    expect(row.lengths[COLUMN.occurred_at]).toBeGreaterThan(0);
    months.row(row, seq++);
  }
  return { asked, rest: months.rest() };
}

/** `times` in the order of their seqs. */
function expectEachOnce(times: bigint[], questions: SpanTally[]): void {
  const due = questions.map((tally) => ({ tally, count: 0, xor: 0 }));
  for (const [seq, time] of times.entries()) {
    const members = { occurred_at: timeFromMicros(time) };
    const holding = due.filter(({ tally }) => matchesFilter(tally.filter, members, {}));
    expect([members, holding.length]).toEqual([members, 1]);
    for (const one of holding) {
      one.count++;
      one.xor ^= seq;
    }
  }
  for (const { tally, count, xor } of due) expect([tally.count, tally.low, tally.high]).toEqual([count, xor, 0]);
}

const DAY = 86_400_000_000n;
const START = -946_684_800_000_000n; // 1970
const END = 252_455_616_000_000_000n; // 10000

test('each event is in one question, whichever months there are, and no question has another count than its events', () => {
  const random = prng(5);
  const times: bigint[] = [START, END - 1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n];
  for (let i = 0; i < 4000; i++) times.push(START + BigInt(Math.floor(random() * 2_932_000)) * DAY + BigInt(Math.floor(random() * 3)) - 1n);
  for (let i = 0; i < 2000; i++) times.push(8_000_000_000_000n * BigInt(Math.floor(random() * 60)) + BigInt(Math.floor(random() * 1e9)));
  const within = times.map((time) => (time < START ? START : time >= END ? END - 1n : time));
  const { asked, rest } = tallied(within);
  expect(asked.length).toBe(1200);
  expect(rest.length).toBeGreaterThan(100);
  expectEachOnce(within, [...asked, ...rest]);
});

test('months behind every one that was asked are asked for without it, and are another question than those before it', () => {
  const month = (n: number) => BigInt(Date.UTC(1970, n, 15) - Date.UTC(2000, 0, 1)) * 1000n;
  const ascending = Array.from({ length: 1203 }, (_, n) => month(n));
  const on = tallied(ascending);
  expect([on.asked.length, on.rest.map(({ count }) => count)]).toEqual([1200, [3]]);
  expectEachOnce(ascending, [...on.asked, ...on.rest]);

  const [left, newest, beyond] = [month(1199), month(1200), month(1201)];
  const withHole = [...ascending.slice(0, 1199), newest, left, beyond];
  const holed = tallied(withHole);
  expect([holed.asked.length, holed.rest.map(({ count }) => count)]).toEqual([1200, [1, 1]]);
  expectEachOnce(withHole, [...holed.asked, ...holed.rest]);
});

test('times that no event has are in none, nor the row behind them in theirs', () => {
  const march = 826_000_000_000_000n;
  const { asked, rest } = tallied([march, null, 2n ** 63n - 1n, -(2n ** 63n), START - 1n, END, march + 1n, null, march - 1n]);
  expect(asked.map(({ count }) => count)).toEqual([3]);
  expect(rest).toEqual([]);
});
