import 'server-only';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseAway } from '@/db/database-away';
import type { RunKindName } from '@/db/schema/run';
import { log } from '@/lib/log';
import { driveRun } from './drive';
import { interruptDeadRuns } from './mutations/interrupt-runs';
import { takeRun } from './mutations/take-run';
import { makeOwner } from './owner';
import { type RunKinds, RunStop } from './run-kind';

const POLL_MS = 500; // asked of a partial index that holds the few open runs alone. Not LISTEN: a pooler swallows it
const SWEEP_MS = 2000;
const MAX_BACKOFF_MS = 5000;
const PATIENCE_MS = 5000; // a run that does not heed its signal is found dead at the next start

export type Runner = {
  /** Hands back what is running (it becomes `interrupted`, and is taken up at the next start) and waits until that is written. */
  stop: () => Promise<void>;
};

/** Takes runs from the queue for as long as the process lives: one of each kind at a time, so that a long verification holds up no import. */
export function startRunner(kinds: RunKinds): Runner {
  const owner = makeOwner('server');
  const stopping = new AbortController();
  const driven = new Map<RunKindName, Promise<unknown>>();
  const names = Object.keys(kinds) as RunKindName[];

  async function takeAll() {
    for (;;) {
      const idle = names.filter((name) => !driven.has(name));
      const run = await takeRun(owner, idle);
      if (!run) return;
      const kind = kinds[run.kind];
      if (!kind) return;
      driven.set(
        run.kind,
        driveRun(run, kind, { signal: stopping.signal }).finally(() => driven.delete(run.kind)),
      );
    }
  }

  const loop = (async () => {
    let sweptAt = Number.NEGATIVE_INFINITY;
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        if (performance.now() - sweptAt > SWEEP_MS) {
          await interruptDeadRuns();
          sweptAt = performance.now();
        }
        await takeAll();
        if (failures > 0) log.info('the database answers again');
        failures = 0;
      } catch (err) {
        // One line an outage, not one a try. The runner lives on: there is nobody else to take the runs.
        if (failures++ === 0) log.error({ err }, isDatabaseAway(err) ? 'the database does not answer; runs wait' : 'the queue of runs cannot be read');
      }
      await sleep(Math.min(MAX_BACKOFF_MS, POLL_MS * 2 ** failures), undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();

  return {
    stop: async () => {
      stopping.abort(new RunStop('stopping'));
      await loop;
      await Promise.race([Promise.all(driven.values()), sleep(PATIENCE_MS, undefined, { ref: false })]);
    },
  };
}
