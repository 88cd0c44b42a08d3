import 'server-only';
import { and, asc, eq, inArray, like, lt, or, sql } from 'drizzle-orm';
import { importReject, type RunKindName, run, runFinding } from '@/db/schema/run';
import { appTransaction } from '@/db/transaction';
import { SERVER_OWNER } from '../owner';
import type { RunRow } from '../queries';
import { MAX_INTERRUPTIONS } from '../schema';

/**
 * Takes the oldest run that waits, or that a web server left unfinished, so that no other runner gets it. It begins anew: what an interrupted one had found is cleared.
 * @returns null when nothing waits
 */
export const takeRun = (owner: string, kinds: readonly RunKindName[]): Promise<RunRow | null> =>
  appTransaction(async (tx) => {
    if (kinds.length === 0) return null;
    const interruptions = sql<number>`coalesce((${run.result} ->> 'interruptions')::int, 0)`;
    const isLeft = and(eq(run.state, 'interrupted'), like(run.owner, SERVER_OWNER), lt(interruptions, MAX_INTERRUPTIONS));
    const [waiting] = await tx
      .select({ runId: run.runId })
      .from(run)
      .where(and(inArray(run.state, ['queued', 'interrupted']), or(eq(run.state, 'queued'), isLeft), inArray(run.kind, [...kinds])))
      .orderBy(asc(run.runId))
      .limit(1)
      .for('update', { skipLocked: true });
    if (!waiting) return null;
    await tx.delete(runFinding).where(eq(runFinding.runId, waiting.runId));
    await tx.delete(importReject).where(eq(importReject.runId, waiting.runId));
    const now = sql`clock_timestamp()`;
    const fresh = { done: 0, total: null, counts: {}, fromSeq: null, toSeq: null, toEventHash: null, finishedAt: null };
    const [taken] = await tx
      .update(run)
      .set({ ...fresh, state: 'running', owner, startedAt: now, heartbeatAt: now })
      .where(eq(run.runId, waiting.runId))
      .returning();
    return taken ?? null;
  });

/** The run that `createRun` gave to this owner. */
export const getOwnRun = (owner: string, runId: number): Promise<RunRow | null> =>
  appTransaction(async (tx) => {
    const [row] = await tx
      .select()
      .from(run)
      .where(and(eq(run.runId, runId), eq(run.owner, owner), eq(run.state, 'running')));
    return row ?? null;
  });
