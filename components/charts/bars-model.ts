// Pure: rows of figures → bars ready to draw. What a chart must not do is decided here, once: a gap is no zero, a bar that is cut says so and keeps its figure.
import { formatCount } from '@/lib/format';

export type Series = {
  key: string;
  label: string /** a CSS colour, normally a token: `var(--chart-1)` */;
  fill: string /** the pale steps need a stroke */;
  edge?: string;
};

export type BarRow = {
  key: string;
  /** In full, for reading out and for the table: `Mon 23 Nov 2026`. */
  title: string;
  /** On the axis, where there is room for it: `23 Nov`. */
  tick: string;
  /** Where something larger begins, such as the day of an hour: the axis names these alone where they fit. */
  isMark?: boolean;
  /** By series key; absent = 0. */
  values: Record<string, number>;
  href?: string;
  /** Nothing was recorded and something is known to be missing: the word for it, `all sources stopped`. Only with all values 0. */
  gap?: string;
  /** How much of the total arrived late or is not settled: drawn hatched on top. */
  late?: number;
};

/** Left of the plot for the figures of the axis, below it for the words: the links of bar-figure.tsx lie over the plot of bars.tsx by these. */
export const AXIS = { left: 40, right: 4, top: 18, bottom: 22 };

export type Part = { key: string; from: number; to: number };
export type DrawnBar = { row: BarRow; total: number; parts: Part[]; isCut: boolean };
export type Drawing = { bars: DrawnBar[]; top: number; ticks: number[]; total: number };

/**
 * `shares`: a cut bar shows its parts as shares of the axis (categories). `truth`: all parts but the last keep the scale of the axis and the last is cut (failures over a total).
 */
export function drawBars(rows: BarRow[], series: Series[], cutShows: 'shares' | 'truth' = 'shares'): Drawing {
  const totals = rows.map((row) => series.reduce((sum, s) => sum + (row.values[s.key] ?? 0), 0));
  const limit = cutLimit(totals);
  const ticks = niceTicks(Math.max(1, ...totals.filter((n) => n <= limit)));
  const top = ticks.at(-1) as number;
  const bars = rows.map((row, i) => {
    const total = totals[i] as number;
    const isCut = total > limit;
    const scale = isCut && cutShows === 'shares' ? top / total : 1;
    let at = 0;
    const parts = series.flatMap((s) => {
      const from = at;
      at = Math.min(top, at + (row.values[s.key] ?? 0) * scale);
      return at > from ? [{ key: s.key, from, to: at }] : [];
    });
    return { row, total, parts, isCut };
  });
  return { bars, top, ticks, total: totals.reduce((a, b) => a + b, 0) };
}

/** A bar is cut when it is more than four times the 95th percentile (nearest rank over the bars that are not empty). */
export function cutLimit(totals: number[]): number {
  const sorted = totals.filter((n) => n > 0).sort((a, b) => a - b);
  if (sorted.length === 0) return Number.POSITIVE_INFINITY;
  return 4 * (sorted[Math.ceil(sorted.length * 0.95) - 1] as number);
}

/** 0 and two to five even steps of 1, 2 or 5 × 10ⁿ up to the first one that holds the maximum. */
export function niceTicks(max: number): number[] {
  const raw = max / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, ([1, 2, 5, 10].find((m) => m * power >= raw * 0.999) as number) * power);
  const count = Math.ceil(max / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

/** The note under the chart: which bars are cut and what they hold, where something is missing. Empty when there is nothing to say. */
export function chartNote({ bars, top }: Drawing, series: Series[], cutShows: 'shares' | 'truth' = 'shares'): string {
  const notes: string[] = [];
  const cut = bars.filter((b) => b.isCut);
  if (cut.length === 1) {
    const { row } = cut[0] as DrawnBar;
    const parts = series.filter((s) => row.values[s.key]).map((s) => `${formatCount(row.values[s.key] as number)} ${s.label}`);
    notes.push(
      cutShows === 'shares' && parts.length > 1
        ? `Bar of ${row.tick} is cut, its steps show shares: ${parts.join(', ')}.`
        : `Bar of ${row.tick} is cut; the axis ends at ${formatCount(top)}.`,
    );
  } else if (cut.length > 1) {
    notes.push(
      `Bars of ${list(cut.map((b) => b.row.tick))} are cut${cutShows === 'shares' ? ', their steps show shares' : ''}; the axis ends at ${formatCount(top)}.`,
    );
  }
  const gaps = gapRuns(bars).map(({ first, last, cause }) =>
    [first === last ? bars[first]?.row.tick : `${bars[first]?.row.tick} to ${bars[last]?.row.tick}`, cause].filter(Boolean).join(', '),
  );
  if (gaps.length > 0)
    notes.push(`${gaps.length === 1 ? 'Gap' : 'Gaps'}: ${gaps.slice(0, 3).join('; ')}${gaps.length > 3 ? `; and ${gaps.length - 3} more` : ''}.`);
  if (bars.some((b) => b.row.late)) notes.push('Hatched: arrived after the day closed, or not yet settled.');
  return notes.join(' ');
}

/** Neighbouring gaps of one cause are one gap: first and last bar, both included. */
export function gapRuns(bars: DrawnBar[]): { first: number; last: number; cause: string }[] {
  const runs: { first: number; last: number; cause: string }[] = [];
  bars.forEach(({ row }, i) => {
    if (row.gap === undefined) return;
    const open = runs.at(-1);
    if (open && open.last === i - 1 && open.cause === row.gap) open.last = i;
    else runs.push({ first: i, last: i, cause: row.gap });
  });
  return runs;
}

/** How a bar is read out: `Mon 23 Nov 2026: 3,343. 62 denied, 246 failure, 3,035 success. Cut in the chart.` */
export function readOut({ row, total, isCut }: DrawnBar, series: Series[]): string {
  if (row.gap !== undefined) return `${row.title}: gap. ${row.gap}`.trim();
  const parts = series.filter((s) => row.values[s.key]).map((s) => `${formatCount(row.values[s.key] as number)} ${s.label}`);
  return `${row.title}: ${formatCount(total)}.${parts.length > 1 || series.length > 1 ? ` ${parts.join(', ')}.` : ''}${isCut ? ' Cut in the chart.' : ''}`.replace(
    ' .',
    '',
  );
}

/** Which bars get a word on the axis: where days begin, if that is two or more of them, else every nth so that about `room` fit, and always the last. */
export function axisWords(rows: readonly BarRow[], room: number): number[] {
  const marks = rows.flatMap((row, i) => (row.isMark ? [i] : []));
  if (marks.length < 2) return tickIndexes(rows.length, room);
  const every = Math.ceil(marks.length / room);
  return marks.filter((_, i) => i % every === 0);
}

/** Every nth so that about `room` fit, and always the last. */
export function tickIndexes(count: number, room: number): number[] {
  if (count === 0) return [];
  const every = [1, 2, 3, 4, 5, 7, 10, 14, 15, 20, 30, 60].find((n) => count / n <= room) ?? Math.ceil(count / room);
  const indexes: number[] = [];
  for (let i = 0; i < count; i += every) indexes.push(i);
  const last = indexes.at(-1) as number;
  if (last !== count - 1) {
    if (count - 1 - last < every * 0.75) indexes.pop();
    indexes.push(count - 1);
  }
  return indexes;
}

function list(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
