/**
 * Rows of audit_event as PostgreSQL's binary COPY sends them, read in place:
 *
 *   "PGCOPY\n\xff\r\n\0" flags(4) extension length(4) extension, then rows: field count(2) { length(4) bytes }…, then the trailer 0xffff
 *   length -1 is NULL; integers big-endian; timestamptz is int64 microseconds since 2000-01-01 UTC, its two ends the infinities; uuid 16 bytes; text, json and
 *   bytea their bytes
 *
 * Chunks need not be aligned to rows. A row is a view of the chunk it lies in and is good until the reader's next step: at verification speed an object with 25
 * strings a row costs more than the hashes.
 */
import { timeFromMicros } from './postgres-time';

/** What to select, in this order, `FROM event_view WHERE trail_id = … ORDER BY seq`. */
export const COPY_COLUMNS = [
  'seq',
  'recorded_at',
  'occurred_at',
  'id',
  'v',
  'header_salt',
  'actor_type',
  'actor_id',
  'action',
  'resource_type',
  'resource_id',
  'outcome',
  'payload_salt',
  'details',
  'ip_address',
  'user_agent',
  'request_id',
  'session_id',
  'source',
  'source_epoch',
  'source_seq',
  'sealed',
  'redaction',
  'prev_hash',
  'event_hash',
] as const;

export type CopyColumn = (typeof COPY_COLUMNS)[number];

/** The place of each column in COPY_COLUMNS. A literal, so that the compiler folds it into the hot loops. */
export const COLUMN = {
  seq: 0,
  recorded_at: 1,
  occurred_at: 2,
  id: 3,
  v: 4,
  header_salt: 5,
  actor_type: 6,
  actor_id: 7,
  action: 8,
  resource_type: 9,
  resource_id: 10,
  outcome: 11,
  payload_salt: 12,
  details: 13,
  ip_address: 14,
  user_agent: 15,
  request_id: 16,
  session_id: 17,
  source: 18,
  source_epoch: 19,
  source_seq: 20,
  sealed: 21,
  redaction: 22,
  prev_hash: 23,
  event_hash: 24,
} as const satisfies Record<CopyColumn, number>;

const COLUMN_COUNT = COPY_COLUMNS.length;
// the count of columns, and the length of the first
const ROW_HEAD_BYTES = 6;
/** How every binary COPY begins; flags and an extension follow. */
export const COPY_SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const HEADER_BYTES = COPY_SIGNATURE.length + 8;

// What a reader keeps of a column. No event's value comes near it, so a cut one still has no event's hash, and a field of a gigabyte takes no memory.
const MOST_BYTES = COPY_COLUMNS.map((name) => (name === 'details' || name === 'sealed' ? 16 * 1024 * 1024 : 64 * 1024));

/** One row, a view that is good until the reader's next step. `starts` and `lengths` are by column; length -1 is NULL. */
export class CopyRow {
  bytes: Buffer = Buffer.alloc(0);
  /** The same bytes. */
  view: DataView = new DataView(new ArrayBuffer(0));
  readonly starts = new Int32Array(COLUMN_COUNT);
  readonly lengths = new Int32Array(COLUMN_COUNT);
  /** Bytes of the whole row. */
  size = 0;
  /** Another number for each row of the reader. */
  step = 0;
  /** Another number for each chunk of any reader: as long as it stays, so do the first `filled` bytes. */
  chunk = 0;
  filled = 0;

  /** A column's bytes, in place; null for NULL. */
  slice(column: number): Buffer | null {
    const length = this.lengths[column] as number;
    const start = this.starts[column] as number;
    return length < 0 ? null : this.bytes.subarray(start, start + length);
  }

  /** The whole row as it came, in place. */
  raw(): Buffer {
    const begin = this.begin;
    return this.bytes.subarray(begin, begin + this.size);
  }

  /** Where it begins. */
  get begin(): number {
    return (this.starts[0] as number) - ROW_HEAD_BYTES;
  }

  /** The number of a bigint or smallint column; NaN for NULL and for what no bigint is; not exact beyond 2^53 (see integer). */
  number(column: number): number {
    const { view } = this;
    const at = this.starts[column] as number;
    switch (this.lengths[column]) {
      case 8:
        return view.getInt32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
      case 2:
        return view.getInt16(at);
      default:
        return Number.NaN;
    }
  }

  /** Exact: a number up to 2^53-1, a bigint beyond, null for NULL. A column of another type gives a number below every bigint's: its own, and no event's. */
  integer(column: number): number | bigint | null {
    const value = this.number(column);
    if (Number.isSafeInteger(value)) return value;
    const length = this.lengths[column] as number;
    if (length < 0) return null;
    return length === 8 ? this.bytes.readBigInt64BE(this.starts[column]) : -(2n ** 64n) - BigInt(`0x1${this.hex(column)}`);
  }

  /** The 27-character text of a timestamptz, or what timeFromMicros gives for one that has none; null for NULL. */
  time(column: number): string | null {
    return this.lengths[column] === 8 ? timeFromMicros(this.bytes.readBigInt64BE(this.starts[column])) : this.odd(column);
  }

  /** UTF-8 text, invalid bytes as U+FFFD; null for NULL. */
  text(column: number): string | null {
    const start = this.starts[column] as number;
    const length = this.lengths[column] as number;
    return length < 0 ? null : this.bytes.toString('utf8', start, start + length);
  }

  uuid(column: number): string | null {
    if (this.lengths[column] !== 16) return this.odd(column);
    const hex = this.hex(column);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** A column's bytes as lower-case hex, '' for NULL. */
  hex(column: number): string {
    const start = this.starts[column] as number;
    return this.bytes.toString('hex', start, start + Math.max(0, this.lengths[column] as number));
  }

  /** A copy of a column's bytes that outlives the view; null for NULL. */
  copy(column: number): Buffer | null {
    const bytes = this.slice(column);
    return bytes === null ? null : Buffer.from(bytes);
  }

  /** Whether a column holds exactly these bytes: 32 characters, one a byte, as RowHasher.eventDigest gives them. */
  equalsDigest(column: number, digest: string): boolean {
    if (this.lengths[column] !== digest.length) return false;
    const { bytes, view } = this;
    const at = this.starts[column] as number;
    let i = 0;
    for (; i + 4 <= digest.length; i += 4) if (view.getInt32(at + i) !== wordOf(digest, i)) return false;
    for (; i < digest.length; i++) if (bytes[at + i] !== digest.charCodeAt(i)) return false;
    return true;
  }

  /** Whether a column holds exactly these bytes. Ends of values differ more often than their beginnings. */
  equals(column: number, value: Uint8Array): boolean {
    if (this.lengths[column] !== value.length) return false;
    const { bytes } = this;
    const at = this.starts[column] as number;
    for (let i = value.length - 1; i >= 0; i--) if (bytes[at + i] !== value[i]) return false;
    return true;
  }

  // A column whose type is not ours any more: a text of its own, which no event has there.
  private odd(column: number): string | null {
    return (this.lengths[column] as number) < 0 ? null : `bytes:${this.hex(column)}`;
  }
}

/** Four characters, one a byte, as a big-endian number. */
export const wordOf = (text: string, at: number): number =>
  (text.charCodeAt(at) << 24) | (text.charCodeAt(at + 1) << 16) | (text.charCodeAt(at + 2) << 8) | text.charCodeAt(at + 3);

/** The same bytes, for numbers of several. */
export const viewOf = ({ buffer, byteOffset, length }: Buffer) => new DataView(buffer, byteOffset, length);

let chunks = 0;

/**
 * Turns chunks into rows: `push` a chunk, then call `next` until it gives null, then push again; `end` after the last chunk. Throws an Error for a stream that is no
 * binary COPY of COPY_COLUMNS, or is cut: that is a fault of the connection, not a finding about the log.
 */
export class CopyReader {
  private readonly row = new CopyRow();
  private bytes: Buffer = Buffer.alloc(0);
  private view = viewOf(this.bytes);
  private pos = 0;
  private limit = 0;
  // our own buffer for rows that lie across chunks; `bytes` is either a chunk in place or this
  private joined: Buffer = Buffer.alloc(0);
  private state: 'header' | 'rows' | 'ended' = 'header';
  // bytes of a cut field that are still to come
  private skipping = 0;
  private chunk = 0;

  /** Takes the next chunk; every row of the one before must have been read. */
  push(next: Buffer): void {
    this.chunk = ++chunks;
    const chunk = this.skipping === 0 ? next : next.subarray(Math.min(this.skipping, next.length));
    this.skipping -= next.length - chunk.length;
    const rest = this.limit - this.pos;
    if (rest === 0) {
      this.take(chunk);
      this.limit = chunk.length;
      return;
    }
    const size = rest + chunk.length;
    const isOwn = this.bytes === this.joined;
    if (isOwn && this.limit + chunk.length <= this.joined.length) {
      chunk.copy(this.joined, this.limit);
      this.limit += chunk.length;
      return;
    }
    const target = this.joined.length >= size ? this.joined : Buffer.allocUnsafeSlow(Math.max(size, this.joined.length * 2, 131_072));
    this.bytes.copy(target, 0, this.pos, this.limit);
    chunk.copy(target, rest);
    this.joined = target;
    this.take(target);
    this.limit = size;
  }

  private take(bytes: Buffer): void {
    if (bytes !== this.bytes) this.view = viewOf(bytes);
    this.bytes = bytes;
    this.pos = 0;
  }

  /** The next whole row, or null when more bytes are needed or the stream has ended. */
  next(): CopyRow | null {
    if (this.state === 'header' && !this.readHeader()) return null;
    if (this.state === 'ended') {
      if (this.pos < this.limit) throw new Error('bytes after the end of the COPY stream');
      return null;
    }
    const { bytes, view, limit, row } = this;
    let at = this.pos;
    if (limit - at < 2) return null;
    const count = view.getUint16(at);
    at += 2;
    if (count !== COLUMN_COUNT) {
      if (count !== 0xffff) throw new Error(`a row of ${count} columns in the COPY stream, ${COLUMN_COUNT} are due`);
      this.state = 'ended';
      this.pos = at;
      return this.next();
    }
    const { starts, lengths } = row;
    for (let column = 0; column < COLUMN_COUNT; column++) {
      if (limit - at < 4) return null;
      const length = view.getInt32(at);
      at += 4;
      starts[column] = at;
      lengths[column] = length;
      if (length > (MOST_BYTES[column] as number)) {
        if (limit - at < length) return this.cut(at, length, MOST_BYTES[column] as number);
        lengths[column] = MOST_BYTES[column] as number;
      }
      if (length >= 0) at += length;
      else if (length !== -1) throw new Error('a field of negative length in the COPY stream');
      if (at > limit) return null;
    }
    row.chunk = this.chunk;
    row.filled = limit;
    row.bytes = bytes;
    row.view = view;
    row.size = at - this.pos;
    row.step++;
    this.pos = at;
    return row;
  }

  /** Call after the last chunk: throws if the server stopped before the trailer. */
  end(): void {
    if (this.state !== 'ended' || this.pos < this.limit || this.skipping > 0) throw new Error('the COPY stream ended in the middle');
  }

  // The row is not whole yet: once `most` bytes of its field are here, the field becomes one of that length and the rest is let go as it comes.
  private cut(at: number, length: number, most: number): null {
    if (this.limit - at < most) return null;
    this.skipping = length - (this.limit - at);
    this.limit = at + most;
    this.bytes.writeInt32BE(most, at - 4);
    return null;
  }

  private readHeader(): boolean {
    if (this.limit - this.pos < HEADER_BYTES) return false;
    if (this.bytes.compare(COPY_SIGNATURE, 0, COPY_SIGNATURE.length, this.pos, this.pos + COPY_SIGNATURE.length) !== 0)
      throw new Error('no binary COPY stream');
    const size = HEADER_BYTES + this.bytes.readUInt32BE(this.pos + COPY_SIGNATURE.length + 4);
    if (this.limit - this.pos < size) return false;
    this.pos += size;
    this.state = 'rows';
    return true;
  }
}
