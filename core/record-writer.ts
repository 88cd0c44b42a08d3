/**
 * The fast path of recordLine: one event as a line of an export or a bundle (SPEC §10), written as UTF-8 from a COPY row's canonical bytes into one reused buffer.
 */
import { constant, putConstant, putHex, putJsonText } from './canonical-bytes';
import { COLUMN, type CopyRow } from './copy-row';
import type { RowHasher } from './row-hasher';

const PREV = constant(',"prev":"');
const HEADER = constant('","header":"');
const PAYLOAD = constant('","payload":"');
const EVENT_HASH = constant('","event_hash":"');
const END = constant('"}\n');

/** Reuses its buffer: a line is good until the next call. */
export class RecordWriter {
  private memory = new ArrayBuffer(131_072);
  private bytes = Buffer.from(this.memory);
  private view = new DataView(this.memory);

  constructor(private readonly hasher: RowHasher) {}

  /** The line of a row whose hash holds, with its newline. Cheapest when the hasher had the row last. */
  line(row: CopyRow): Buffer {
    const { header, headerEnd, payload, payloadEnd } = this.hasher.halves(row);
    const digests = 2 * (Math.max(0, row.lengths[COLUMN.prev_hash] as number) + Math.max(0, row.lengths[COLUMN.event_hash] as number));
    this.grow((headerEnd + payloadEnd) * 2 + digests + 512);
    const { bytes, view } = this;
    let at = bytes.write(`{"seq":${row.integer(COLUMN.seq)}`, 0, 'latin1');
    at = this.hex(putConstant(view, at, PREV), row, COLUMN.prev_hash);
    at = putJsonText(view, putConstant(view, at, HEADER), header, 0, headerEnd);
    at = putJsonText(view, putConstant(view, at, PAYLOAD), payload, 0, payloadEnd);
    at = this.hex(putConstant(view, at, EVENT_HASH), row, COLUMN.event_hash);
    return bytes.subarray(0, putConstant(view, at, END));
  }

  private hex(at: number, row: CopyRow, column: number): number {
    return putHex(this.view, at, row.view, row.starts[column] as number, Math.max(0, row.lengths[column] as number));
  }

  private grow(size: number) {
    if (size <= this.memory.byteLength) return;
    this.memory = new ArrayBuffer(size * 2);
    this.bytes = Buffer.from(this.memory);
    this.view = new DataView(this.memory);
  }
}
