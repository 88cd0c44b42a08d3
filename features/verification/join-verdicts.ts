import type { Verdict } from './run';

/** What a run that was stopped leaves to the one that takes it up: the events of `[from,size)`, in which nothing was found, under a signed root. */
export type FirstPart = { from: number; size: number /** Hex. */; root: string; isOutside: boolean /** Of event size - 1, hex. */; eventHash: string };

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
    checked: first.size - first.from + second.checked,
    state: second.state === 'consistent' || isBare ? (isOutside ? 'holds' : 'consistent') : second.state,
    toEventHash: second.toEventHash ?? first.eventHash,
    sealedTo: second.sealedTo || first.size,
    root: second.root ?? first.root,
    provenTo: second.provenTo || (first.isOutside ? first.size : 0),
    sealedValues: null,
  };
}
