import { and, eq } from 'drizzle-orm';
import { isJsonObject, parseJson } from '@/core/json';
import { eventView } from '@/db/schema/audit-event';
import { trail } from '@/db/schema/trail';
import type { Scope, TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';

export type TrailFacts = { trailId: TrailId; origin: string; alias: string; isSynthetic: boolean };

/** A trail of the scope, or null. `isSynthetic` is what event 0 says, which is hashed; the row's own column is not. */
export const getTrail = (scope: Scope, trailId: TrailId): Promise<TrailFacts | null> =>
  readTransaction(scope, async (tx) => {
    const [row] = await tx.select({ origin: trail.origin, alias: trail.alias }).from(trail).where(eq(trail.trailId, trailId));
    if (!row) return null;
    const [first] = await tx
      .select({ details: eventView.details })
      .from(eventView)
      .where(and(eq(eventView.trailId, trailId), eq(eventView.seq, 0)));
    const details = first && parseJson(first.details);
    return { trailId, ...row, isSynthetic: details?.ok === true && isJsonObject(details.value) && details.value.synthetic === true };
  });
