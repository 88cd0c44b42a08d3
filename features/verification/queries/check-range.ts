import 'server-only';
import { eq, max } from 'drizzle-orm';
import { eventView } from '@/db/schema/audit-event';
import { headView } from '@/db/schema/trail';
import type { Scope, TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import { rangeFault } from '../range';
import type { VerifyParams } from '../schema';
import { getKnownEnd } from './known-ends';

/** What is wrong with a range before a run is made for it; null where there is nothing. */
export async function getRangeFault(scope: Scope, trailId: TrailId, range: VerifyParams): Promise<string | null> {
  const earlier = await getKnownEnd(trailId);
  const end = await readTransaction(scope, async (tx) => {
    const [head] = await tx.select({ nextSeq: headView.nextSeq }).from(headView).where(eq(headView.trailId, trailId));
    const [last] = await tx
      .select({ seq: max(eventView.seq) })
      .from(eventView)
      .where(eq(eventView.trailId, trailId));
    return Math.max(head?.nextSeq ?? 0, (last?.seq ?? -1) + 1, earlier);
  });
  return rangeFault(range, end);
}
