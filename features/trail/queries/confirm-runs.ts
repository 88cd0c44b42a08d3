import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { awayOf } from '../away';
import type { FinishedRun } from '../judge-coverage';
import { confirmEvents, type Outside } from './confirm-events';

export type ToldRun = FinishedRun & { runId: number; toldAt: number };

type Told = { seq: number; recordedAt: string; occurredAt: string; resourceType: string; resourceId: string; details: string };

/** After so many looks everything that is left is asked for at once. */
const LOOKS = 3;

/**
 * What events `verification.finished` say, as far as they may be believed: of a run that found nothing, where its event is shown to be one of ours; of one that found something,
 * what it found in any case, and that it looked where its event is. Only what decides is asked for: not a run that a newer and wider one which found nothing makes needless.
 * @param told the newest first
 * @returns `altered`: events that tell of a run and are not what was signed, as something that was found there
 */
export async function confirmRuns(
  tx: Tx,
  trail: { trailId: TrailId; origin: string },
  outside: Outside,
  told: readonly Told[],
): Promise<{ told: ToldRun[]; altered: FinishedRun[] }> {
  const claimed = told.map(runOf);
  const answers = new Map<number, ToldRun | null>(); // null: refused
  const altered: FinishedRun[] = [];
  for (let look = 0; ; look++) {
    const wide: ToldRun[] = []; // claim that they found nothing, none of them within a newer one
    const due = claimed.filter((run) => {
      const isNeedless = wide.some((one) => one.from <= run.from && one.to >= run.to);
      if (!isNeedless && isGood(run.state) && answers.get(run.toldAt) !== null) wide.push(run);
      return !answers.has(run.toldAt) && isVerdict(run.state) && (look >= LOOKS || !isNeedless);
    });
    if (due.length === 0) break;
    const found = await confirmEvents(
      tx,
      trail,
      outside,
      due.map(({ toldAt }) => toldAt),
    );
    for (const { toldAt } of due) {
      const known = found.confirmed.get(toldAt);
      answers.set(toldAt, known && known.by !== 'nobody yet' ? runOf(known.row) : null);
    }
    altered.push(...found.altered.map(({ seq, recordedAt }) => alteredAt(seq, recordedAt)));
  }
  return {
    told: claimed.flatMap((run) => {
      const answer = answers.get(run.toldAt);
      return answer ? [answer] : isGood(run.state) ? [] : [{ ...run, isUnproven: true }];
    }),
    altered,
  };
}

const isGood = (state: string) => state === 'holds' || state === 'consistent';
const isVerdict = (state: string) => isGood(state) || state === 'broken';

/** SPEC §8: edited and hashed again, as the tree says. */
const alteredAt = (seq: number, at: string): FinishedRun => ({
  at,
  from: seq,
  to: seq + 1,
  state: 'broken',
  counts: { TILE_MISMATCH: 1 },
  findings: [{ seq, code: 'TILE_MISMATCH', expected: null, found: null }],
  isUnproven: true,
});

/** Anything but the members of SPEC §12 makes a run that covers nothing: it was no run of ours. */
function runOf({ seq, recordedAt, occurredAt, resourceType, resourceId, details }: Told): ToldRun {
  const { from, to, state, counts, waited, away } = membersOf(details);
  const isRange = Number.isSafeInteger(from) && Number.isSafeInteger(to);
  return {
    runId: resourceType === 'run' ? Number(resourceId) : Number.NaN,
    toldAt: seq,
    // told late: nothing was looked at after it was found
    at: waited === true && occurredAt < recordedAt ? occurredAt : recordedAt,
    isToldLate: waited === true,
    from: isRange ? (from as number) : 0,
    to: isRange ? (to as number) : 0,
    state: String(state),
    counts: (counts ?? {}) as Record<string, number>,
    findings: [],
    away: awayOf(away),
  };
}

export const membersOf = (details: string) => (JSON.parse(details) ?? {}) as Record<string, unknown>;
