// Rows of audit_event, in and out: written by binary COPY, read back and hashed again before anybody is told that they are there (SPEC §2).
import { COLUMN, COPY_COLUMNS, CopyReader } from '@/core/copy-row';
import { type EventRow, hashRow } from '@/core/event';
import { timeFromPostgres } from '@/core/postgres-time';
import { RowHasher } from '@/core/row-hasher';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';
import { copyBack } from './copy-back';
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
 * Reads a run of rows as they stand in the database and hashes each from its columns, by the fast path of verification, while the next are on their way.
 * @returns whether they are these rows, to the last bit
 */
export async function holdsRows(tx: Tx, trailId: TrailId, origin: string, rows: readonly EventRow[]): Promise<boolean> {
  const [first, last] = [rows[0], rows.at(-1)] as [EventRow, EventRow];
  const hasher = new RowHasher(origin);
  const reader = new CopyReader();
  let [read, isSame] = [0, true];
  await copyBack(
    tx,
    // recorded_at names the months to look in
    `copy (select ${COLUMNS} from audit_event where trail_id = ${trailId} and seq between ${first.seq} and ${last.seq}
     and recorded_at between '${instant(first)}' and '${instant(last)}' order by seq) to stdout (format binary)`,
    (chunk) => {
      reader.push(chunk);
      for (let row = reader.next(); row !== null; row = reader.next()) {
        const digest = hasher.eventDigest(row);
        const sent = rows[read++];
        isSame &&= sent !== undefined && row.equalsDigest(COLUMN.event_hash, digest) && sent.eventHash.toString('latin1') === digest;
      }
    },
  );
  reader.end();
  return isSame && read === rows.length;
}

const instant = ({ recordedAt }: EventRow) => recordedAt.replaceAll("'", "''");

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
