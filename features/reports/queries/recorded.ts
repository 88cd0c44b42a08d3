import { type SQL, sql } from 'drizzle-orm';
import type { Filter } from '@/core/filter';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { countEvents } from '@/features/trail/queries/count-events';
import { AppError } from '@/lib/errors';
import { isOneOf } from '../links';
import { type ReportRange, timeArray, timeText } from './sql';

type Recorded = { trailId: TrailId; asOf: number };

/** Which of the spans between the bounds hold no event at all: a gap is not a zero. Each costs one look into the index of times. */
export async function listSilentBuckets(tx: Tx, { trailId, asOf, bounds }: Recorded & { bounds: readonly string[] }): Promise<number[]> {
  const rows = await tx.execute<{ n: string }>(sql`
    select b.n - 1 as n from unnest(${timeArray(bounds.slice(0, -1))}, ${timeArray(bounds.slice(1))}) with ordinality as b(at_from, at_to, n)
    where not exists (select from event_view e where e.trail_id = ${trailId}::int and e.occurred_at >= b.at_from and e.occurred_at < b.at_to and e.seq <= ${asOf}::bigint)
    order by 1`);
  return rows.map((row) => Number(row.n));
}

export type Extent = { first: string | null; last: string | null };

/** When the trail's first and last event happened. */
export async function getExtent(tx: Tx, { trailId, asOf }: Recorded): Promise<Extent> {
  const end = (direction: SQL) =>
    sql`(select ${timeText(sql`e.occurred_at`)} from event_view e where e.trail_id = ${trailId}::int and e.seq <= ${asOf}::bigint order by e.occurred_at ${direction}, e.seq ${direction} limit 1)`;
  const [row] = await tx.execute<Extent>(sql`select ${end(sql`asc`)} as first, ${end(sql`desc`)} as last`);
  return { first: row?.first ?? null, last: row?.last ?? null };
}

/** The event that matches and lies nearest to the period, before it or after it: what an empty report points to. */
export async function getNearest(tx: Tx, { trailId, asOf, from, to, where }: Recorded & { from: string; to: string; where: SQL }): Promise<string | null> {
  const [row] = await tx.execute<{ before: string | null; after: string | null }>(sql`
    select (select ${timeText(sql`e.occurred_at`)} from event_view e where e.trail_id = ${trailId}::int and e.seq <= ${asOf}::bigint and e.occurred_at < ${from}::timestamptz and ${where} order by e.occurred_at desc, e.seq desc limit 1) as before,
      (select ${timeText(sql`e.occurred_at`)} from event_view e where e.trail_id = ${trailId}::int and e.seq <= ${asOf}::bigint and e.occurred_at >= ${to}::timestamptz and ${where} order by e.occurred_at, e.seq limit 1) as after`);
  const { before = null, after = null } = row ?? {};
  if (before === null || after === null) return before ?? after;
  return Date.parse(from) - Date.parse(before) <= Date.parse(after) - Date.parse(to) ? before : after;
}

// beyond it a figure comes too late for a page
const BUDGET_MS = 15_000;

/**
 * How many events of the period match. Full blocks are told by the figures kept of them, the rest by its rows: a year of millions takes milliseconds.
 * @throws AppError DB_TIMEOUT: all or nothing
 */
export async function countInPeriod(tx: Tx, { trailId, from, to, asOf }: ReportRange, filter: Filter): Promise<number> {
  const bounded = { and: [{ gte: ['occurred_at', from] }, { lt: ['occurred_at', to] }, filter] } as Filter;
  const { events, isExact } = await countEvents(tx, trailId, { filter: bounded, asOf: asOf + 1 }, { budgetMs: BUDGET_MS, statementMs: null });
  if (!isExact) throw new AppError('DB_TIMEOUT', { hint: 'The question takes too long: choose a shorter period.' });
  return events;
}

/** How many events of these actions lie in the period. */
export const countActions = async (tx: Tx, { actions, ...range }: ReportRange & { actions: readonly string[] }): Promise<number> =>
  actions.length === 0 ? 0 : countInPeriod(tx, range, isOneOf('action', actions));
