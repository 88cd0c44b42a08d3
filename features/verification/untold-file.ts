// What a run has found before it could tell its verdict, kept outside the database: who kills the run and puts the rows back has still been found out (SPEC §8).
//
//   runs/untold-<trail>.json     written at the first finding, gone when a verdict that has it is recorded
//
import 'server-only';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { FINDING_CODES, type Finding } from '@/core/finding';
import type { TrailId } from '@/db/scope';
import { readIfThere, replaceFile } from '@/lib/files';
import { homeFolder } from '@/lib/home';
import { log } from '@/lib/log';
import type { Verdict } from './run';

const finding = z.object({
  code: z.enum(FINDING_CODES),
  seq: z.number().nullable(),
  expected: z.string().nullable(),
  found: z.string().nullable(),
  lastGood: z.number().nullable(),
});
const untold = z.object({ run: z.number(), findings: z.array(finding) });
export type Untold = z.infer<typeof untold>;

const MOST_KEPT = 100; // enough to say what it was
const WRITE_MS = 1000;
const fileOf = (trailId: TrailId) => path.join(homeFolder('runs'), `untold-${trailId}.json`);

/** Null where no run was stopped with something to tell. */
export function readUntold(trailId: TrailId): Untold | null {
  try {
    return untold.parse(JSON.parse(readIfThere(fileOf(trailId)) ?? 'null'));
  } catch {
    return null;
  }
}

/** Takes what a run has found so far, beside what another before it could not tell. On disk when it returns, the first finding at once and more of them once a second. */
export function untoldWriter(trailId: TrailId, runId: number, before: Untold | null): (findings: readonly Finding[]) => void {
  let [count, written] = [0, Number.NEGATIVE_INFINITY];
  return (findings) => {
    if (findings.length === count || count >= MOST_KEPT || performance.now() - written < WRITE_MS) return;
    [count, written] = [findings.length, performance.now()];
    const earlier = before?.findings ?? [];
    const all = [...earlier, ...findings.filter((one) => !earlier.some((other) => isSame(one, other)))];
    try {
      replaceFile(fileOf(trailId), JSON.stringify({ run: earlier.length > 0 ? before?.run : runId, findings: all.slice(0, MOST_KEPT) }));
    } catch (err) {
      log.warn({ runId, err }, 'what the verification has found could not be kept beside the database: it stands when the run ends');
    }
  };
}

/** Once a verdict is recorded: what it did not take over stays. */
export function keepUntold(trailId: TrailId, rest: Untold | null): void {
  if (rest === null) fs.rmSync(fileOf(trailId), { force: true });
  else replaceFile(fileOf(trailId), JSON.stringify(rest));
}

/** The verdict, and what an earlier run could not tell and this one did not find: rows were changed in between. Of a verification up to the end of the trail. */
export function withUntold(verdict: Verdict, before: Untold | null): { verdict: Verdict; foundBefore: { run: number; findings: number } | null } {
  const gone = before?.findings.filter((one) => !verdict.findings.some((other) => isSame(one, other))) ?? [];
  if (before === null || gone.length === 0) return { verdict, foundBefore: null };
  const counts = { ...verdict.counts };
  for (const { code } of gone) counts[code] = (counts[code] ?? 0) + 1;
  const state = verdict.state === 'cancelled' ? verdict.state : 'broken';
  return { verdict: { ...verdict, counts, state, findings: [...verdict.findings, ...gone] }, foundBefore: { run: before.run, findings: gone.length } };
}

const isSame = (a: Finding, b: Finding) => a.code === b.code && a.seq === b.seq && a.found === b.found;
