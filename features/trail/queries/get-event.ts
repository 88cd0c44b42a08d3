import { and, asc, desc, eq, gt, gte, inArray, lt, lte, or, sql } from 'drizzle-orm';
import { checkHeaderText, checkPayloadText, type EventRow, hashRow, headerHash, headerText, linkText, payloadHash, payloadText } from '@/core/event';
import { eventView as e } from '@/db/schema/audit-event';
import { keyView } from '@/db/schema/trail';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import type { ChainNeighbour, EventCheck } from '../event-model';
import { type EventColumns, lineColumns } from './list-events';
import { monthsHolding } from './months-holding';

export type EventRecord = {
  row: EventRow;
  /** The exact canonical texts of both halves, as the stored columns give them, and what `sha256sum` reads to check the link. */
  header: string;
  payload: string;
  headerHash: string;
  payloadHash: string;
  link: string;
  check: EventCheck;
};

export const rowColumns = {
  seq: e.seq,
  id: e.id,
  recordedAt: e.recordedAt,
  occurredAt: e.occurredAt,
  v: e.v,
  headerSalt: e.headerSalt,
  actorType: e.actorType,
  actorId: e.actorId,
  action: e.action,
  resourceType: e.resourceType,
  resourceId: e.resourceId,
  outcome: e.outcome,
  payloadSalt: e.payloadSalt,
  details: e.details,
  ipAddress: e.ipAddress,
  userAgent: e.userAgent,
  requestId: e.requestId,
  sessionId: e.sessionId,
  source: e.source,
  sourceEpoch: e.sourceEpoch,
  sourceSeq: e.sourceSeq,
  sealed: e.sealed,
  redaction: e.redaction,
  prevHash: e.prevHash,
  eventHash: e.eventHash,
};

/** One event, hashed again. Null when no row bears that number. */
export async function getEvent(tx: Tx, trail: { trailId: TrailId; origin: string }, seq: number): Promise<EventRecord | null> {
  const months = await monthsHolding(tx, trail.trailId, { from: seq, to: seq + 1 });
  const read = (within: typeof months) =>
    tx
      .select(rowColumns)
      .from(e)
      .where(and(eq(e.trailId, trail.trailId), eq(e.seq, seq), within))
      .limit(2);
  // A row whose recorded_at was edited lies in another month: it is still to be found, and judged.
  const bounded = await read(months);
  const rows = bounded.length > 0 || !months ? bounded : await read(undefined);
  return rows[0] ? judge(trail.origin, rows[0], rows.length > 1) : null;
}

/** The rows that bear one number, wherever they lie, each hashed again: two where somebody put a second one in, and no more are looked at. */
export async function getRowsOf(tx: Tx, trail: { trailId: TrailId; origin: string }, seq: number): Promise<EventRecord[]> {
  const rows = await tx
    .select(rowColumns)
    .from(e)
    .where(and(eq(e.trailId, trail.trailId), eq(e.seq, seq)))
    .orderBy(asc(e.recordedAt))
    .limit(2);
  return rows.map((row) => judge(trail.origin, row, rows.length > 1));
}

/** Some events, each hashed again, in the order of their numbers; those that no row bears are left out. Two reads for all of them. */
export async function getEvents(tx: Tx, trail: { trailId: TrailId; origin: string }, seqs: readonly number[]): Promise<EventRecord[]> {
  const asked = [...new Set(seqs.filter((seq) => Number.isSafeInteger(seq) && seq >= 0))];
  if (asked.length === 0) return [];
  const months = await monthsHolding(tx, trail.trailId, { from: Math.min(...asked), to: Math.max(...asked) + 1 });
  const read = (some: readonly number[], within: typeof months) =>
    tx
      .select(rowColumns)
      .from(e)
      .where(and(eq(e.trailId, trail.trailId), inArray(e.seq, [...some]), within))
      .orderBy(asc(e.seq));
  const rows = await read(asked, months);
  const missing = months ? asked.filter((seq) => !rows.some((row) => row.seq === seq)) : [];
  if (missing.length > 0) rows.push(...(await read(missing, undefined)));
  const times = new Map<number, number>();
  for (const { seq } of rows) times.set(seq, (times.get(seq) ?? 0) + 1);
  const firsts = rows.filter((row, i) => rows.findIndex(({ seq }) => seq === row.seq) === i);
  return firsts.map((row) => judge(trail.origin, row, (times.get(row.seq) ?? 0) > 1)).sort((a, b) => a.row.seq - b.row.seq);
}

function judge(origin: string, row: EventRow, isDouble: boolean): EventRecord {
  const header = headerText(origin, row);
  const payload = payloadText(row);
  const [h, p] = [headerHash(origin, row), payloadHash(row)];
  const found = hashRow(origin, row);
  let check: EventCheck = { state: 'holds' };
  if (isDouble) check = { state: 'broken', code: 'DUPLICATE', member: null, found: found.toString('hex') };
  else if (!found.equals(row.eventHash)) {
    const member = checkHeaderText(header) ?? checkPayloadText(payload);
    check = { state: 'broken', code: member === null ? 'EVENT_HASH' : 'MALFORMED', member, found: found.toString('hex') };
  }
  return { row, header, payload, headerHash: h.toString('hex'), payloadHash: p.toString('hex'), link: linkText(row.seq, row.prevHash, h, p), check };
}

/** The rows before and after in the chain; null where the trail ends, or where a number is missing. */
export async function getNeighbours(tx: Tx, trailId: TrailId, seq: number): Promise<{ previous: ChainNeighbour | null; next: ChainNeighbour | null }> {
  const months = await monthsHolding(tx, trailId, { from: Math.max(0, seq - 1), to: seq + 2 });
  const read = (within: typeof months) =>
    tx
      .select({ seq: e.seq, action: e.action, eventHash: sql<string>`encode(${e.eventHash}, 'hex')`, prevHash: sql<string>`encode(${e.prevHash}, 'hex')` })
      .from(e)
      .where(and(eq(e.trailId, trailId), gte(e.seq, seq - 1), lte(e.seq, seq + 1), within))
      .limit(6);
  const both = (found: ChainNeighbour[]) => ({
    previous: found.find((row) => row.seq === seq - 1) ?? null,
    next: found.find((row) => row.seq === seq + 1) ?? null,
  });
  // as with the event itself: one that is not where it should be may lie in another month
  const near = both(await read(months));
  return (near.previous && near.next) || !months ? near : both(await read(undefined));
}

/** What the same actor did just before and after, nearest first cut to `limit` a side, then in the order of the list (newest first). */
export async function listSameActor(
  tx: Tx,
  trailId: TrailId,
  event: Pick<EventRow, 'seq' | 'actorId' | 'occurredAt'>,
  aroundMs: number,
  limit: number,
): Promise<EventColumns[]> {
  const time = Date.parse(event.occurredAt);
  const at = (ms: number) => new Date(ms).toISOString().replace('Z', '000Z');
  const months = await monthsHolding(tx, trailId, { from: null, to: null });
  const side = (isAfter: boolean) =>
    tx
      .select(lineColumns)
      .from(e)
      .where(
        and(
          eq(e.trailId, trailId),
          months,
          eq(e.actorId, event.actorId),
          isAfter ? lt(e.occurredAt, at(time + aroundMs)) : gt(e.occurredAt, at(time - aroundMs)),
          sql`(${e.occurredAt}, ${e.seq}) ${isAfter ? sql`>` : sql`<`} (${event.occurredAt}::timestamptz, ${event.seq})`,
        ),
      )
      .orderBy(isAfter ? asc(e.occurredAt) : desc(e.occurredAt), isAfter ? asc(e.seq) : desc(e.seq))
      .limit(limit);
  return [...(await side(true)).reverse(), ...(await side(false))];
}

/** The number of the event with this id, under whatever source; the newest where several sources use it. Past the dedupe horizon ids are forgotten: null. */
export async function findSeqById(tx: Tx, trailId: TrailId, id: string): Promise<number | null> {
  const [found] = await tx
    .select({ seq: keyView.seq })
    .from(keyView)
    .where(and(eq(keyView.trailId, trailId), eq(keyView.id, id)))
    .orderBy(desc(keyView.seq))
    .limit(1);
  return found?.seq ?? null;
}

/**
 * The number of the event whose hash begins so (at least 8 hex digits). No index holds hashes, they would cost every append for a question asked once a month: the
 * rows are read, newest month first, until found or until `statementMs` is over (then the server's 57014 is thrown).
 */
export async function findSeqByHash(tx: Tx, trailId: TrailId, hex: string): Promise<number | null> {
  const low = Buffer.from(hex.padEnd(64, '0'), 'hex');
  const high = Buffer.from(hex.padEnd(64, 'f'), 'hex');
  const [found] = await tx
    .select({ seq: e.seq })
    .from(e)
    .where(and(eq(e.trailId, trailId), or(and(gte(e.eventHash, low), lte(e.eventHash, high)))))
    .limit(1);
  return found?.seq ?? null;
}
