import 'server-only';
import { and, eq, sql } from 'drizzle-orm';
import { run } from '@/db/schema/run';
import { appTransaction } from '@/db/transaction';
import type { RunReport } from '../run-kind';

/** `ended`: by its own `complete`. `lost`: another process has it, or declared it interrupted. */
export type Beat = 'goes on' | 'cancel requested' | 'ended' | 'lost';

/** Writes progress and the sign of life, and looks whether the run is to be cancelled. */
export const beatRun = (owner: string, runId: number, report: RunReport): Promise<Beat> =>
  appTransaction(async (tx) => {
    const [row] = await tx
      .update(run)
      .set({ ...report, heartbeatAt: sql`clock_timestamp()` })
      .where(and(eq(run.runId, runId), eq(run.owner, owner), eq(run.state, 'running')))
      .returning({ cancelRequestedAt: run.cancelRequestedAt });
    if (row) return row.cancelRequestedAt ? 'cancel requested' : 'goes on';
    const [now] = await tx.select({ owner: run.owner, finishedAt: run.finishedAt }).from(run).where(eq(run.runId, runId));
    return now?.owner === owner && now.finishedAt ? 'ended' : 'lost';
  });
