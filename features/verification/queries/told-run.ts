import type { Away } from '@/core/absence';
import { canBeOfCaller } from '@/core/finding';
import { isJsonObject, parseJson } from '@/core/json';
import { awayOf } from '@/features/trail/away';
import type { WaitingAct } from '@/features/trail/waiting-acts';
import { SCHEDULES, type Schedule, TIMED, type Timed } from '../schedule/names';

/** What `verification.finished` says of its run. Members beyond SPEC §8 stand in it only where they are true, and each makes the run worth less, or deep, or shows that it went on. */
export type ToldRun = {
  seq: number;
  runId: number;
  /** 27 characters: when it was told; where that had to wait, when it was found. */
  at: string;
  from: number;
  to: number;
  state: string;
  isBroken: boolean;
  /** Where events are lawfully away. */
  away: Away[];
  /** How far the rows are those that were signed; 0 of none. */
  size: number;
  /** Of all codes together. */
  findings: number;
  /** Went to the end of the trail, by the keys and notes that are known here, and was not stopped. */
  isToEnd: boolean;
  /** Its caller brought keys or notes, and what it found may lie in these. */
  isOfCaller: boolean;
  isKeysGiven: boolean;
  isToGiven: boolean;
  isCancelled: boolean;
  isDeep: boolean;
  isResumed: boolean;
  /** Accounts and catalogues were not compared with what is told of them. */
  isStateLeftOut: boolean;
  /** The trail took no event when it ended: what came in between stands before it, though it was later. */
  isWaited: boolean;
  /** Number of the run that proved everything below `from`. */
  goesOn: number | null;
  /** Made by the schedule of a home, which held its state: by the process that did it. `settles`: which starts it stood for. */
  schedule: Schedule | null;
  settles: Partial<Record<Timed, number>>;
};

type Row = { seq: number; action: string; resourceId: string; details: string; recordedAt: string; occurredAt: string };

/** Pure. Null: no event of a verification, or of one that says nothing of its range. */
export function toldRun({ seq, action, resourceId, details, recordedAt, occurredAt }: Row): ToldRun | null {
  const said = parseJson(details);
  if (action !== 'verification.finished' || !said.ok || !isJsonObject(said.value)) return null;
  const { from, to, size, state, counts, deep, resumed, cancelled, to_given, keys_given, goes_on, waited, keys_ours, state_left_out, away, schedule, settles } =
    said.value;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || typeof state !== 'string') return null;
  const isVerdict = state === 'holds' || state === 'consistent' || state === 'broken';
  const numbers = isJsonObject(counts) ? Object.values(counts) : [];
  return {
    seq,
    runId: Number(resourceId),
    at: waited === true && occurredAt < recordedAt ? occurredAt : recordedAt,
    isWaited: waited === true,
    from: from as number,
    to: to as number,
    state,
    isBroken: state === 'broken',
    away: awayOf(away),
    size: Number.isSafeInteger(size) ? (size as number) : 0,
    findings: numbers.reduce<number>((sum, n) => sum + (typeof n === 'number' ? n : 0), 0),
    isToEnd: isVerdict && cancelled !== true && to_given !== true && keys_given !== true,
    isOfCaller: keys_given === true && isJsonObject(counts) && canBeOfCaller(counts, keys_ours === true),
    isKeysGiven: keys_given === true,
    isToGiven: to_given === true,
    isCancelled: cancelled === true,
    isDeep: deep === true,
    isResumed: resumed === true,
    isStateLeftOut: state_left_out === true,
    goesOn: typeof goes_on === 'number' ? goes_on : null,
    schedule: SCHEDULES.find((name) => name === schedule) ?? null,
    settles: isJsonObject(settles) ? Object.fromEntries(TIMED.flatMap((timed) => (typeof settles[timed] === 'number' ? [[timed, settles[timed]]] : []))) : {},
  };
}

/** The same of the act that waits for a trail which takes no event. Null: it is of no verification of that trail. */
export function waitingRunOf(origin: string, act: WaitingAct | null): ToldRun | null {
  if (act?.action !== 'verification.finished' || act.origin !== origin || act.run === undefined) return null;
  const { action, resourceId, occurredAt } = act;
  return toldRun({ seq: 0, action, resourceId, details: JSON.stringify(act.details), recordedAt: occurredAt, occurredAt });
}

/** Whether a run stands for a start of this kind. One that was taken up half-way compared indexes and figures from there on alone. Pure. */
export function isOfKind(timed: Timed, { isToEnd, from, isResumed, isDeep, goesOn }: ToldRun): boolean {
  if (!isToEnd) return false;
  if (timed === 'nightly') return from === 0 || goesOn !== null;
  return !isResumed && kindsOf({ from, isDeep }).includes(timed);
}

/** The kinds that a run of the schedule is, which went to the end. Pure. */
export const kindsOf = ({ from, isDeep }: Pick<ToldRun, 'from' | 'isDeep'>): Timed[] => [
  'nightly',
  ...(from === 0 ? (['weekly', ...(isDeep ? (['weekly-deep'] as const) : [])] as const) : []),
];
