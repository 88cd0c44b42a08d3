import 'server-only';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseAway } from '@/db/database-away';
import { mintScope } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import { forgetCancel } from './cancel-note';
import { addFindings } from './mutations/add-lines';
import { beatRun } from './mutations/beat-run';
import { finishRun } from './mutations/finish-run';
import { holdOwnRun, interruptOwnRun, SILENCE_SECONDS } from './mutations/interrupt-runs';
import { keepStoppedImport } from './mutations/keep-stopped-import';
import type { RunRow } from './queries';
import { type RunEnd, RunHeld, type RunKind, type RunReport, RunStop, type RunTools } from './run-kind';

const BEAT_MS = 1000;
const END_TRIES = 30;

type Options = {
  /** Aborted when the process ends (reason RunStop `stopping`) or the person at the terminal does not want it any more (any other reason: cancelled). */
  signal?: AbortSignal | undefined;
  /** Each report, as it comes. */
  onReport?: ((report: RunReport) => void) | undefined;
};

/**
 * Does the work of a run that is ours: once a second writes how far it is, that we live, and looks for a wish to cancel; at the end writes how it ended. Never throws.
 * When the database goes away the run goes on as long as nobody else may have taken it.
 * @returns what its kind did and found; null where it did not come to its end here, of which its row says why
 */
export async function driveRun(run: RunRow, kind: RunKind, options: Options = {}): Promise<RunEnd | null> {
  const owner = run.owner as string;
  const stop = new AbortController();
  const give = () => stop.abort(options.signal?.reason instanceof RunStop ? options.signal.reason : new RunStop('cancelled'));
  if (options.signal?.aborted) give();
  options.signal?.addEventListener('abort', give);

  let unwritten: RunReport = {};
  let isCompleted = false;
  let findings: RunEnd['findings'] = [];
  let completed: RunEnd['state'] | null = null;
  const tools: RunTools = {
    scope: mintScope([run.trailId]),
    signal: stop.signal,
    report: (report) => {
      unwritten = { ...unwritten, ...report };
      options.onReport?.(report);
    },
    addFindings: async (tx, found) => {
      findings = found;
      await addFindings(
        tx,
        run.runId,
        found.map((finding, n) => ({ n, ...finding })),
      );
    },
    complete: async (tx, result, report = {}, state = 'done') => {
      const isOurs = await finishRun(tx, owner, run.runId, { state, result, report: { ...unwritten, ...report } });
      if (!isOurs) throw new RunStop('lost');
      completed = state;
      options.onReport?.(report);
    },
  };

  const beating = startBeating({
    beat: async () => {
      const report = unwritten;
      unwritten = {};
      const beat = await beatRun(owner, run.runId, report).catch((cause) => {
        unwritten = { ...report, ...unwritten };
        throw cause;
      });
      if (beat === 'cancel requested') stop.abort(new RunStop('cancelled'));
      if (beat === 'lost') stop.abort(new RunStop('lost'));
      if (beat === 'ended') isCompleted = true;
      return beat === 'goes on' || beat === 'cancel requested';
    },
    onSilence: () => stop.abort(new RunStop('lost')),
  });

  let ended: RunEnd | null = null;
  let end: () => Promise<unknown>;
  try {
    const result = await kind(run, tools);
    const state = completed ?? (stopOf(stop.signal)?.why === 'cancelled' ? 'cancelled' : 'done');
    ended = { state, result, findings };
    end = () => appTransaction((tx) => finishRun(tx, owner, run.runId, { state, result, report: unwritten }));
  } catch (cause) {
    if (isDatabaseAway(cause) && !stop.signal.aborted) log.warn({ runId: run.runId, err: cause }, 'the database went away in the middle of a run');
    end = () => endAfter(cause, stopOf(stop.signal), { owner, runId: run.runId, report: unwritten });
  }
  await beating.stop();
  options.signal?.removeEventListener('abort', give);
  if (!isCompleted) await persist(end, run.runId);
  forgetCancel(run.runId); // its kind has looked
  return ended;
}

const stopOf = (signal: AbortSignal): RunStop | null => (signal.aborted ? (signal.reason as RunStop) : null);

async function endAfter(cause: unknown, stop: RunStop | null, { owner, runId, report }: { owner: string; runId: number; report: RunReport }) {
  if (stop?.why === 'lost') return log.warn({ runId }, 'a run was taken from this process, or its database was away for too long');
  if (stop?.why === 'stopping') return interruptOwnRun(owner, runId);
  if (stop?.why === 'cancelled')
    return appTransaction(async (tx) => {
      if (await finishRun(tx, owner, runId, { state: 'cancelled', result: {}, report })) await keepStoppedImport(tx, runId);
    });
  if (isDatabaseAway(cause)) return interruptOwnRun(owner, runId);
  if (cause instanceof RunHeld) return holdOwnRun(owner, runId, { code: cause.fault.code, hint: cause.fault.hint ?? null });
  log.error({ runId, err: cause }, 'a run failed');
  const error = cause instanceof AppError ? { code: cause.code, hint: cause.hint ?? null } : { code: 'RUN_FAILED', hint: null };
  return appTransaction((tx) => finishRun(tx, owner, runId, { state: 'failed', result: { error }, report }));
}

/** Writes the end, also through a restart of the database; if that is in vain the row falls silent and is found by interruptDeadRuns. */
async function persist(end: () => Promise<unknown>, runId: number) {
  for (let attempt = 1; ; attempt++) {
    try {
      await end();
      return;
    } catch (err) {
      if (attempt === END_TRIES || !isDatabaseAway(err)) {
        log.error({ runId, err }, 'the end of a run could not be written');
        return;
      }
      await sleep(Math.min(1000, attempt * 100));
    }
  }
}

type Beating = { /** @returns whether to go on */ beat: () => Promise<boolean>; onSilence: () => void };

function startBeating({ beat, onSilence }: Beating) {
  const stop = new AbortController();
  const loop = (async () => {
    let last = performance.now();
    while (await sleep(BEAT_MS, true, { signal: stop.signal }).catch(() => false)) {
      try {
        if (!(await beat())) return;
        last = performance.now();
      } catch (err) {
        log.warn({ err }, 'the progress of a run could not be written; it will be tried again');
        if (performance.now() - last > SILENCE_SECONDS * 1000) {
          onSilence(); // by now another runner may have it: two must not work at once
          return;
        }
      }
    }
  })();
  return {
    stop: async () => {
      stop.abort();
      await loop;
    },
  };
}
