import 'server-only';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { run } from '@/db/schema/run';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { noteCancel } from '../cancel-note';
import { keepStoppedImport } from './keep-stopped-import';

/**
 * Asks for a stop: a waiting run is cancelled at once, a running one when its runner looks, within about a second.
 * @param tx as the app. @returns false when the run has ended, or is none of this trail's
 */
export async function requestCancel(tx: Tx, trailId: TrailId, runId: number): Promise<boolean> {
  const now = sql`clock_timestamp()`;
  const isWaiting = sql`${run.state} in ('queued', 'interrupted')`;
  const [asked] = await tx
    .update(run)
    .set({
      cancelRequestedAt: sql`coalesce(${run.cancelRequestedAt}, ${now})`,
      state: sql`case when ${isWaiting} then 'cancelled' else ${run.state} end`,
      finishedAt: sql`case when ${isWaiting} then ${now} end`,
    })
    .where(and(eq(run.trailId, trailId), eq(run.runId, runId), inArray(run.state, ['queued', 'interrupted', 'running'])))
    .returning({ state: run.state });
  if (asked?.state === 'running') noteCancel(runId); // before anybody can see it
  if (asked?.state === 'cancelled') await keepStoppedImport(tx, runId);
  return asked !== undefined;
}

/** Puts an interrupted run back into the queue. @param tx as the app. @returns false when it is not interrupted, or none of this trail's */
export async function resumeRun(tx: Tx, trailId: TrailId, runId: number): Promise<boolean> {
  const resumed = await tx
    .update(run)
    .set({ state: 'queued', owner: null, result: { interruptions: 0 }, cancelRequestedAt: null })
    .where(and(eq(run.trailId, trailId), eq(run.runId, runId), eq(run.state, 'interrupted')))
    .returning({ runId: run.runId });
  return resumed.length === 1;
}
