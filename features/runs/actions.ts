'use server';
import { revalidatePath } from 'next/cache';
import { appTransaction } from '@/db/transaction';
import { requireTrail } from '@/features/access/loaders';
import { AppError } from '@/lib/errors';
import { requestCancel, resumeRun } from './mutations/cancel-run';
import { runNumber } from './schema';

type Outcome = { ok: true } | { ok: false; reason: string };

/** Stops a run. What it has done stays done. */
export async function requestCancelAction(alias: string, runId: number): Promise<Outcome> {
  const { trail, session } = await requireTrail(alias);
  const run = runNumber.parse(runId);
  if (session.role === 'auditor') return { ok: false, reason: 'An auditor looks on; an officer or administrator can stop the run.' };
  const asked = await appTransaction((tx) => requestCancel(tx, trail.trailId, run)).catch((cause: unknown) => {
    if (cause instanceof AppError && cause.code === 'DISK_FULL') return cause.hint ?? cause.code;
    throw cause;
  });
  if (typeof asked === 'string') return { ok: false, reason: asked };
  if (!asked) return { ok: false, reason: 'The run has ended already.' };
  revalidatePath(`/${alias}`, 'layout');
  return { ok: true };
}

/** Puts an interrupted run back into the queue; it begins anew. */
export async function resumeRunAction(alias: string, runId: number): Promise<Outcome> {
  const { trail, session } = await requireTrail(alias);
  const run = runNumber.parse(runId);
  if (session.role === 'auditor') return { ok: false, reason: 'An auditor looks on; an officer or administrator can resume the run.' };
  if (!(await appTransaction((tx) => resumeRun(tx, trail.trailId, run)))) return { ok: false, reason: 'The run is not interrupted.' };
  revalidatePath(`/${alias}`, 'layout');
  return { ok: true };
}
