import { expect, test } from 'vitest';
import { type Ages, ageMs } from './run-age';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AT = Date.parse('2026-11-26T02:00:00Z');

/** A process: its time of day can be set, its own clock only goes on. */
function aProcess(startsAt: number) {
  const ages: Ages = new Map();
  let [now, mono] = [startsAt, 5];
  return {
    pass: (ms: number) => {
      now += ms;
      mono += ms;
    },
    set: (to: number) => {
      now = to;
    },
    age: (at = AT, newest = at) => ageMs('main nightly', at, newest, { now: () => now, monotonic: () => mono }, ages),
  };
}

test('with a clock that nobody touches an age is the time since', () => {
  const process = aProcess(AT + HOUR);
  expect(process.age()).toBe(HOUR);
  process.pass(DAY);
  expect(process.age()).toBe(DAY + HOUR);
});

test('a clock that is set back makes nothing younger', () => {
  const process = aProcess(AT + HOUR);
  process.age();
  process.set(AT - 30 * DAY);
  process.pass(2 * DAY);
  expect(process.age()).toBe(2 * DAY + HOUR);
});

test('a clock that is set forward and back leaves nothing older', () => {
  const process = aProcess(AT + HOUR);
  process.age();
  process.set(AT + 365 * DAY);
  expect(process.age()).toBe(365 * DAY);
  process.set(AT + 2 * HOUR);
  expect(process.age()).toBeLessThan(3 * HOUR);
});

test('a process that starts while the clock is back counts from what the trail says on', () => {
  const process = aProcess(AT - 7 * DAY);
  expect(process.age(AT, AT + 20 * HOUR)).toBe(20 * HOUR);
  process.pass(30 * HOUR);
  expect(process.age(AT, AT + 20 * HOUR)).toBe(50 * HOUR);
});

test('a newer run begins a new age, whatever the clock says', () => {
  const process = aProcess(AT + 3 * DAY);
  process.age();
  process.set(AT - DAY);
  expect(process.age(AT + 4 * DAY)).toBe(0);
  process.pass(HOUR);
  expect(process.age(AT + 4 * DAY)).toBe(HOUR);
});
