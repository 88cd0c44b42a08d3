// Where acts say that events are archived or disposed of: what no row is left of is in no figure that reads rows, and a report says so.

/** Beside the figures that are counted from rows alone. */
export const NOT_COUNTED = 'Events that are archived or disposed of are in none of these figures.';
/** Where some totals come from the figures kept of full blocks as well. */
export const COUNTED_IN_TOTALS =
  'Events that are archived or disposed of are counted in the totals of the tabs and of the period before at most, and in no other figure.';

type Extent = { first: string | null; last: string | null };

/** Why a span of time has no event: the trail had not begun, has ended, or was silent in between; null where only its events may be away. Pure. */
export function gapWord(from: string, to: string, { first, last }: Extent, mayLack: boolean): string {
  if (last !== null && from > last) return 'after the newest event';
  if (mayLack) return 'no event is here';
  return first === null || to <= first ? 'before the first event' : 'nothing recorded';
}
