import 'server-only';
import { and, desc, eq, gte, isNotNull, lt } from 'drizzle-orm';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { type EventRecord, getEvent } from '@/features/trail/queries/get-event';

/** No index has numbers of sources: as many events before it are looked at. */
const NEAR = 1_000;

/**
 * The event before `seq` of the same run of its source, where both are events with a number of their own.
 * @param gap as the finding names it: source, epoch and numbers
 */
export async function getSourceBefore(tx: Tx, trail: { trailId: TrailId; origin: string }, seq: number, gap: string): Promise<EventRecord | null> {
  const [, source, epoch] = /^(.*) ([0-9a-f-]{36}) \S+$/s.exec(gap) ?? [];
  if (source === undefined || epoch === undefined) return null;
  const ofRun = and(eq(e.trailId, trail.trailId), eq(e.source, source), eq(e.sourceEpoch, epoch), isNotNull(e.sourceSeq));
  const [shown] = await tx
    .select({ seq: e.seq })
    .from(e)
    .where(and(ofRun, eq(e.seq, seq)))
    .limit(1);
  if (!shown) return null;
  const [row] = await tx
    .select({ seq: e.seq })
    .from(e)
    .where(and(ofRun, gte(e.seq, seq - NEAR), lt(e.seq, seq)))
    .orderBy(desc(e.seq))
    .limit(1);
  return row ? getEvent(tx, trail, row.seq) : null;
}
