// A process with a runner whose verifications count up to params.steps, one a step of 50 ms. Prints `running N` for each it begins.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunKind } from '../run-kind';
import { startRunner } from '../runner';

const count: RunKind = async (run, { signal, report }) => {
  console.log(`running ${run.runId}`);
  const steps = Number(run.params.steps);
  for (let done = 1; done <= steps; done++) {
    await sleep(50, undefined, { signal });
    report({ done, total: steps });
  }
  return { by: process.pid };
};

const runner = startRunner({ verify: count });
process.once('SIGTERM', () => void runner.stop().then(() => process.exit(0)));
console.log('ready');
