import { z } from 'zod';
import { type Period, resolvePeriod } from '@/lib/period';
import { isZone } from '@/lib/time';
import { parseQueryText, type QueryParse } from './query-text';

/** Isomorphic: what stands in the address of the trail's screens, read once and the same way by page, action and route. */

/** An event's number: SPEC §3, from 0, below 2^53. */
export const seqParam = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/, 'An event number is written in digits, such as 115861.')
  .transform(Number)
  .refine(Number.isSafeInteger, 'That number is larger than any event number.');

const BOUND = 'Write a time such as 2026-11-23T12:40:00Z, or one back from now such as -24h, -7d, -12mo.';
const bound = z.string().max(40, BOUND).optional();

/** `from` and `to` half-open `[from,to)`; without both the last 30 days. The place in the list is not in the address: a link shows a question, not a page of its answer. */
export const eventSearchParams = z.object({
  q: z.string().max(8_000, 'A query holds at most 8,000 characters.').default(''),
  from: bound,
  to: bound,
  zone: z.string().refine(isZone, 'Name a time zone of the IANA list, such as Europe/Berlin or UTC.').optional(),
  axis: z.enum(['occurred_at', 'recorded_at'], 'The time axis is occurred_at or recorded_at.').default('occurred_at'),
  open: seqParam.optional(),
});
export type EventSearchParams = z.infer<typeof eventSearchParams>;
export type TimeAxis = EventSearchParams['axis'];

export const DEFAULT_PERIOD = '-30d';

/** The question of a screen: its address, with the period resolved at one moment in the zone that the page is read in. */
export type EventSearch = EventSearchParams & { zone: string; period: Period; query: Extract<QueryParse, { ok: true }> };
/** A parameter that cannot be read: which, what it holds, how to mend it; for `q` also where. */
export type SearchFault = { param: string; value: string; message: string; at?: number; length?: number };
export type ReadSearch = { ok: true; search: EventSearch } | { ok: false; faults: SearchFault[] };

export type RawParams = Record<string, string | string[] | undefined>;

/** A parameter given twice counts once, its first; unknown ones are left alone. `now` is 27-character text, `zone` the reader's own where the address names none. */
export function readEventSearch(raw: RawParams, now: string, homeZone: string): ReadSearch {
  const first = (name: string) => [raw[name]].flat()[0];
  const parsed = eventSearchParams.safeParse(Object.fromEntries(Object.keys(eventSearchParams.shape).map((name) => [name, first(name) || undefined])));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => ({ param: String(path[0]), value: first(String(path[0])) ?? '', message }));
    return { ok: false, faults };
  }
  const params = { ...parsed.data, zone: parsed.data.zone ?? homeZone };
  const faults: SearchFault[] = [];
  const query = parseQueryText(params.q);
  if (!query.ok) faults.push({ param: 'q', value: params.q, message: query.message, at: query.at, length: query.length });
  const period = resolvePeriod(params.from || params.to ? params : { from: DEFAULT_PERIOD }, now, params.zone);
  if (!period) faults.push(periodFault(params, now));
  if (!query.ok || !period) return { ok: false, faults };
  return { ok: true, search: { ...params, period: { from: period.from === START_OF_TIME ? null : period.from, to: period.to }, query } };
}

const START_OF_TIME = '1970-01-01T00:00:00.000000Z'; // ALL_TIME of lib/period.ts: no event is older, and no bound is cheaper than this one

function periodFault({ from, to, zone }: EventSearchParams & { zone: string }, now: string): SearchFault {
  for (const [param, value] of Object.entries({ from, to })) {
    if (value !== undefined && !resolvePeriod({ from: value }, now, zone)) return { param, value, message: BOUND };
  }
  return { param: 'to', value: to ?? '', message: 'The period ends before it begins: swap its two ends.' };
}

/** Where a page of events starts: strictly older or newer than one event, in the order of the list. */
export const cursorSchema = z.object({
  dir: z.enum(['older', 'newer']),
  time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
  seq: z.number().int().nonnegative(),
});
export type Cursor = z.infer<typeof cursorSchema>;

/** What the list of resources is narrowed to, and its order; a text too long for any id finds nothing, so it is cut. */
export function readResourceSearch(raw: RawParams): { type: string | null; find: string; sort: 'recent' | 'name' } {
  const text = (name: string) => ([raw[name]].flat()[0] ?? '').slice(0, 512).replaceAll('\0', '');
  return { type: text('type') || null, find: text('find').trim(), sort: text('sort') === 'name' ? 'name' : 'recent' };
}

/** What a resource's page shows: `a` null is the moment before its first known change, `b` absent is now. A moment that cannot be read counts as absent. */
export function readMoments(raw: RawParams, now: string, zone: string): { show: 'all' | 'changes' | 'reads'; a: string | null; b: string } {
  const moment = (name: string) => {
    const text = [raw[name]].flat()[0];
    return text ? (resolvePeriod({ from: text }, now, zone)?.from ?? null) : null;
  };
  const show = [raw.show].flat()[0];
  return { show: show === 'changes' || show === 'reads' ? show : 'all', a: moment('a'), b: moment('b') ?? now };
}
