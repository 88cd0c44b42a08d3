import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatDate,
  formatDateTime,
  formatDayWord,
  formatMonth,
  formatOffset,
  formatWhen,
  isZone,
  nowText,
  offsetAt,
  zonedTime,
  zoneName,
} from './time';

const berlin = 'Europe/Berlin';

describe('times with a zone', () => {
  it('keeps all six digits, which a Date would cut', () => {
    expect(formatClock('2026-11-23T12:01:27.318204Z', berlin, 'micro')).toBe('13:01:27.318204');
    expect(formatDateTime('2026-11-23T12:01:27.999999Z', 'UTC', 'micro')).toBe('23 Nov 2026 12:01:27.999999');
  });

  it('uses the offset of the day, not of today', () => {
    expect([offsetAt('2026-08-26T09:42:07.000000Z', berlin), offsetAt('2026-11-23T09:42:07.000000Z', berlin)]).toEqual(['+02', '+01']);
    expect(offsetAt('2026-11-23T09:42:07.000000Z', 'Asia/Kolkata', 'utc')).toBe('UTC+5:30');
    expect([formatOffset(0, 'utc'), formatOffset(-210), formatOffset(0)]).toEqual(['UTC', '−03:30', '+00']);
  });

  it('tells the two equal clock times of an autumn night apart by their offsets', () => {
    const [first, second] = ['2026-10-25T00:30:00.000000Z', '2026-10-25T01:30:00.000000Z'];
    expect([formatClock(first, berlin), formatClock(second, berlin)]).toEqual(['02:30:00', '02:30:00']);
    expect([offsetAt(first, berlin), offsetAt(second, berlin)]).toEqual(['+02', '+01']);
  });

  it('names days as a reader would', () => {
    const now = '2026-11-24T07:58:31.000000Z';
    expect(formatWhen('2026-11-24T01:14:00.000000Z', now, berlin)).toBe('today 02:14');
    expect(formatDayWord('2026-11-22T23:30:00.000000Z', now, berlin)).toBe('yesterday');
    expect(formatDayWord('2026-11-21T12:00:00.000000Z', now, berlin)).toBe('Sat 21 Nov');
    expect(formatDayWord('2025-06-03T12:00:00.000000Z', now, berlin)).toBe('3 Jun 2025');
    expect(formatDate('2026-09-01T12:00:00.000000Z', berlin)).toBe('Tue 1 Sep 2026');
    expect([formatMonth('2026-11'), formatMonth('2026-01', false)]).toEqual(['Nov 26', 'Jan']);
  });

  it('handles the ends of the range and old local mean time', () => {
    expect(zonedTime('1970-01-01T00:00:00.000000Z', 'America/New_York')).toMatchObject({ year: 1969, month: 12, day: 31, hour: 19 });
    expect(zonedTime('9999-12-31T23:59:59.999999Z', 'UTC')).toMatchObject({ year: 9999, second: 59, micros: '999999' });
  });

  it('knows a zone from a guess', () => {
    expect(['UTC', berlin, 'America/Argentina/Buenos_Aires'].map(isZone)).toEqual([true, true, true]);
    expect(['', 'Berlin', '+01:00', 'Europe/Nowhere', '../etc'].map(isZone)).toEqual([false, false, false, false, false]);
    expect(zoneName('America/Argentina/Buenos_Aires')).toBe('Buenos Aires');
    expect(nowText(0)).toBe('1970-01-01T00:00:00.000000Z');
  });
});
