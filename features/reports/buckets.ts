import { Temporal } from 'temporal-polyfill';

export type BucketUnit = 'hour' | 'day' | 'week' | 'month';

/** Half-open [from,to), 27-character texts, and the zone in which its days are counted. */
export type ReportPeriod = { from: string; to: string; zone: string };

const at = (text: string, zone: string) => Temporal.Instant.from(text).toZonedDateTimeISO(zone);
const textOf = (time: Temporal.ZonedDateTime) => time.toInstant().toString({ fractionalSecondDigits: 6, roundingMode: 'floor' });

/** Local days that the period touches: 23 and 25 hours are one day each. */
export function localDays({ from, to, zone }: ReportPeriod): number {
  const first = at(from, zone).toPlainDate();
  const end = at(to, zone);
  const last = isMidnight(end) ? end.toPlainDate().subtract({ days: 1 }) : end.toPlainDate();
  return first.until(last, { largestUnit: 'days' }).days + 1;
}

/** So many bars that each is still a bar: an hour up to eight days (where asked for), a day up to a quarter, a week up to two years, else a month. */
export function bucketUnit(period: ReportPeriod, finest: 'hour' | 'day'): BucketUnit {
  const days = localDays(period);
  if (finest === 'hour' && days <= 8) return 'hour';
  if (days <= 93) return 'day';
  return days <= 740 ? 'week' : 'month';
}

/**
 * The bounds of the bars: the first is `from`, the last is `to`, those between begin an hour, day, week (Monday) or month of the zone. Bar n is [bound n, bound n+1), so that
 * SQL (width_bucket) and the links behind the bars mean the same instants, also on days of 23 and 25 hours.
 */
export function bucketBounds({ from, to, zone }: ReportPeriod, unit: BucketUnit): string[] {
  const bounds = [from];
  let time = startOfNext(at(from, zone), unit);
  for (let text = textOf(time); text < to; text = textOf(time)) {
    bounds.push(text);
    time = unit === 'hour' ? time.add({ hours: 1 }) : startOfNext(time, unit);
  }
  return [...bounds, to];
}

function startOfNext(time: Temporal.ZonedDateTime, unit: BucketUnit): Temporal.ZonedDateTime {
  if (unit === 'hour') return time.round({ smallestUnit: 'hour', roundingMode: 'floor' }).add({ hours: 1 });
  const day = time.startOfDay();
  if (unit === 'day') return day.add({ days: 1 }).startOfDay();
  if (unit === 'week') return day.add({ days: 8 - day.dayOfWeek }).startOfDay();
  return day.with({ day: 1 }).add({ months: 1 }).startOfDay();
}

/**
 * The period before, as long in local days where it begins at a local midnight, else as long in time.
 * A period that is still running (`to` is no midnight) is compared with the same part of the days before.
 */
export function periodBefore(period: ReportPeriod): ReportPeriod {
  const { from, to, zone } = period;
  const start = at(from, zone);
  if (isMidnight(start)) {
    const days = localDays(period);
    return { from: textOf(start.subtract({ days })), to: textOf(at(to, zone).subtract({ days })), zone };
  }
  const length = Temporal.Instant.from(from).until(Temporal.Instant.from(to));
  return { from: textOf(start.subtract(length)), to: from, zone };
}

const isMidnight = (time: Temporal.ZonedDateTime) => time.equals(time.startOfDay());

/** The local midnight before a moment, or some days later. */
export const startOfLocalDay = (time: string, zone: string, daysLater = 0): string => textOf(at(time, zone).startOfDay().add({ days: daysLater }));
