// What a run has found before it could tell its verdict, kept outside the database: who kills the run and puts the rows back has still been found out (SPEC §8).
//
//   runs/untold-<trail>-<run>-<when>.json     of each try of a run, written at its first finding; gone when a verdict that has it is recorded
//
import 'server-only';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { FINDING_CODES, type Finding } from '@/core/finding';
import { viewFilterOf } from '@/core/view-sample';
import type { TrailId } from '@/db/scope';
import { readIfThere, replaceFile } from '@/lib/files';
import { homeFolder } from '@/lib/home';
import { log } from '@/lib/log';
import type { Verdict } from './run';
import type { VerifyResult } from './schema';

const finding = z.object({
  code: z.enum(FINDING_CODES),
  seq: z.number().nullable(),
  expected: z.string().nullable(),
  found: z.string().nullable(),
  lastGood: z.number().nullable(),
});
const untold = z.object({ origin: z.string(), run: z.number(), isDeep: z.boolean().default(false), findings: z.array(finding) });
export type Untold = z.infer<typeof untold> & { file: string; text: string };

const MOST_KEPT = 100; // enough to say what it was
const WRITE_MS = 1000;

/** Of every run of the trail that has no verdict: those that were stopped, and those that others are at. Oldest first. Another database gives the same numbers to other trails. */
export const listUntold = (trail: { trailId: TrailId; origin: string }): Untold[] => lookAtUntold(trail).untold;

/**
 * `unread`: what cannot be read, by its place in the home, be it of this trail or of another database's of that number. It stays where it is, and is said in the log, on every page and by every
 * command.
 */
export function lookAtUntold({ trailId, origin }: { trailId: TrailId; origin: string }): { untold: Untold[]; unread: string[] } {
  const folder = homeFolder('runs');
  const files = fs.readdirSync(folder).filter((name) => name.startsWith(`untold-${trailId}-`) && name.endsWith('.json'));
  const all = files.map((name) => [name, readOne(path.join(folder, name))] as const);
  const untold = all.flatMap(([, one]) => (one !== null && one !== 'unread' && one.origin === origin ? [one] : []));
  return { untold: untold.sort((a, b) => a.run - b.run), unread: all.flatMap(([name, one]) => (one === 'unread' ? [`runs/${name}`] : [])) };
}

/** The same for who warns of it: also where the folder itself cannot be read. */
export function listUnreadUntold(trail: { trailId: TrailId; origin: string }): string[] {
  try {
    return lookAtUntold(trail).unread;
  } catch {
    return ['runs'];
  }
}

/** Null: it is gone, since its verdict was recorded meanwhile. */
function readOne(file: string): Untold | 'unread' | null {
  try {
    const text = readIfThere(file);
    return text === null ? null : { ...untold.parse(JSON.parse(text)), file, text };
  } catch (err) {
    if (!said.has(file)) log.error({ err, file }, 'what a verification found and could not tell cannot be read: look at the file, it stays where it is');
    said.add(file); // once a process
    return 'unread';
  }
}

const said = new Set<string>();

/**
 * Of one try of a run. `note` takes what it has found so far: on disk when it returns, the first finding at once and more of them once a second, and says whether it was written now.
 * `forget`: its verdict is recorded.
 */
export function untoldFile({ trailId, origin }: { trailId: TrailId; origin: string }, runId: number, isDeep = false) {
  const file = path.join(homeFolder('runs'), `untold-${trailId}-${runId}-${Date.now()}.json`);
  let [count, written] = [0, Number.NEGATIVE_INFINITY];
  return {
    note(findings: readonly Finding[]): boolean {
      if (findings.length === count || count >= MOST_KEPT || performance.now() - written < WRITE_MS) return false;
      [count, written] = [findings.length, performance.now()];
      try {
        replaceFile(file, JSON.stringify({ origin, run: runId, isDeep, findings: findings.slice(0, MOST_KEPT) }));
      } catch (err) {
        log.warn({ runId, err }, 'what the verification has found could not be kept beside the database: it stands when the run ends');
      }
      return true;
    },
    forget: () => fs.rmSync(file, { force: true }),
  };
}

/**
 * Once a verdict that has them is recorded; what was added to one since stays, and what the run was too shallow to look for, or began behind: each tells it until one has looked. Of
 * numbers of a source none tells: they may have come since, as who reads everything sees.
 */
export function forgetUntold(told: readonly Untold[], { start, isDeep }: Pick<Look, 'start' | 'isDeep'>): void {
  for (const { file, text, ...one } of told) {
    const left = one.findings.filter((finding) => (finding.code === 'SOURCE_GAP' ? start > 0 : !isDeep && needsDepth(finding, one)));
    if ((left.length > 0 && left.length === one.findings.length) || readIfThere(file) !== text) continue;
    if (left.length === 0) fs.rmSync(file, { force: true });
    else leave(file, { ...one, findings: left });
  }
}

function leave(file: string, said: z.infer<typeof untold>): void {
  try {
    replaceFile(file, JSON.stringify(said));
  } catch (err) {
    log.warn({ file, err }, 'of what a verification found some is told, and that could not be noted beside the database: it is told once more');
  }
}

/** Of filters that differed each run asks again; what indexes and tables hold, and the texts of rows, a deep one alone looks at. */
function needsDepth(finding: Finding, { isDeep }: Pick<Untold, 'isDeep'>): boolean {
  if (finding.code === 'NOTE_REFUSED') return true;
  return isDeep && (finding.code === 'MALFORMED' || (finding.code === 'VIEW_MISMATCH' && viewFilterOf(finding) === null));
}

/** How much of it a run looked for again. `start`: the first event that it read. `known`: what others had found before the state that it read. */
type Look = { start: number; isDeep: boolean; known: readonly Untold[] };

/**
 * The verdict, and what earlier runs could not tell and this one did not find: something was changed in between, or it did not look there (`unread`). Of a verification that went through
 * to the end of the trail.
 */
export function withUntold(verdict: Verdict, before: readonly Untold[], look: Look): { verdict: Verdict; foundBefore: VerifyResult['foundBefore'] } {
  const gone: Finding[] = [];
  let [run, unread] = [null as number | null, 0];
  for (const file of before) {
    for (const one of file.findings) {
      // the numbers of a source may have come since
      if (one.code === 'SOURCE_GAP' || [...verdict.findings, ...gone].some((other) => isSame(one, other))) continue;
      gone.push(one);
      run ??= file.run;
      if (!isLookedFor(one, file, look)) unread++;
    }
  }
  if (run === null) return { verdict, foundBefore: null };
  const counts = { ...verdict.counts };
  for (const { code } of gone) counts[code] = (counts[code] ?? 0) + 1;
  return { verdict: { ...verdict, counts, state: 'broken', findings: [...verdict.findings, ...gone] }, foundBefore: { run, findings: gone.length, unread } };
}

/** Where it lies in no event, by who read all of them. */
const isLookedFor = (finding: Finding, file: Untold, look: Look): boolean =>
  look.start <= Math.max(0, finding.seq ?? 0) &&
  (look.isDeep || !needsDepth(finding, file)) &&
  look.known.some((known) => known.file === file.file && known.text === file.text);

/** Whether `b` says what `a` said before. What the screens show of a filter differs with every event that comes, and of a trail that was cut more may be gone since. */
function isSame(a: Finding, b: Finding): boolean {
  if (a.code === 'TRUNCATED' && b.code === 'TRUNCATED') return Number(b.found) <= Number(a.found) && Number(b.expected) >= Number(a.expected);
  if (a.code === 'VIEW_MISMATCH' && b.code === 'VIEW_MISMATCH') return askedIn(a) === askedIn(b);
  return a.code === b.code && a.seq === b.seq && a.found === b.found;
}

/** The filter, the index or the table that the screens were asked for, without the count. */
function askedIn(one: Finding): string {
  const filter = viewFilterOf(one);
  return filter === null ? (one.expected ?? '').replace(/: \d+$/, '') : JSON.stringify(filter);
}
