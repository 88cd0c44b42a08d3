// A process in which things happen while the trails take no event, or that records them. Arguments: alias, then `act` or `tell`. See db/test/program.ts.

import { runtime } from '@/db/runtime';
import { recordSignOut } from '@/features/access/mutations/record-sign-out';
import { driveRun } from '@/features/runs/drive';
import { takeRun } from '@/features/runs/mutations/take-run';
import { makeOwner } from '@/features/runs/owner';
import { ownOrigin } from '@/features/trail/mutations/record-act';
import { tellWaiting } from '@/features/trail/mutations/tell-waiting';
import { say, workerTrail } from '@/features/trail/test/worker-trail';
import { startVerification } from '../mutations/start-verification';
import { resourceRun } from '../resource-run';
import { verifyRun } from '../verify-run';

const [alias = '', what = ''] = process.argv.slice(2);
const trail = await workerTrail(alias);
const person = { userId: '018f0000-0000-7000-8000-000000000001', role: 'admin' };
say('ready');

async function drive(): Promise<void> {
  const run = await takeRun(makeOwner('server'), ['verify', 'resource']);
  if (run) await driveRun(run, run.kind === 'verify' ? verifyRun : resourceRun);
}

if (what === 'act') {
  say(['started', await startVerification({ ...trail, person, params: {} })]);
  await drive();
  say(['verified']);
  say(['started', await startVerification({ ...trail, person, kind: 'resource', params: { type: 'invoice', id: '' } })]);
  await drive();
  say(['checked']);
  await recordSignOut(person.userId);
  say(['signed out']);
} else say(['told', (await tellWaiting(trail.origin)) + (await tellWaiting(ownOrigin()))]);
await (await runtime()).stop();
process.exit(0);
