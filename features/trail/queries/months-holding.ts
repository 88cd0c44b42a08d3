import { and, eq, gte, lt, max, min, type SQL, sql } from 'drizzle-orm';
import { eventView as e } from '@/db/schema/audit-event';
import { trailSegment } from '@/db/schema/trail';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';

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
