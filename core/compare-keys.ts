/**
 * The second pass over event_key (DATA.md): where count, largest seq or XOR differ from the stream, both sides are read again in the order of seq, and each seq is
 * named where they differ. An event that is missing or broken is told elsewhere and judged no further here.
 */
import type { Finding } from './finding';

/** `source` is '' where the event has none; `id` in lower case. */
export type KeyEntry = { seq: number; id: string; source: string };

type Source = AsyncIterable<KeyEntry> | Iterable<KeyEntry>;

/**
 * Both sides ordered by seq. `isJudged` leaves out the events that the walk found broken; below `mayLackBelow` (the dedupe horizon) a key may be gone, but not differ.
 */
export async function* compareKeys(events: Source, keys: Source, isJudged: (seq: number) => boolean = () => true, mayLackBelow = 0): AsyncGenerator<Finding> {
  const [event, key] = [groups(events), groups(keys)];
  let [left, right] = [await event.next(), await key.next()];
  while (!left.done || !right.done) {
    const seq = Math.min(left.done ? Number.POSITIVE_INFINITY : left.value.seq, right.done ? Number.POSITIVE_INFINITY : right.value.seq);
    const due = !left.done && left.value.seq === seq ? left.value.names : [];
    const kept = !right.done && right.value.seq === seq ? right.value.names : [];
    if (seq < 0 || (due.length > 0 && isJudged(seq))) {
      const isLacking = kept.length === 0 && seq < mayLackBelow;
      // two rows of one seq are a DUPLICATE: the key belongs to one of them
      if (!isLacking && !(kept.length === 1 && due.includes(kept[0] as string))) yield difference(seq, due, kept);
    }
    if (due.length > 0) left = await event.next();
    if (kept.length > 0) right = await key.next();
  }
}

const difference = (seq: number, due: string[], kept: string[]): Finding => ({
  code: 'DERIVED_MISMATCH',
  seq,
  expected: `event_key ${due.join(' or ') || 'none'}`,
  found: `event_key ${kept.join(' and ') || 'none'}`,
  lastGood: null,
});

/** Neighbours of one seq together. */
async function* groups(source: Source): AsyncGenerator<{ seq: number; names: string[] }> {
  let seq = Number.NaN;
  let names: string[] = [];
  for await (const entry of source) {
    if (entry.seq !== seq) {
      if (names.length > 0) yield { seq, names };
      seq = entry.seq;
      names = [];
    }
    names.push(JSON.stringify([entry.source, entry.id]));
  }
  if (names.length > 0) yield { seq, names };
}
