/** Times as PostgreSQL has them, in the form that is hashed (core/time.ts): as printed, as microseconds since 2000-01-01 UTC, and back. */
export const DAY_MICROS = 86_400_000_000;
const MICROS_PER_DAY = BigInt(DAY_MICROS);
const MICROS_1970_TO_2000 = 946_684_800_000_000;
export const DAYS_1970_TO_2000 = 10_957;

/**
 * What PostgreSQL prints for a timestamptz in a UTC session (`2026-03-01 12:00:00.5+00`) in the form above. What has no such form (infinity, BC, a year beyond 9999)
 * gets a text of its own, which is no hashed form: never another time's.
 */
export function timeFromPostgres(printed: string): string {
  const parts = /^(\d{4,})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00(?::00)?( BC)?$/.exec(printed);
  if (parts === null) return printed;
  const [, year, month, day, clock, fraction = '', era] = parts as unknown as [string, string, string, string, string, string?, string?];
  return `${expandedYear(era ? 1 - Number(year) : Number(year))}-${month}-${day}T${clock}.${fraction.padEnd(6, '0')}Z`;
}

// ISO 8601 expanded years, as in ECMAScript: +010000, -000043 (44 BC)
function expandedYear(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, '0');
  return (year < 0 ? '-' : '+') + String(Math.abs(year)).padStart(6, '0');
}

/** A binary timestamptz, microseconds since 2000-01-01 UTC, as timeFromPostgres gives it. The two ends of int64 are the infinities. */
export function timeFromMicros(micros: bigint): string {
  if (micros === 0x7fff_ffff_ffff_ffffn) return 'infinity';
  if (micros === -0x8000_0000_0000_0000n) return '-infinity';
  const inDay = ((micros % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY;
  const day = Number((micros - inDay) / MICROS_PER_DAY) + DAYS_1970_TO_2000;
  const { year, month, dayOfMonth } = civilDate(day);
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Number(inDay / 1_000_000n);
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${expandedYear(year)}-${two(month)}-${two(dayOfMonth)}T${clock}.${String(inDay % 1_000_000n).padStart(6, '0')}Z`;
}

/** Microseconds since 2000 of a time in hashed form; exact: a bigint where a double would not be. */
export function microsFromTime(text: string): number | bigint {
  const ms = Date.parse(`${text.slice(0, 19)}Z`);
  const micros = ms * 1000 - MICROS_1970_TO_2000;
  const fraction = Number(text.slice(20, 26));
  return Number.isSafeInteger(micros + fraction) ? micros + fraction : BigInt(ms) * 1000n - BigInt(MICROS_1970_TO_2000) + BigInt(fraction);
}

/** Proleptic Gregorian date of a day counted from 1970-01-01, for any day (a Date ends in the year 275760, a timestamptz in 294276). */
export function civilDate(day: number): { year: number; month: number; dayOfMonth: number } {
  // counted in eras of 400 years that begin on 1 March, so that the leap day is the last of its year
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const inEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365);
  const inYear = inEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * inYear + 2) / 153);
  const dayOfMonth = inYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth };
}
