import { and, eq, lt, type SQL } from 'drizzle-orm';
import type { Filter } from '@/core/filter';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { filterToSql } from './filter-sql';
import { nameValues } from './known-values';
import { monthsHolding } from './months-holding';

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
    filterToSql(await nameValues(tx, trailId, filter)),
  ) as SQL;
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
