import 'server-only';
import { sql } from 'drizzle-orm';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { createRun } from '@/features/runs/mutations/create-run';
import { findOpen, getNewestRun, isSettled } from '../queries/finished-runs';
import type { Schedule, Timed } from '../schedule/names';
import type { VerifyParams } from '../schema';

const LOCK = 727_279;

type Start = {
  trailId: TrailId;
  schedule: Schedule;
  /** Which drawn starts it stands for; empty: it is due whatever was drawn. */
  settles: Partial<Record<Timed, number>>;
  /** The newest verification when this was decided: a newer one may have changed what is due. */
  newestRun: number;
  range: Pick<VerifyParams, 'from' | 'deep' | 'goesOn' | 'size'>;
};

/**
 * Puts a verification that is due into the queue, unless another one of the trail waits or works, or another process was first.
 * @returns the run's number, or null
 */
export const startScheduled = ({ trailId, schedule, settles, newestRun, range }: Start): Promise<number | null> =>
  appTransaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK}, ${trailId})`);
    if ((await getNewestRun(tx, trailId)) !== newestRun || (await findOpen(tx, trailId)) !== null) return null;
    for (const [timed, index] of Object.entries(settles)) if (await isSettled(tx, trailId, timed as Timed, index)) return null;
    return createRun(tx, { kind: 'verify', trailId, params: { ...range, schedule, settles }, startedBy: null });
  });
