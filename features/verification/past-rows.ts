import type { ShownRun } from '@/features/runs/queries';
import type { PastCheck } from './past-check';
import type { PastHead, PastRun, Telling } from './past-run';
import { resourceParams, resourceResult } from './resource-schema';
import { SCHEDULE_LABELS, type Schedule } from './schedule/names';
import { verifyParams, verifyResult } from './schema';

export function pastRunOf(row: ShownRun, telling: Telling): PastRun {
  const result = verifyResult.safeParse(row.result);
  const params = verifyParams.safeParse(row.params).data ?? {};
  return {
    ...headOf(row, params.schedule),
    asked: params,
    verdict: result.success ? result.data : null,
    telling,
    isClean:
      telling === 'told' &&
      row.state === 'done' &&
      result.success &&
      (result.data.state === 'consistent' || result.data.state === 'holds') &&
      result.data.findings === 0,
  };
}

/** Null for a row whose params are none. */
export function pastCheckOf(row: ShownRun): PastCheck | null {
  const asked = resourceParams.safeParse(row.params);
  return asked.success ? { ...headOf(row), asked: asked.data, result: resourceResult.safeParse(row.result).data ?? null } : null;
}

const headOf = (row: ShownRun, schedule?: Schedule): PastHead => ({
  runId: row.runId,
  state: row.state,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  tookMs: row.startedAt && row.finishedAt ? Date.parse(row.finishedAt) - Date.parse(row.startedAt) : null,
  by: row.startedByName ?? (row.startedBy ? 'an account that is gone' : schedule ? SCHEDULE_LABELS[schedule] : 'command line'),
  schedule: row.startedBy ? null : (schedule ?? null),
  error: (row.result as { error?: { code?: string } } | null)?.error?.code ?? null,
});
