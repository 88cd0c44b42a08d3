import type { Sql } from 'postgres';

/** What a subject says: figures in events a second, parts in microseconds an event, unless the part's name says otherwise. */
export type BenchResult = { name: string; ours: number; limit: number; ratio: number; parts: Record<string, number | string>; rssMb: number };

export type Measure = { events: number; rounds: number };

/** `prepare` fills the database; `measure` runs in a process of its own, so that its memory is its own, and reads what `prepare` returned. */
export type Subject = {
  prepare: (input: Measure & { sql: Sql; say: (line: string) => void }) => Promise<Record<string, unknown>>;
  measure: (input: Measure & { prepared: Record<string, unknown>; say: (line: string) => void }) => Promise<BenchResult>;
};

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? (sorted[Math.floor(middle)] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Events a second of ours and of the limit, and the median of the rounds' own ratios: each round measures both, whatever else the machine does. */
export function rates(events: number, took: { ours: readonly number[]; limit: readonly number[] }): Pick<BenchResult, 'ours' | 'limit' | 'ratio'> {
  const each = (ms: readonly number[]) => Math.round((1000 * events) / median(ms));
  return { ours: each(took.ours), limit: each(took.limit), ratio: rounded(median(took.limit.map((ms, i) => ms / (took.ours[i] as number)))) };
}

/** Milliseconds of a piece of work. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The most memory that this process ever held, in MB: the kernel's own count, which no sampling misses. */
export const peakRssMb = (): number => rounded(process.resourceUsage().maxRSS / 1024, 0);
