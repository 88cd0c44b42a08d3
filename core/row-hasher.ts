/**
 * The fast path of SPEC §1: a COPY row's canonical header and payload written as UTF-8 into reused memory, byte for byte what headerText and payloadText give,
 * and hashed with the one-shot crypto.hash. Nothing is parsed and no string is made of a column: the stored text is the hashed text, but for the escapes of RFC 8785.
 * A row that cannot be an event's (a NULL where a value is due, a time outside 1970–9999, a type that is not ours, more bytes than any has) takes the slow path through
 * those two functions, and each row does where there is no WebAssembly.
 */
import { hash } from 'node:crypto';
import { isPlainTime } from './canonical-bytes';
import { COLUMN as C, type CopyRow, viewOf } from './copy-row';
import { hashRow, headerText, payloadText } from './event';
import { isWholeObjectAt } from './raw-object';
import { rowFromCopy } from './row-from-copy';
import { type RowKernel, rowKernel } from './row-kernel';

const TEXTS = [
  C.actor_type,
  C.actor_id,
  C.action,
  C.resource_type,
  C.resource_id,
  C.outcome,
  C.details,
  C.ip_address,
  C.user_agent,
  C.request_id,
  C.session_id,
  C.source,
  C.sealed,
  C.redaction,
];

type Halves = { header: DataView; headerEnd: number; payload: DataView; payloadEnd: number };

/** Hashes rows of one trail. What it gives is good until any of them is asked for the next row. */
export class RowHasher {
  private readonly tail: Buffer;

  constructor(
    private readonly origin: string,
    private readonly kernel: RowKernel | null = rowKernel(),
  ) {
    this.tail = Buffer.from(`,"trail":${JSON.stringify(origin)},"v":1}`);
  }

  /** event_hash as the row's columns give it, prev_hash included: 32 characters, one a byte (equalsDigest compares, Buffer.from(…, 'latin1') converts). */
  eventDigest(row: CopyRow): string {
    const kernel = this.written(row);
    if (kernel !== null && row.lengths[C.prev_hash] === 32) return kernel.eventDigest();
    if (!isText(row)) return hash('sha256', row.raw(), 'binary');
    return hashRow(this.origin, rowFromCopy(row)).toString('latin1');
  }

  /** Where both canonical halves stand. Of a row that was digested last they need not be written again. */
  halves(row: CopyRow): Halves {
    const kernel = this.written(row);
    if (kernel !== null) return kernel;
    const [header, payload] = [this.header(row), this.payload(row)];
    return { header: viewOf(header), headerEnd: header.length, payload: viewOf(payload), payloadEnd: payload.length };
  }

  /** The bytes of the canonical header. */
  header(row: CopyRow): Buffer {
    const kernel = this.written(row);
    if (kernel !== null) return bytesOf(kernel.header, kernel.headerEnd);
    return isText(row) ? Buffer.from(headerText(this.origin, rowFromCopy(row))) : row.raw();
  }

  /** The bytes of the canonical payload. */
  payload(row: CopyRow): Buffer {
    const kernel = this.written(row);
    if (kernel !== null) return bytesOf(kernel.payload, kernel.payloadEnd);
    return isText(row) ? Buffer.from(payloadText(rowFromCopy(row))) : row.raw();
  }

  private written(row: CopyRow): RowKernel | null {
    const { kernel } = this;
    if (kernel === null || !kernel.takes(row, this.tail) || !isPlainHeader(row) || !isPlainPayload(row)) return null;
    kernel.write(row, this.tail);
    return kernel;
  }
}

/** Whether all its texts are UTF-8. The string that is shown for what is none could be another event's: in its place stands the row as it came, which is no event's text. */
const isText = (row: CopyRow) => TEXTS.every((column) => isUtf8(row, column));
const isUtf8 = (row: CopyRow, column: number) => row.equals(column, Buffer.from(row.text(column) ?? '')) || (row.lengths[column] as number) < 0;
const bytesOf = ({ buffer, byteOffset }: DataView, length: number) => Buffer.from(buffer, byteOffset, length);

const end = (row: CopyRow, column: number) => (row.starts[column] as number) + (row.lengths[column] as number);

const isNatural = (value: number) => value >= 0 && value <= Number.MAX_SAFE_INTEGER;

/** Whether the column holds a timestamptz that an event may have. */
const isPlainTimeOf = (row: CopyRow, column: number) => row.lengths[column] === 8 && isPlainTime(row.number(column));

function isPlainHeader(row: CopyRow): boolean {
  const { lengths } = row;
  // or-ing keeps the sign: negative if one of the texts is NULL
  const texts =
    (lengths[C.actor_type] as number) |
    (lengths[C.actor_id] as number) |
    (lengths[C.action] as number) |
    (lengths[C.resource_type] as number) |
    (lengths[C.resource_id] as number) |
    (lengths[C.outcome] as number);
  return (
    texts >= 0 &&
    lengths[C.seq] === 8 &&
    isNatural(row.number(C.seq)) &&
    lengths[C.v] === 2 &&
    row.number(C.v) === 1 &&
    lengths[C.id] === 16 &&
    lengths[C.header_salt] === 16 &&
    isPlainTimeOf(row, C.recorded_at) &&
    isPlainTimeOf(row, C.occurred_at)
  );
}

function isPlainPayload(row: CopyRow): boolean {
  const { bytes, lengths, starts } = row;
  const isBare = lengths[C.sealed] === -1;
  return (
    lengths[C.payload_salt] === 16 &&
    isWholeObjectAt(bytes, starts[C.details] as number, end(row, C.details), isBare) &&
    (isBare || isWholeObjectAt(bytes, starts[C.sealed] as number, end(row, C.sealed), false)) &&
    (lengths[C.source_epoch] === -1 || lengths[C.source_epoch] === 16) &&
    (lengths[C.source_seq] === -1 || (lengths[C.source_seq] === 8 && isNatural(row.number(C.source_seq))))
  );
}
