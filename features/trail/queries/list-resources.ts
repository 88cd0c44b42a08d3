import { and, eq, type SQL, sql } from 'drizzle-orm';
import { eventView as e } from '@/db/schema/audit-event';
import { instantText } from '@/db/schema/columns';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import type { ResourceCounts, ResourceKey, ResourceLine, ResourcePage } from '../resource-model';
import { kindSql } from './kind-sql';
import { monthsHolding } from './months-holding';

export type ResourceCursor = ResourceKey & { dir: 'next' | 'previous' };

/**
 * Resources in the order of their names, each with its newest event: from one to the next by the index (type, id, time), so that a page costs as many probes as it has
 * lines however many events they have. Events that name no resource are not among them.
 */
export async function listResources(
  tx: Tx,
  trailId: TrailId,
  {
    type,
    prefix = '',
    cursor,
    limit,
  }: { type: string | null /** of the id, within one type */; prefix?: string; cursor: ResourceCursor | null; limit: number },
): Promise<ResourcePage> {
  const isForward = cursor?.dir !== 'previous';
  const months = (await monthsHolding(tx, trailId, { from: null, to: null })) ?? sql`true`;
  const within = and(
    eq(e.trailId, trailId),
    months,
    type === null ? undefined : eq(e.resourceType, type),
    type === null || prefix === ''
      ? undefined
      : sql`starts_with(${e.resourceId}, ${prefix}) and ${e.resourceId} >= ${prefix} and ${e.resourceId} < ${`${prefix}\u{10ffff}`}`,
  ) as SQL;
  // One comparison only, and of one type the id alone: beside another PostgreSQL may start the walk at the wrong end and read its way to the right one.
  const beyond = (typeThere: SQL, idThere: SQL) => {
    const side = isForward ? sql`>` : sql`<`;
    return type === null ? sql`(${e.resourceType}, ${e.resourceId}) ${side} (${typeThere}, ${idThere})` : sql`${e.resourceId} ${side} ${idThere}`;
  };
  const start: SQL = cursor ? beyond(sql`${cursor.type}`, sql`${cursor.id}`) : type === null ? beyond(sql`''`, sql`''`) : sql`true`; // '' and '' is no resource
  const line = sql`${e.resourceType} as type, ${e.resourceId} as id, ${e.seq}, ${e.occurredAt}, ${e.actorType}, ${e.actorId}, ${e.action}`;
  // Forwards a resource's newest event comes first; backwards its oldest, and the newest takes a probe of its own.
  const order = isForward ? sql`${e.resourceType}, ${e.resourceId}, ${e.occurredAt} desc, ${e.seq} desc` : sql`${e.resourceType} desc, ${e.resourceId} desc`;
  const step = (from: SQL) => sql`(select ${line} from ${e} where ${within} and ${from} order by ${order} limit 1)`;
  const newest = isForward
    ? sql`walk`
    : sql`walk, lateral (select ${line} from ${e} where ${within} and ${e.resourceType} = walk.type and ${e.resourceId} = walk.id order by ${e.occurredAt} desc, ${e.seq} desc limit 1) newest`;
  const found = await tx.execute<NewestRow>(sql`
    with recursive walk as (
      select first.*, (first.id <> '')::int as n from ${step(start)} first
      union all
      select step.*, n + (step.id <> '')::int from walk, lateral ${step(beyond(sql`walk.type`, sql`walk.id`))} step where n <= ${limit}
    )
    select ${isForward ? sql`walk` : sql`newest`}.* from ${newest} order by ${isForward ? sql`type, id` : sql`type desc, id desc`}`);
  const named = found.filter((row) => row.id !== ''); // a type alone names no resource: the walk steps over it
  const rows = named.slice(0, limit).map(lineOf);
  const isMore = named.length > limit;
  return isForward ? { rows, hasPrevious: cursor !== null, hasNext: isMore } : { rows: rows.reverse(), hasPrevious: isMore, hasNext: true };
}

/**
 * Loaded apart from the names. How many events is answered by the index alone; changes and denials need the rows, and of a hot resource only its newest `cap` are looked
 * at (`isExact` false).
 */
export async function countResources(tx: Tx, trailId: TrailId, keys: readonly ResourceKey[], cap = 1_000): Promise<ResourceCounts[]> {
  if (keys.length === 0) return [];
  const list = sql.join(
    keys.map(({ type, id }) => sql`(${type}, ${id})`),
    sql`, `,
  );
  const its = sql`${eq(e.trailId, trailId)} and ${e.resourceType} = k.type and ${e.resourceId} = k.id`;
  const rows = await tx.execute<{ type: string; id: string; events: string; changes: string; denied: string }>(sql`
    select k.type, k.id, (select count(*) from ${e} where ${its}) as events, c.* from (values ${list}) k(type, id), lateral (
      select count(*) filter (where outcome = 'denied') as denied, count(*) filter (where outcome = 'success' and kind = 'change') as changes from (
        select ${e.outcome}, ${kindSql} as kind from ${e} where ${its} order by ${e.occurredAt} desc, ${e.seq} desc limit ${cap}
      ) newest
    ) c`);
  return rows.map((row) => ({
    type: row.type,
    id: row.id,
    events: Number(row.events),
    changes: Number(row.changes),
    denied: Number(row.denied),
    isExact: Number(row.events) <= cap,
  }));
}

/** Resources whose id holds the text, by the trigram index; `type/text` looks among one type for ids that begin with it. In the order of their names, at most `limit`. */
export async function findResources(tx: Tx, trailId: TrailId, typed: string, limit: number): Promise<ResourceKey[]> {
  const slash = typed.indexOf('/');
  const [type, text] = slash > 0 ? [typed.slice(0, slash), typed.slice(slash + 1)] : [null, typed];
  if (type !== null) {
    const page = await listResources(tx, trailId, { type, prefix: text, cursor: null, limit });
    return page.rows.map(({ type, id }) => ({ type, id }));
  }
  const like = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const isIndexed = [...text].length >= 3;
  return tx.execute<ResourceKey>(sql`
    select distinct ${e.resourceType} as type, ${e.resourceId} as id from ${e}
    where ${eq(e.trailId, trailId)} and strpos(${e.resourceId}, ${text}) > 0 ${isIndexed ? sql`and (${e.action} || ' ' || ${e.resourceId}) like ${like}` : sql``}
    order by 1, 2 limit ${limit}`);
}

/** The newest event of each of some resources. */
export async function listNewestOf(tx: Tx, trailId: TrailId, keys: readonly ResourceKey[]): Promise<ResourceLine[]> {
  if (keys.length === 0) return [];
  const list = sql.join(
    keys.map(({ type, id }) => sql`(${type}, ${id})`),
    sql`, `,
  );
  const rows = await tx.execute<NewestRow>(sql`
    select k.type, k.id, newest.* from (values ${list}) k(type, id), lateral (
      select ${e.seq}, ${e.occurredAt}, ${e.actorType}, ${e.actorId}, ${e.action} from ${e}
      where ${eq(e.trailId, trailId)} and ${e.resourceType} = k.type and ${e.resourceId} = k.id order by ${e.occurredAt} desc, ${e.seq} desc limit 1) newest`);
  return rows.map(lineOf);
}

/**
 * The resources that were touched last, each with that event, newest first: among the newest `window` events, so that one resource with a million of them costs no more.
 */
export async function listTouchedLast(tx: Tx, trailId: TrailId, limit: number, window = 3_000): Promise<ResourceLine[]> {
  const rows = await tx.execute<NewestRow>(sql`
    select * from (
      select distinct on (type, id) * from (
        select ${e.resourceType} as type, ${e.resourceId} as id, ${e.seq}, ${e.occurredAt}, ${e.actorType}, ${e.actorId}, ${e.action} from ${e}
        where ${eq(e.trailId, trailId)} order by ${e.occurredAt} desc, ${e.seq} desc limit ${window}
      ) newest where id <> '' order by type, id, occurred_at desc, seq desc
    ) touched order by occurred_at desc, seq desc limit ${limit}`);
  return rows.map(lineOf);
}

type NewestRow = { type: string; id: string; seq: string; occurred_at: string; actor_type: string; actor_id: string; action: string };
const lineOf = (row: NewestRow): ResourceLine => ({
  type: row.type,
  id: row.id,
  lastSeq: Number(row.seq),
  lastAt: instantText(row.occurred_at),
  lastActorType: row.actor_type,
  lastActorId: row.actor_id,
  lastAction: row.action,
});
