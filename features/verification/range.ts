/** What is wrong with a range `[from,to)` of a trail that is known to reach to `end` (exclusive), in plain words; null where it can be verified. */
export function rangeFault({ from = 0, to }: { from?: number | undefined; to?: number | undefined }, end: number): string | null {
  if (to !== undefined && to <= from) return `a range is [from,to), from below to: there is nothing in [${from},${to})`;
  // a trail that lost everything is verified from 0 on, and told so
  if (from > 0 && from >= end) return `the trail ends at ${end} (its last event is ${end - 1}): there is nothing from ${from} on`;
  if (to !== undefined && to > end && !(end === 0 && from === 0)) return `the trail ends at ${end} (its last event is ${end - 1}): it does not reach to ${to}`;
  return null;
}
