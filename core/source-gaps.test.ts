import { expect, test } from 'vitest';
import { newObject } from './json';
import type { SeenEvent } from './seen-event';
import { SourceGaps } from './source-gaps';
import { prng } from './test/prng';

const DAY = 86_400_000_000;
const seen = (seq: number, sourceSeq: number | null, more: Partial<SeenEvent> = {}): SeenEvent => ({
  seq,
  recordedAt: seq,
  action: 'a.b',
  actorType: 'user',
  actorId: '',
  source: 's',
  sourceEpoch: 'e',
  sourceSeq,
  details: newObject,
  sealed: () => null,
  ...more,
});

/** The ranges that are told as missing, for numbers in the order they came. */
function missing(numbers: number[], isFromStart = true, blindAt = -1): [number, number][] {
  const gaps = new SourceGaps(isFromStart);
  for (const [seq, number] of numbers.entries()) {
    if (seq === blindAt) gaps.blind();
    gaps.time(seq);
    gaps.event(seen(seq, number));
  }
  gaps.time(numbers.length + DAY);
  return gaps.findings().map(({ expected }) => {
    const [, from, to] = /(\d+)(?:,(\d+)\))?$/.exec(expected ?? '') ?? [];
    return [Number(from), to === undefined ? Number(from) + 1 : Number(to)];
  });
}

test('whatever the order, exactly the numbers that never came are told', () => {
  const random = prng(10);
  for (let round = 0; round < 300; round++) {
    const count = 1 + Math.floor(random() * 60);
    const came = Array.from({ length: count }, (_, i) => i + 1).filter(() => random() < 0.7);
    const order = [...came, ...came.filter(() => random() < 0.1)].sort(() => random() - 0.5);
    const told = missing(order).flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
    const due = Array.from({ length: Math.max(0, ...came) }, (_, i) => i + 1).filter((number) => !came.includes(number));
    expect(told.sort((a, b) => a - b)).toEqual(due);
  }
});

test('a walk from the middle judges no number before its first, and none across rows that are missing', () => {
  expect(missing([17, 18, 20], false)).toEqual([[19, 20]]);
  expect(missing([1, 2, 9, 10, 12], true, 2)).toEqual([[11, 12]]);
  expect(missing([5, 6], true, 0)).toEqual([]);
});

test('a source that loses every second event, in time and memory that stay small', () => {
  const start = performance.now();
  expect(missing(Array.from({ length: 300_000 }, (_, i) => 2 * i + 1)).length).toBe(100_000);
  expect(missing([...Array.from({ length: 50_000 }, (_, i) => 2 * i + 1), ...Array.from({ length: 50_000 }, (_, i) => 2 * i + 2)])).toEqual([]);
  expect(performance.now() - start).toBeLessThan(10_000);
});
