import 'server-only';
import { cache } from 'react';
import { requireTrail } from '@/features/access/loaders';
import { runMessageOf } from '@/features/runs/message';
import { getRun } from '@/features/runs/queries';
import { runNumber } from '@/features/runs/schema';
import { readFindingPage, type WantedFinding } from './finding-page';
import { missingRows } from './missing-rows';
import { getPastCheck } from './queries/past-checks';

/** The check of a resource with a page of its findings. Null when there is no such run in this trail. */
export const loadResourceCheck = cache(async (alias: string, runText: string, wanted: WantedFinding = {}) => {
  const { trail, scope, session } = await requireTrail(alias);
  const runId = runNumber.safeParse(runText);
  const row = runId.success ? await getRun(trail.trailId, runId.data) : null;
  const run = row?.kind === 'resource' ? await getPastCheck(trail, row) : undefined;
  if (row === null || run === undefined) return null;
  const findings = await readFindingPage(trail, scope, row.runId, wanted);
  const missing = run.result && missingRows(run, run.result.findings, findings.findings.length);
  return { run, message: runMessageOf(row), mayCancel: session.role !== 'auditor', missing, ...findings };
});
