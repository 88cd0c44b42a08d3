import { expect, test } from 'vitest';
import { scheduleText } from './schedule-text';

test('the schedule says the window in UTC, over midnight too, and the events only where they start a run', () => {
  expect(scheduleText({ startMinute: 0, minutes: 300 }, 100_000)).toBe(
    'Schedule: nightly within 00:00–05:00 UTC, everything weekly, and after about 100,000 events',
  );
  expect(scheduleText({ startMinute: 22 * 60 + 30, minutes: 270 }, 0)).toBe('Schedule: nightly within 22:30–03:00 UTC, everything weekly');
});
