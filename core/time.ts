/**
 * SPEC §2, row time. Hashed form: `YYYY-MM-DDTHH:MM:SS.ffffffZ`, 27 characters, UTC. A JS Date would lose the microseconds, so the fraction travels as text and
 * only whole seconds go through arithmetic.
 */

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The hashed form of an RFC 3339 time with seconds and zone, or null: no such time, second 60, no zone, or a year (in UTC) outside 1970–9999.
 * Digits past the sixth are cut, not rounded. A text is in hashed form if and only if it comes back unchanged.
 */
export function normaliseTime(text: string): string | null {
  const parts = RFC3339.exec(text);
  if (parts === null) return null;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = parts;
  if (!isDay(+year, +month, +day) || +hour > 23 || +minute > 59 || +second > 59 || +offsetHour > 23 || +offsetMinute > 59) return null;
  const tail = `.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
  if (sign === undefined) return +year < 1970 ? null : `${year}-${month}-${day}T${hour}:${minute}:${second}${tail}`;
  if (+year < 1969) return null; // the widest offset moves a time by less than a day
  const shiftMs = (sign === '+' ? -1 : 1) * (+offsetHour * 60 + +offsetMinute) * 60_000;
  const utc = new Date(Date.UTC(+year, +month - 1, +day, +hour, +minute, +second) + shiftMs);
  const utcYear = utc.getUTCFullYear();
  return utcYear < 1970 || utcYear > 9999 ? null : utc.toISOString().slice(0, 19) + tail;
}

function isDay(year: number, month: number, day: number): boolean {
  const last = DAYS[month - 1];
  if (last === undefined || day < 1 || day > last) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}
