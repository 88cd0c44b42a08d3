// A process that rebuilds the tiles of a trail and says what came of it. Argument: alias. Settings as the product's. See db/test/program.ts.
import { say, workerTrail } from '@/features/trail/test/worker-trail';
import { rebuildTiles } from '../mutations/rebuild-tiles';

const trail = await workerTrail(process.argv[2] ?? '');
say('ready');
say(await rebuildTiles(trail, 1000));
process.exit(0);
