import type { StoredRow } from '../event';
import { timeFromPostgres } from '../postgres-time';

/** Columns by name as PostgreSQL prints them in a UTC session: text, or null for NULL. */
export type PrintedRow = { [column: string]: string | null };

const integer = (text: string | null) => (text === null ? null : Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text));
const bytes = (text: string | null) => (text === null ? null : Buffer.from(text.slice(2), 'hex'));
const time = (text: string | null) => (text === null ? null : timeFromPostgres(text));

export function storedRow(printed: PrintedRow): StoredRow {
  const column = (name: string) => {
    const value = printed[name];
    if (value === undefined) throw new Error(`no column ${name}`);
    return value;
  };
  return {
    seq: integer(column('seq')),
    id: column('id'),
    recordedAt: time(column('recorded_at')),
    occurredAt: time(column('occurred_at')),
    v: integer(column('v')),
    headerSalt: bytes(column('header_salt')),
    actorType: column('actor_type'),
    actorId: column('actor_id'),
    action: column('action'),
    resourceType: column('resource_type'),
    resourceId: column('resource_id'),
    outcome: column('outcome'),
    payloadSalt: bytes(column('payload_salt')),
    details: column('details'),
    ipAddress: column('ip_address'),
    userAgent: column('user_agent'),
    requestId: column('request_id'),
    sessionId: column('session_id'),
    source: column('source'),
    sourceEpoch: column('source_epoch'),
    sourceSeq: integer(column('source_seq')),
    sealed: column('sealed'),
    redaction: column('redaction'),
    prevHash: bytes(column('prev_hash')),
    eventHash: bytes(column('event_hash')),
  };
}
