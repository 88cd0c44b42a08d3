import 'server-only';
import crypto from 'node:crypto';
import { sql } from 'drizzle-orm';
import { type RunKindName, run } from '@/db/schema/run';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { forgetCancel } from '../cancel-note';

type NewRun = {
  kind: RunKindName;
  trailId: TrailId;
  params: Record<string, unknown>;
  /** null: the command line or a schedule. */
  startedBy: string | null;
  /** Of a process that will drive it itself at once (`makeOwner('command')`): no runner of the web server takes it. Absent: it waits in the queue. */
  owner?: string;
  /** By which what waits outside the database knows the run again. Absent: one is made. */
  key?: string;
};

/** Numbers are given again by another database, as by one that was put back: keys are not. */
export const newRunKey = (): string => crypto.randomUUID();

/** @param tx as the app. @returns the run's number */
export async function createRun(tx: Tx, { owner, key = newRunKey(), params, ...values }: NewRun): Promise<number> {
  const taken = owner ? { state: 'running' as const, owner, startedAt: sql`clock_timestamp()`, heartbeatAt: sql`clock_timestamp()` } : {};
  const [row] = await tx
    .insert(run)
    .values({ ...values, params: { ...params, key }, ...taken })
    .returning({ runId: run.runId });
  const { runId } = row as { runId: number };
  forgetCancel(runId); // before anybody can see it, and cancel it
  return runId;
}
