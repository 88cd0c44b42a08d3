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

test('more than is worth keeping is not kept', () => {
  const gaps = new SourceGaps(true);
  for (let seq = 0; seq < 19_999; seq++) gaps.event(seen(seq, 2 * seq + 2));
  expect(gaps.state()?.runs).toMatchObject([{ source: 's', epoch: 'e', high: 39_998 }]);
  gaps.event(seen(19_999, 40_000));
  expect(gaps.state()).toBeNull();
});

test('a source that loses every second event, in time and memory that stay small', () => {
  const start = performance.now();
  expect(missing(Array.from({ length: 300_000 }, (_, i) => 2 * i + 1)).length).toBe(100_000);
  expect(missing([...Array.from({ length: 50_000 }, (_, i) => 2 * i + 1), ...Array.from({ length: 50_000 }, (_, i) => 2 * i + 2)])).toEqual([]);
  expect(performance.now() - start).toBeLessThan(25_000); // what grows with the square takes many minutes
});

test('two walks, the second from the middle: what the first says with the part of the second is what one walk says', () => {
  const random = prng(12);
  let gapsMet = 0;
  for (let round = 0; round < 400; round++) {
    const length = 2 + Math.floor(random() * 80);
    const events = Array.from({ length }, (_, seq) => {
      const number = Math.max(1, seq + Math.floor(random() * 12) - 6);
      const [sourceEpoch, draw] = [`e${Math.floor(random() * 2)}`, random()];
      const system = { actorType: 'system', actorId: 'indelible', sourceEpoch };
      if (draw < 0.1)
        return seen(seq, null, {
          ...system,
          action: 'source.dropped',
          details: () => Object.assign(newObject(), { from: number, to: number + Math.floor(random() * 9) }),
        });
      if (draw < 0.15)
        return seen(seq, null, {
          ...system,
          action: 'source.started',
          details: () => Object.assign(newObject(), { previous_epoch: sourceEpoch, previous_seq: number }),
        });
      return seen(seq, number, { sourceEpoch });
    }).map((event) => ({
      ...event,
      details: (
        (details) => () =>
          details
      )(event.details()),
    })); // drawn once
    const seam = Math.floor(random() * (length + 1));
    const blindAt = seam > 0 && random() < 0.2 ? Math.floor(random() * seam) : -1;
    const isFromStart = random() < 0.7;
    const feed = (gaps: SourceGaps, from: number, to: number) => {
      for (const event of events.slice(from, to)) {
        if (event.seq === blindAt) gaps.blind();
        gaps.time(event.seq);
        gaps.event(event);
      }
      return gaps;
    };
    const told = (gaps: SourceGaps) => {
      gaps.time(length + DAY);
      return gaps.findings().sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    };
    const first = feed(new SourceGaps(isFromStart), 0, seam);
    const part = feed(new SourceGaps(false), seam, length).part();
    if (part === null) throw new Error('nothing was missing there');
    first.adopt(structuredClone(part));
    const alone = told(feed(new SourceGaps(isFromStart), 0, length));
    expect(told(first)).toEqual(alone);
    // stopped somewhere, kept, and taken up a little before: some events are seen twice
    const stop = seam + Math.floor(random() * (length - seam + 1));
    const state = JSON.parse(JSON.stringify(feed(new SourceGaps(isFromStart), 0, stop).state()));
    expect(told(feed(new SourceGaps(false, state), seam, length))).toEqual(alone);
    gapsMet += alone.length;
  }
  expect(gapsMet).toBeGreaterThan(1000);
});
