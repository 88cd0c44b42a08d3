import { isDeepStrictEqual } from 'node:util';
import type { ShownRun } from '@/features/runs/queries';
import { countAway } from '@/features/trail/away';
import type { ToldRun } from '@/features/trail/told-run';
import { isBrought } from './our-keys';
import { verifyParams, verifyResult } from './schema';

/** Whether a row says of its verdict what its event says. It may claim less, never more, and names keys only where its event says that some were given; what it says of time, person and kind is not asked at all. Pure. */
export function isToldSo(row: Pick<ShownRun, 'runId' | 'state' | 'params' | 'result'>, said: ToldRun): boolean {
  const result = verifyResult.safeParse(row.result).data;
  const asked = verifyParams.safeParse(row.params).data;
  if (!result || !asked) return false;
  const isVerdict = said.runId === row.runId && said.from === result.from && said.to === result.to && said.state === result.state;
  const isSealed = said.size >= result.sealedTo && said.size >= result.provenTo;
  const isChecked =
    result.findings === said.findings &&
    isDeepStrictEqual(result.counts, said.counts) &&
    (result.findings > 0 || result.state === 'not_covered' || result.checked === said.to - said.from - countAway(said.away, 'archived'));
  // one verdict wrote both
  const isAway = isDeepStrictEqual(result.away ?? [], said.away ?? []);
  const isStateUnsaid = said.isStateLeftOut && !result.isStateLeftOut;
  const isPart = said.isToGiven && asked.to === undefined;
  // either way: the row names the keys, and of keys that were given and are not ours it must name some, whatever notes it names. An event without parts may be older than the word for ours
  const isOfOthers = said.isKeysGiven && !said.isKeysOurs && said.parts !== null;
  const isOfKeys = said.isKeysGiven !== isBrought(asked) || (isOfOthers && asked.vkeys === undefined);
  const isStopped = said.isCancelled !== (row.state === 'cancelled');
  return (
    isVerdict &&
    isSealed &&
    isChecked &&
    isAway &&
    !isStateUnsaid &&
    !isPart &&
    !isOfKeys &&
    !isStopped &&
    !(asked.deep && !said.isDeep) &&
    !(said.isResumed && !result.resumed)
  );
}
