import { describe, expect, it } from 'vitest';
import { bucketBounds, bucketUnit, localDays, periodBefore } from './buckets';

const berlin = (from: string, to: string) => ({ from, to, zone: 'Europe/Berlin' });

describe('bars of a report', () => {
  it('count the autumn day of 25 hours and the spring day of 23 as one day each', () => {
    const autumn = berlin('2026-10-23T22:00:00.000000Z', '2026-10-26T23:00:00.000000Z'); // Sat 24 00:00 to Tue 27 00:00
    expect(localDays(autumn)).toBe(3);
    expect(bucketBounds(autumn, 'day')).toEqual([
      '2026-10-23T22:00:00.000000Z',
      '2026-10-24T22:00:00.000000Z',
      '2026-10-25T23:00:00.000000Z',
      '2026-10-26T23:00:00.000000Z',
    ]);
    const sunday = berlin('2026-10-24T22:00:00.000000Z', '2026-10-25T23:00:00.000000Z');
    expect(bucketBounds(sunday, 'hour')).toHaveLength(26);
    const spring = berlin('2026-03-28T23:00:00.000000Z', '2026-03-29T22:00:00.000000Z');
    expect(localDays(spring)).toBe(1);
    expect(bucketBounds(spring, 'hour')).toHaveLength(24);
    expect(bucketBounds(spring, 'day')).toHaveLength(2);
  });

  it('begin and end exactly with the period, also in the middle of a day, an hour, a week', () => {
    const part = berlin('2026-11-23T11:40:00.000000Z', '2026-11-23T12:40:00.500000Z');
    expect(bucketBounds(part, 'hour')).toEqual(['2026-11-23T11:40:00.000000Z', '2026-11-23T12:00:00.000000Z', '2026-11-23T12:40:00.500000Z']);
    expect(bucketBounds(part, 'day')).toEqual([part.from, part.to]);
    const weeks = berlin('2026-11-03T23:00:00.000000Z', '2026-11-17T23:00:00.000000Z'); // Wed to Wed
    expect(bucketBounds(weeks, 'week')).toEqual([weeks.from, '2026-11-08T23:00:00.000000Z', '2026-11-15T23:00:00.000000Z', weeks.to]);
    const months = berlin('2026-01-14T23:00:00.000000Z', '2026-03-31T22:00:00.000000Z');
    expect(bucketBounds(months, 'month')).toEqual([months.from, '2026-01-31T23:00:00.000000Z', '2026-02-28T23:00:00.000000Z', months.to]);
  });

  it('start on the hour of a zone that is half an hour off', () => {
    expect(bucketBounds({ from: '2026-11-23T18:30:00.000000Z', to: '2026-11-23T20:30:00.000000Z', zone: 'Asia/Kolkata' }, 'hour')).toEqual([
      '2026-11-23T18:30:00.000000Z',
      '2026-11-23T19:30:00.000000Z',
      '2026-11-23T20:30:00.000000Z',
    ]);
  });

  it('are as fine as they can be and still be seen', () => {
    expect(bucketUnit(berlin('2026-11-17T23:00:00.000000Z', '2026-11-24T23:00:00.000000Z'), 'hour')).toBe('hour');
    expect(bucketUnit(berlin('2026-11-17T23:00:00.000000Z', '2026-11-24T23:00:00.000000Z'), 'day')).toBe('day');
    expect(bucketUnit(berlin('2026-08-24T22:00:00.000000Z', '2026-11-24T23:00:00.000000Z'), 'hour')).toBe('day');
    expect(bucketUnit(berlin('2025-11-24T23:00:00.000000Z', '2026-11-24T23:00:00.000000Z'), 'day')).toBe('week');
    expect(bucketUnit(berlin('2020-11-24T23:00:00.000000Z', '2026-11-24T23:00:00.000000Z'), 'day')).toBe('month');
  });
});

describe('the period before', () => {
  it('has as many local days, not as many hours', () => {
    // 25 Oct to 24 Nov holds the day of 25 hours, the 31 days before do not
    expect(periodBefore(berlin('2026-10-24T22:00:00.000000Z', '2026-11-24T23:00:00.000000Z'))).toEqual(
      berlin('2026-09-23T22:00:00.000000Z', '2026-10-24T22:00:00.000000Z'),
    );
  });
  it('is cut at the same time of day where the period is not over', () => {
    expect(periodBefore(berlin('2026-11-17T23:00:00.000000Z', '2026-11-24T08:00:00.000000Z'))).toEqual(
      berlin('2026-11-10T23:00:00.000000Z', '2026-11-17T08:00:00.000000Z'),
    );
  });
  it('ends where a period begins in the middle of a day', () => {
    expect(periodBefore(berlin('2026-11-23T11:40:00.000000Z', '2026-11-23T12:40:00.000000Z'))).toEqual(
      berlin('2026-11-23T10:40:00.000000Z', '2026-11-23T11:40:00.000000Z'),
    );
  });
});
