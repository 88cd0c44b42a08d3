import { and, asc, desc, gte, lt } from 'drizzle-orm';
import type { Filter } from '@/core/filter';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { whereOf } from './bounds';

export type Nearest = { seq: number; occurredAt: string };

/**
 * The event that matches `filter` and lies nearest to the empty period `[from,to)`: the last one before it or the first one after it. Null when nothing matches at
 * any time. `asOf` as everywhere: events from that seq on are not seen.
 */
export async function findNearest(
  tx: Tx,
  trailId: TrailId,
  { filter, asOf, from, to }: { filter: Filter; asOf: number | null; from: string | null; to: string | null },
): Promise<Nearest | null> {
  const where = await whereOf(tx, trailId, { filter, asOf });
  const line = { seq: e.seq, occurredAt: e.occurredAt };
  const before =
    from === null
      ? []
      : await tx
          .select(line)
          .from(e)
          .where(and(where, lt(e.occurredAt, from)))
          .orderBy(desc(e.occurredAt), desc(e.seq))
          .limit(1);
  const after =
    to === null
      ? []
      : await tx
          .select(line)
          .from(e)
          .where(and(where, gte(e.occurredAt, to)))
          .orderBy(asc(e.occurredAt), asc(e.seq))
          .limit(1);
  const [a, b] = [before[0], after[0]];
  if (!a || !b || from === null || to === null) return a ?? b ?? null;
  return Date.parse(from) - Date.parse(a.occurredAt) <= Date.parse(b.occurredAt) - Date.parse(to) ? a : b;
}
