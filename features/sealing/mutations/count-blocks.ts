import { BLOCK_EVENTS } from '@/core/block-counts';
import { scopeOf, type TrailId } from '@/db/scope';
import { sqlOf, type Tx, writeTransaction } from '@/db/transaction';

const TABLES = ['count_hour', 'count_day', 'count_outcome'];

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
  const isDue = TABLES.map((table) => `not exists (select 1 from ${table} where trail_id = $1 and block = b)`).join(' or ');
  const rows = await sqlOf(tx).unsafe<{ block: number }[]>(`select b as block from generate_series($3::int, $2::int - 1) b where ${isDue} order by b`, [
    trailId,
    full,
    from,
  ]);
  return rows.map(({ block }) => block);
}

/** One pass over the rows; what is written lies in the order of the keys, in which it is read. */
async function countBlock(tx: Tx, trailId: TrailId, block: number): Promise<void> {
  const kept = (table: string, columns: string, figures: Record<string, string>) =>
    `insert into ${table} (trail_id, block, ${columns}, ${Object.keys(figures)}) select $1, $3::int, ${columns}, ${Object.values(figures)}
     from counted where (select sum(n) from counted) = ${BLOCK_EVENTS} group by ${columns} order by ${columns} on conflict do nothing`;
  const of = (outcome: string) => `coalesce(sum(n) filter (where outcome = '${outcome}'), 0)`;
  await sqlOf(tx).unsafe(
    `with counted as materialized (
       select date_trunc('hour', occurred_at, 'UTC') as hour, (occurred_at at time zone 'UTC')::date as day_utc, action, actor_type, outcome, resource_type, count(*) as n
       from audit_event where trail_id = $1 and seq >= $2::bigint and seq < $2::bigint + ${BLOCK_EVENTS} group by 1, 2, 3, 4, 5, 6),
     hours as (${kept('count_hour', 'hour, actor_type, outcome', { n: 'sum(n)' })}),
     days as (${kept('count_day', 'day_utc, action, actor_type, outcome, resource_type', { n: 'sum(n)' })})
     ${kept('count_outcome', 'hour', { success: of('success'), failure: of('failure'), denied: of('denied') })}`,
    [trailId, block * BLOCK_EVENTS, block],
  );
}
