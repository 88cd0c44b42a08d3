import { and, eq, inArray } from 'drizzle-orm';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';

/** Whether acts of the trail say that events may be archived or disposed of: the figures kept of full blocks count these with the others, what reads the rows does not. */
export async function mayLackEvents(tx: Tx, trailId: TrailId): Promise<boolean> {
  const acts = await tx
    .select({ seq: e.seq })
    .from(e)
    .where(and(eq(e.trailId, trailId), inArray(e.action, ['partition.archived', 'events.disposed'])))
    .limit(1);
  return acts.length > 0;
}
