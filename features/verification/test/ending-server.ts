// A server that keeps the schedule of one trail and takes runs up; a verification ends it, as the system does where memory is short.
// Arguments: alias of the trail, by how many ms its clock is ahead.
import { listTrails } from '@/features/access/queries';
import type { RunKind } from '@/features/runs/run-kind';
import { startRunner } from '@/features/runs/runner';
import { startScheduler } from '../scheduler';

const [alias, ahead] = process.argv.slice(2);
const clock = { now: () => Date.now() + Number(ahead), monotonic: () => performance.now() };
const verify: RunKind = async () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
};
startRunner({ verify });
startScheduler(async () => (await listTrails()).filter((trail) => trail.alias === alias), { clock, ages: new Map(), pollMs: 50, verify });
