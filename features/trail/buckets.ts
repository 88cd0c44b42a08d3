import { Temporal } from 'temporal-polyfill';

/** How long a bar of the histogram is. `d` and longer are calendar lengths of the reader's zone: a day of 23 or 25 hours is one bar. */
export type BucketUnit = '1s' | '5s' | '15s' | '1m' | '5m' | '15m' | '1h' | '3h' | '6h' | '1d' | '1w' | '1mo' | '3mo' | '1y';
/** `edges` are the 27-character texts of the bars' ends: bar i is `[edges[i], edges[i+1])`. The first and the last are those of the period, not of the unit. */
export type Buckets = { unit: BucketUnit; edges: string[] };

const SECONDS: Record<BucketUnit, number> = {
  '1s': 1,
  '5s': 5,
  '15s': 15,
  '1m': 60,
  '5m': 300,
  '15m': 900,
  '1h': 3600,
  '3h': 10_800,
  '6h': 21_600,
  '1d': 86_400,
  '1w': 604_800,
  '1mo': 2_629_800,
  '3mo': 7_889_400,
  '1y': 31_557_600,
};
const MAX_BARS = 96;

/** Bars of the finest unit that gives at most 96 of them over `[from,to)`. */
export function bucketEdges(from: string, to: string, zone: string): Buckets {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  const unit = (Object.keys(SECONDS) as BucketUnit[]).find((name) => seconds / SECONDS[name] <= MAX_BARS - 2) ?? '1y';
  const years = Math.max(1, Math.ceil(seconds / SECONDS['1y'] / MAX_BARS)); // one event dated in the year 9999 must not make eight thousand bars
  const start = Temporal.Instant.from(from).toZonedDateTimeISO(zone);
  const end = Temporal.Instant.from(to);
  const edges = [from];
  for (let edge = next(floor(start, unit), unit, years); Temporal.Instant.compare(edge.toInstant(), end) < 0; edge = next(edge, unit, years)) {
    const text = edge.toInstant().toString({ fractionalSecondDigits: 6 });
    if (text > (edges.at(-1) as string)) edges.push(text);
  }
  return { unit, edges: [...edges, to] };
}

/** The start of the unit that holds `time`. Hours step from the day's midnight, so that bars of 3 and 6 hours meet it. */
function floor(time: Temporal.ZonedDateTime, unit: BucketUnit): Temporal.ZonedDateTime {
  const day = time.startOfDay();
  if (unit === '1y') return day.with({ month: 1, day: 1 }).startOfDay();
  if (unit === '3mo') return day.with({ month: time.month - ((time.month - 1) % 3), day: 1 }).startOfDay();
  if (unit === '1mo') return day.with({ day: 1 }).startOfDay();
  if (unit === '1w') return day.subtract({ days: time.dayOfWeek - 1 }).startOfDay();
  if (unit === '1d') return day;
  const into = Math.floor((time.epochMilliseconds - day.epochMilliseconds) / 1000);
  return day.add({ seconds: into - (into % SECONDS[unit]) });
}

function next(edge: Temporal.ZonedDateTime, unit: BucketUnit, years: number): Temporal.ZonedDateTime {
  if (unit === '1y') return edge.add({ years });
  if (unit === '3mo') return edge.add({ months: 3 });
  if (unit === '1mo') return edge.add({ months: 1 });
  if (unit === '1w') return edge.add({ weeks: 1 });
  if (unit === '1d') return edge.add({ days: 1 }).startOfDay();
  const later = edge.add({ seconds: SECONDS[unit] });
  const midnight = edge.startOfDay().add({ days: 1 }).startOfDay();
  return Temporal.ZonedDateTime.compare(later, midnight) > 0 ? midnight : later; // the last bar of a changed day is shorter or longer, never shared with the next
}
