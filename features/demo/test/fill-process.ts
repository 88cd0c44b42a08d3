// A demo that is being filled, as a process that a test can kill. Prints one line a batch.
import { fillDemo } from '../fill';

const [count, nowMs, batchSize] = process.argv.slice(2).map(Number) as [number, number, number];
const result = await fillDemo({ count, nowMs, batchSize, onProgress: ({ done }) => console.log(done) });
console.log(`complete ${result.isComplete}`);
process.exit(0);
