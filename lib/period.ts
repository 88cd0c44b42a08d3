// A period of the URL: two bounds, each an RFC 3339 time or relative to now (`-24h`, `-7d`, `-12mo`), half-open [from,to). Relative stays relative in the URL, so that a
// bookmark means "the last 30 days" tomorrow too; it becomes two exact times here, once per request. Days and months are those of the reader's zone (23 or 25 hours long twice a year).
import { Temporal } from 'temporal-polyfill';
import { formatClock, formatDate, formatDay, zonedTime } from './time';

export type PeriodText = { from?: string | null; to?: string | null };
/** `from` null = from the first event, `to` null = open: whatever is newest. Times are the 27-character text. */
export type Period = { from: string | null; to: string | null };

/** All time said outright, for pages whose period is another one when the URL names none. */
export const ALL_TIME = '1970-01-01T00:00:00Z';

export const RELATIVE = /^-(\d{1,4})(min|h|d|mo)$/;

/**
 * `-24h` is 24 hours back from now; `-30d` are 30 calendar days with today as the last, from midnight; `-12mo` goes back to the midnight after the same day 12 months ago.
 * Null when a bound is neither a relative nor an RFC 3339 time, or `from` does not lie before `to`.
 */
export function resolvePeriod(text: PeriodText, now: string, zone: string): Period | null {
  const [from, to] = [resolveBound(text.from, now, zone), resolveBound(text.to, now, zone)];
  if (from === undefined || to === undefined) return null;
  return from !== null && to !== null && from >= to ? null : { from, to };
}

function resolveBound(text: string | null | undefined, now: string, zone: string): string | null | undefined {
  if (!text) return null;
  const relative = RELATIVE.exec(text);
  try {
    if (!relative) return instantText(Temporal.Instant.from(text.replace(/ /g, '+'))); // a `+` that nobody encoded arrives as a space
    const n = Number(relative[1]);
    const here = Temporal.Instant.from(now).toZonedDateTimeISO(zone);
    if (relative[2] === 'min') return instantText(here.subtract({ minutes: n }).toInstant());
    if (relative[2] === 'h') return instantText(here.subtract({ hours: n }).toInstant());
    if (relative[2] === 'd')
      return instantText(
        here
          .startOfDay()
          .subtract({ days: n - 1 })
          .toInstant(),
      );
    return instantText(here.startOfDay().subtract({ months: n }).add({ days: 1 }).toInstant());
  } catch {
    return undefined;
  }
}

/** What the picker and the sentences call it: `30 days: 26 Oct – 24 Nov`, `24 hours`, `Wed 26 Aug 2026`, `17 Nov – 23 Nov 2026`, `Mon 23 Nov 2026, 12:40 – 13:40`, `All time`. */
export function periodLabel(text: PeriodText, now: string, zone: string): string {
  const period = resolvePeriod(text, now, zone);
  if (!period) return 'Period not understood';
  const { from, to } = period;
  if (from === null || from === '1970-01-01T00:00:00.000000Z') return to === null ? 'All time' : `Until ${dayAndClock(to, zone)}`;
  const relative = RELATIVE.exec(text.from ?? '');
  const names: Record<string, [string, string]> = { min: ['minute', 'minutes'], h: ['hour', 'hours'], d: ['day', 'days'], mo: ['month', 'months'] };
  if (relative && to === null) {
    const [one, many] = names[relative[2] as string] as [string, string];
    const name = `${relative[1]} ${relative[1] === '1' ? one : many}`;
    if (text.from === '-1d') return 'Today';
    return relative[2] === 'd' || relative[2] === 'mo' ? `${name}: ${dayRange(from, now, zone)}` : name;
  }
  if (to === null) return `Since ${dayAndClock(from, zone)}`;
  const [a, b] = [zonedTime(from, zone), zonedTime(to, zone)];
  const isMidnight = (t: typeof a) => t.hour === 0 && t.minute === 0 && t.second === 0;
  const lastDay = instantText(Temporal.Instant.from(to).subtract({ seconds: 1 })); // [from,to): a period to midnight ends on the day before
  if (isMidnight(a) && isMidnight(b))
    return formatDate(from, zone) === formatDate(lastDay, zone) ? formatDate(from, zone) : dayRange(from, lastDay, zone, true);
  if (formatDate(from, zone) === formatDate(to, zone)) return `${formatDate(from, zone)}, ${clock(from, zone)} – ${clock(to, zone)}`;
  return `${dayAndClock(from, zone)} – ${dayAndClock(to, zone)}`;
}

/** A period that begins with now says its year only where there are two; one by its dates always. */
function dayRange(from: string, last: string, zone: string, withYear = false): string {
  const [a, b] = [zonedTime(from, zone), zonedTime(last, zone)];
  if (a.year === b.year) return `${formatDay(from, zone)} – ${formatDay(last, zone)}${withYear ? ` ${b.year}` : ''}`;
  return `${formatDay(from, zone)} ${a.year} – ${formatDay(last, zone)} ${b.year}`;
}

const clock = (at: string, zone: string) => formatClock(at, zone, zonedTime(at, zone).second === 0 ? 'minute' : 'second');
const dayAndClock = (at: string, zone: string) => `${formatDay(at, zone)} ${zonedTime(at, zone).year} ${clock(at, zone)}`;

/** Local midnight of `YYYY-MM-DD` in a zone, as the 27-character text; days later counted in calendar days. */
export function startOfDay(date: string, zone: string, daysLater = 0): string {
  return instantText(Temporal.PlainDate.from(date).add({ days: daysLater }).toZonedDateTime({ timeZone: zone }).toInstant());
}

/** The clock time of a form (`2026-11-23T12:40`) in a zone. A time that a spring night skips is moved forward, one that an autumn night has twice is the first. */
export function localToText(local: string, zone: string): string {
  return instantText(Temporal.PlainDateTime.from(local).toZonedDateTime(zone, { disambiguation: 'compatible' }).toInstant());
}

function instantText(instant: Temporal.Instant): string {
  const text = instant.toString({ fractionalSecondDigits: 6, roundingMode: 'floor' });
  const year = Number(text.slice(0, 4));
  if (text.length !== 27 || !(year >= 1970)) throw new RangeError('outside 1970–9999');
  return text;
}
