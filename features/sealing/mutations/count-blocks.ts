import { BLOCK_EVENTS } from '@/core/block-counts';
import { scopeOf, type TrailId } from '@/db/scope';
import { sqlOf, type Tx, writeTransaction } from '@/db/transaction';

/**
 * Keeps the figures of every full block of 65,536 sealed events that has none yet: by hour and by day of occurred_at in UTC, what charts and reports are drawn from. Each block
 * once, in a transaction of its own, so that a kill leaves it whole or not there; a block whose rows somebody took away is left out, because what is written stays. Every
 * verification derives the same from the events it hashes (COUNT_MISMATCH).
 * @param size events that are sealed
 * @param from the first block that is looked at
 * @param most blocks that are written
 * @returns how many blocks were written, and up to which block nothing is left to do
 */
export async function countBlocks(trailId: TrailId, size: number, from = 0, most = Number.POSITIVE_INFINITY): Promise<{ written: number; next: number }> {
  const full = Math.floor(size / BLOCK_EVENTS);
  if (full <= from) return { written: 0, next: from };
  const scope = scopeOf(trailId);
  const all = await writeTransaction(scope, (tx) => blocksDue(tx, trailId, from, full));
  const due = all.slice(0, most);
  for (const block of due) await writeTransaction(scope, (tx) => countBlock(tx, trailId, block));
  return { written: due.length, next: all[due.length] ?? full };
}

async function blocksDue(tx: Tx, trailId: TrailId, from: number, full: number): Promise<number[]> {
  const rows = await sqlOf(tx).unsafe<{ block: number }[]>(
    `select b as block from generate_series($3::int, $2::int - 1) b
     where not exists (select 1 from count_hour where trail_id = $1 and block = b) or not exists (select 1 from count_day where trail_id = $1 and block = b) order by b`,
    [trailId, full, from],
  );
  return rows.map(({ block }) => block);
}

async function countBlock(tx: Tx, trailId: TrailId, block: number): Promise<void> {
  // in the order of the key, in which they are read
  const counted = async (table: string, columns: string, keys: string) => {
    await sqlOf(tx).unsafe(
      `with c as materialized (
         select ${keys}, count(*)::int as n from audit_event where trail_id = $1 and seq >= $2::bigint and seq < $2::bigint + ${BLOCK_EVENTS} group by ${columns})
       insert into ${table} (trail_id, block, ${columns}, n) select $1, $3::int, ${columns}, n from c where (select sum(n) from c) = ${BLOCK_EVENTS}
       order by ${columns} on conflict do nothing`,
      [trailId, block * BLOCK_EVENTS, block],
    );
  };
  await counted('count_hour', 'hour, actor_type, outcome', "date_trunc('hour', occurred_at, 'UTC') as hour, actor_type, outcome");
  const day = "(occurred_at at time zone 'UTC')::date as day_utc";
  await counted('count_day', 'day_utc, action, actor_type, outcome, resource_type', `${day}, action, actor_type, outcome, resource_type`);
}
