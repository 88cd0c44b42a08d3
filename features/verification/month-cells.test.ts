import { expect, test } from 'vitest';
import { monthCells } from './month-cells';

const away = (archived: number, isExact = true) => ({ away: { archived, disposed: 0, isExact } });
const months = [
  { month: '2026-03', firstSeq: 0, lastSeq: 99, ...away(100) },
  { month: '2026-04', firstSeq: 100, lastSeq: 199, ...away(40) },
  { month: '2026-05', firstSeq: 200, lastSeq: 299, ...away(100, false) },
  { month: '2026-06', firstSeq: 300, lastSeq: 399 },
];
const cells = (from: number, to: number | undefined, next: number) => monthCells(months, from, to, next).map(({ label, note, state }) => [label, note, state]);

test('a month is done, now, waiting, or archived where every event of it is', () => {
  expect(cells(0, undefined, 0)).toEqual([
    ['Mar 26', '100', 'away'],
    ['Apr 26', '100', 'waiting'],
    ['May 26', '100', 'waiting'],
    ['Jun 26', '100', 'waiting'],
  ]);
  expect(cells(0, undefined, 250).map(([, , state]) => state)).toEqual(['away', 'done', 'now', 'waiting']);
  expect(cells(50, 310, 305)).toEqual([
    ['Mar 26', '50', 'away'],
    ['Apr 26', '100', 'done'],
    ['May 26', '100', 'done'],
    ['Jun 26', '50 %', 'now'],
  ]);
});
