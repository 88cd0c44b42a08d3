import { describe, expect, test } from 'vitest';
import { TIMED } from './names';
import { type Draws, eventsUntilRun, lastPlanned, longestGapMs, plannedOf } from './plan';

const DAY = 86_400_000;
const draws: Draws = { secret: Buffer.alloc(32, 7), origin: 'audit.example.com/main', window: { startMinute: 22 * 60, minutes: 300 } };
const NOW = Date.parse('2026-11-26T12:00:00Z');
const nights = Array.from({ length: 400 }, (_, i) => plannedOf('nightly', draws, Math.floor(NOW / DAY) + i));

test('each night has a minute of its own within the window, spread over all of it', () => {
  const minutes = nights.map(({ opens, at }) => (at - opens) / 60_000);
  for (const { opens } of nights) expect(opens % DAY).toBe(22 * 3_600_000);
  expect(Math.min(...minutes)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...minutes)).toBeLessThan(300);
  expect(new Set(minutes.map(Math.floor)).size).toBeGreaterThan(200);
  for (const third of [0, 100, 200]) expect(minutes.filter((m) => m >= third && m < third + 100).length).toBeGreaterThan(90);
});

test('the same secret draws the same minute again; another secret, trail or kind another', () => {
  const at = (change: Partial<Draws>) => plannedOf('nightly', { ...draws, ...change }, 20_000).at;
  expect(at({})).toBe(at({ secret: Buffer.alloc(32, 7) }));
  expect(at({})).not.toBe(at({ secret: Buffer.alloc(32, 8) }));
  expect(at({})).not.toBe(at({ origin: 'audit.example.com/indelible' }));
  expect(plannedOf('weekly', draws, 2900).at % DAY).not.toBe(plannedOf('weekly-deep', draws, 2900).at % DAY);
});

describe.each(TIMED)('%s', (timed) => {
  test('at any moment the newest start that passed is the newest there is, and two lie no further apart than is said', () => {
    let before = lastPlanned(timed, draws, NOW);
    expect(before.at).toBeLessThanOrEqual(NOW);
    for (let i = 0; i < 60; i++) {
      const next = plannedOf(timed, draws, before.index + 1);
      expect(lastPlanned(timed, draws, next.at - 1).index).toBe(before.index);
      expect(lastPlanned(timed, draws, next.at).index).toBe(next.index);
      expect(next.at - before.at).toBeLessThan(longestGapMs(timed, draws.window));
      before = next;
    }
  });
});

test('weekly starts come in three different nights, one a week', () => {
  const weeks = Array.from({ length: 60 }, (_, i) => plannedOf('weekly', draws, 2900 + i));
  expect(new Set(weeks.map(({ opens }) => Math.floor(opens / DAY) % 7)).size).toBe(3);
  for (const [i, { opens }] of weeks.slice(1).entries()) {
    const days = (opens - (weeks[i] as { opens: number }).opens) / DAY;
    expect(days).toBeGreaterThanOrEqual(5);
    expect(days).toBeLessThanOrEqual(9);
  }
});

test('after how many events is drawn anew after each run, around what was set', () => {
  const counts = Array.from({ length: 500 }, (_, run) => eventsUntilRun(draws, 100_000, run));
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(50_000);
  expect(Math.max(...counts)).toBeLessThan(150_000);
  expect(new Set(counts).size).toBeGreaterThan(490);
  expect(eventsUntilRun(draws, 1, 3)).toBe(1);
});
