import { expect, it } from 'vitest';
import { SyslogTime } from './syslog-time';

it('gives stamps the year of the first line, and turns it at New Year', () => {
  const time = new SyslogTime(2016, 'UTC');
  expect(time.read('Mar 27 13:06:56')).toBe('2016-03-27T13:06:56.000000Z');
  expect(time.read('Jul  4 01:02:03')).toBe('2016-07-04T01:02:03.000000Z');
  expect(time.read('Dec 31 23:59:59')).toBe('2016-12-31T23:59:59.000000Z');
  expect(time.read('Jan  1 00:00:00')).toBe('2017-01-01T00:00:00.000000Z');
  expect(time.read('Dec 31 23:59:58')).toBe('2016-12-31T23:59:58.000000Z'); // late at the turn
  expect(time.read('Jan  1 00:00:01')).toBe('2017-01-01T00:00:01.000000Z');
  expect(time.read('Mar  1 00:00:00')).toBe('2017-03-01T00:00:00.000000Z');
});

it('knows the zone and its changes', () => {
  const time = new SyslogTime(2026, 'Europe/Amsterdam');
  expect(time.read('Mar 29 01:59:59')).toBe('2026-03-29T00:59:59.000000Z');
  expect(time.read('Mar 29 03:00:00')).toBe('2026-03-29T01:00:00.000000Z');
  expect(time.read('Mar 29 02:30:00')).toBe('2026-03-29T01:30:00.000000Z'); // left out by the change
  expect(time.read('Oct 25 02:30:00')).toBe('2026-10-25T00:30:00.000000Z'); // comes twice: the earlier
  expect(new SyslogTime(2026, '-03:30').read('Jan  1 00:00:00')).toBe('2026-01-01T03:30:00.000000Z');
});

it('leaves a stamp that has year and zone as it is, and refuses what is no date', () => {
  const time = new SyslogTime(2026, 'UTC');
  expect(time.read('2024-02-29T13:06:56.123456+01:00')).toBe('2024-02-29T13:06:56.123456+01:00');
  for (const stamp of ['Feb 29 00:00:00', 'Feb 30 00:00:00', 'Foo  1 00:00:00', 'Jan  1 24:00:00', 'Jan  1 00:00:60', 'Jan  0 00:00:00'])
    expect(time.read(stamp)).toBeNull();
  expect(new SyslogTime(2024, 'UTC').read('Feb 29 00:00:00')).toBe('2024-02-29T00:00:00.000000Z');
});
