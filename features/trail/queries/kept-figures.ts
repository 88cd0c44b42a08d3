// Figures kept for each full block of 65,536 seqs, in the place of its rows: a year of a chart is then some ten thousand small rows and not five million events.
//
//   count_outcome   of everything, by outcome                        bars that begin at whole hours of UTC
//   count_hour      by actor_type too                                the same, over ten times as many rows
//   count_day       by action and resource_type too                  bars that begin at midnight of UTC, and totals of whole days or of all time
import { type SQL, sql } from 'drizzle-orm';
import { BLOCK_EVENTS } from '@/core/block-counts';
import { OUTCOMES } from '@/core/draft';
import type { Filter } from '@/core/filter';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { filterToSql } from './filter-sql';
import { mayLackEvents } from './may-lack';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Table = { view: SQL; time: SQL; type: string; ms: number; members: string[]; byTime: Record<'success' | 'failure' | 'denied', SQL> & { group: SQL } };
// summed by hour first: to which bar an hour belongs is then asked once for all its kinds; and a column an outcome is a third faster than a row for each
const of = (outcome: string) => sql`coalesce(sum(n) filter (where outcome = ${outcome}), 0)`;
const BY_KIND = { success: of('success'), failure: of('failure'), denied: of('denied'), group: sql`group by 1` };
const BY_OUTCOME = { success: sql`success`, failure: sql`failure`, denied: sql`denied`, group: sql`` };
const HOURS = { time: sql`hour`, type: 'timestamptz', ms: HOUR_MS };
const DAYS = { time: sql`day_utc`, type: 'date', ms: DAY_MS };
const KINDS = ['actor_type', 'outcome'];
const TABLES: Table[] = [
  { ...HOURS, view: sql`count_outcome_view`, members: [], byTime: BY_OUTCOME },
  { ...HOURS, view: sql`count_hour_view`, members: KINDS, byTime: BY_KIND },
  { ...DAYS, view: sql`count_day_view`, members: [...KINDS, 'action', 'resource_type'], byTime: BY_KIND },
];

/**
 * `counts` by bar (from 1) and outcome, of events that no filter in `rest` matches; what else the question asks lies in the rows, each event in one of them. `mayLack`: acts say that
 * events may be away, which `counts` count all the same, as no list does.
 */
export type KeptFigures = { counts: { bucket: number; outcome: string; n: number }[]; rest: Filter[]; mayLack: boolean };

/** The question of a chart or a total: `from` and `to` are its period, null where it is open; its filter holds them too. */
export type KeptQuestion = {
  filter: Filter;
  asOf: number | null;
  from: string | null;
  to: string | null;
  /** Fewer full blocks than this are counted from their rows. */
  leastBlocks?: number | undefined;
};

/**
 * What the kept figures say to a question by occurred_at; null where they cannot say it: the filter asks for more than they hold, a bar does not begin where theirs do, or no
 * block is full.
 * @param edges the bars', ends included; without them all is one bar
 */
export async function readKeptFigures(tx: Tx, trailId: TrailId, question: KeptQuestion, edges: readonly string[] = []): Promise<KeptFigures | null> {
  const others = withoutPeriod(question);
  const table = others && TABLES.find(({ ms, members }) => others.every((part) => isAbout(part, members)) && edges.slice(1, -1).every(isWhole(ms)));
  if (!others || !table) return null;
  const blocks = await keptBlocks(tx, trailId, table, question.asOf);
  if (blocks < (question.leastBlocks ?? 1)) return null;
  // nothing lies before an open beginning or behind an open end
  const from = question.from && timeText(ceil(question.from, table.ms));
  const to = question.to && timeText(Math.floor(Date.parse(question.to) / table.ms) * table.ms);
  if (from && to && from >= to) return null;
  const bound = (operator: '>=' | '<', time: string) => sql`${table.time} ${sql.raw(`${operator} ${table.type} '${time}'`)}`;
  const inPeriod = [...(from ? [bound('>=', from)] : []), ...(to ? [bound('<', to)] : [])];
  const { success, failure, denied, group } = table.byTime;
  const summed = tx.execute<{ bucket: number; success: number; failure: number; denied: number }>(
    sql`select ${barOf(table, edges)} as bucket, sum(success)::float8 as success, sum(failure)::float8 as failure, sum(denied)::float8 as denied
        from (select ${table.time}, ${success} as success, ${failure} as failure, ${denied} as denied from ${table.view} event_view
          where trail_id = ${trailId} and block >= 0 and block < ${blocks} and ${sql.join([...inPeriod, filterToSql({ and: others })], sql` and `)} ${group}) k
        group by 1`,
  );
  const [bars, mayLack] = await Promise.all([summed, mayLackEvents(tx, trailId)]);
  const counts = [...bars].flatMap(({ bucket, ...n }) => OUTCOMES.map((outcome) => ({ bucket, outcome, n: n[outcome] })));
  const below: Filter = { lt: ['seq', blocks * BLOCK_EVENTS] };
  const rest: Filter[] = [{ and: [question.filter, { gte: ['seq', blocks * BLOCK_EVENTS] }] }];
  if (from && from !== question.from) rest.push({ and: [question.filter, below, { lt: ['occurred_at', from] }] });
  if (to && to !== question.to) rest.push({ and: [question.filter, below, { gte: ['occurred_at', to] }] });
  return { counts, rest, mayLack };
}

/** The period that a filter asks for in its outermost `and`, where it is one. */
export function periodOf(filter: Filter): { from: string | null; to: string | null } {
  const bound = (name: 'gte' | 'lt') => {
    const found = partsOf(filter).flatMap((part) => (name in part ? [(part as Record<typeof name, [string, string]>)[name]] : []));
    return found.find(([member]) => member === 'occurred_at')?.[1] ?? null;
  };
  return { from: bound('gte'), to: bound('lt') };
}

/** As constants: a text made a time, or an array, is made anew for each row. */
function barOf({ time }: Table, edges: readonly string[]): SQL {
  if (edges.length < 3) return sql`1`;
  const begins = edges.slice(0, -1).map((edge) => sql.raw(`${Date.parse(edge) / 1000}::float8`));
  return sql`greatest(1, width_bucket(date_part('epoch', ${time}), array[${sql.join(begins, sql`, `)}]))`;
}

/** How many blocks from the first one on are counted without a gap, and seen whole by the question: one look into the index for each. */
async function keptBlocks(tx: Tx, trailId: TrailId, { view }: Table, asOf: number | null): Promise<number> {
  const isKept = (block: SQL) => sql`(select true from ${view} k where k.trail_id = ${trailId} and k.block = ${block} limit 1)`;
  const [row] = await tx.execute<{ blocks: number }>(
    sql`with recursive b(block) as (select 0 where ${isKept(sql`0`)} union all select b.block + 1 from b where ${isKept(sql`b.block + 1`)})
        select count(*)::int as blocks from b`,
  );
  const seen = asOf === null ? Number.POSITIVE_INFINITY : Math.floor(asOf / BLOCK_EVENTS);
  return Math.min(row?.blocks ?? 0, seen);
}

const partsOf = (filter: Filter): readonly Filter[] => ('and' in filter ? filter.and.flatMap(partsOf) : [filter]);

/** What the filter asks beside its period; null where the period is not among what must hold. */
function withoutPeriod({ filter, from, to }: KeptQuestion): Filter[] | null {
  const bounds = [...(from === null ? [] : [{ gte: ['occurred_at', from] }]), ...(to === null ? [] : [{ lt: ['occurred_at', to] }])].map((bound) =>
    JSON.stringify(bound),
  );
  const parts = partsOf(filter);
  const others = parts.filter((part) => !bounds.includes(JSON.stringify(part)));
  return parts.length - others.length === bounds.length ? others : null;
}

function isAbout(filter: Filter, members: readonly string[]): boolean {
  if ('and' in filter) return filter.and.every((part) => isAbout(part, members));
  if ('or' in filter) return filter.or.every((part) => isAbout(part, members));
  if ('not' in filter) return isAbout(filter.not, members);
  if ('contains' in filter) return false; // it looks into an index of another table
  const [member] = Object.values(filter)[0] as [string];
  return members.includes(member);
}

const timeText = (ms: number) => new Date(ms).toISOString().replace('Z', '000Z');
/** Milliseconds are cut from the text, so that 10:00:00.000001 is not taken for the hour itself. */
const isWhole = (ms: number) => (time: string) => time.endsWith('000Z') && Date.parse(time) % ms === 0;
const ceil = (time: string, ms: number) => (isWhole(ms)(time) ? Date.parse(time) : (Math.floor(Date.parse(time) / ms) + 1) * ms);
