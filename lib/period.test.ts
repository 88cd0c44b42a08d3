import { describe, expect, it } from 'vitest';
import { ALL_TIME, localToText, periodLabel, resolvePeriod, startOfDay } from './period';

const now = '2026-11-24T07:58:31.000000Z';
const berlin = 'Europe/Berlin';

describe('a period of the URL', () => {
  it('resolves relative bounds by the calendar of the zone', () => {
    expect(resolvePeriod({ from: '-30d' }, now, berlin)).toEqual({ from: '2026-10-25T23:00:00.000000Z', to: null });
    expect(resolvePeriod({ from: '-31d' }, now, berlin)).toEqual({ from: '2026-10-24T22:00:00.000000Z', to: null }); // the day before has 25 hours
    expect(resolvePeriod({ from: '-24h' }, now, berlin)).toEqual({ from: '2026-11-23T07:58:31.000000Z', to: null });
    expect(resolvePeriod({ from: '-12mo' }, now, 'UTC')).toEqual({ from: '2025-11-25T00:00:00.000000Z', to: null });
    expect(resolvePeriod({}, now, berlin)).toEqual({ from: null, to: null });
  });

  it('takes absolute bounds with any offset, also with a plus that arrived as a space', () => {
    expect(resolvePeriod({ from: '2026-11-23T12:40:00+01:00', to: '2026-11-23T12:40:00Z' }, now, berlin)).toEqual({
      from: '2026-11-23T11:40:00.000000Z',
      to: '2026-11-23T12:40:00.000000Z',
    });
    expect(resolvePeriod({ from: '2026-11-23T12:40:00 01:00' }, now, berlin)?.from).toBe('2026-11-23T11:40:00.000000Z');
    expect(resolvePeriod({ from: '2026-11-23T11:40:00.123456789Z' }, now, berlin)?.from).toBe('2026-11-23T11:40:00.123456Z');
  });

  it('refuses what is no time, has no zone, or ends before it begins', () => {
    const bad = ['yesterday', '2026-11-23', '2026-11-23T12:40:00', '-30y', '-99999d', '0001-01-01T00:00:00Z', '-99d; drop'];
    for (const from of bad) expect(resolvePeriod({ from }, now, berlin), from).toBeNull();
    expect(resolvePeriod({ from: '2026-11-23T12:40:00Z', to: '2026-11-23T12:40:00Z' }, now, berlin)).toBeNull();
  });

  it('says what it is', () => {
    const label = (from?: string, to?: string) => periodLabel({ from, to }, now, berlin);
    expect(label('-30d')).toBe('30 days: 26 Oct – 24 Nov');
    expect(label('-12mo')).toBe('12 months: 25 Nov 2025 – 24 Nov 2026');
    expect([label('-24h'), label('-1d'), label(), label(ALL_TIME), label('x')]).toEqual(['24 hours', 'Today', 'All time', 'All time', 'Period not understood']);
    expect(label('2026-08-25T22:00:00Z', '2026-08-26T22:00:00Z')).toBe('Wed 26 Aug 2026');
    expect(label('2026-11-16T23:00:00Z', '2026-11-23T23:00:00Z')).toBe('17 Nov – 23 Nov 2026');
    expect(label('2026-11-23T11:40:00Z', '2026-11-23T12:40:00Z')).toBe('Mon 23 Nov 2026, 12:40 – 13:40');
  });

  it('turns dates and clock times of a form into exact times, through both odd nights', () => {
    expect([startOfDay('2026-10-25', berlin), startOfDay('2026-10-25', berlin, 1)]).toEqual(['2026-10-24T22:00:00.000000Z', '2026-10-25T23:00:00.000000Z']);
    expect(localToText('2026-03-29T02:30', berlin)).toBe('2026-03-29T01:30:00.000000Z'); // skipped: 03:30 summer time
    expect(localToText('2026-10-25T02:30', berlin)).toBe('2026-10-25T00:30:00.000000Z'); // twice: the first
  });
});
