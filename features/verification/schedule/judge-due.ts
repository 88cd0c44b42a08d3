import type { RunFacts } from '../queries/finished-runs';
import { type Schedule, TIMED, type Timed } from './names';
import { type Draws, eventsUntilRun, lastPlanned, longestGapMs } from './plan';

/** For each kind: whether the start drawn last still has no run, its number, and how long ago the last such run finished, in ms. */
export type TimedState = { index: number; isUnsettled: boolean; ageMs: number };
export type Due = {
  schedule: Schedule;
  settles: Partial<Record<Timed, number>> /** Whatever was drawn: none has finished for too long. */;
  isOverdue: boolean;
};

/**
 * What is due now, the strongest alone: it does all that the weaker ones do. A start is due when its drawn time has passed and no run stands for it, or when no such run
 * has finished for longer than two draws can lie apart, whatever rows say of runs. Null: nothing is. Pure.
 * @param events after so many new events a run is due, about; 0: never
 */
export function judgeDue(
  states: Record<Timed, TimedState>,
  facts: Pick<RunFacts, 'finished' | 'afterEvents' | 'events'>,
  draws: Draws,
  events: number,
): Due | null {
  const settles: Due['settles'] = {};
  let due: Due | null = null;
  for (const timed of TIMED) {
    const { index, isUnsettled, ageMs } = states[timed];
    if (isUnsettled) settles[timed] = index;
    const isOverdue = ageMs > longestGapMs(timed, draws.window);
    if (isUnsettled || isOverdue) due = { schedule: timed, settles: { ...settles }, isOverdue: !isUnsettled };
  }
  if (due !== null || events === 0) return due;
  const { to, runId } = facts.finished.nightly ?? { to: 0, runId: 0 };
  // one that was cancelled or failed is not made again at once; a row that says more than there is says nothing
  const last = facts.afterEvents;
  const since = last !== null && last.events > to && last.events <= facts.events ? { to: last.events, runId: last.runId } : { to, runId };
  return facts.events - since.to >= eventsUntilRun(draws, events, since.runId) ? { schedule: 'events', settles: {}, isOverdue: false } : null;
}

/** The newest start that was drawn for a trail that is known since then; null where none was due yet. */
export function plannedSince(timed: Timed, draws: Draws, now: number, knownSince: number): number | null {
  const { index, opens } = lastPlanned(timed, draws, now);
  return opens >= knownSince ? index : null;
}
