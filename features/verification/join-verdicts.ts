import type { Away } from '@/core/absence';
import { FINDINGS_KEPT, type Finding } from '@/core/finding';
import { countAway } from '@/features/trail/away';
import type { Verdict } from './run';

/** What a run that was stopped leaves to the one that takes it up: the events of `[from,size)`, in which nothing was found, under a signed root. */
export type FirstPart = {
  from: number;
  size: number /** Hex. */;
  root: string;
  isOutside: boolean;
  away: Away[] /** Of event size - 1, hex; null where it is archived. */;
  eventHash: string | null;
};

/**
 * The verdict over both parts. Nothing was found in the first, or it would not count; what the second found stands. How many values are sealed is not known of the
 * first part, and so not said. Pure.
 */
export function joinVerdicts(first: FirstPart, second: Verdict): Verdict {
  const isOutside = second.provenTo > 0 || first.isOutside;
  const isBare = second.state === 'not_covered';
  return {
    ...second,
    from: first.from,
    checked: first.size - first.from - countAway(first.away, 'archived') + second.checked,
    state: second.state === 'consistent' || isBare ? (isOutside ? 'holds' : 'consistent') : second.state,
    toEventHash: second.to > first.size ? second.toEventHash : first.eventHash,
    sealedTo: second.sealedTo || first.size,
    root: second.root ?? first.root,
    provenTo: second.provenTo || (first.isOutside ? first.size : 0),
    sealedValues: null,
    listed: null,
    away: [...first.away, ...second.away],
    stubs: countAway(first.away, 'disposed') + second.stubs,
  };
}

/** The verdict with what was found in the tables beside the trail. Pure. */
export function withState(verdict: Verdict, found: readonly Omit<Finding, 'lastGood'>[]): Verdict {
  if (found.length === 0) return verdict;
  const findings = [...found.map((one) => ({ ...one, lastGood: null })), ...verdict.findings].slice(0, FINDINGS_KEPT);
  return { ...verdict, state: 'broken', findings, counts: { ...verdict.counts, STATE_UNLOGGED: found.length } };
}
