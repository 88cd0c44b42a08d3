import { eq } from 'drizzle-orm';
import { headView } from '@/db/schema/trail';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';

/** The number the next event will bear: so many there are, 0 to that minus one. */
export async function getNextSeq(tx: Tx, trailId: TrailId): Promise<number> {
  const [head] = await tx.select({ nextSeq: headView.nextSeq }).from(headView).where(eq(headView.trailId, trailId));
  return head?.nextSeq ?? 0;
}
