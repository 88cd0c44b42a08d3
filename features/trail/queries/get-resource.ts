import { and, asc, desc, eq, ne, type SQL, sql } from 'drizzle-orm';
import { eventView as e } from '@/db/schema/audit-event';
import { instantText } from '@/db/schema/columns';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import type { KindsRecorded, ResourceFacts, ResourceKey } from '../resource-model';
import type { RecordedChange } from '../resource-state';
import type { Cursor } from '../schema';
import { kindSql } from './kind-sql';
import { lineColumns } from './list-events';
import { monthsHolding } from './months-holding';

async function whereResource(tx: Tx, trailId: TrailId, { type, id }: ResourceKey): Promise<SQL> {
  return and(eq(e.trailId, trailId), await monthsHolding(tx, trailId, { from: null, to: null }), eq(e.resourceType, type), eq(e.resourceId, id)) as SQL;
}

export type ResourceEvent = Awaited<ReturnType<typeof listResourceEvents>>['rows'][number];

/** A page of what happened to a resource, newest first; `details` for the words of a line. */
export async function listResourceEvents(
  tx: Tx,
  trailId: TrailId,
  key: ResourceKey,
  { show, cursor, limit }: { show: 'all' | 'changes' | 'reads'; cursor: Cursor | null; limit: number },
) {
  const wanted = show === 'all' ? undefined : sql`${kindSql} = ${show === 'changes' ? 'change' : 'read'}`;
  const beyond = cursor ? sql`(${e.occurredAt}, ${e.seq}) < (${cursor.time}::timestamptz, ${cursor.seq})` : undefined;
  const found = await tx
    .select({ ...lineColumns, details: e.details, kind: kindSql })
    .from(e)
    .where(and(await whereResource(tx, trailId, key), wanted, beyond))
    .orderBy(desc(e.occurredAt), desc(e.seq))
    .limit(limit + 1);
  return { rows: found.slice(0, limit), hasOlder: found.length > limit };
}

/** Who touched it and how often; the newest actor first. Changes are those that succeeded; a denied or failed try counts as that alone. */
export async function getResourceFacts(tx: Tx, trailId: TrailId, key: ResourceKey, cap = 50_000): Promise<ResourceFacts> {
  const where = await whereResource(tx, trailId, key);
  const [first] = await tx
    .select({ seq: e.seq, occurredAt: e.occurredAt, action: e.action })
    .from(e)
    .where(where)
    .orderBy(asc(e.occurredAt), asc(e.seq))
    .limit(1);
  const newest = sql`(select ${e.actorType}, ${e.actorId}, ${e.outcome}, ${e.occurredAt}, ${kindSql} as kind from ${e} where ${where} order by ${e.occurredAt} desc, ${e.seq} desc limit ${cap + 1})`;
  const rows = await tx.execute<{
    actor_type: string;
    actor_id: string;
    n: string;
    reads: string;
    changes: string;
    denied: string;
    others: string;
    last_at: string;
  }>(sql`
    select actor_type, actor_id, count(*) as n, count(*) filter (where outcome = 'success' and kind = 'read') as reads, count(*) filter (where outcome = 'success' and kind = 'change') as changes,
      count(*) filter (where outcome = 'denied') as denied, count(*) filter (where outcome = 'failure' or (outcome = 'success' and kind = 'other')) as others, max(occurred_at) as last_at
    from ${newest} newest group by 1, 2 order by max(occurred_at) desc, 2`);
  const events = rows.reduce((sum, row) => sum + Number(row.n), 0);
  const actors = rows.map((row) => ({
    actorType: row.actor_type,
    actorId: row.actor_id,
    reads: Number(row.reads),
    changes: Number(row.changes),
    denied: Number(row.denied),
    others: Number(row.others),
    lastAt: instantText(row.last_at),
  }));
  return { events: Math.min(events, cap), isExact: events <= cap, first: first ?? null, actors };
}

/** Changes that succeeded and say what they changed, oldest first: the newest `cap`. */
export async function listRecordedChanges(tx: Tx, trailId: TrailId, key: ResourceKey, cap = 2_000): Promise<{ changes: RecordedChange[]; isWhole: boolean }> {
  const found = await tx
    .select({ seq: e.seq, occurredAt: e.occurredAt, details: e.details })
    .from(e)
    .where(
      and(await whereResource(tx, trailId, key), eq(e.outcome, 'success'), sql`(${e.details} -> 'changes' is not null or ${e.details} -> 'after' is not null)`),
    )
    .orderBy(desc(e.occurredAt), desc(e.seq))
    .limit(cap + 1);
  return { changes: found.slice(0, cap).reverse(), isWhole: found.length <= cap };
}

/** Reads of other resources of this type in `(from,to)`, counted up to `cap`: whether a gap is "nothing happened" or "nothing was recorded". */
export async function countOthersBetween(
  tx: Tx,
  trailId: TrailId,
  { type, id }: ResourceKey,
  { from, to }: { from: string; to: string },
  cap = 5_000,
): Promise<number> {
  const others = tx
    .select({ one: sql`1` })
    .from(e)
    .where(
      and(
        eq(e.trailId, trailId),
        await monthsHolding(tx, trailId, { from: null, to: null }),
        eq(e.resourceType, type),
        ne(e.resourceId, id),
        sql`${e.occurredAt} > ${from}::timestamptz and ${e.occurredAt} < ${to}::timestamptz`,
      ),
    )
    .limit(cap);
  const [row] = await tx.execute<{ n: string }>(sql`select count(*) as n from (${others}) others`);
  return Number(row?.n ?? 0);
}

/**
 * Which kinds of events are recorded of this type of resource: a type whose reads nobody records has a blind spot. From the newest `cap` events of the type; fewer than that
 * are all there are.
 */
export async function kindsRecorded(tx: Tx, trailId: TrailId, type: string, cap = 2_000): Promise<KindsRecorded> {
  const newest = tx
    .select({ kind: kindSql.as('kind') })
    .from(e)
    .where(and(eq(e.trailId, trailId), eq(e.resourceType, type)))
    .orderBy(desc(e.occurredAt), desc(e.seq))
    .limit(cap);
  const [row] = await tx.execute<{ looked: string; reads: boolean | null; changes: boolean | null }>(sql`
    select count(*) as looked, bool_or(kind = 'read') as reads, bool_or(kind = 'change') as changes from (${newest}) newest`);
  const looked = Number(row?.looked ?? 0);
  return { reads: row?.reads ?? false, changes: row?.changes ?? false, looked, isWhole: looked < cap };
}
