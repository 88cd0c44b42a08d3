import 'server-only';
import { sql } from 'drizzle-orm';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { createRun } from '@/features/runs/mutations/create-run';
import { findOpen, getNewestRun } from '../queries/finished-runs';
import type { VerifyParams } from '../schema';

const LOCK = 727_279;
const WAIT_MS = 30_000;

type Start = {
  trailId: TrailId;
  /** Of the process that does it at once. */
  owner: string;
  params: VerifyParams;
  /** The newest verification when this was decided: a newer one may have changed what is due. Null: it was waited for long enough, and rows are asked nothing more. */
  newestRun: number | null;
};

/**
 * Writes down a verification that is due, unless another one of the trail waits or works, or another home was first.
 * @returns the run's number, or null
 */
export const startScheduled = ({ trailId, owner, params, newestRun }: Start): Promise<number | null> =>
  appTransaction(async (tx) => {
    await tx.execute(sql.raw(`set local lock_timeout = ${WAIT_MS}; set local statement_timeout = ${WAIT_MS}`));
    await tx.execute(sql`select pg_advisory_xact_lock(${LOCK}, ${trailId})`);
    if (newestRun !== null && ((await getNewestRun(tx, trailId)) !== newestRun || (await findOpen(tx, trailId)) !== null)) return null;
    return createRun(tx, { kind: 'verify', trailId, params, startedBy: null, owner });
  });
