import type { Away } from '@/core/absence';
import { type Filter, parseFilter } from '@/core/filter';
import { canBeOfCaller } from '@/core/finding';
import { isJsonObject, type JsonValue, parseJson } from '@/core/json';
import { normaliseTime } from '@/core/time';
import { awayOf } from './away';
import { type Parts, partsOf } from './told-parts';
import type { WaitingAct } from './waiting-acts';

/** What `verification.finished` says of its run. Members beyond SPEC §8 stand in it only where they are true, and each makes the run worth less, or deep, or shows that it went on. */
export type ToldRun = {
  seq: number;
  runId: number;
  /** 27 characters: when it was told; where that had to wait, when it was found. */
  at: string;
  /** No event of it was read before: where it was taken up, when its first part was begun. */
  readSince: string;
  from: number;
  to: number;
  state: string;
  isBroken: boolean;
  /** Where events are lawfully away. */
  away: Away[];
  /** How far the rows are those that were signed; 0 of none. */
  size: number;
  /** By code. */
  counts: Record<string, number>;
  /** Of all codes together. */
  findings: number;
  /** The filters of which the screens showed something else, as far as they ask for members of the header alone. */
  views: Filter[];
  /** Went to the end of the trail, by the keys and notes that are known here, and was not stopped. */
  isToEnd: boolean;
  /** Its caller brought keys or notes, and what it found may lie in these. */
  isOfCaller: boolean;
  isKeysGiven: boolean;
  /** And every key that counted was our own, be it that notes alone were brought. */
  isKeysOurs: boolean;
  isToGiven: boolean;
  isCancelled: boolean;
  isDeep: boolean;
  isResumed: boolean;
  /** Where it was taken up; null of one that was not, or where it does not say so. */
  resumedAt: number | null;
  /** Accounts, catalogues and runs were not compared with what is told of them. */
  isStateLeftOut: boolean;
  /** Trails of which no run was compared with events, of which some may be gone. */
  runsLeftOut: string[];
  /** The trail took no event when it ended: what came in between stands before it, though it was later. */
  isWaited: boolean;
  /** It waited, and no run of the database bore it out when it was told: nothing that it found good is said of any event. */
  isUnconfirmed: boolean;
  /** Number of the run that proved everything below `from`. */
  goesOn: number | null;
  /** Made by the schedule of a home, which held its state: by the process that did it. `settles`: which starts it stood for. */
  schedule: string | null;
  settles: Record<string, number>;
  /** Null: of them it tells nothing. */
  parts: Parts | null;
};

type Row = { seq: number; action: string; resourceId: string; details: string; recordedAt: string; occurredAt: string };

/** Pure. Null: no event of a verification, or of one that says nothing of its range. */
export function toldRun({ seq, action, resourceId, details, recordedAt, occurredAt }: Row): ToldRun | null {
  const said = parseJson(details);
  if (action !== 'verification.finished' || !said.ok || !isJsonObject(said.value)) return null;
  const {
    from,
    to,
    size,
    state,
    deep,
    resumed,
    cancelled,
    to_given,
    keys_given,
    goes_on,
    waited,
    unconfirmed,
    keys_ours,
    state_left_out,
    runs_left_out,
    away,
    began,
    resumed_at,
    views,
    schedule,
    settles,
  } = said.value;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || typeof state !== 'string') return null;
  const isVerdict = state === 'holds' || state === 'consistent' || state === 'broken';
  const counts = numbersOf(said.value.counts);
  const at = waited === true && occurredAt < recordedAt ? occurredAt : recordedAt;
  return {
    seq,
    runId: Number(resourceId),
    at,
    readSince: typeof began === 'string' && normaliseTime(began) === began && began < at ? began : at,
    isWaited: waited === true,
    isUnconfirmed: unconfirmed === true,
    from: from as number,
    to: to as number,
    state,
    isBroken: state === 'broken',
    away: awayOf(away),
    size: Number.isSafeInteger(size) ? (size as number) : 0,
    counts,
    findings: Object.values(counts).reduce((sum, n) => sum + n, 0),
    views: viewsOf(views),
    isToEnd: isVerdict && cancelled !== true && to_given !== true && keys_given !== true,
    isOfCaller: keys_given === true && isJsonObject(said.value.counts) && canBeOfCaller(said.value.counts, keys_ours === true),
    isKeysGiven: keys_given === true,
    isKeysOurs: keys_ours === true,
    isToGiven: to_given === true,
    isCancelled: cancelled === true,
    isDeep: deep === true,
    isResumed: resumed === true,
    resumedAt: resumed === true && Number.isSafeInteger(resumed_at) ? (resumed_at as number) : null,
    isStateLeftOut: state_left_out === true,
    runsLeftOut: Array.isArray(runs_left_out) ? runs_left_out.filter((one) => typeof one === 'string') : [],
    goesOn: typeof goes_on === 'number' ? goes_on : null,
    schedule: typeof schedule === 'string' ? schedule : null,
    settles: numbersOf(settles),
    parts: partsOf(said.value),
  };
}

const numbersOf = (said: JsonValue | undefined): Record<string, number> =>
  isJsonObject(said) ? Object.fromEntries(Object.entries(said).flatMap(([code, n]) => (typeof n === 'number' ? [[code, n]] : []))) : {};

function viewsOf(said: JsonValue | undefined): Filter[] {
  if (!Array.isArray(said)) return [];
  return said.flatMap((one) => {
    const parsed = parseFilter(one, 'proven');
    return parsed.ok ? [parsed.filter] : [];
  });
}

/** The same of the act that waits for a trail which takes no event. Null: it is of no verification of that trail. */
export function waitingRunOf(origin: string, act: WaitingAct | null): ToldRun | null {
  if (act?.action !== 'verification.finished' || act.origin !== origin || act.run === undefined) return null;
  const { action, resourceId, occurredAt } = act;
  return toldRun({ seq: 0, action, resourceId, details: JSON.stringify(act.details), recordedAt: occurredAt, occurredAt });
}
