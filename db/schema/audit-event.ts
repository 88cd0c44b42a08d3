import { bigint, integer, pgTable, pgView, primaryKey, smallint, uuid } from 'drizzle-orm/pg-core';
import type { TrailId } from '../scope';
import { bytea, instant, jsonText, textC } from './columns';

/** The members of both halves of an event (SPEC §1) and its link. NULL is a member that is absent. A function, because the view has the same columns. */
const columns = () => ({
  trailId: integer('trail_id').$type<TrailId>().notNull(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  recordedAt: instant('recorded_at').notNull(),
  occurredAt: instant('occurred_at').notNull(),
  id: uuid('id').notNull(),
  v: smallint('v').notNull(),
  headerSalt: bytea('header_salt').notNull(),
  actorType: textC('actor_type').notNull(),
  actorId: textC('actor_id').notNull(),
  action: textC('action').notNull(),
  resourceType: textC('resource_type').notNull(),
  resourceId: textC('resource_id').notNull(),
  outcome: textC('outcome').notNull(),
  payloadSalt: bytea('payload_salt').notNull(),
  details: jsonText('details').notNull(),
  ipAddress: textC('ip_address'), // text: inet prints ::1.2.3.4 in the mixed notation that SPEC §2 forbids
  userAgent: textC('user_agent'),
  requestId: textC('request_id'),
  sessionId: textC('session_id'),
  source: textC('source'),
  sourceEpoch: uuid('source_epoch'),
  sourceSeq: bigint('source_seq', { mode: 'number' }),
  sealed: jsonText('sealed'),
  redaction: textC('redaction'),
  prevHash: bytea('prev_hash').notNull(),
  eventHash: bytea('event_hash').notNull(),
});

/**
 * The trail itself, append-only and partitioned by month of recorded_at. Drizzle knows neither partitions nor covering and partial indexes: those, the triggers and
 * the grants are written by hand in drizzle/. Only the writer role may name this table, and only to insert and read back; everybody else reads `eventView`.
 */
export const auditEvent = pgTable('audit_event', columns(), (t) => [
  primaryKey({ columns: [t.trailId, t.seq, t.recordedAt] }), // seq second: a seq is found without its month, a walk needs no sort
]);

/**
 * The only door for reading. Shows the trails of the transaction's scope; a query still names its trail with `=`, which gives the index its order, and bounds
 * seq or recorded_at through trailSegment where it can.
 */
export const eventView = pgView('event_view', columns()).existing();
