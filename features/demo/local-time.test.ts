import { describe, expect, it } from 'vitest';
import { atLocal, dateText, isoWeekday, localDay, offsetMs } from './local-time';
import { createPrng } from './prng';

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Berlin',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
const wall = (ms: number) => new Date(ms + offsetMs(ms)).toISOString().slice(0, 16);
const expected = (ms: number) => {
  const part = Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}T${part.hour === '24' ? '00' : part.hour}:${part.minute}`;
};

describe('the wall clock of Berlin', () => {
  it('agrees with the tz database over fifty years, also around the changes', () => {
    const rng = createPrng('berlin');
    for (let n = 0; n < 3000; n++) {
      const ms = Date.UTC(2000, 0, 1) + Math.floor(rng.next() * 50 * 365.25 * 86_400_000);
      expect(wall(ms)).toBe(expected(ms));
    }
    for (let year = 2000; year < 2050; year++) {
      for (const month of [2, 9])
        for (let hour = 0; hour < 8 * 24; hour++) {
          const ms = Date.UTC(year, month, 24, hour);
          expect(wall(ms)).toBe(expected(ms));
        }
    }
  });

  it('finds the instant of a wall-clock time', () => {
    const summer = localDay(Date.UTC(2026, 6, 1, 12));
    expect(new Date(atLocal(summer, 8 * 60)).toISOString()).toBe('2026-07-01T06:00:00.000Z');
    const winter = localDay(Date.UTC(2026, 0, 1, 12));
    expect(new Date(atLocal(winter, 0)).toISOString()).toBe('2025-12-31T23:00:00.000Z');
    expect(dateText(winter)).toBe('2026-01-01');
    expect(isoWeekday(winter)).toBe(4);
  });
});
