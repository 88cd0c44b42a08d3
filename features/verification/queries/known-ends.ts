import 'server-only';
import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import { run } from '@/db/schema/run';
import type { TrailId } from '@/db/scope';
import { appTransaction, type Tx } from '@/db/transaction';
import { verifyResult } from '../schema';

/**
 * How many events the trail surely had, as earlier verifications ended: by `run` rows. Read it before the snapshot of a verification (SPEC §8: the signed sizes
 * first) or in its state, or a run that ends meanwhile would know more than the rows. A row that somebody changed can only add a finding.
 */
export const getKnownEnd = (trailId: TrailId): Promise<number> => appTransaction((tx) => knownEndIn(tx, trailId));

/** @param tx as the app */
export async function knownEndIn(tx: Tx, trailId: TrailId): Promise<number> {
  const rows = await tx
    .select({ toSeq: run.toSeq, result: run.result })
    .from(run)
    .where(and(eq(run.trailId, trailId), eq(run.kind, 'verify'), inArray(run.state, ['done', 'cancelled']), isNotNull(run.toSeq)));
  let end = 0;
  for (const { toSeq, result } of rows) {
    const verdict = verifyResult.safeParse(result).data;
    // the run's own event stands behind what it checked; where there is none, an end that a run with findings met may be that of a row which was never an event
    if (verdict?.event) end = Math.max(end, verdict.event.seq + 1);
    else if (verdict === undefined || verdict.findings === 0) end = Math.max(end, toSeq ?? 0);
  }
  return end;
}
