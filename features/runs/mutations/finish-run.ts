import 'server-only';
import { and, eq, sql } from 'drizzle-orm';
import { run } from '@/db/schema/run';
import type { Tx } from '@/db/transaction';
import type { RunReport, RunResult } from '../run-kind';

type End = { state: 'done' | 'cancelled' | 'failed'; result: RunResult; report?: RunReport };

/** @param tx as the app. @returns false when the run is not ours any more, or has ended already */
export async function finishRun(tx: Tx, owner: string, runId: number, { state, result, report = {} }: End): Promise<boolean> {
  const now = sql`clock_timestamp()`;
  const ended = await tx
    .update(run)
    .set({ ...report, state, result, heartbeatAt: now, finishedAt: now })
    .where(and(eq(run.runId, runId), eq(run.owner, owner), eq(run.state, 'running')))
    .returning({ runId: run.runId });
  return ended.length === 1;
}
