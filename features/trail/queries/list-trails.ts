import { asc, inArray } from 'drizzle-orm';
import { headView, trail } from '@/db/schema/trail';
import type { Scope, TrailId } from '@/db/scope';
import { appTransaction, readTransaction } from '@/db/transaction';

export type TrailRow = { trailId: TrailId; origin: string; alias: string; isSynthetic: boolean };

/** Every trail of this database, oldest first. For the gates, which decide who may use which. */
export const listTrails = (): Promise<TrailRow[]> =>
  appTransaction((tx) =>
    tx.select({ trailId: trail.trailId, origin: trail.origin, alias: trail.alias, isSynthetic: trail.isSynthetic }).from(trail).orderBy(asc(trail.trailId)),
  );

/** How many events each trail of the scope has. */
export async function countTrailEvents(scope: Scope): Promise<Map<TrailId, number>> {
  const rows = await readTransaction(scope, (tx) =>
    tx
      .select({ trailId: headView.trailId, nextSeq: headView.nextSeq })
      .from(headView)
      .where(inArray(headView.trailId, [...scope.trails])),
  );
  return new Map(rows.map((row) => [row.trailId, row.nextSeq]));
}
