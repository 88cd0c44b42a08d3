/** The slow path from a COPY row to values, for the rows that people look at. */
import { COLUMN, type CopyRow } from './copy-row';
import type { StoredRow } from './event';

/** Every column as a value of its own that outlives the view. What is no event's value (infinity, NULL, a seq beyond 2^53) comes as StoredRow has it. */
export function rowFromCopy(row: CopyRow): StoredRow {
  return {
    seq: row.integer(COLUMN.seq),
    id: row.uuid(COLUMN.id),
    recordedAt: row.time(COLUMN.recorded_at),
    occurredAt: row.time(COLUMN.occurred_at),
    v: row.integer(COLUMN.v),
    headerSalt: row.copy(COLUMN.header_salt),
    actorType: row.text(COLUMN.actor_type),
    actorId: row.text(COLUMN.actor_id),
    action: row.text(COLUMN.action),
    resourceType: row.text(COLUMN.resource_type),
    resourceId: row.text(COLUMN.resource_id),
    outcome: row.text(COLUMN.outcome),
    payloadSalt: row.copy(COLUMN.payload_salt),
    details: row.text(COLUMN.details),
    ipAddress: row.text(COLUMN.ip_address),
    userAgent: row.text(COLUMN.user_agent),
    requestId: row.text(COLUMN.request_id),
    sessionId: row.text(COLUMN.session_id),
    source: row.text(COLUMN.source),
    sourceEpoch: row.uuid(COLUMN.source_epoch),
    sourceSeq: row.integer(COLUMN.source_seq),
    sealed: row.text(COLUMN.sealed),
    redaction: row.text(COLUMN.redaction),
    prevHash: row.copy(COLUMN.prev_hash),
    eventHash: row.copy(COLUMN.event_hash),
  };
}
