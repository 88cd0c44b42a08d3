import 'server-only';
import os from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { BLOCK_EVENTS } from '@/core/block-counts';
import { runtime } from '@/db/runtime';
import { errorForLog } from '@/lib/errors';
import { log } from '@/lib/log';
import { partProgram } from './part-program';
import { TELL_MS } from './read-rows';
import type { PartAnswer, PartJob } from './verify-part';

export type PartStart = { url: string; job: PartJob };
export type PartMessage = { checked: number; isThrough: boolean } | { answer: PartAnswer };

export type PartThread = {
  /** Events judged so far, and whether they are all: what is asked behind them takes its time. */
  readonly checked: number;
  readonly isThrough: boolean;
  /** Null where the thread has no answer: the first reader reads on. */
  answer: Promise<PartAnswer | null>;
  stop: () => void;
};

const LEAST_EVENTS = 8 * BLOCK_EVENTS; // below, the second is warm when the first is half through

/**
 * Where the second of two readers begins: half-way, at a block of kept figures, so that each block is seen whole by one. Null where one alone is as good: little to read,
 * no program to start, or not a processor for each reader and each of their connections (where the server is on another machine, for each reader).
 */
export async function seamOf(from: number, rowsTo: number): Promise<number | null> {
  if (rowsTo - from < LEAST_EVENTS || partProgram() === null) return null;
  const isServerHere = ['127.0.0.1', '[::1]', 'localhost', ''].includes(new URL((await runtime()).url).hostname);
  if (os.availableParallelism() < (isServerHere ? 4 : 2)) return null;
  return Math.round((from + rowsTo) / 2 / BLOCK_EVENTS) * BLOCK_EVENTS;
}

/** Starts the second reader in a thread. What goes wrong there is logged and costs time, no verdict; null where it does not even start. */
export async function startPart(job: PartJob): Promise<PartThread | null> {
  const start: PartStart = { url: (await runtime()).url, job };
  const giveUp = (cause: unknown) => log.warn({ err: errorForLog(cause) }, 'the second reader of a verification gave up: one reads all');
  let worker: Worker;
  try {
    worker = new Worker(partProgram() as URL, { workerData: start, execArgv: ['--conditions=react-server'] });
  } catch (cause) {
    giveUp(cause);
    return null;
  }
  let [checked, isThrough] = [0, false];
  const answer = new Promise<PartAnswer | null>((done) => {
    worker.on('message', (message: PartMessage) => {
      if ('answer' in message) done(message.answer);
      else ({ checked, isThrough } = message);
    });
    worker.once('error', giveUp);
    worker.once('exit', () => done(null));
  });
  return {
    get checked() {
      return checked;
    },
    get isThrough() {
      return isThrough;
    },
    answer,
    stop: () => void worker.terminate(),
  };
}

/** A second reader that has come no further for so long is left: it may wait for somebody who waits for us. */
const PATIENCE_MS = 30_000;

/** What the second reader has to say, yielding meanwhile a few times a second; null where there is none, or where it is stuck. */
export async function* waitForPart(second: PartThread | null): AsyncGenerator<void, PartAnswer | null> {
  if (second === null) return null;
  let [checked, movedAt] = [second.checked, performance.now()];
  for (;;) {
    const answer = await Promise.race([second.answer, setTimeout(TELL_MS, 'later' as const)]);
    if (answer !== 'later') return answer;
    if (second.checked !== checked) [checked, movedAt] = [second.checked, performance.now()];
    if (!second.isThrough && performance.now() - movedAt > PATIENCE_MS) return null;
    yield;
  }
}
