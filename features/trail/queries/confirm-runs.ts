import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import type { EndedRun } from '../judge-coverage';
import { looksForNoLess } from '../made-good';
import { toldRun } from '../told-run';
import { confirmEvents, type Outside } from './confirm-events';

type ToldEnd = EndedRun & { seq: number };

type Told = { seq: number; action: string; recordedAt: string; occurredAt: string; resourceType: string; resourceId: string; details: string };

/** After so many looks everything that is left is asked for at once. */
const LOOKS = 3;

/**
 * What events `verification.finished` say, as far as they may be believed: of a run that found nothing, where its event is shown to be one of ours; of one that found something,
 * what it found in any case, and that it looked where its event is. Only what decides is asked for: not a run that a newer and wider one which found nothing, and looked for as much, makes needless.
 * @param told the newest first
 * @returns `altered`: events that tell of a run and are not what was signed, as something that was found there
 */
export async function confirmRuns(
  tx: Tx,
  trail: { trailId: TrailId; origin: string },
  outside: Outside,
  told: readonly Told[],
): Promise<{ told: ToldEnd[]; altered: EndedRun[] }> {
  const claimed = told.map(runOf);
  const answers = new Map<number, ToldEnd | null>(); // null: refused
  const altered: EndedRun[] = [];
  for (let look = 0; ; look++) {
    const wide: ToldEnd[] = []; // claim that they found nothing, none of them within a newer one
    const due = claimed.filter((run) => {
      const isNeedless = wide.some((one) => one.from <= run.from && one.to >= run.to && looksForNoLess(one, run));
      if (!isNeedless && isGood(run.state) && answers.get(run.seq) !== null) wide.push(run);
      return !answers.has(run.seq) && isVerdict(run.state) && (look >= LOOKS || !isNeedless);
    });
    if (due.length === 0) break;
    const found = await confirmEvents(
      tx,
      trail,
      outside,
      due.map(({ seq }) => seq),
    );
    for (const { seq } of due) {
      const known = found.confirmed.get(seq);
      answers.set(seq, known && known.by !== 'nobody yet' ? runOf(known.row) : null);
    }
    altered.push(...found.altered.map(({ seq, recordedAt }) => alteredAt(seq, recordedAt)));
  }
  return {
    told: claimed.flatMap((run) => {
      const answer = answers.get(run.seq);
      return answer ? [answer] : isGood(run.state) ? [] : [{ ...run, isUnproven: true }];
    }),
    altered,
  };
}

const isGood = (state: string) => state === 'holds' || state === 'consistent';
const isVerdict = (state: string) => isGood(state) || state === 'broken';

const NOTHING_SAID = { from: 0, to: 0, state: '', isToEnd: false, isResumed: false, isDeep: false, isStateLeftOut: false, counts: {}, findings: [] };

/** SPEC §8: edited and hashed again, as the tree says. Nothing that is told answers it: a newer run that read this event would have been asked instead. */
const alteredAt = (seq: number, at: string): EndedRun => ({
  ...NOTHING_SAID,
  runId: Number.NaN,
  seq: null,
  at,
  from: seq,
  to: seq + 1,
  state: 'broken',
  counts: { TILE_MISMATCH: 1 },
  findings: [{ seq, code: 'TILE_MISMATCH', expected: null, found: null }],
  isUnproven: true,
});

/** Anything but the members of SPEC §12 makes a run that covers nothing: it was no run of ours. */
function runOf(event: Told): ToldEnd {
  const said = toldRun(event) ?? { ...NOTHING_SAID, at: event.recordedAt, state: String(membersOf(event.details).state) };
  return { ...said, runId: event.resourceType === 'run' ? Number(event.resourceId) : Number.NaN, seq: event.seq, findings: [] };
}

export const membersOf = (details: string) => (JSON.parse(details) ?? {}) as Record<string, unknown>;
