import 'server-only';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { run } from '@/db/schema/run';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import type { ResourceParams } from '../resource-schema';
import { type VerifyParams, verifyParams } from '../schema';

/** The number of a check of the same resource that waits or works, or null. */
export async function findOpenCheck(trailId: TrailId, { type, id }: ResourceParams): Promise<number | null> {
  const [open] = await appTransaction((tx) =>
    tx
      .select({ runId: run.runId })
      .from(run)
      .where(
        and(
          eq(run.trailId, trailId),
          eq(run.kind, 'resource'),
          inArray(run.state, ['queued', 'running']),
          sql`${run.params} ->> 'type' = ${type} and ${run.params} ->> 'id' = ${id} and not ${run.params} ?| array['deep', 'vkeys', 'notes']`,
        ),
      )
      .orderBy(desc(run.runId))
      .limit(1),
  );
  return open?.runId ?? null;
}

/** The number of a verification that waits or works and asks the same (range, depth, keys and notes brought), or null. */
export async function findOpenVerification(trailId: TrailId, wanted: VerifyParams): Promise<number | null> {
  const open = await appTransaction((tx) =>
    tx
      .select({ runId: run.runId, params: run.params })
      .from(run)
      .where(and(eq(run.trailId, trailId), eq(run.kind, 'verify'), inArray(run.state, ['queued', 'running'])))
      .orderBy(desc(run.runId)),
  );
  const same = open.find(({ params }) => {
    const asked = verifyParams.safeParse(params);
    return asked.success && questionOf(asked.data) === questionOf(wanted);
  });
  return same?.runId ?? null;
}

const questionOf = ({ from = 0, to, deep = false, vkeys = [], notes = [] }: VerifyParams): string => JSON.stringify([from, to ?? null, deep, vkeys, notes]);
