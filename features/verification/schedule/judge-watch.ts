import type { UnreadFile } from '@/features/trail/found-file';
import type { RunFacts } from '../queries/finished-runs';
import type { Timed } from './names';
import { longestGapMs, type NightWindow } from './plan';
import type { FailedStart } from './starts';
import type { Trouble } from './trouble';

/** After the longest time between two starts: what a run may take, and the look after it. */
const GRACE_MS = 3_600_000;

/** What became of the runs of the schedule by what stands outside the database: the newest of each kind, and how long ago it finished, or since when the schedule is kept; in ms. */
export type OwnRuns = { finished: Partial<Record<Timed, { run: number; at: string }>>; ageMs: Record<Timed, number>; failed: readonly FailedStart[] } & {
  /** Why nothing can be read of it now; `isKept`: this process remembers it. */
  unread: { reason: string; isKept: boolean } | null;
  /** Files of what was found that cannot be read. */
  unreadFound: readonly UnreadFile[];
  /** Their folder cannot be read. */
  isFoundClosed: boolean;
  /** Files of what was found and not told that cannot be read. */
  unreadUntold: readonly string[];
};

/**
 * What must be said of the verifications of a trail on every page, the gravest first; empty where all is as it should be. Pure.
 * @param ageMs how long ago a run of each kind finished; where none has, how long the trail is known
 */
export function judgeWatch({ finished, broken, scheduled, open }: RunFacts, ageMs: Record<Timed, number>, own: OwnRuns, window: NightWindow): Trouble[] {
  const troubles: Trouble[] = [];
  const newest = finished.nightly;
  if (broken !== null)
    troubles.push({ kind: 'broken', run: broken.runId, at: broken.at, schedule: broken.schedule, findings: broken.findings, isCheck: broken.isCheck });
  if (own.unreadFound.length > 0) troubles.push({ kind: 'unread found', run: null, files: [...own.unreadFound] });
  if (own.isFoundClosed) troubles.push({ kind: 'closed found', run: null });
  if (own.unreadUntold.length > 0) troubles.push({ kind: 'unread untold', run: null, files: [...own.unreadUntold] });
  if (own.unread !== null) troubles.push({ kind: 'unread', run: null, ...own.unread });
  // what rows say of it counts for nothing, and a run that somebody asks for makes it not good
  for (const { run, schedule, at, code } of own.failed) troubles.push({ kind: 'failed', run, at, schedule, error: code });
  if (scheduled !== null && !own.failed.some(({ run }) => run === scheduled.runId) && scheduled.runId > (newest?.runId ?? 0)) {
    const { runId: run, schedule, at, stoppedAt, error, state } = scheduled;
    if (state === 'failed') troubles.push({ kind: 'failed', run, at, schedule, error });
    if (state === 'interrupted') troubles.push({ kind: 'interrupted', run, at, schedule, stoppedAt, isTakenUp: open === run });
  }
  for (const timed of ['nightly', 'weekly', 'weekly-deep'] as const) {
    const allowed = longestGapMs(timed, window) + GRACE_MS;
    const [last, made] = [finished[timed], own.finished[timed]];
    if (ageMs[timed] > allowed) troubles.push({ kind: 'late', what: timed, since: last?.at ?? null, run: last?.runId ?? null, ageMs: ageMs[timed], open });
    else if (own.ageMs[timed] > allowed)
      troubles.push({ kind: 'missed', what: timed, since: made?.at ?? null, run: made?.run ?? null, ageMs: own.ageMs[timed], open });
    else continue;
    break; // what is stronger is late for the same reason
  }
  return troubles;
}
