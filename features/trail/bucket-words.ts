import { formatClock, formatDate, formatDay, formatMonth, zonedTime } from '@/lib/time';
import type { BucketUnit } from './buckets';

const isClock = (unit: BucketUnit) => /[smh]$/.test(unit);

/** What stands under a bar: `12:40`, `23 Nov`, `Nov 26`, `2026`. */
export function bucketTick(from: string, unit: BucketUnit, zone: string): string {
  const t = zonedTime(from, zone);
  if (unit === '1y') return String(t.year);
  if (unit === '1mo' || unit === '3mo') return formatMonth(`${t.year}-${String(t.month).padStart(2, '0')}`);
  if (!isClock(unit)) return formatDay(from, zone);
  if (/s$/.test(unit)) return formatClock(from, zone);
  return beginsDay(from, unit, zone) ? formatDay(from, zone) : formatClock(from, zone, 'minute');
}

/** Whether a day begins with a bar of hours. */
export const beginsDay = (from: string, unit: BucketUnit, zone: string): boolean => {
  const t = zonedTime(from, zone);
  return /h$/.test(unit) && t.hour === 0 && t.minute === 0;
};

/** In full: `Mon 23 Nov 2026`, `Mon 23 Nov 2026 12:40 to 12:41`, `16 Nov to 22 Nov 2026`. */
export function bucketTitle(from: string, to: string, unit: BucketUnit, zone: string): string {
  const last = `${new Date(Date.parse(to) - 1000).toISOString().slice(0, 19)}.000000Z`; // [from,to): a bar to midnight ends on the day before
  if (isClock(unit)) {
    const precision = /s$/.test(unit) ? 'second' : 'minute';
    return `${formatDate(from, zone)} ${formatClock(from, zone, precision)} to ${formatClock(to, zone, precision)}`;
  }
  if (unit === '1d') return formatDate(from, zone);
  if (unit === '1y') return String(zonedTime(from, zone).year);
  return `${formatDay(from, zone)} to ${formatDay(last, zone)} ${zonedTime(last, zone).year}`;
}
