import 'server-only';
import { cache } from 'react';
import type { RunKindName } from '@/db/schema/run';
import { findAccess, requireTrail } from '@/features/access/loaders';
import { followRun } from './follow';
import { runMessageOf } from './message';
import { getRun, getRunAlias, listFindings, listRejects, listRuns } from './queries';
import { type RunMessage, runNumber } from './schema';

/** The runs of a trail, newest first. */
export async function loadRuns(alias: string, kinds?: readonly RunKindName[]) {
  const { trail } = await requireTrail(alias);
  return listRuns(trail.trailId, kinds ? { kinds } : {});
}

/** A run with its first findings and rejects and the message that its bar begins with; null when there is none with this number in the trail. */
export const loadRun = cache(async (alias: string, runText: string) => {
  const { trail } = await requireTrail(alias);
  const runId = runNumber.safeParse(runText);
  const run = runId.success ? await getRun(trail.trailId, runId.data) : null;
  if (!run) return null;
  const [findings, rejects] = await Promise.all([listFindings(trail.trailId, run.runId), listRejects(trail.trailId, run.runId)]);
  return { run, findings, rejects, message: runMessageOf(run) };
});

type Stream = { ok: true; source: AsyncGenerator<RunMessage>; first: IteratorResult<RunMessage> } | { ok: false; status: 401 | 404 };

/** For the route that follows a run: who may not see it learns so before the first byte. */
export async function openRunStream(runText: string, signal: AbortSignal): Promise<Stream> {
  const runId = runNumber.safeParse(runText);
  const alias = runId.success ? await getRunAlias(runId.data) : null;
  const access = await findAccess(alias ?? '');
  if (access === 'signed out') return { ok: false, status: 401 };
  if (access === 'no such trail' || !runId.success) return { ok: false, status: 404 };
  const source = followRun(access.trail.trailId, runId.data, signal);
  const first = await source.next();
  return first.done ? { ok: false, status: 404 } : { ok: true, source, first };
}
