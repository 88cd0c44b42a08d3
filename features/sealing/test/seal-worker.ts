// A process that appends and seals in turn until it is killed. One line of JSON on standard output for each size whose note was released.
// Arguments: alias, drafts a batch. Settings as the product's (DATABASE_URL, INDELIBLE_HOME, INDELIBLE_HOST).
import { eq } from 'drizzle-orm';
import { bindRuntime, openRuntime } from '@/db/runtime';
import { trail } from '@/db/schema/trail';
import { scopeOf } from '@/db/scope';
import { appTransaction, writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { apiDrafts } from '@/features/trail/test/drafts';
import { env } from '@/lib/env';
import { sealTrail } from '../mutations/seal-trail';
import { getCheckpoint } from '../prove';

const [alias = '', perBatch = '1'] = process.argv.slice(2);
const url = env().DATABASE_URL as string;
bindRuntime(openRuntime({ url, ownerUrl: url, isEmbedded: true, stop: async () => {} })); // migrated already
const [row] = await appTransaction((tx) => tx.select().from(trail).where(eq(trail.alias, alias)));
if (!row) throw new Error(`there is no trail ${alias}`);

process.stdout.write('ready\n');
for (;;) {
  await writeTransaction(scopeOf(row.trailId), (tx) => appendEvents(tx, row.trailId, apiDrafts(Number(perBatch))));
  const outcome = await sealTrail(row);
  if (!outcome.ok) {
    process.stdout.write(`${JSON.stringify({ refused: outcome.reason })}\n`);
    process.exit(1);
  }
  const { size, note } = await getCheckpoint(row);
  process.stdout.write(`${JSON.stringify({ size, note })}\n`);
}
