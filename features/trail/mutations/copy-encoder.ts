/**
 * PostgreSQL's binary COPY format, for COPY … FROM STDIN: about twice as fast for the server as text, and nothing needs escaping.
 *
 *   "PGCOPY\n" FF 0D 0A 00   int32 flags   int32 extension length
 *   per row: int16 fields, then each field as int32 length (-1 = NULL) and its bytes
 *   int16 -1
 *
 * One growing buffer; not to be used again after `end`.
 */
export class CopyEncoder {
  #buffer: Buffer;
  #at = 0;

  constructor(sizeBytes = 65_536) {
    this.#buffer = Buffer.allocUnsafe(Math.max(sizeBytes, 64));
    this.#at = SIGNATURE.copy(this.#buffer, 0);
    this.#at = this.#buffer.writeInt32BE(0, this.#at);
    this.#at = this.#buffer.writeInt32BE(0, this.#at);
  }

  row(fields: number) {
    this.#room(2);
    this.#at = this.#buffer.writeInt16BE(fields, this.#at);
  }

  null() {
    this.#room(4);
    this.#at = this.#buffer.writeInt32BE(-1, this.#at);
  }

  int2(value: number) {
    this.#room(6);
    this.#at = this.#buffer.writeInt32BE(2, this.#at);
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
  }

  int4(value: number) {
    this.#room(8);
    this.#at = this.#buffer.writeInt32BE(4, this.#at);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
  }

  /** @param value a safe integer that is not negative */
  int8(value: number | null) {
    if (value === null) return this.null();
    this.#room(12);
    this.#at = this.#buffer.writeInt32BE(8, this.#at);
    this.#at = this.#buffer.writeUInt32BE(Math.floor(value / 0x1_0000_0000), this.#at);
    this.#at = this.#buffer.writeUInt32BE(value % 0x1_0000_0000, this.#at);
  }

  /** text, and json: their bytes are stored as they are. */
  text(value: string | null) {
    if (value === null) return this.null();
    this.#room(4 + value.length * 3);
    const length = this.#buffer.write(value, this.#at + 4, 'utf8');
    this.#buffer.writeInt32BE(length, this.#at);
    this.#at += 4 + length;
  }

  bytea(value: Buffer) {
    this.#room(4 + value.length);
    this.#at = this.#buffer.writeInt32BE(value.length, this.#at);
    this.#at += value.copy(this.#buffer, this.#at);
  }

  /** @param value 8-4-4-4-12 hex digits */
  uuid(value: string | null) {
    if (value === null) return this.null();
    this.#room(20);
    this.#at = this.#buffer.writeInt32BE(16, this.#at);
    this.#at += this.#buffer.write(value.replaceAll('-', ''), this.#at, 'hex');
  }

  /** @param value the 27-character text of a time */
  timestamptz(value: string) {
    this.#room(12);
    this.#at = this.#buffer.writeInt32BE(8, this.#at);
    this.#at = this.#buffer.writeBigInt64BE(microsSince2000(value), this.#at);
  }

  /** The bytes since the last call; they stay as they are. */
  take(): Buffer {
    const bytes = this.#buffer.subarray(0, this.#at);
    this.#buffer = Buffer.allocUnsafe(this.#buffer.length);
    this.#at = 0;
    return bytes;
  }

  /** The last bytes, with the trailer. */
  end(): Buffer {
    this.#room(2);
    this.#at = this.#buffer.writeInt16BE(-1, this.#at);
    return this.#buffer.subarray(0, this.#at);
  }

  #room(bytes: number) {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const MS_2000 = Date.UTC(2000, 0, 1);

function microsSince2000(time: string): bigint {
  const ms = Date.parse(`${time.slice(0, 23)}Z`) - MS_2000;
  return BigInt(ms) * 1000n + BigInt(time.slice(23, 26));
}
