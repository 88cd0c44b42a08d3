import { BLOCK_EVENTS } from './away-words';

type Facts = { code: string; seq: number | null; expected: string | null; found: string | null };

/**
 * Of a kept figure that is not what the events give: the other finding that it follows from. A figure of a block of which every event holds: where as many of its events were altered and
 * re-hashed as it is apart, or more. One of a block that is not full: where the trail was cut inside it. Null where nothing explains it. Pure.
 */
export function figureCause<Other extends Facts>({ code, expected, found }: Facts, others: readonly Other[]): Other | null {
  if (code !== 'COUNT_MISMATCH') return null;
  const block = Number(/^block (\d+)\b/.exec(found ?? '')?.[1] ?? Number.NaN);
  const [due, kept] = [numberAt(expected), numberAt(found)];
  const [from, to] = [block * BLOCK_EVENTS, (block + 1) * BLOCK_EVENTS];
  if (expected?.endsWith('is not full: 0'))
    return others.find((other) => other.code === 'TRUNCATED' && Number(other.expected) >= to && kept <= BLOCK_EVENTS) ?? null;
  const altered = new Set<number>();
  let cause: Other | null = null;
  for (const other of others) {
    const place = rehashedBy(other);
    if (place === null || place.from >= to || place.to <= from) continue;
    cause ??= other;
    for (let seq = Math.max(from, place.from); seq < Math.min(to, place.to); seq++) altered.add(seq);
  }
  return altered.size >= Math.abs(kept - due) ? cause : null;
}

/** `block 0 hour ["2026-10-03T10","user","success"]: 183`, as core/block-counts.ts prints it. */
const numberAt = (text: string | null): number => Number(/: (\d+)$/.exec(text ?? '')?.[1] ?? Number.NaN);

/** Events that hold and are not the ones that were written. */
function rehashedBy({ code, seq }: Facts): { from: number; to: number } | null {
  if (seq === null) return null;
  if (code === 'TILE_MISMATCH') return { from: seq, to: seq + 1 };
  if (code === 'CHAIN_LINK') return { from: seq - 1, to: seq };
  return code === 'FORK' ? { from: seq, to: Number.POSITIVE_INFINITY } : null;
}
