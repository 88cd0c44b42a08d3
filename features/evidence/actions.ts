'use server';
import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { appTransaction } from '@/db/transaction';
import { loadPreferences, requireTrail } from '@/features/access/loaders';
import { createRun } from '@/features/runs/mutations/create-run';
import { searchFilter } from '@/features/trail/question';
import { type RawParams, readEventSearch } from '@/features/trail/schema';
import type { BundleParams } from './schema';

const rawSchema = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.undefined()]));
const atSchema = z.object({ now: z.string().length(27), asOf: z.number().int().nonnegative() });

/** Puts a bundle of this question into the queue, at the moment and in the state that its page was made for. @returns its run */
export async function createBundleAction(
  alias: string,
  raw: RawParams,
  at: { now: string; asOf: number },
): Promise<{ ok: true; run: number } | { ok: false; reason: string }> {
  const { trail, session } = await requireTrail(alias);
  if (session.role === 'auditor') return { ok: false, reason: 'An auditor looks on; an officer or administrator can make the bundle.' };
  const [{ zone }, { now, asOf }] = [await loadPreferences(), atSchema.parse(at)];
  const read = readEventSearch(rawSchema.parse(raw), now, zone);
  if (!read.ok) return { ok: false, reason: read.faults.map(({ message }) => message).join(' ') };
  const params = bundleParamsOf(read.search, asOf);
  const run = await appTransaction((tx) => createRun(tx, { kind: 'bundle', trailId: trail.trailId, params, startedBy: session.userId }));
  revalidatePath(`/${alias}`, 'layout');
  return { ok: true, run };
}

function bundleParamsOf(search: Extract<ReturnType<typeof readEventSearch>, { ok: true }>['search'], asOf: number): BundleParams {
  const { axis, zone, period, q } = search;
  const time = period.from === null && period.to === null ? null : { axis, ...period, zone };
  return { level: 'selection', filter: searchFilter(search), from: 0, to: asOf, time, q };
}
