import { isDeepStrictEqual } from 'node:util';
import type { ShownRun } from '@/features/runs/queries';
import { hasEnded } from '@/features/runs/schema';
import { countAway } from '@/features/trail/away';
import type { ToldRun } from '@/features/trail/told-run';
import { isBrought } from './our-keys';
import type { PastCheck } from './past-check';
import { NOT_NAMED, type PastHead, type PastRun, type Telling } from './past-run';
import { resourceParams, resourceResult } from './resource-schema';
import { scheduleOf } from './schedule/kinds';
import { SCHEDULE_LABELS, type Schedule } from './schedule/names';
import { type VerifyResult, verifyParams, verifyResult } from './schema';
import type { ToldCheck } from './told-check';

/** What the trail tells of a run: its event, and who asked for it, by an act of the product's own trail; null where no act names anybody. */
export type Told = { telling: Exclude<Telling, 'untold'>; said: ToldRun; eventHash: string; asker: string | null };

/** @param told null: no event of the trail says the same as the row. Else time, person, kind and what the verdict names beside what was found are the trail's, whatever the row says of them. */
export function pastRunOf(row: ShownRun, told: Told | null): PastRun {
  const result = verifyResult.safeParse(row.result);
  const params = verifyParams.safeParse(row.params).data ?? {};
  return {
    ...headOf(row, params.schedule),
    ...(told && { ...toldHead(told), tookMs: msBetween(row.startedAt, told.said.at) }),
    asked: params,
    verdict: result.success ? { ...result.data, ...(told && toldOf(told.said, result.data)) } : null,
    telling: told?.telling ?? 'untold',
    isByEventAlone: false,
    areRowsDue: true,
    isClean:
      told?.telling === 'told' &&
      row.state === 'done' &&
      result.success &&
      (result.data.state === 'consistent' || result.data.state === 'holds') &&
      result.data.findings === 0,
  };
}

/** A run of which no row says what its event says. */
export function pastRunByEvent(told: Told): PastRun {
  const { telling, said, eventHash } = told;
  const { from, to, isToGiven, isDeep, isKeysGiven, goesOn, isCancelled, findings } = said;
  const state = said.state as VerifyResult['state'];
  return {
    ...{ runId: said.runId, state: isCancelled ? 'cancelled' : 'done', startedAt: null, tookMs: null, error: null },
    ...toldHead(told),
    asked: {
      from,
      ...(isToGiven ? { to } : {}),
      ...(isDeep ? { deep: true } : {}),
      ...(isKeysGiven ? { vkeys: [] } : {}),
      ...(goesOn === null ? {} : { goesOn }),
    },
    verdict: {
      ...{ from, to, checked: state === 'not_covered' ? 0 : to - from - countAway(said.away, 'archived'), counts: said.counts, state, findings, kept: 0 },
      ...{ sealedTo: said.size, provenTo: state === 'holds' ? said.size : 0, away: said.away, isStateLeftOut: said.isStateLeftOut },
      ...toldOf(said, null),
      ...{ toEventHash: null, event: { seq: said.seq, eventHash }, notRecorded: null, anew: null, foundBefore: null },
    },
    telling,
    isByEventAlone: true,
    areRowsDue: !said.isUnconfirmed,
    isClean: telling === 'told' && !isCancelled && (state === 'consistent' || state === 'holds') && findings === 0,
  };
}

/** What the verdict names beside what was found, and where it was taken up. @param row names at most the run that read what lies before */
const toldOf = ({ parts, runsLeftOut, isResumed, resumedAt, readSince }: ToldRun, row: VerifyResult | null) => ({
  ...(parts ?? NOT_TOLD),
  runsLeftOut,
  resumed: isResumed ? { at: resumedAt, run: row?.resumed?.run ?? null, checkedAt: readSince } : null,
});

/** What an event of before this was told says of it; a row could say anything. */
const NOT_TOLD = {
  keys: undefined,
  keyHashes: undefined,
  unsealed: undefined,
  signedTo: undefined,
  provenBy: undefined,
  sealedValues: null,
  listed: undefined,
};

/**
 * The check of a resource: what its event says, whatever its row does; but bad news stands, whoever says so. A row whose params are none is of no resource, and
 * is one of the list like any other: left out, many would push others out of it without a word.
 * @param told its events, the newest first
 */
export function pastCheckOf(row: ShownRun, told: readonly ToldCheck[], asker: string | null): PastCheck {
  const asked = resourceParams.safeParse(row.params).data ?? NO_RESOURCE;
  const result = resourceResult.safeParse(row.result).data ?? null;
  const same = told.find((one) => isCheckToldSo(row, one));
  const event = same ?? told[0];
  const isWorse = result?.state === 'broken' || !hasEnded(row.state); // one that goes on, or can be taken up again, says nothing good
  if (!event || (isWorse && event.result.state !== 'broken'))
    return { ...headOf(row), asked, result, telling: 'untold', isByEventAlone: false, areRowsDue: true };
  return {
    ...headOf(row),
    ...{ state: event.isCancelled ? 'cancelled' : 'done', finishedAt: event.at, tookMs: msBetween(row.startedAt, event.at) },
    ...{ by: asker ?? NOT_NAMED, schedule: null, error: null, hint: null },
    asked: { ...event.asked, ...(event.isKeysGiven ? { vkeys: asked.vkeys ?? [] } : {}) },
    result: { eventsMs: result?.eventsMs ?? null, tookMs: result?.tookMs ?? null, kept: result?.kept ?? 0, ...event.result },
    telling: event.telling,
    isByEventAlone: !same,
    areRowsDue: same !== undefined || !event.isUnconfirmed,
  };
}

const NO_RESOURCE: PastCheck['asked'] = { type: '', id: '' };

/** Whether a row says of its check what the event says, as far as it decides the verdict. */
function isCheckToldSo(row: ShownRun, { asked, isKeysGiven, isCancelled, result: said }: ToldCheck): boolean {
  const params = resourceParams.safeParse(row.params).data;
  const result = resourceResult.safeParse(row.result).data;
  if (!params || !result) return false;
  const verdict = ({ checked, proven, unsealed, size, root, counts, state }: ToldCheck['result']) => ({ checked, proven, unsealed, size, root, counts, state });
  return (
    isDeepStrictEqual(verdict(result), verdict(said)) &&
    params.type === asked.type &&
    params.id === asked.id &&
    isKeysGiven === isBrought(params) &&
    isCancelled === (row.state === 'cancelled')
  );
}

const headOf = (row: ShownRun, schedule?: Schedule): PastHead => ({
  runId: row.runId,
  state: row.state,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  tookMs: msBetween(row.startedAt, row.finishedAt),
  by: row.startedByName ?? (row.startedBy ? GONE_ACCOUNT : schedule ? SCHEDULE_LABELS[schedule] : NOT_NAMED),
  schedule: row.startedBy ? null : (schedule ?? null),
  error: errorOf(row)?.code ?? null,
  hint: errorOf(row)?.hint ?? null,
});

const errorOf = ({ result }: ShownRun) => (result as { error?: { code?: string; hint?: string | null } } | null)?.error;

function toldHead({ said, asker }: Told): Pick<PastHead, 'finishedAt' | 'by' | 'schedule'> {
  const schedule = scheduleOf(said.schedule);
  return { finishedAt: said.at, by: schedule ? SCHEDULE_LABELS[schedule] : (asker ?? NOT_NAMED), schedule };
}

export const GONE_ACCOUNT = 'an account that is no longer there';

/** Null where the one is not known, or the two make no sense. */
function msBetween(from: string | null, to: string | null): number | null {
  const ms = from && to ? Date.parse(to) - Date.parse(from) : Number.NaN;
  return ms >= 0 ? ms : null;
}
