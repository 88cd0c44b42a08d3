import { inArray } from 'drizzle-orm';
import { headView } from '@/db/schema/trail';
import type { Scope, TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';

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
