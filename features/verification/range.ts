import { parseCheckpointText } from '@/core/checkpoint';
import { parseNote } from '@/core/signed-note';

/** What is wrong with a range `[from,to)` of a trail that is known to reach to `end` (exclusive), in plain words; null where it can be verified. */
export function rangeFault({ from = 0, to }: { from?: number | undefined; to?: number | undefined }, end: number): string | null {
  if (to !== undefined && to <= from) return `a range is [from,to), from below to: there is nothing in [${from},${to})`;
  // a trail that lost everything is verified from 0 on, and told so
  if (from > 0 && from >= end) return `the trail ends at ${end} (its last event is ${end - 1}): there is nothing from ${from} on`;
  if (to !== undefined && to > end && !(end === 0 && from === 0)) return `the trail ends at ${end} (its last event is ${end - 1}): it does not reach to ${to}`;
  return null;
}

/**
 * What is wrong with a checkpoint that the caller brings to a verification of `[from,to)`: one whose size lies outside is not compared with any row, and must not seem to have been.
 * Null where it can be compared, and where it is none: that is for the verification to tell.
 */
export function noteFault(note: string, { from = 0, to }: { from?: number | undefined; to?: number | undefined }): string | null {
  const body = parseCheckpointText(parseNote(note)?.text ?? '');
  if (typeof body === 'string') return null;
  const isOutside = (from > 0 && body.size <= from) || (to !== undefined && body.size > to);
  if (!isOutside) return null;
  return `it is of the first ${body.size} events, and [${from},${to ?? 'end'}) does not lead there: it would not be compared. Verify from 0${to === undefined ? '' : ` to ${body.size} or further`}`;
}
