// A process that erases a sealed value and says what came of it. Arguments: alias, the erasure as JSON. Settings as the product's. See db/test/program.ts.
import { say, workerTrail } from '@/features/trail/test/worker-trail';
import { type ErasureOutcome, eraseValue } from '../mutations/erase-value';

const [alias = '', erasure = ''] = process.argv.slice(2);
const trail = await workerTrail(alias);
say('ready');
say((await eraseValue(trail, JSON.parse(erasure), 'system')) satisfies ErasureOutcome);
process.exit(0);
