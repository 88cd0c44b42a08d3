import 'server-only';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { resumeRun } from '@/features/runs/mutations/cancel-run';
import { getRun } from '@/features/runs/queries';
import { findOpenVerification } from '../queries/open-verification';
import { verifyParams } from '../schema';
import { startVerification } from './start-verification';

type Resume = { trail: { trailId: TrailId; origin: string }; runId: number; person: { userId: string; role: string } };
type Outcome = { ok: true; run: number } | { ok: false; reason: string };

/**
 * Takes a run up that was stopped: an interrupted one goes on itself; after a verification that has ended, its verdict told, a new one of the same range goes on. The check of a
 * resource has no half-way: what has ended is asked for again.
 */
export async function resumeVerification({ trail, runId, person }: Resume): Promise<Outcome> {
  const row = await getRun(trail.trailId, runId);
  if (row?.kind !== 'verify' && row?.kind !== 'resource') return { ok: false, reason: 'There is no such run.' };
  if (row.state === 'interrupted') {
    const isTaken = await appTransaction((tx) => resumeRun(tx, trail.trailId, runId));
    return isTaken ? { ok: true, run: runId } : { ok: false, reason: 'The run goes on already.' };
  }
  if (row.kind === 'resource') return { ok: false, reason: 'The check is not interrupted.' };
  const params = verifyParams.safeParse(row.params);
  if (!params.success) return { ok: false, reason: 'There is no such run.' };
  if (row.state !== 'cancelled' && row.state !== 'failed') return { ok: false, reason: 'The run was not stopped.' };
  const { schedule: _, settles: _s, size: _z, ...asked } = params.data;
  const open = await findOpenVerification(trail.trailId, asked);
  return { ok: true, run: open ?? (await startVerification({ ...trail, params: { ...asked, resumes: runId }, person })) };
}
