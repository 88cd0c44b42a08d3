// keys/<alias>.starts: what became here of the starts that were drawn for a trail, outside the database. Rows say nothing of it: whoever rules them would have starts that no run stands for.
//
//   {"v": 1, "origin": …, "since": ms, "starts": {"nightly": [{"index": 20783, "tries": 0, "isSettled": true}, …], …}, "finished": {"nightly": {"run": 12, "at": …}, …}, "failed": […]}
//
// Written by the process that held the state for a run and did it (scheduled-run.ts), one of a home and trail at a time.
import 'server-only';
import { z } from 'zod';
import { aliasOf } from '@/features/trail/key-files';
import { createExclusively, readIfThere, replaceFile } from '@/lib/files';
import { secretFile } from '@/lib/home';
import { log } from '@/lib/log';
import { CANCELLED, SCHEDULES, type Schedule, TIMED, type Timed } from './names';

const timed = z.enum(TIMED);
const start = z.object({ index: z.number(), tries: z.number(), isSettled: z.boolean() });
const failed = z.object({ schedule: z.enum(SCHEDULES), run: z.number().nullable(), at: z.string(), code: z.string() });
const starts = z.object({
  v: z.literal(1),
  origin: z.string(),
  /** When this home began to keep the schedule of the trail, ms since 1970. */
  since: z.number(),
  /** The newest of each kind, by the number of the night or week. `tries`: how many failed. */
  starts: z.partialRecord(timed, z.array(start)),
  /** The newest run of each kind that reached the end of the trail, whatever it said of it. Times are 27 characters. */
  finished: z.partialRecord(timed, z.object({ run: z.number(), at: z.string() })),
  /** Of each kind the newest, until one as strong has finished. `run` null: it has no row. */
  failed: z.array(failed),
});
export type Starts = z.infer<typeof starts>;
export type FailedStart = z.infer<typeof failed>;

const FAILURES = 3;
const KEPT = 10; // a clock that is set back finds what it has made

// What could not be written, as on a full disk, holds in this process all the same; by file, in all its bundles.
const shared = globalThis as { indelibleStarts?: Map<string, Starts> };
const unwritten = (): Map<string, Starts> => {
  shared.indelibleStarts ??= new Map();
  return shared.indelibleStarts;
};

/** @param now ms since 1970: from when on the schedule is kept, where nothing is kept yet */
export function readStarts(origin: string, now: number): Starts {
  const file = fileOf(origin);
  return unwritten().get(file) ?? parse(file, readIfThere(file)) ?? begin(origin, file, now);
}

/** Whether a start has its run here, or three that failed. Pure. */
export const isSettledIn = ({ starts: all }: Starts, kind: Timed, index: number): boolean =>
  (all[kind] ?? []).some((one) => one.index === index && (one.isSettled || one.tries >= FAILURES));

type Made = { schedule: Schedule; settles: Partial<Record<Timed, number>>; run: number | null; at: string };
/** `finished`: the kinds that it was, none where it said nothing of the trail. `failed`: code of the fault, or CANCELLED. `stopped`: by a person, who knows it. */
export type StartEnd = { finished: readonly Timed[] } | { failed: string } | { stopped: true };

/** How a run of the schedule ended. On disk when it returns, where the disk takes it. Under the claim of the trail. */
export function noteEnd(origin: string, now: number, made: Made, end: StartEnd): void {
  const kept = readStarts(origin, now);
  const next = withEnd(kept, made, end);
  unwritten().set(fileOf(origin), next);
  try {
    replaceFile(fileOf(origin), `${JSON.stringify(next)}\n`);
    unwritten().delete(fileOf(origin));
  } catch (err) {
    log.error({ err, origin }, 'how a run of the schedule ended could not be kept beside the key: it is known in this process alone');
  }
}

/** Pure. */
export function withEnd(kept: Starts, { schedule, settles, run, at }: Made, end: StartEnd): Starts {
  const next = { ...kept, starts: { ...kept.starts }, finished: { ...kept.finished } };
  const isTried = 'failed' in end && end.failed !== CANCELLED;
  for (const [kind, index] of Object.entries(settles) as [Timed, number][]) {
    const before = kept.starts[kind] ?? [];
    const { tries, isSettled } = before.find((one) => one.index === index) ?? { tries: 0, isSettled: false };
    const one = { index, tries: tries + (isTried ? 1 : 0), isSettled: isSettled || !isTried };
    next.starts[kind] = [...before.filter((other) => other.index !== index), one].slice(-KEPT);
  }
  if ('stopped' in end) return next;
  const kinds: readonly Schedule[] = 'finished' in end ? end.finished : [];
  if ('finished' in end && run !== null) for (const kind of end.finished) next.finished[kind] = { run, at };
  const isMadeGood = (one: FailedStart) => one.schedule === schedule || (kinds.length > 0 && (one.schedule === 'events' || kinds.includes(one.schedule)));
  next.failed = kept.failed.filter((one) => !isMadeGood(one));
  if ('failed' in end) next.failed.push({ schedule, run, at, code: end.failed });
  return next;
}

const fileOf = (origin: string) => secretFile(`${aliasOf(origin)}.starts`);

function begin(origin: string, file: string, now: number): Starts {
  const fresh: Starts = { v: 1, origin, since: now, starts: {}, finished: {}, failed: [] };
  try {
    if (createExclusively(file, `${JSON.stringify(fresh)}\n`)) return fresh;
  } catch (err) {
    log.error({ err, origin }, 'the file of the schedule could not be made beside the key');
    unwritten().set(file, fresh);
    return fresh;
  }
  return parse(file, readIfThere(file)) ?? { ...fresh, since: 0 }; // damaged: everything is due
}

/** A file that says nothing counts for nothing: what is due is made, and the file written anew. */
function parse(file: string, text: string | null): Starts | null {
  if (text === null) return null;
  try {
    return starts.parse(JSON.parse(text));
  } catch (err) {
    if (!damaged.has(file)) log.error({ err, file }, 'the file of the schedule is damaged: what is due is made');
    damaged.add(file);
    return null;
  }
}
const damaged = new Set<string>();
