// A process that makes one bundle after another of the trail that it is given, until it is killed. Prints a line for each.

import { mintTrailId } from '@/db/scope';
import { driveNow } from '@/features/runs/drive-now';
import { bundleRun } from '../bundle-run';

const trailId = mintTrailId(Number(process.argv[2]));
for (;;) {
  await driveNow({ kind: 'bundle', trailId, params: { level: 'selection', filter: null, from: 0, time: null } }, { bundle: bundleRun });
  console.log('made');
}
