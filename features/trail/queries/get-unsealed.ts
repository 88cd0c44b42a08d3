import { and, eq, sql } from 'drizzle-orm';
import { eventView as e } from '@/db/schema/audit-event';
import { headView } from '@/db/schema/trail';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { monthsHolding } from './months-holding';

/**
 * How many events there are, and how long the first that no signature covers has waited: one read by the primary key. `sealedSize` must have been read before the
 * transaction began, or a seal that is made meanwhile would reach further than the events that it sees.
 */
export async function getUnsealed(tx: Tx, trailId: TrailId, sealedSize: number): Promise<{ events: number; oldestUnsealedMs: number | null }> {
  const [head] = await tx.select({ nextSeq: headView.nextSeq }).from(headView).where(eq(headView.trailId, trailId));
  const events = head?.nextSeq ?? 0;
  if (sealedSize >= events) return { events, oldestUnsealedMs: null };
  const [oldest] = await tx
    .select({ ms: sql<number>`greatest(0, extract(epoch from clock_timestamp() - ${e.recordedAt}) * 1000)`.mapWith(Number) })
    .from(e)
    .where(and(eq(e.trailId, trailId), eq(e.seq, sealedSize), await monthsHolding(tx, trailId, { from: sealedSize, to: sealedSize + 1 })))
    .limit(1);
  return { events, oldestUnsealedMs: oldest ? Math.round(oldest.ms) : null };
}
