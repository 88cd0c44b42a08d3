import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Filter } from '@/core/filter';
import type { Snapshot } from '@/db/copy-out';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import { filterToSql } from '@/features/trail/queries/filter-sql';

/** What the screens' own view, role and filter builder find: how many rows, and the XOR of their seqs. */
export async function tallyView(snapshot: Snapshot, trailId: TrailId, filter: Filter): Promise<{ count: number; xor: bigint }> {
  const statement = sql`select count(*) as count, coalesce(bit_xor(${e.seq}), 0)::text as xor from ${e} where ${e.trailId} = ${trailId} and ${filterToSql(filter)}`;
  const { sql: text, params } = new PgDialect().sqlToQuery(statement);
  const [row] = await snapshot.query<{ count: number; xor: string }>(text, params);
  return { count: row?.count ?? 0, xor: BigInt(row?.xor ?? 0) };
}
