import 'server-only';
import { cache } from 'react';
import { requireTrail } from '@/features/access/loaders';
import { runMessageOf } from '@/features/runs/message';
import { getRun, type ShownRun } from '@/features/runs/queries';
import { runNumber } from '@/features/runs/schema';
import { readFindingPage, type WantedFinding } from './finding-page';
import type { PastCheck } from './past-check';
import { resourceParams, resourceResult } from './resource-schema';

/** The check of a resource with a page of its findings. Null when there is no such run in this trail. */
export const loadResourceCheck = cache(async (alias: string, runText: string, wanted: WantedFinding = {}) => {
  const { trail, scope, session } = await requireTrail(alias);
  const runId = runNumber.safeParse(runText);
  const row = runId.success ? await getRun(trail.trailId, runId.data) : null;
  const run = row?.kind === 'resource' ? pastCheckOf(row) : null;
  if (row === null || run === null) return null;
  return { run, message: runMessageOf(row), mayCancel: session.role !== 'auditor', ...(await readFindingPage(trail, scope, row.runId, wanted)) };
});

/** Null for a row whose params are none. */
export function pastCheckOf(row: ShownRun): PastCheck | null {
  const asked = resourceParams.safeParse(row.params);
  if (!asked.success) return null;
  return {
    runId: row.runId,
    state: row.state,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    tookMs: row.startedAt && row.finishedAt ? Date.parse(row.finishedAt) - Date.parse(row.startedAt) : null,
    by: row.startedByName ?? (row.startedBy ? 'an account that is gone' : 'command line'),
    error: (row.result as { error?: { code?: string } } | null)?.error?.code ?? null,
    asked: asked.data,
    result: resourceResult.safeParse(row.result).data ?? null,
  };
}
