// A process that adopts the guard of a trail and says what came of it. Argument: alias. Settings as the product's. See db/test/program.ts.
import { say, workerTrail } from '@/features/trail/test/worker-trail';
import { adoptGuard } from '../mutations/adopt-guard';

const trail = await workerTrail(process.argv[2] ?? '');
say('ready');
say(await adoptGuard(trail));
process.exit(0);
