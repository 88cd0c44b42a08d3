import { type SQL, sql } from 'drizzle-orm';
import type { Filter } from '@/core/filter';
import { isOfMonths } from '@/core/month-tallies';
import { eventView as e } from '@/db/schema/audit-event';
import { lookedUp } from './acts';

const byActor: Filter = { not: { eq: ['actor_id', ''] } };
const byAction: Filter = { not: { eq: ['action', ''] } };
const byResource: Filter = { not: { eq: ['resource_type', ''] } };
const byAddress: Filter = { contains: ['ip_address', ''] };

/**
 * Everything that an index of the screens holds, of those that hold the number of their events too, so that asking costs no look at a row: a row that is hidden by one of them is
 * found. The list of all (by time) is asked by every verification; sessions, requests and agents by what is drawn of them, if at all.
 */
export const wholeIndexes: readonly Filter[] = [byActor, byAction, byResource, byAddress];

const ORDERS = new Map<string, SQL>([
  [JSON.stringify(byActor), sql`${e.actorId}, `],
  [JSON.stringify(byAction), sql`${e.action}, `],
  [JSON.stringify(lookedUp), sql`${e.action}, `],
  [JSON.stringify(byResource), sql`${e.resourceType}, ${e.resourceId}, `],
  [JSON.stringify(byAddress), sql`${e.ipAddress}, `],
]);

/**
 * The order that the one index to be asked is in, and no other: where nothing else may be sorted, a planner can answer by that index alone, however dear he thinks it. Null for a filter,
 * bounded as the sampler does it, that is asked through no certain index.
 */
export function orderOf(filter: Filter): SQL | null {
  const [asked] = 'and' in filter ? filter.and : [];
  if (asked === undefined) return null;
  const order = isOfMonths(asked) ? sql`` : ORDERS.get(JSON.stringify(asked));
  return order === undefined ? null : sql`${order}${e.occurredAt} desc, ${e.seq} desc`;
}
