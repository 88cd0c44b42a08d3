// A server as far as verifications go: keeps the schedule of one trail and takes runs. Arguments: alias; how far its clock is ahead, in ms; `hold`: stand still in the
// middle of a run, after it was proven some way, until killed. Prints ["held",run,size] then, and ["ended",run,state] for each run that ends.
import { eq } from 'drizzle-orm';
import { bindRuntime, openRuntime } from '@/db/runtime';
import { trail } from '@/db/schema/trail';
import { appTransaction } from '@/db/transaction';
import type { RunKind } from '@/features/runs/run-kind';
import { startRunner } from '@/features/runs/runner';
import { env } from '@/lib/env';
import { readProven } from '../proven-file';
import { startScheduler } from '../scheduler';
import { verifyRun } from '../verify-run';

const [alias = '', aheadMs = '0', hold] = process.argv.slice(2);
const url = env().DATABASE_URL as string;
bindRuntime(openRuntime({ url, ownerUrl: url, isEmbedded: true, stop: async () => {} })); // migrated already

const say = (...words: unknown[]) => process.stdout.write(`${JSON.stringify(words)}\n`);

const verify: RunKind = async (run, tools) => {
  const report: typeof tools.report = (said) => {
    tools.report(said);
    const part = hold ? readProven(run.runId) : null;
    if (part === null) return;
    say('held', run.runId, part.size);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
  const result = await verifyRun(run, { ...tools, report });
  say('ended', run.runId, result.state);
  return result;
};

const list = () => appTransaction((tx) => tx.select().from(trail).where(eq(trail.alias, alias)));
const runner = startRunner({ verify });
const scheduler = startScheduler(list, { clock: { now: () => Date.now() + Number(aheadMs), monotonic: () => performance.now() }, pollMs: 100, verify });
process.once('SIGTERM', () => void Promise.all([scheduler.stop(), runner.stop()]).then(() => process.exit(0)));
process.stdout.write('ready\n');
