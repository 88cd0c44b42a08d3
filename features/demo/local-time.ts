/**
 * The company's wall clock, Europe/Berlin, by the rule of the European Union since 1996: summer time from the last Sunday of March to the last
 * Sunday of October, both at 01:00 UTC. Written out instead of asked from the machine, so that another tz database gives the same demo.
 * A day is the count of local dates since 1970-01-01; times are milliseconds UTC.
 */
const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

function lastSundayAtOne(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return last.getTime() - last.getUTCDay() * dayMs + hourMs;
}

export function offsetMs(utcMs: number): number {
  const year = new Date(utcMs).getUTCFullYear();
  const isSummer = utcMs >= lastSundayAtOne(year, 2) && utcMs < lastSundayAtOne(year, 9);
  return isSummer ? 2 * hourMs : hourMs;
}

export const localDay = (utcMs: number): number => Math.floor((utcMs + offsetMs(utcMs)) / dayMs);

/** The instant of a wall-clock time (minutes after midnight, fractions allowed) on a local day. In the hour that spring skips: one hour later. */
export function atLocal(day: number, minutes: number): number {
  const wall = day * dayMs + Math.round(minutes * 60_000);
  return wall - offsetMs(wall - hourMs);
}

/** 1 = Monday … 7 = Sunday. 1970-01-01 was a Thursday. */
export const isoWeekday = (day: number): number => ((day + 3) % 7) + 1;

/** `YYYY-MM-DD` of a local day. */
export const dateText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
