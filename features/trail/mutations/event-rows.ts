// Rows of audit_event, in and out: written by binary COPY, read back and hashed again before anybody is told that they are there (SPEC §2).
import { COPY_COLUMNS } from '@/core/copy-row';
import { type EventRow, hashRow } from '@/core/event';
import { timeFromPostgres } from '@/core/postgres-time';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';
import { CopyEncoder } from './copy-encoder';
import { copyIn } from './copy-in';

const COLUMNS = COPY_COLUMNS.join(', ');

export async function insertRows(tx: Tx, trailId: TrailId, rows: readonly EventRow[]): Promise<void> {
  await copyIn(tx, `copy audit_event (trail_id, ${COLUMNS}) from stdin (format binary)`, encodeRows(trailId, rows));
}

function encodeRows(trailId: TrailId, rows: readonly EventRow[]): Buffer {
  const encoder = new CopyEncoder(rows.length * 1024);
  for (const row of rows) {
    encoder.row(COPY_COLUMNS.length + 1);
    encoder.int4(trailId);
    encoder.int8(row.seq);
    encoder.timestamptz(row.recordedAt);
    encoder.timestamptz(row.occurredAt);
    encoder.uuid(row.id);
    encoder.int2(row.v);
    encoder.bytea(row.headerSalt);
    encoder.text(row.actorType);
    encoder.text(row.actorId);
    encoder.text(row.action);
    encoder.text(row.resourceType);
    encoder.text(row.resourceId);
    encoder.text(row.outcome);
    encoder.bytea(row.payloadSalt);
    encoder.text(row.details);
    encoder.text(row.ipAddress);
    encoder.text(row.userAgent);
    encoder.text(row.requestId);
    encoder.text(row.sessionId);
    encoder.text(row.source);
    encoder.uuid(row.sourceEpoch);
    encoder.int8(row.sourceSeq);
    encoder.text(row.sealed);
    encoder.text(row.redaction);
    encoder.bytea(row.prevHash);
    encoder.bytea(row.eventHash);
  }
  return encoder.end();
}

/** Reads rows of one trail as the writer. @param where trusted SQL over the columns, with $2 … for `values` */
export async function readRows(tx: Tx, trailId: TrailId, where: string, values: (string | number)[]): Promise<EventRow[]> {
  const rows = await sqlOf(tx)
    .unsafe(`select ${COLUMNS} from audit_event where trail_id = $1 and ${where} order by seq`, [trailId, ...values])
    .values();
  return rows.map(rowOf);
}

// biome-ignore format: in the order of COPY_COLUMNS
type Values = [string, string, string, string, number, Buffer, string, string, string, string, string, string, Buffer, string, string | null, string | null,
  string | null, string | null, string | null, string | null, string | null, string | null, string | null, Buffer, Buffer];

function rowOf(values: unknown): EventRow {
  // biome-ignore format: in the order of COPY_COLUMNS
  const [seq, recordedAt, occurredAt, id, v, headerSalt, actorType, actorId, action, resourceType, resourceId, outcome, payloadSalt, details, ipAddress, userAgent,
    requestId, sessionId, source, sourceEpoch, sourceSeq, sealed, redaction, prevHash, eventHash] = values as Values;
  return {
    seq: Number(seq),
    recordedAt: timeFromPostgres(recordedAt),
    occurredAt: timeFromPostgres(occurredAt),
    id,
    v,
    headerSalt,
    actorType,
    actorId,
    action,
    resourceType,
    resourceId,
    outcome,
    payloadSalt,
    details,
    ipAddress,
    userAgent,
    requestId,
    sessionId,
    source,
    sourceEpoch,
    sourceSeq: sourceSeq === null ? null : Number(sourceSeq),
    sealed,
    redaction,
    prevHash,
    eventHash,
  };
}

/** Does the row give the hash that stands in it? */
export const isWhole = (origin: string, row: EventRow): boolean => hashRow(origin, row).equals(row.eventHash);
