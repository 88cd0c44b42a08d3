// How many breaks stand, over several runs and checks of single resources, none counted twice. A page reads some findings of each month alone; of the rest it knows how many there
// are of which code. What is surely another one is counted; where more may stand, the number is a least one.

/** The most findings of one run in one month, or about no event, that are read one by one (queries/get-coverage.ts). */
export const NAMED_A_MONTH = 12;

export type Named = { seq: number | null; code: string; expected?: string | null; found?: string | null };

/** What one run or check found, all of which stands. */
export type BreakSource = {
  /** All of it, by code. */
  counts: Readonly<Record<string, number>>;
  /** What was read of it one by one. */
  findings: readonly Named[];
  /** Its findings were kept only up to a number: of those from here on none was read. */
  placesKnownTo?: number | null | undefined;
};

/** `isExact` false: at least so many. */
export type BreakCount = { count: number; isExact: boolean };

/** @param months where each begins, ascending */
export function countBreaks(sources: readonly BreakSource[], months: readonly number[]): BreakCount {
  const hiding = new Set(
    sources.filter((source) => isFull(source.findings.filter(({ seq }) => seq === null)) || months.some((_, i) => hides(source, months, i))),
  );
  let [least, most] = [0, 0];
  for (const code of new Set(sources.flatMap(({ counts, findings }) => [...Object.keys(counts), ...findings.map((one) => one.code)]))) {
    const each = sources.map((source) => ofCode(source, code, hiding.has(source)));
    const placed = sum(greatest(each.map((one) => one.placed)));
    // what is about no event and said in other words may be the same break, or another one
    const nameless = Math.max(0, ...each.map((one) => sum(one.nameless)));
    least += Math.max(placed + nameless, ...each.map((one) => one.surely));
    most += placed + sum(greatest(each.map((one) => one.nameless))) + each.reduce((total, { hidden }) => total + hidden, 0);
  }
  return { count: least, isExact: least >= most };
}

/** Those at the events of one month. @param i which of `months` */
export function countMonthBreaks(sources: readonly BreakSource[], months: readonly number[], i: number, lastSeq: number): BreakCount {
  const [from, to] = [months[i] as number, lastSeq + 1];
  const placed = sources.map(({ findings }) => tally(findings.filter((one) => isIn(one, { from, to })).map(({ seq, code }) => `${seq} ${code}`)));
  return { count: sum(greatest(placed)), isExact: !sources.some((source) => hides(source, months, i)) };
}

/** Whether it may have findings in that month that were not read. */
function hides(source: BreakSource, months: readonly number[], i: number): boolean {
  const { counts, findings, placesKnownTo } = source;
  if (Object.values(counts).reduce((total, n) => total + n, 0) <= findings.length) return false;
  const month = { from: months[i] as number, to: months[i + 1] ?? Number.POSITIVE_INFINITY };
  return isFull(findings.filter((one) => isIn(one, month))) || (typeof placesKnownTo === 'number' && placesKnownTo < month.to);
}

const isFull = (findings: readonly Named[]) => findings.length >= NAMED_A_MONTH;
const isIn = ({ seq }: Named, { from, to }: { from: number; to: number }) => seq !== null && seq >= from && seq < to;

function ofCode({ counts, findings }: BreakSource, code: string, isHiding: boolean) {
  const named = findings.filter((one) => one.code === code);
  const unread = Math.max(0, (counts[code] ?? 0) - named.length);
  return {
    placed: tally(named.filter(({ seq }) => seq !== null).map(({ seq }) => String(seq))),
    nameless: tally(named.filter(({ seq }) => seq === null).map(({ expected, found }) => `${expected} ${found}`)),
    hidden: isHiding ? unread : 0,
    surely: named.length + unread,
  };
}

type Tally = ReadonlyMap<string, number>;

function tally(keys: readonly string[]): Tally {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** What several found is as often there as the one says that found it most often. */
function greatest(tallies: readonly Tally[]): Tally {
  const most = new Map<string, number>();
  for (const [key, n] of tallies.flatMap((one) => [...one])) most.set(key, Math.max(most.get(key) ?? 0, n));
  return most;
}

const sum = (counts: Tally) => [...counts.values()].reduce((total, n) => total + n, 0);
