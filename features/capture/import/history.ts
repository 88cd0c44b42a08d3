import type { ShownRun } from '@/features/runs/queries';
import { plural } from '@/lib/format';
import type { PastImport } from '../components/import-history';

/** A row of the list of imports. */
export function pastImport(run: ShownRun): PastImport {
  const params = run.params as { settings?: { format?: string; source?: string }; files?: unknown[] };
  const result = run.result as { files?: unknown[] } | null;
  return {
    run: run.runId,
    startedAt: run.startedAt,
    by: run.startedByName ?? (run.startedBy === null ? 'command line' : 'a former account'),
    format: params.settings?.format ?? '',
    source: params.settings?.source ?? params.settings?.format ?? '',
    files: result?.files?.length ?? params.files?.length ?? 0,
    counts: run.counts,
    state: run.state,
  };
}

/** `3 imports brought 4,413 events into main.` */
export function importedSoFar(alias: string, runs: readonly ShownRun[]): string {
  if (runs.length === 0) return `Nothing has been imported into ${alias} yet.`;
  const events = runs.reduce((sum, run) => sum + (run.counts.appended ?? 0), 0);
  return `${plural(runs.length, 'import')} brought ${plural(events, 'event')} into ${alias}.`;
}
