// Rows of audit_event, in and out: written by binary COPY, read back and hashed again before anybody is told that they are there (SPEC §2).
import { COLUMN, COPY_COLUMNS, CopyRow } from '@/core/copy-row';
import { type EventRow, hashRow } from '@/core/event';
import { timeFromPostgres } from '@/core/postgres-time';
import { RowHasher } from '@/core/row-hasher';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';
import { CopyEncoder } from './copy-encoder';
import { copyIn } from './copy-in';

const COLUMNS = COPY_COLUMNS.join(', ');

/** Rows encoded before they are handed to the socket: the server stores the ones while we hash the next. */
const CHUNK_ROWS = 128;

/** @param complete called for each row in order, just before it is sent: sets the link */
export async function insertRows(tx: Tx, trailId: TrailId, rows: readonly EventRow[], complete: (i: number) => void): Promise<void> {
  const encoder = new CopyEncoder(CHUNK_ROWS * 1024);
  function* chunks() {
    for (let i = 0; i < rows.length; i++) {
      complete(i);
      encodeRow(encoder, trailId, rows[i] as EventRow);
      if ((i + 1) % CHUNK_ROWS === 0) yield encoder.take();
    }
    yield encoder.end();
  }
  await copyIn(tx, `copy audit_event (trail_id, ${COLUMNS}) from stdin (format binary)`, chunks());
}

function encodeRow(encoder: CopyEncoder, trailId: TrailId, row: EventRow) {
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

/**
 * Reads a run of rows and hashes each from its columns, by the fast path of verification. All rows come as one value, each as record_send gives it (the fields of
 * binary COPY with their types before them): 25 values a row as objects would cost more than the hashes.
 * @returns event_hash of each row in order; null where the columns do not give it
 */
export async function readBackRows(tx: Tx, trailId: TrailId, origin: string, first: EventRow, last: EventRow): Promise<(Buffer | null)[]> {
  const [answer] = await sqlOf(tx).unsafe<{ rows: Buffer | null }[]>(
    `select string_agg(bytes, '') as rows from (select record_send(row(${COLUMNS})) as bytes from audit_event
     where trail_id = $1 and seq between $2 and $3 and recorded_at between $4::text::timestamptz and $5::text::timestamptz order by seq) r`,
    [trailId, first.seq, last.seq, first.recordedAt, last.recordedAt], // recorded_at names the months to look in
  );
  const bytes = answer?.rows ?? Buffer.alloc(0);
  const hasher = new RowHasher(origin);
  const row = new CopyRow();
  row.bytes = bytes;
  row.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const hashes: (Buffer | null)[] = [];
  for (let at = 0; at < bytes.length; ) {
    at = readRecord(row, at);
    hashes.push(row.equalsDigest(COLUMN.event_hash, hasher.eventDigest(row)) ? (row.slice(COLUMN.event_hash) as Buffer) : null);
  }
  return hashes;
}

/** int32 number of fields, then each as int32 type, int32 length (-1 = NULL) and its bytes. @returns where the next record begins */
function readRecord(row: CopyRow, start: number): number {
  const { bytes, starts, lengths } = row;
  if (bytes.readInt32BE(start) !== COPY_COLUMNS.length) throw new Error('a record of other columns was read back');
  let at = start + 4;
  for (let column = 0; column < COPY_COLUMNS.length; column++) {
    const length = bytes.readInt32BE(at + 4);
    at += 8;
    starts[column] = at;
    lengths[column] = length;
    if (length > 0) at += length;
  }
  row.size = at - start;
  return at;
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
