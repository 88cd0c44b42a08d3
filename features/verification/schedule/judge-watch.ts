import type { RunFacts } from '../queries/finished-runs';
import type { Timed } from './names';
import { longestGapMs, type NightWindow } from './plan';
import type { Trouble } from './trouble';

/** After the longest time between two starts: what a run may take, and the look after it. */
const GRACE_MS = 3_600_000;

/**
 * What must be said of the verifications of a trail on every page, the gravest first; empty where all is as it should be. Pure.
 * @param ageMs how long ago a run of each kind finished; where none has, how long the trail is known
 */
export function judgeWatch({ finished, broken, scheduled, open }: RunFacts, ageMs: Record<Timed, number>, window: NightWindow): Trouble[] {
  const troubles: Trouble[] = [];
  const newest = finished.nightly;
  if (broken !== null)
    troubles.push({ kind: 'broken', run: broken.runId, at: broken.at, schedule: broken.schedule, findings: broken.findings, isCheck: broken.isCheck });
  if (scheduled !== null && scheduled.runId > (newest?.runId ?? 0)) {
    const { runId: run, schedule, at, stoppedAt, error, state } = scheduled;
    if (state === 'failed') troubles.push({ kind: 'failed', run, at, schedule, error });
    if (state === 'interrupted') troubles.push({ kind: 'interrupted', run, at, schedule, stoppedAt, isTakenUp: open === run });
  }
  for (const timed of ['nightly', 'weekly', 'weekly-deep'] as const) {
    if (ageMs[timed] <= longestGapMs(timed, window) + GRACE_MS) continue;
    const last = finished[timed];
    troubles.push({ kind: 'late', what: timed, since: last?.at ?? null, run: last?.runId ?? null, ageMs: ageMs[timed], open });
    break; // what is stronger is late for the same reason
  }
  return troubles;
}
