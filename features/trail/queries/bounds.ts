import { and, eq, gte, lt, max, min, type SQL, sql } from 'drizzle-orm';
import type { Filter } from '@/core/filter';
import { eventView as e } from '@/db/schema/audit-event';
import { trailSegment } from '@/db/schema/trail';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { filterToSql } from './filter-sql';

/**
 * The WHERE of every read of a trail: the trail by `=` (it gives the indexes their order), the months that hold it and the seqs asked for (so that PostgreSQL plans
 * for these alone: 120 months cost 10–48 ms of planning), the filter, and `asOf`: events from that seq on are not seen, so that rows, count and chart that are read one
 * after the other still tie out.
 */
export type Question = { filter: Filter; asOf: number | null };

export async function whereOf(tx: Tx, trailId: TrailId, { filter, asOf }: Question): Promise<SQL> {
  const seqs = seqRange(filter);
  const to = asOf === null ? seqs.to : Math.min(asOf, seqs.to ?? asOf);
  return and(
    eq(e.trailId, trailId),
    await monthsHolding(tx, trailId, { from: seqs.from, to }),
    asOf === null ? undefined : lt(e.seq, asOf),
    filterToSql(filter),
  ) as SQL;
}

/**
 * recorded_at between the first and the last month that holds seqs of `[from,to)`, by trail_segment; nothing where that spares fewer than 24 months, because a bound is
 * not free: recorded_at is in no index, so a count could no longer be answered from one.
 */
export async function monthsHolding(tx: Tx, trailId: TrailId, { from, to }: { from: number | null; to: number | null }): Promise<SQL | undefined> {
  const [all] = await tx.select({ first: min(trailSegment.month), last: max(trailSegment.month) }).from(trailSegment);
  if (!all?.first || !all.last || monthsBetween(all.first, all.last) < WORTH_IT) return undefined;
  const [span] = await tx
    .select({ first: min(trailSegment.month), last: max(trailSegment.month) })
    .from(trailSegment)
    .where(
      and(
        eq(trailSegment.trailId, trailId),
        from === null ? undefined : gte(trailSegment.lastSeq, from),
        to === null ? undefined : lt(trailSegment.firstSeq, to),
      ),
    );
  if (!span?.first || !span.last) return undefined; // nothing known of these seqs: look everywhere rather than nowhere
  if (monthsBetween(all.first, all.last) - monthsBetween(span.first, span.last) < WORTH_IT) return undefined;
  return sql`${e.recordedAt} >= ${monthStart(span.first, 0)}::timestamptz and ${e.recordedAt} < ${monthStart(span.last, 1)}::timestamptz`;
}

const WORTH_IT = 24;
const monthsBetween = (a: string, b: string) => (Number(b.slice(0, 4)) - Number(a.slice(0, 4))) * 12 + Number(b.slice(5, 7)) - Number(a.slice(5, 7));

/** `2026-11-01` and months later → the 27 characters of its first moment in UTC. */
export function monthStart(month: string, later: number): string {
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)) - 1 + later, 1)).toISOString().replace('Z', '000Z');
}

/** The seqs that can match at all, from the conditions that must hold (the filter's own and those of its outermost `and`). */
function seqRange(filter: Filter): { from: number | null; to: number | null } {
  let from: number | null = null;
  let to: number | null = null;
  const narrow = (a: number, b: number) => {
    from = Math.max(a, from ?? a);
    to = Math.min(b, to ?? b);
  };
  for (const part of 'and' in filter ? filter.and : [filter]) {
    if ('gte' in part && part.gte[0] === 'seq') narrow(Number(part.gte[1]), Number.MAX_SAFE_INTEGER);
    else if ('lt' in part && part.lt[0] === 'seq') narrow(0, Number(part.lt[1]));
    else if ('eq' in part && part.eq[0] === 'seq') narrow(Number(part.eq[1]), Number(part.eq[1]) + 1);
  }
  return { from, to };
}
