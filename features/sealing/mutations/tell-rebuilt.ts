import { sql } from 'drizzle-orm';
import { uuidV8 } from '@/core/uuid';
import { appTransaction } from '@/db/transaction';
import { recordActNow } from '@/features/trail/mutations/record-act';
import { forgetRebuilding, type Rebuilding, readRebuilding, rebuildingText } from '../rebuild-file';

/**
 * Records `tiles.rebuilt` where tiles were committed and it was not said yet; under an id of its own, so that there is one act however often it is tried.
 * @throws AppError what keeps `<host>/indelible` from taking an event: it stays due
 */
export async function tellRebuilt({ origin }: { origin: string }): Promise<void> {
  for (const one of readRebuilding(origin).due) {
    const state = await stateOf(one);
    if (state === 'in progress') continue;
    if (state !== 'aborted') await record(origin, one, state === 'committed');
    forgetRebuilding(origin, one);
  }
}

const record = (origin: string, one: Rebuilding, isConfirmed: boolean) =>
  recordActNow({
    action: 'tiles.rebuilt',
    id: uuidV8(rebuildingText(origin, one)),
    occurredAt: one.at,
    actor: 'system',
    resourceType: 'trail',
    resourceId: origin,
    details: {
      ...{ size: one.size, root: one.root, tiles: one.tiles, count: one.count, further: one.further, uid: one.uid },
      ...(!isConfirmed && { unconfirmed: true }),
    },
  });

/** What became of its transaction; null where the database cannot say: it is another one, or it was too long ago. */
async function stateOf({ transaction }: Rebuilding): Promise<'committed' | 'aborted' | 'in progress' | null> {
  const [row] = await appTransaction((tx) =>
    tx.execute<{ state: 'committed' | 'aborted' | 'in progress' | null }>(
      // of a number that was not given yet it would be an error
      sql`select case when ${transaction}::text::xid8 < pg_current_xact_id() then pg_xact_status(${transaction}::text::xid8) end as state`,
    ),
  );
  return row?.state ?? null;
}
