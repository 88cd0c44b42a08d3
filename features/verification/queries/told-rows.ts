import 'server-only';
import { isDeepStrictEqual } from 'node:util';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import type { ShownRun } from '@/features/runs/queries';
import { countAway } from '@/features/trail/away';
import { confirmEvents, readOutside } from '@/features/trail/queries/confirm-events';
import { type ToldRun, toldRun } from '@/features/trail/told-run';
import type { Telling } from '../past-run';
import { verifyParams, verifyResult } from '../schema';

/**
 * Which of these rows the trail tells of, and in the same words (SPEC §8: the list of runs is read from the trail). By number of the run; of one that has no verdict
 * nothing is told.
 */
export async function listTellings(trail: { trailId: TrailId; origin: string }, rows: readonly ShownRun[]): Promise<Map<number, Telling>> {
  const outside = readOutside(trail.origin);
  const seqs = rows.flatMap((row) => verifyResult.safeParse(row.result).data?.event?.seq ?? []);
  const { confirmed } = await readTransaction(scopeOf(trail.trailId), (tx) => confirmEvents(tx, trail, outside, seqs));
  return new Map(
    rows.map((row) => {
      const found = confirmed.get(verifyResult.safeParse(row.result).data?.event?.seq ?? -1);
      const said = found ? toldRun(found.row) : null;
      if (!found || !said || !isSame(row, said)) return [row.runId, 'untold'];
      return [row.runId, found.by === 'nobody yet' ? 'waits' : 'told'];
    }),
  );
}

/** Pure. A row may claim less than its event, never more. */
export function isSame(row: Pick<ShownRun, 'runId' | 'state' | 'params' | 'result'>, said: ToldRun): boolean {
  const result = verifyResult.safeParse(row.result).data;
  const asked = verifyParams.safeParse(row.params).data;
  if (!result || !asked) return false;
  const isVerdict = said.runId === row.runId && said.from === result.from && said.to === result.to && said.state === result.state;
  const isSealed = said.size >= result.sealedTo && said.size >= result.provenTo;
  const isChecked =
    result.findings === said.findings &&
    (result.findings > 0 || result.state === 'not_covered' || result.checked === said.to - said.from - countAway(said.away, 'archived'));
  // one verdict wrote both
  const isAway = isDeepStrictEqual(result.away ?? [], said.away ?? []);
  const isStateUnsaid = said.isStateLeftOut && !result.isStateLeftOut;
  const isPart = said.isToGiven && asked.to === undefined;
  const isOfKeys = said.isKeysGiven && !asked.vkeys && !asked.notes;
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
