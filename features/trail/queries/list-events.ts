import { and, asc, desc, sql } from 'drizzle-orm';
import type { Filter } from '@/core/filter';
import { eventView as e } from '@/db/schema/audit-event';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import type { Cursor } from '../schema';
import { type Question, whereOf } from './bounds';

/** A line of the ledger as its columns have it; none of it is hashed again here (the event's own page does that). */
export type EventColumns = Awaited<ReturnType<typeof listEvents>>['rows'][number];

export const lineColumns = {
  seq: e.seq,
  id: e.id,
  occurredAt: e.occurredAt,
  recordedAt: e.recordedAt,
  actorType: e.actorType,
  actorId: e.actorId,
  action: e.action,
  resourceType: e.resourceType,
  resourceId: e.resourceId,
  outcome: e.outcome,
  ipAddress: e.ipAddress,
  sessionId: e.sessionId,
  requestId: e.requestId,
  source: e.source,
};

/**
 * Whether the question names a session or a request: a few events that lie together. The planner takes them for many and would walk the index of time to find them, past
 * millions; ordered by an expression it cannot, and finds them by their own index first.
 */
export function isFound(filter: Filter): boolean {
  const parts = 'and' in filter ? filter.and : [filter];
  return parts.some((part) => ('eq' in part && FOUND.has(part.eq[0])) || ('in' in part && FOUND.has(part.in[0])));
}
const FOUND = new Set(['session_id', 'request_id']);

/**
 * A page, newest first: by occurred_at, then seq, which no two events share. Keyset both ways, so that any depth costs what the first page costs, and events that
 * arrive meanwhile move no row. Without a cursor the newest.
 */
export async function listEvents(tx: Tx, trailId: TrailId, question: Question, cursor: Cursor | null, limit: number) {
  const isForward = cursor?.dir !== 'newer';
  const beyond = cursor && sql`(${e.occurredAt}, ${e.seq}) ${isForward ? sql`<` : sql`>`} (${cursor.time}::timestamptz, ${cursor.seq})`;
  const time = isFound(question.filter) ? sql`${e.occurredAt} + interval '0'` : e.occurredAt;
  const order = isForward ? [desc(time), desc(e.seq)] : [asc(time), asc(e.seq)];
  const found = await tx
    .select(lineColumns)
    .from(e)
    .where(and(await whereOf(tx, trailId, question), beyond ?? undefined))
    .orderBy(...order)
    .limit(limit + 1); // one more says whether there is more
  const rows = found.slice(0, limit);
  const isMore = found.length > limit;
  return isForward ? { rows, hasNewer: cursor !== null, hasOlder: isMore } : { rows: rows.reverse(), hasNewer: isMore, hasOlder: true };
}
