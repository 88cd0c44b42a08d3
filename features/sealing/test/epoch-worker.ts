// A process that begins the epoch of a lost trail, as the command does behind its verification, and says what came of it. Argument: alias. Settings as the product's. See
// db/test/program.ts.
import { say, workerTrail } from '@/features/trail/test/worker-trail';
import { beginEpoch, finishEpoch, getEpochState } from '../mutations/begin-epoch';

const { origin } = await workerTrail(process.argv[2] ?? '');
say('ready');
const lost = await getEpochState(origin);
if (lost.state === 'lost') {
  const told = { reason: 'the disk is gone', firstLost: lost.there.size, isBound: false, found: null, uid: undefined };
  say({ made: await beginEpoch(lost, told, 'system') });
} else {
  if (lost.state === 'begun') await finishEpoch(lost.trail);
  say({ state: lost.state });
}
process.exit(0);
