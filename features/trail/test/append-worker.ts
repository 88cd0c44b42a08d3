// A process that appends batches to a trail until it has done them all, or is killed. One line of JSON on standard output for each batch that was acknowledged.
// Arguments: alias, number of batches, drafts a batch. Settings as the product's (DATABASE_URL, INDELIBLE_HOME, INDELIBLE_HOST).
import { eq } from 'drizzle-orm';
import { bindRuntime, openRuntime } from '@/db/runtime';
import { trail } from '@/db/schema/trail';
import { mintScope } from '@/db/scope';
import { appTransaction, writeTransaction } from '@/db/transaction';
import { env } from '@/lib/env';
import { appendEvents } from '../mutations/append';
import { apiDrafts } from './drafts';

const [alias = '', batches = '1', perBatch = '1'] = process.argv.slice(2);
const url = env().DATABASE_URL as string;
bindRuntime(openRuntime({ url, ownerUrl: url, isEmbedded: true, stop: async () => {} })); // migrated already
const [row] = await appTransaction((tx) => tx.select().from(trail).where(eq(trail.alias, alias)));
if (!row) throw new Error(`there is no trail ${alias}`);

process.stdout.write('ready\n');
await new Promise<void>((go) => process.stdin.once('data', () => go()));
for (let i = 0; i < Number(batches); i++) {
  const drafts = apiDrafts(Number(perBatch), { request_id: `${process.pid}-${i}` });
  const results = await writeTransaction(mintScope([row.trailId]), (tx) => appendEvents(tx, row.trailId, drafts));
  process.stdout.write(
    `${JSON.stringify({ batch: `${process.pid}-${i}`, seqs: results.map(({ receipt }) => receipt.seq), hashes: results.map(({ receipt }) => receipt.event_hash) })}\n`,
  );
}
process.exit(0);
