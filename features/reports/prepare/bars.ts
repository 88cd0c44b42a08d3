import { Temporal } from 'temporal-polyfill';
import { formatClock, formatDate, formatDay, offsetAt, zonedTime } from '@/lib/time';
import type { BucketUnit } from '../buckets';

export type BarTime = { key: string; title: string; tick: string; isMark?: boolean; from: string; to: string };

/** What the bars between the bounds are called: on the axis, and in full. `now` names the bar of today. */
export function barTimes(bounds: readonly string[], unit: BucketUnit, zone: string, now: string): BarTime[] {
  return bounds.slice(0, -1).map((from, n) => {
    const to = bounds[n + 1] as string;
    return {
      key: from,
      from,
      to,
      title: barTitle(from, to, unit, zone),
      tick: barTick(from, to, unit, zone, now),
      ...(unit === 'hour' && zonedTime(from, zone).hour === 0 ? { isMark: true } : {}),
    };
  });
}

function barTitle(from: string, to: string, unit: BucketUnit, zone: string): string {
  if (unit === 'hour') {
    // the hour that an autumn night has twice is told apart by its offset
    const twice = offsetAt(from, zone) === offsetAt(to, zone) && offsetAt(hourBefore(from), zone) === offsetAt(from, zone) ? '' : ` ${offsetAt(from, zone)}`;
    return `${formatDate(from, zone)}, ${formatClock(from, zone, 'minute')} – ${formatClock(to, zone, 'minute')}${twice}`;
  }
  if (unit === 'day') return formatDate(from, zone);
  const last = Temporal.Instant.from(to).subtract({ microseconds: 1 }).toString({ fractionalSecondDigits: 6 });
  return unit === 'week' || !isWholeMonth(from, to, zone) ? `${formatDate(from, zone)} to ${formatDate(last, zone)}` : monthName(from, zone);
}

function barTick(from: string, to: string, unit: BucketUnit, zone: string, now: string): string {
  if (unit === 'hour') {
    const { weekday, day, hour } = zonedTime(from, zone);
    return hour === 0 ? `${weekday} ${day}` : `${weekday} ${day}, ${formatClock(from, zone, 'minute')}`;
  }
  if (unit === 'day') return from <= now && now <= to && formatDate(from, zone) === formatDate(now, zone) ? 'today' : formatDay(from, zone);
  return unit === 'week' ? formatDay(from, zone) : monthName(from, zone).replace(/(\w{3})\w* (\d\d)(\d\d)/, '$1 $3');
}

const hourBefore = (time: string) => Temporal.Instant.from(time).subtract({ hours: 1 }).toString({ fractionalSecondDigits: 6 });
const monthName = (time: string, zone: string) => {
  const { year, month } = zonedTime(time, zone);
  return `${['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'][month - 1]} ${year}`;
};
const isWholeMonth = (from: string, to: string, zone: string) => zonedTime(from, zone).day === 1 && zonedTime(to, zone).day === 1;
