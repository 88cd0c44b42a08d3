import 'server-only';
import { and, eq, sql } from 'drizzle-orm';
import { isDatabaseAway } from '@/db/database-away';
import { run } from '@/db/schema/run';
import { appTransaction, type Tx } from '@/db/transaction';
import { log } from '@/lib/log';
import { forgetCancel } from '../cancel-note';
import { isGone } from '../owner';
import { MAX_INTERRUPTIONS } from '../schema';
import { keepStoppedImport } from './keep-stopped-import';

/** Without a sign of life for so long, a run is taken for dead. */
export const SILENCE_SECONDS = 15;

const said = new Set<number>();

/** Finds the runs whose process is silent or gone. One that was to be cancelled anyway is cancelled. One that cannot be ended now keeps no other. @returns their numbers */
export async function interruptDeadRuns(): Promise<number[]> {
  const isSilent = sql<boolean>`${run.heartbeatAt} < clock_timestamp() - make_interval(secs => ${SILENCE_SECONDS})`;
  const running = await appTransaction((tx) => tx.select({ runId: run.runId, owner: run.owner, isSilent }).from(run).where(eq(run.state, 'running')));
  const dead = running.filter((row) => row.isSilent || (row.owner !== null && isGone(row.owner)));
  for (const { runId, owner, isSilent: wasSilent } of dead) {
    // it may have come back to life, or have been taken, since we looked
    await appTransaction((tx) => interrupt(tx, runId, and(eq(run.owner, owner ?? ''), wasSilent ? isSilent : undefined))).catch((err) => {
      if (isDatabaseAway(err)) throw err;
      // every two seconds, perhaps onto a disk that is full
      if (!said.has(runId)) log.error({ err, runId }, 'a run whose process is gone could not be ended; it will be tried again');
      said.add(runId);
    });
  }
  return dead.map((row) => row.runId);
}

/** The owner gives its run back: it stops, or the database was away. */
export const interruptOwnRun = (owner: string, runId: number): Promise<void> => appTransaction((tx) => interrupt(tx, runId, eq(run.owner, owner)));

/** The same for a reason that somebody must take away: no runner takes it up until a person resumes it, and it says why. */
export const holdOwnRun = (owner: string, runId: number, error: { code: string; hint: string | null }): Promise<void> =>
  appTransaction((tx) => interrupt(tx, runId, eq(run.owner, owner), { error, interruptions: MAX_INTERRUPTIONS }));

async function interrupt(tx: Tx, runId: number, condition: ReturnType<typeof and>, told: Record<string, unknown> = {}) {
  const isCancelled = sql`${run.cancelRequestedAt} is not null`;
  const [row] = await tx
    .update(run)
    .set({
      state: sql`case when ${isCancelled} then 'cancelled' else 'interrupted' end`,
      finishedAt: sql`case when ${isCancelled} then clock_timestamp() end`,
      result: sql`jsonb_build_object('interruptions', coalesce((${run.result} ->> 'interruptions')::int, 0) + 1) || ${JSON.stringify(told)}::text::jsonb`,
    })
    .where(and(eq(run.runId, runId), eq(run.state, 'running'), condition))
    .returning({ state: run.state });
  if (row?.state !== 'cancelled') return;
  forgetCancel(runId);
  await keepStoppedImport(tx, runId);
}
