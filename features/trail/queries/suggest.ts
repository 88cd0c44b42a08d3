import { and, eq, sql } from 'drizzle-orm';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { monthsHolding } from './months-holding';

const COLUMNS = { actor: e.actorId, action: e.action, type: e.resourceType, agent: e.userAgent } as const;
export type SuggestKey = keyof typeof COLUMNS | 'resource';

const ENOUGH = 12;
const WALK = 400;

/**
 * Values of a field that hold what was typed, for completion. Few distinct values (up to 400) are walked whole, one index probe each, and searched anywhere in the
 * text; of more only those that begin with it are found. Resources are searched by the trigram index, as `type/id`.
 */
export async function suggestValues(tx: Tx, trailId: TrailId, key: SuggestKey, typed: string): Promise<string[]> {
  if (key === 'resource') return suggestResources(tx, trailId, typed);
  const text = typed.toLowerCase();
  const beginning = await distinct(tx, trailId, key, typed, ENOUGH + 1);
  if (beginning.length > ENOUGH || typed === '') return rank(beginning.filter(Boolean), text);
  const known = await distinct(tx, trailId, key, '', WALK);
  return rank([...new Set([...beginning, ...known.filter((value) => value.toLowerCase().includes(text))])].filter(Boolean), text);
}

/** What begins with the typed text first, then the rest, each in the order of the bytes. */
function rank(values: string[], text: string): string[] {
  const begins = (value: string) => (value.toLowerCase().startsWith(text) ? 0 : 1);
  return values.sort((a, b) => begins(a) - begins(b)).slice(0, ENOUGH);
}

/** Up to `limit` distinct values that begin with `prefix`: from one to the next by the index, never over the rows between. */
export async function distinct(tx: Tx, trailId: TrailId, key: keyof typeof COLUMNS, prefix: string, limit: number): Promise<string[]> {
  const column = COLUMNS[key];
  const name = sql.identifier(column.name);
  const months = (await monthsHolding(tx, trailId, { from: null, to: null })) ?? sql`true`;
  const next = (from: ReturnType<typeof sql>) =>
    sql`(select ${column} as value from ${e} where ${eq(e.trailId, trailId)} and ${months} and ${e}.${name} ${from} order by ${column} limit 1)`;
  const rows = await tx.execute<{ value: string }>(sql`
    with recursive walk(value, n) as (
      select value, 1 from ${next(sql`>= ${prefix}`)} first
      union all
      select (select value from ${next(sql`> walk.value`)} step), n + 1 from walk where walk.value is not null and starts_with(walk.value, ${prefix}) and n < ${limit}
    )
    select value from walk where value is not null and starts_with(value, ${prefix})`);
  return rows.map((row) => row.value);
}

async function suggestResources(tx: Tx, trailId: TrailId, typed: string): Promise<string[]> {
  const [type, id] = typed.includes('/') ? [typed.slice(0, typed.indexOf('/')), typed.slice(typed.indexOf('/') + 1)] : [null, typed];
  const like = `%${id.replace(/[\\%_]/g, '\\$&')}%`;
  const found = await tx
    .select({ type: e.resourceType, id: e.resourceId })
    .from(e)
    .where(
      and(
        eq(e.trailId, trailId),
        type === null ? undefined : eq(e.resourceType, type),
        sql`${e.resourceId} <> ''`,
        id === '' ? undefined : sql`strpos(${e.resourceId}, ${id}) > 0`,
        [...id].length < 3 ? undefined : sql`(${e.action} || ' ' || ${e.resourceId}) like ${like}`,
      ),
    )
    .limit(2_000); // of a hot resource these may all be one: completion is a help, not a list
  const texts = [...new Set(found.map((row) => (row.type.includes('/') || row.type === '' ? row.id : `${row.type}/${row.id}`)))].sort();
  return texts.slice(0, ENOUGH);
}
