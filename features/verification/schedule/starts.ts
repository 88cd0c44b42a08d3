// What became of the starts that were drawn for a trail, as it is kept beside the key (starts-file.ts).
import { z } from 'zod';
import { CANCELLED, SCHEDULES, type Schedule, TIMED, type Timed } from './names';

const timed = z.enum(TIMED);
const start = z.object({ index: z.number(), tries: z.number(), isSettled: z.boolean() });
const failed = z.object({ schedule: z.enum(SCHEDULES), run: z.number().nullable(), at: z.string(), code: z.string() });
const settles = z.partialRecord(timed, z.number());
export const starts = z.object({
  v: z.literal(1),
  /** Of the trail whose starts these are: an alias is given again by another database. */
  origin: z.string(),
  /** When this home began to keep the schedule of the trail, ms since 1970. */
  since: z.number(),
  /** The newest of each kind, by the number of the night or week. `tries`: how many failed. */
  starts: z.partialRecord(timed, z.array(start)),
  /** The newest run of each kind that reached the end of the trail, whatever it said of it. Times are 27 characters. */
  finished: z.partialRecord(timed, z.object({ run: z.number(), at: z.string() })),
  /** Of each kind the newest, until one as strong has finished. `run` null: it has no row. */
  failed: z.array(failed),
  /** After one that failed: when the next is tried, ms since 1970. */
  again: z.number().nullable().default(null),
  /** The run that a process is at, and which process: one that is gone without a word of the end was ended with it. */
  begun: z
    .object({ schedule: z.enum(SCHEDULES), settles, run: z.number(), at: z.string(), owner: z.object({ pid: z.number(), start: z.string() }) })
    .nullable()
    .default(null),
});
export type Starts = z.infer<typeof starts>;
export type FailedStart = z.infer<typeof failed>;
export type BegunStart = NonNullable<Starts['begun']>;

const FAILURES = 3;
const KEPT = 10; // a clock that is set back finds what it has made
const MINUTE_MS = 60_000;
// between two tries: longer than an operator's lock on the table or a restart of the server stands in the way, as a rule
const [MIN_WAIT_MS, MAX_WAIT_MS] = [20 * MINUTE_MS, 60 * MINUTE_MS];

export const freshStarts = (origin: string, since: number): Starts => ({ v: 1, origin, since, starts: {}, finished: {}, failed: [], again: null, begun: null });

/** Whether a start has its run here, or three that failed. Pure. */
export const isSettledIn = ({ starts: all }: Starts, kind: Timed, index: number): boolean =>
  (all[kind] ?? []).some((one) => one.index === index && (one.isSettled || one.tries >= FAILURES));

/** Whether one that failed is tried again only later. By no clock for longer than a wait can be. Pure. @param now ms since 1970 */
export const isTooSoon = ({ again }: Starts, now: number): boolean => again !== null && now < again && again - now <= MAX_WAIT_MS;

export type Made = { schedule: Schedule; settles: Partial<Record<Timed, number>>; run: number | null; at: string };
/**
 * `finished`: the kinds that it was, none where it said nothing of the trail. `failed`: code of the fault, or CANCELLED. `unheld`: code of why the state could not be held, which is no
 * try. `stopped`: by a person, who knows it.
 */
export type StartEnd = { finished: readonly Timed[] } | { failed: string } | { unheld: string } | { stopped: true };

/** Pure. @param wait of what a wait can be, in [0,1) */
export function withEnd(kept: Starts, { schedule, settles, run, at }: Made, end: StartEnd, { now, wait }: { now: number; wait: number }): Starts {
  const next = { ...kept, starts: { ...kept.starts }, finished: { ...kept.finished }, begun: kept.begun?.run === run ? null : kept.begun };
  const fault = 'failed' in end ? end.failed : 'unheld' in end ? end.unheld : null;
  const isDueStill = fault !== null && fault !== CANCELLED;
  next.again = isDueStill ? now + MIN_WAIT_MS + Math.floor(wait * (MAX_WAIT_MS - MIN_WAIT_MS)) : null;
  for (const [kind, index] of Object.entries(settles) as [Timed, number][]) {
    const before = kept.starts[kind] ?? [];
    const { tries, isSettled } = before.find((one) => one.index === index) ?? { tries: 0, isSettled: false };
    const one = { index, tries: tries + (isDueStill && 'failed' in end ? 1 : 0), isSettled: isSettled || !isDueStill };
    next.starts[kind] = [...before.filter((other) => other.index !== index), one].slice(-KEPT);
  }
  if ('stopped' in end) return next;
  const kinds: readonly Schedule[] = 'finished' in end ? end.finished : [];
  // one that was made while the clock was ahead is no later one
  const isLater = (other: string) => other <= at || Date.parse(other) > now;
  if ('finished' in end && run !== null) for (const kind of end.finished) if (isLater(kept.finished[kind]?.at ?? '')) next.finished[kind] = { run, at };
  const isMadeGood = (one: FailedStart) => one.schedule === schedule || (kinds.length > 0 && (one.schedule === 'events' || kinds.includes(one.schedule)));
  const madeGoodAt = kept.finished[schedule === 'events' ? 'nightly' : schedule]?.at ?? ''; // by another process, before this one could write
  next.failed = kept.failed.filter((one) => !isMadeGood(one));
  if (fault !== null && isLater(madeGoodAt)) next.failed.push({ schedule, run, at, code: fault });
  return next;
}
