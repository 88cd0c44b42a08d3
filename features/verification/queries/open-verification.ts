import 'server-only';
import { and, desc, eq, inArray } from 'drizzle-orm';
import { run } from '@/db/schema/run';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { type VerifyParams, verifyParams } from '../schema';

/** The number of a verification of this range that waits or works, or null. */
export async function findOpenVerification(trailId: TrailId, { from, to }: VerifyParams): Promise<number | null> {
  const open = await appTransaction((tx) =>
    tx
      .select({ runId: run.runId, params: run.params })
      .from(run)
      .where(and(eq(run.trailId, trailId), eq(run.kind, 'verify'), inArray(run.state, ['queued', 'running'])))
      .orderBy(desc(run.runId)),
  );
  const same = open.find(({ params }) => {
    const asked = verifyParams.safeParse(params);
    return asked.success && (asked.data.from ?? 0) === (from ?? 0) && asked.data.to === to;
  });
  return same?.runId ?? null;
}
