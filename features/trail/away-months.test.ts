import { expect, test } from 'vitest';
import { awayFact, awayWords } from './away-months';
import type { CoverageMonth } from './shell';

const month = (firstSeq: number, archived: number, disposed: number, isExact = true): CoverageMonth => ({
  month: '2026-03',
  firstSeq,
  lastSeq: firstSeq + 99,
  state: 'verified',
  since: null,
  verified: 100,
  breaks: { count: 0, isExact: true },
  ...(archived + disposed > 0 ? { away: { archived, disposed, isExact } } : {}),
});

test('months that are away are counted, whole ones apart from those in part', () => {
  const say = (...months: CoverageMonth[]) => [awayFact(months)?.value ?? null, awayWords(months)];
  expect(say(month(0, 0, 0))).toEqual([null, null]);
  expect(say(month(0, 100, 0), month(100, 0, 0))).toEqual(['1 month', '100 archived, lawfully']);
  expect(say(month(0, 100, 0), month(100, 90, 10), month(200, 0, 5))).toEqual(['2 months, 1 in part', '190 archived and 15 disposed of, lawfully']);
  expect(awayFact([month(0, 40, 2)])).toEqual({ value: '1 month in part', note: '40 archived, 2 disposed of' });
  expect(say(month(0, 0, 100, false))).toEqual(['1 month in part', 'up to 100 disposed of, lawfully']);
});
