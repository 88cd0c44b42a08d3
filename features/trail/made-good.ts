// What was found stands until a run has looked for all of it. The one rule, for the banner, the strip, the next start and the files beside the database; what is asked of events here
// must have been shown to be of ours (queries/confirm-events.ts).
import type { ToldRun } from './told-run';

/** What one run, or the check of one resource, found. */
export type Break = {
  runId: number;
  /** 27 characters. */
  at: string;
  isDeep: boolean;
  /** By code. */
  counts: Readonly<Record<string, unknown>>;
  /** The event that tells of it; null where none is known. */
  seq: number | null;
  to?: number;
  /** That event had to wait. */
  isWaited?: boolean;
};

/** What decides how much a run looked for. */
export type Looked = Pick<ToldRun, 'from' | 'isToEnd' | 'isResumed' | 'isDeep' | 'isStateLeftOut'>;
/** And when, by the event that tells of it. */
export type Then = Pick<ToldRun, 'runId' | 'at' | 'to'> & { seq: number | null };

/** One that was taken up half-way compared indexes and figures from there on alone. */
export const readsAll = ({ from, isToEnd, isResumed }: Pick<Looked, 'from' | 'isToEnd' | 'isResumed'>): boolean => from === 0 && isToEnd && !isResumed;

/** By a deep run, more of them: the texts of rows that hash right, and rows that an index hides from its list. */
const FOUND_DEEP = ['MALFORMED', 'VIEW_MISMATCH'];
/** By any run, and only a deep one is sure to look again: the others verify the signatures of some of the checkpoints that the database lists, and of which changes. */
const FOUND_BY_CHANCE = 'NOTE_REFUSED';

/**
 * Whether a run looks for everything that another found, whenever that was: from event 0 to the end, as deep where only a deep run may find it, and at the tables beside the trail where
 * these were at fault. Pure.
 */
export const looksForAll = (run: Looked, { isDeep, counts }: Pick<Break, 'isDeep' | 'counts'>): boolean =>
  readsAll(run) &&
  (run.isDeep || !(FOUND_BY_CHANCE in counts || (isDeep && FOUND_DEEP.some((code) => code in counts)))) &&
  !(run.isStateLeftOut && 'STATE_UNLOGGED' in counts);

/** So that whatever the other answers, the one does. Pure. */
export const looksForNoLess = (one: Looked, other: Looked): boolean =>
  !readsAll(other) || (readsAll(one) && (one.isDeep || !other.isDeep) && (!one.isStateLeftOut || other.isStateLeftOut));

/** Whether a run looked for everything that was found, and after it: what it says itself is what is left of it. A run that found nothing makes it good. Pure. */
export const isAnsweredBy = (run: Looked & Then, found: Break): boolean => looksForAll(run, found) && isAfter(run, found);

/** By numbers, since who read the event that tells of a break read the trail after it; except of what was told late, and where no event is known. Pure. */
export function isAfter(run: Then, found: Pick<Break, 'runId' | 'at' | 'seq' | 'to' | 'isWaited'>): boolean {
  if (found.seq === null || run.seq === null) return run.runId > found.runId && run.at > found.at;
  if (run.to > found.seq) return true;
  return found.isWaited === true && run.seq > found.seq && run.at > found.at && run.to >= Math.min(found.to ?? 0, found.seq);
}
