// How far a run has come, kept outside the database so that nobody who rules that can move it: who takes the run up begins there and nowhere else (SPEC §8).
//
//   runs/<run>/proven.json     the largest signed size that the rows led to, with nothing found before it
//
import 'server-only';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { ProvenSoFar } from '@/core/trail-verdict';
import { awayPlaces } from '@/features/trail/away';
import { readIfThere, replaceFile } from '@/lib/files';
import { homeFolder } from '@/lib/home';
import { log } from '@/lib/log';
import type { VerifyParams } from './schema';

const number = z.number();
const gap = z.object({ from: number, to: number, seq: number, at: number });
const first = z.object({ next: number, seq: number, at: number, late: z.array(gap) });
const sourceRun = z.object({ source: z.string(), epoch: z.string(), high: number, blind: number, gaps: z.array(gap), first: first.nullable() });

const proven = z.object({
  run: z.number(),
  from: z.number(),
  isDeep: z.boolean(),
  size: z.number(),
  /** Hex. */
  root: z.string(),
  isOutside: z.boolean(),
  away: awayPlaces.default([]),
  /** When its reading began, by our clock: ms since 1970. */
  at: z.number(),
  /** What it knew of the numbers of sources. */
  sources: z.object({ isFromStart: z.boolean(), newest: number.nullable(), blindness: number, runs: z.array(sourceRun) }),
});
export type ProvenPart = z.infer<typeof proven>;

const fileOf = (runId: number) => path.join(homeFolder('runs'), String(runId), 'proven.json');

/** Null where there is none, or it says nothing that could be read. */
export function readProven(runId: number): ProvenPart | null {
  try {
    return proven.parse(JSON.parse(readIfThere(fileOf(runId)) ?? 'null'));
  } catch {
    return null;
  }
}

const WRITE_MS = 1000;

/**
 * Writes it at most once a second; on disk when it returns. After a part that was taken over the time stays that part's: the whole is as old as the oldest of it.
 */
export function provenWriter(runId: number, { from = 0, deep = false }: Pick<VerifyParams, 'from' | 'deep'>, first: ProvenPart | null) {
  const startedAt = Date.now();
  let written = Number.NEGATIVE_INFINITY;
  let isTold = false;
  return ({ size, root, isOutside, away, sources: stateOf }: ProvenSoFar) => {
    if (performance.now() - written < WRITE_MS) return;
    written = performance.now();
    const sources = stateOf();
    if (sources === null) return; // taken up, it begins at the place before
    const part: ProvenPart = {
      run: runId,
      from,
      isDeep: deep,
      size,
      root: root.toString('hex'),
      isOutside,
      away: [...(first?.away ?? []), ...away],
      at: first?.at ?? startedAt,
      sources,
    };
    try {
      fs.mkdirSync(path.dirname(fileOf(runId)), { recursive: true, mode: 0o700 });
      replaceFile(fileOf(runId), JSON.stringify(part));
    } catch (err) {
      // it saves the time of a second reading and no more: a full disk stops no verification
      if (!isTold) log.warn({ runId, err }, 'how far the verification has come could not be kept; stopped, it begins anew');
      isTold = true;
    }
  };
}

/** A run that went through to its end is not taken up. */
export const forgetProven = (runId: number): void => fs.rmSync(fileOf(runId), { force: true });
