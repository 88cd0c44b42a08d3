/**
 * The fast path of recordLine: one event as a line of an export or a bundle (SPEC §10), written as UTF-8 from a COPY row's canonical bytes into one reused buffer.
 * Canonical JSON holds no control character, so that a string of it needs a backslash before each quote and each backslash, and nothing else.
 */
import { COLUMN, type CopyRow } from './copy-row';
import type { RowHasher } from './row-hasher';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Reuses its buffer: a line is good until the next call. */
export class RecordWriter {
  private bytes = Buffer.allocUnsafeSlow(131_072);

  constructor(private readonly hasher: RowHasher) {}

  /** The line of a row whose hash holds, with its newline. */
  line(row: CopyRow): Buffer {
    const header = this.hasher.header(row);
    this.grow(0, header.length * 2 + 512);
    let at = this.text(0, `{"seq":${row.integer(COLUMN.seq)},"prev":"${row.hex(COLUMN.prev_hash)}","header":"`);
    at = escapeInto(this.bytes, at, header);
    const payload = this.hasher.payload(row); // in the header's place
    this.grow(at, payload.length * 2 + 512);
    at = this.text(at, '","payload":"');
    at = escapeInto(this.bytes, at, payload);
    at = this.text(at, `","event_hash":"${row.hex(COLUMN.event_hash)}"}\n`);
    return this.bytes.subarray(0, at);
  }

  private text(at: number, text: string): number {
    return at + this.bytes.write(text, at, 'latin1');
  }

  private grow(at: number, more: number) {
    if (at + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow((at + more) * 2);
    this.bytes.copy(larger, 0, 0, at);
    this.bytes = larger;
  }
}

function escapeInto(out: Buffer, start: number, bytes: Buffer): number {
  let at = start;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === QUOTE || byte === BACKSLASH) out[at++] = BACKSLASH;
    out[at++] = byte;
  }
  return at;
}
