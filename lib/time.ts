// Times as the screens print them. `at` is always the 27-character UTC text of the specification: a JS Date would lose the microseconds, so they are taken from the text.
// A cached Intl formatter per zone: ten times as fast as Temporal, which period.ts uses where days have 23 or 25 hours.
const formatters = new Map<string, Intl.DateTimeFormat>();
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const two = (n: number) => String(n).padStart(2, '0');

export type ZonedTime = {
  year: number;
  month: number;
  day: number;
  weekday: string;
  hour: number;
  minute: number;
  second: number;
  /** Six digits, as recorded. */
  micros: string;
  offsetMinutes: number;
};

/** Throws RangeError for a zone that the runtime does not know: check with `isZone` at the door. */
export function zonedTime(at: string, zone: string): ZonedTime {
  const ms = Math.floor(Date.parse(at) / 1000) * 1000;
  const get: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(ms)) get[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = get;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  return {
    year,
    month,
    day,
    hour,
    minute,
    second,
    weekday: weekdays[new Date(local).getUTCDay()] as string,
    micros: at.slice(20, 26).padEnd(6, '0'),
    offsetMinutes: Math.round((local - ms) / 60_000),
  };
}

/** `13:01:27`; with micros `13:01:27.318204`. */
export function formatClock(at: string, zone: string, precision: 'minute' | 'second' | 'micro' = 'second'): string {
  const t = zonedTime(at, zone);
  const clock = `${two(t.hour)}:${two(t.minute)}`;
  if (precision === 'minute') return clock;
  return precision === 'second' ? `${clock}:${two(t.second)}` : `${clock}:${two(t.second)}.${t.micros}`;
}

/** `23 Nov`. */
export function formatDay(at: string, zone: string): string {
  const t = zonedTime(at, zone);
  return `${t.day} ${months[t.month - 1]}`;
}

/** `Mon 23 Nov 2026`. */
export function formatDate(at: string, zone: string): string {
  const t = zonedTime(at, zone);
  return `${t.weekday} ${t.day} ${months[t.month - 1]} ${t.year}`;
}

/** `23 Nov 2026 13:01:27`; with micros `…:27.318204`. The offset is not in it: print `offsetAt` beside it or in the head of the column. */
export function formatDateTime(at: string, zone: string, precision: 'minute' | 'second' | 'micro' = 'second'): string {
  const t = zonedTime(at, zone);
  return `${t.day} ${months[t.month - 1]} ${t.year} ${formatClock(at, zone, precision)}`;
}

/** `2026-11` or a time → `Nov 26`; January and the first of a row carry the year, the others need not. */
export function formatMonth(month: string, withYear = true): string {
  const name = months[Number(month.slice(5, 7)) - 1] ?? month;
  return withYear ? `${name} ${month.slice(2, 4)}` : name;
}

/** `today 02:14`, `yesterday 23:50`, `Sat 21 Nov 22:10`, `3 Jun 2025 08:00`: how a sentence names a moment. */
export function formatWhen(at: string, now: string, zone: string): string {
  return `${formatDayWord(at, now, zone)} ${formatClock(at, zone, 'minute')}`;
}

/** `today`, `yesterday`, within the year `Sat 21 Nov`, else `3 Jun 2025`. */
export function formatDayWord(at: string, now: string, zone: string): string {
  const [t, n] = [zonedTime(at, zone), zonedTime(now, zone)];
  const days = Math.round((Date.UTC(n.year, n.month - 1, n.day) - Date.UTC(t.year, t.month - 1, t.day)) / 86_400_000);
  if (days === 0) return 'today';
  if (days === 1) return 'yesterday';
  return Math.abs(days) < 300 ? `${t.weekday} ${t.day} ${months[t.month - 1]}` : `${t.day} ${months[t.month - 1]} ${t.year}`;
}

/** `+01`, `+05:30`, `−03`; `utc` style: `UTC+1`, `UTC+5:30`, `UTC`. */
export function formatOffset(minutes: number, style: 'row' | 'utc' = 'row'): string {
  const [sign, h, m] = [minutes < 0 ? '−' : '+', Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  if (style === 'row') return `${sign}${two(h)}${m ? `:${two(m)}` : ''}`;
  return minutes === 0 ? 'UTC' : `UTC${sign}${h}${m ? `:${two(m)}` : ''}`;
}

/** The offset of `zone` at that moment, not today's: `+02` in August, `+01` in November. */
export const offsetAt = (at: string, zone: string, style: 'row' | 'utc' = 'row'): string => formatOffset(zonedTime(at, zone).offsetMinutes, style);

/** `Europe/Berlin` → `Berlin`, `America/Argentina/Buenos_Aires` → `Buenos Aires`. */
export const zoneName = (zone: string): string => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

/** True for `UTC` and for an IANA name that this runtime can format; an offset such as `+01:00` is no zone (it knows no summer time). */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(zone)) return false;
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The clock of this process in the form of the specification (its last three digits are zero). For display and defaults, never for an event. */
export const nowText = (ms: number = Date.now()): string => new Date(ms).toISOString().replace('Z', '000Z');

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    if (formatters.size < 64) formatters.set(zone, formatter); // zones come from the URL: the cache must not grow with them
  }
  return formatter;
}
