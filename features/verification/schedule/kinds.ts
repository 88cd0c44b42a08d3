import { readsAll } from '@/features/trail/made-good';
import type { ToldRun } from '@/features/trail/told-run';
import { SCHEDULES, type Schedule, TIMED, type Timed } from './names';

/** Whether a run stands for a start of this kind. Pure. */
export function isOfKind(timed: Timed, run: ToldRun): boolean {
  if (timed === 'nightly') return run.isToEnd && (run.from === 0 || run.goesOn !== null);
  return readsAll(run) && kindsOf(run).includes(timed);
}

/** The kinds that a run of the schedule is, which went to the end. Pure. */
export const kindsOf = ({ from, isDeep }: Pick<ToldRun, 'from' | 'isDeep'>): Timed[] => [
  'nightly',
  ...(from === 0 ? (['weekly', ...(isDeep ? (['weekly-deep'] as const) : [])] as const) : []),
];

export const scheduleOf = (text: string | null): Schedule | null => SCHEDULES.find((name) => name === text) ?? null;

/** Which starts a run stood for. Pure. */
export const settlesOf = ({ settles }: Pick<ToldRun, 'settles'>): Partial<Record<Timed, number>> =>
  Object.fromEntries(TIMED.flatMap((timed) => (settles[timed] === undefined ? [] : [[timed, settles[timed]]])));
