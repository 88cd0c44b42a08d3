// A process that rotates a trail's key and says which one it is. Argument: alias. Settings as the product's. See db/test/program.ts.
import { say, workerTrail } from '@/features/trail/test/worker-trail';
import { type RotatedKey, rotateKey } from '../mutations/rotate-key';

const trail = await workerTrail(process.argv[2] ?? '');
say('ready');
say((await rotateKey(trail)) satisfies RotatedKey);
process.exit(0);
