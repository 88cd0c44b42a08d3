// Run by a journey, against its server: fills a trail with acts that say what may be away, and prints the stubs of some events, which whoever holds the database puts in their place.
import { headerHash, payloadHash } from '@/core/event';
import { runtime } from '@/db/runtime';
import { acquireServer } from '@/db/server';
import { writeTransaction } from '@/db/transaction';
import { readRows } from '@/features/trail/mutations/event-rows';
import { fillActsTrail } from '@/features/verification/test/fill-acts-trail';

await acquireServer({ role: 'command', name: 'a journey' });
const trail = await fillActsTrail('away', async () => {}); // the server seals it
const rows = await writeTransaction(trail.scope, (tx) => readRows(tx, trail.trailId, 'seq in (80, 95)', []));
const hex = (bytes: Buffer) => bytes.toString('hex');
console.log(
  JSON.stringify({
    trailId: trail.trailId,
    stubs: rows.map((row) => [row.seq, hex(headerHash(trail.origin, row)), hex(payloadHash(row)), hex(row.eventHash)]),
  }),
);
await (await runtime()).stop();
