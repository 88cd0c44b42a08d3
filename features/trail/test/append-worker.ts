// A process that appends batches to a trail until it has done them all, or is killed. One line of JSON on standard output for each batch that was acknowledged.
// Arguments: alias, number of batches, drafts a batch. Settings as the product's (DATABASE_URL, INDELIBLE_HOME, INDELIBLE_HOST). See db/test/program.ts.
import { scopeOf } from '@/db/scope';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '../mutations/append';
import { apiDrafts } from './drafts';
import { say, workerTrail } from './worker-trail';

export type Acknowledged = { batch: string; seqs: number[]; hashes: string[] };

const [alias = '', batches = '1', perBatch = '1'] = process.argv.slice(2);
const { trailId } = await workerTrail(alias);

say('ready');
await new Promise<void>((go) => process.stdin.once('data', () => go()));
for (let i = 0; i < Number(batches); i++) {
  const batch = `${process.pid}-${i}`;
  const results = await writeTransaction(scopeOf(trailId), (tx) => appendEvents(tx, trailId, apiDrafts(Number(perBatch), { request_id: batch })));
  say({ batch, seqs: results.map(({ receipt }) => receipt.seq), hashes: results.map(({ receipt }) => receipt.event_hash) } satisfies Acknowledged);
}
process.exit(0);
