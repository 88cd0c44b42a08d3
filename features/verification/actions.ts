'use server';
import { revalidatePath } from 'next/cache';
import { requireTrail } from '@/features/access/loaders';
import { runNumber } from '@/features/runs/schema';
import { resumeVerification } from './mutations/resume-verification';
import { startVerification } from './mutations/start-verification';
import { getRangeFault } from './queries/check-range';
import { findOpenCheck, findOpenVerification } from './queries/open-verification';
import { type ResourceParams, resourceAsk } from './resource-schema';
import { type VerifyParams, verifyAsk } from './schema';

type Outcome = { ok: true; run: number } | { ok: false; reason: string };

/** Starts a verification, or leads to one of the same range that is under way. */
export async function startVerificationAction(alias: string, range: VerifyParams): Promise<Outcome> {
  const { session, trail, scope } = await requireTrail(alias);
  const params = verifyAsk.safeParse(range);
  if (!params.success) return { ok: false, reason: 'A range is two whole numbers from 0: from, and to, which is not in it.' };
  const fault = await getRangeFault(scope, trail.trailId, params.data);
  if (fault) return { ok: false, reason: fault };
  const open = await findOpenVerification(trail.trailId, params.data);
  const run = open ?? (await startVerification({ trailId: trail.trailId, origin: trail.origin, params: params.data, person: session }));
  revalidatePath(`/${alias}`, 'layout');
  return { ok: true, run };
}

/** Checks the events of one resource, or leads to a check of the same that is under way. */
export async function startResourceCheckAction(alias: string, resource: ResourceParams): Promise<Outcome> {
  const { session, trail } = await requireTrail(alias);
  const params = resourceAsk.safeParse(resource);
  if (!params.success) return { ok: false, reason: 'A resource has a type and an id of 512 characters at most.' };
  const open = await findOpenCheck(trail.trailId, params.data);
  const run = open ?? (await startVerification({ kind: 'resource', trailId: trail.trailId, origin: trail.origin, params: params.data, person: session }));
  revalidatePath(`/${alias}`, 'layout');
  return { ok: true, run };
}

/** Takes a run up that was stopped, and leads to the one that goes on. */
export async function resumeVerificationAction(alias: string, run: number): Promise<Outcome> {
  const { session, trail } = await requireTrail(alias);
  if (session.role === 'auditor') return { ok: false, reason: 'An auditor looks on; an officer or administrator can resume the run.' };
  const outcome = await resumeVerification({ trail, runId: runNumber.parse(run), person: session });
  revalidatePath(`/${alias}`, 'layout');
  return outcome;
}
