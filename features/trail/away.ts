import { z } from 'zod';
import type { Away } from '@/core/absence';

const number = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const place = z
  .object({ kind: z.enum(['archived', 'disposed']), from: number, to: number, count: number.min(1) })
  .refine(({ from, to, count }) => count <= to - from) satisfies z.ZodType<Away>;

/** Where events are lawfully away (SPEC §11), as a verification found it: in its event and its row where it is so alone. */
export const awayPlaces = z.array(place);

/** What an event `verification.finished` says of it; nothing where it says it in another form than ours. */
export const awayOf = (said: unknown): Away[] => awayPlaces.safeParse(said).data ?? [];

export const countAway = (places: readonly Away[] | undefined, kind: Away['kind']): number =>
  (places ?? []).reduce((sum, one) => sum + (one.kind === kind ? one.count : 0), 0);

/** `from` and `to` narrowed to a range; how many of its events are in that part is exact where all of its range is away. Null: none of it. */
export function awayWithin({ kind, from, to, count }: Away, range: { from: number; to: number }): (Away & { isExact: boolean }) | null {
  const [first, end] = [Math.max(from, range.from), Math.min(to, range.to)];
  if (first >= end) return null;
  const isExact = count === to - from || (first === from && end === to);
  // of events scattered over more than this part: as many as there may be
  return { kind, from: first, to: end, count: count === to - from ? end - first : Math.min(count, end - first), isExact };
}
