import { describe, expect, it } from 'vitest';
import { axisWords, type BarRow, chartNote, cutLimit, drawBars, gapRuns, niceTicks, readOut, type Series, tickIndexes } from './bars-model';

const outcomes: Series[] = [
  { key: 'denied', label: 'denied', fill: 'red' },
  { key: 'failure', label: 'failure', fill: 'orange' },
  { key: 'success', label: 'success', fill: 'grey' },
];
const day = (n: number, values: Record<string, number>, more: Partial<BarRow> = {}): BarRow => ({
  key: String(n),
  title: `Day ${n}`,
  tick: `${n} Nov`,
  values,
  ...more,
});
const month = Array.from({ length: 29 }, (_, i) => day(i + 1, { success: 400 + i, failure: 3 }));
const storm = day(30, { denied: 62, failure: 246, success: 3035 });

describe('bars', () => {
  it('cuts a bar only beyond four times the 95th percentile, and never by a handful of bars', () => {
    expect(cutLimit([...Array(29).fill(400), 3343])).toBe(1600);
    expect(cutLimit([1, 2, 500])).toBe(2000);
    expect(cutLimit([0, 0])).toBe(Number.POSITIVE_INFINITY);
    const { bars, top } = drawBars([...month, storm], outcomes, 'truth');
    expect(bars.filter((b) => b.isCut).map((b) => b.row.tick)).toEqual(['30 Nov']);
    expect(top).toBe(600);
  });

  it('keeps the true scale of failures in a cut bar and cuts the rest at the axis', () => {
    const cut = drawBars([...month, storm], outcomes, 'truth').bars.at(-1);
    expect(cut?.parts).toEqual([
      { key: 'denied', from: 0, to: 62 },
      { key: 'failure', from: 62, to: 308 },
      { key: 'success', from: 308, to: 600 },
    ]);
    expect(cut?.total).toBe(3343);
  });

  it('shows shares in a cut bar of categories', () => {
    const { bars, top } = drawBars([...month, storm], outcomes);
    const parts = bars.at(-1)?.parts ?? [];
    expect(parts.at(-1)?.to).toBe(top);
    expect((parts[1]?.to ?? 0) / top).toBeCloseTo(308 / 3343);
  });

  it('says under the chart what is cut and what is missing', () => {
    const rows = [...month, storm];
    rows[7] = day(8, {}, { gap: 'all sources stopped' });
    expect(chartNote(drawBars(rows, outcomes, 'truth'), outcomes, 'truth')).toBe(
      'Bar of 30 Nov is cut; the axis ends at 600. Gap: 8 Nov, all sources stopped.',
    );
    expect(chartNote(drawBars(rows, outcomes), outcomes)).toContain('its steps show shares: 62 denied, 246 failure, 3,035 success.');
    expect(chartNote(drawBars(month, outcomes), outcomes)).toBe('');
  });

  it('names neighbouring gaps of one cause once', () => {
    const rows = [1, 2, 3].map((n) => day(n, {}, { gap: 'before the first event' })).concat(day(4, { success: 1 }), day(5, {}, { gap: '' }));
    expect(gapRuns(drawBars(rows, outcomes).bars)).toEqual([
      { first: 0, last: 2, cause: 'before the first event' },
      { first: 4, last: 4, cause: '' },
    ]);
    expect(chartNote(drawBars(rows, outcomes), outcomes)).toBe('Gaps: 1 Nov to 3 Nov, before the first event; 5 Nov.');
  });

  it('reads a bar out', () => {
    const { bars } = drawBars([...month, storm, day(31, {}, { gap: 'no source sent' }), day(32, {})], outcomes);
    expect(readOut(bars[29] as never, outcomes)).toBe('Day 30: 3,343. 62 denied, 246 failure, 3,035 success. Cut in the chart.');
    expect(readOut(bars[30] as never, outcomes)).toBe('Day 31: gap. no source sent');
    expect(readOut(bars[31] as never, outcomes)).toBe('Day 32: 0.');
  });

  it('has round ticks that hold the maximum', () => {
    expect(niceTicks(428)).toEqual([0, 200, 400, 600]);
    expect(niceTicks(22)).toEqual([0, 10, 20, 30]);
    expect([niceTicks(1), niceTicks(3), niceTicks(80)]).toEqual([
      [0, 1],
      [0, 1, 2, 3],
      [0, 20, 40, 60, 80],
    ]);
    for (const max of [1, 7, 99, 1001, 2_000_000]) expect(niceTicks(max).at(-1)).toBeGreaterThanOrEqual(max);
  });

  it('labels what fits, the last bar always', () => {
    expect(tickIndexes(30, 8)).toEqual([0, 4, 8, 12, 16, 20, 24, 29]);
    const hours = Array.from({ length: 60 }, (_, i): BarRow => ({ key: String(i), title: '', tick: '', values: {}, isMark: i % 24 === 3 }));
    expect([axisWords(hours, 8), axisWords(hours, 2), axisWords(hours.slice(0, 20), 2)]).toEqual([
      [3, 27, 51],
      [3, 51],
      [0, 10, 19],
    ]);
    expect([tickIndexes(0, 8), tickIndexes(1, 8), tickIndexes(7, 8)]).toEqual([[], [0], [0, 1, 2, 3, 4, 5, 6]]);
  });
});
