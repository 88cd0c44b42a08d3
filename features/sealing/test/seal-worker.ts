// A process that appends and seals in turn until it is killed. One line of JSON on standard output for each size whose note was released.
// Arguments: alias, drafts a batch (0: it only seals), how many rounds. Settings as the product's. See db/test/program.ts.
import { scopeOf } from '@/db/scope';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { apiDrafts } from '@/features/trail/test/drafts';
import { say, workerTrail } from '@/features/trail/test/worker-trail';
import { sealTrail } from '../mutations/seal-trail';
import { getCheckpoint } from '../prove';

export type Released = { size: number; note: string } | { refused: string };

const [alias = '', perBatch = '1', rounds = 'Infinity'] = process.argv.slice(2);
const trail = await workerTrail(alias);

say('ready');
for (let round = 0; round < Number(rounds); round++) {
  const drafts = apiDrafts(Number(perBatch));
  if (drafts.length > 0) await writeTransaction(scopeOf(trail.trailId), (tx) => appendEvents(tx, trail.trailId, drafts));
  const outcome = await sealTrail(trail);
  if (!outcome.ok) {
    say({ refused: outcome.reason } satisfies Released);
    process.exit(1);
  }
  const { size, note } = await getCheckpoint(trail);
  say({ size, note } satisfies Released);
}
process.exit(0);
