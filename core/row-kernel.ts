/** The module of row-kernel-wasm.ts at work: one for all who hash rows, as nobody waits between giving it a row and taking what it wrote. */
import { hash } from 'node:crypto';
import { COLUMN as C, type CopyRow, wordOf } from './copy-row';
import { civilDate, DAY_MICROS, DAYS_1970_TO_2000 } from './postgres-time';
import {
  DIGESTS_AT,
  fill,
  HEADER_AT,
  LINK_AT,
  MOST_ROW_BYTES,
  MOST_ROWS_BYTES,
  MOST_TAIL_BYTES,
  MOST_TEXT_BYTES,
  OCCURRED_DAY_AT,
  PAYLOAD_AT,
  RECORDED_DAY_AT,
  ROWS_AT,
  TAIL_AT,
} from './row-kernel-memory';
import { assemble } from './row-kernel-wasm';

export class RowKernel {
  headerEnd = 0;
  payloadEnd = 0;
  readonly header: DataView;
  readonly payload: DataView;
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private readonly headers: Span;
  private readonly payloads: Span;
  private readonly links: Span;
  private readonly writeHeader: (row: number, tail: number) => number;
  private readonly writePayload: () => number;
  private readonly writeLink: () => number;
  // whose halves are written: a step of a reader's row, and of which trail
  private row: CopyRow | null = null;
  private step = 0;
  private tail: Buffer = Buffer.alloc(0);
  private chunk = NONE;
  private recordedDay = Number.NaN;
  private occurredDay = Number.NaN;

  /** @throws where the engine has no WebAssembly with 128-bit instructions, or no room for its memory */
  constructor() {
    const { memory, header, payload, link } = new WebAssembly.Instance(new WebAssembly.Module(assemble())).exports as {
      memory: WebAssembly.Memory;
      header: (row: number, tail: number) => number;
      payload: () => number;
      link: () => number;
    };
    this.bytes = Buffer.from(memory.buffer);
    this.view = new DataView(memory.buffer);
    fill(this.bytes);
    this.header = new DataView(memory.buffer, HEADER_AT);
    this.payload = new DataView(memory.buffer, PAYLOAD_AT);
    [this.headers, this.payloads, this.links] = [new Span(memory.buffer, HEADER_AT), new Span(memory.buffer, PAYLOAD_AT), new Span(memory.buffer, LINK_AT)];
    [this.writeHeader, this.writePayload, this.writeLink] = [header, payload, link];
  }

  /** Whether there is room for it. */
  takes(row: CopyRow, tail: Buffer): boolean {
    return row.size <= MOST_ROW_BYTES && row.size - jsonBytes(row) <= MOST_TEXT_BYTES && tail.length <= MOST_TAIL_BYTES;
  }

  /**
   * Writes both halves of a row that it takes and whose columns are an event's (row-hasher.ts); they are good until the next row, whoever gives it.
   * @param tail what ends the header, the same buffer for each row of a trail
   */
  write(row: CopyRow, tail: Buffer): void {
    if (this.row === row && this.step === row.step && this.tail === tail) return;
    this.row = null;
    if (this.tail !== tail) this.bytes.set(tail, TAIL_AT);
    this.tail = tail;
    const recorded = dayOf(row, C.recorded_at);
    const occurred = dayOf(row, C.occurred_at);
    if (recorded !== this.recordedDay) this.bytes.write(dayText(recorded), RECORDED_DAY_AT, 'latin1');
    if (occurred !== this.occurredDay) this.bytes.write(dayText(occurred), OCCURRED_DAY_AT, 'latin1');
    this.recordedDay = recorded;
    this.occurredDay = occurred;
    this.headerEnd = this.writeHeader(this.place(row), tail.length);
    this.payloadEnd = this.writePayload();
    this.row = row;
    this.step = row.step;
  }

  /** Where the row begins here: with the chunk that it lies in, which takes a copy for all its rows, or by itself where that is a very long one. */
  private place(row: CopyRow): number {
    const { begin } = row;
    if (row.filled <= MOST_ROWS_BYTES) {
      if (this.chunk !== row.chunk) row.bytes.copy(this.bytes, ROWS_AT, 0, row.filled);
      this.chunk = row.chunk;
      return ROWS_AT + begin;
    }
    row.bytes.copy(this.bytes, ROWS_AT, begin, begin + row.size);
    this.chunk = NONE;
    return ROWS_AT;
  }

  /** event_hash of the row that was written last, prev_hash included: 32 characters, one a byte. */
  eventDigest(): string {
    this.put(this.headers.digest(this.headerEnd), DIGESTS_AT);
    this.put(this.payloads.digest(this.payloadEnd), DIGESTS_AT + DIGEST_BYTES);
    return this.links.digest(this.writeLink());
  }

  private put(digest: string, at: number): void {
    for (let i = 0; i < DIGEST_BYTES; i += 4) this.view.setInt32(at + i, wordOf(digest, i));
  }
}

const DIGEST_BYTES = 32;
const NONE = -1;
const jsonBytes = ({ lengths }: CopyRow) => Math.max(0, lengths[C.details] as number) + Math.max(0, lengths[C.sealed] as number);

const dayOf = (row: CopyRow, column: number) => Math.floor(row.number(column) / DAY_MICROS);

/** `YYYY-MM-DDT` */
function dayText(day: number): string {
  const { year, month, dayOfMonth } = civilDate(day + DAYS_1970_TO_2000);
  return `${year}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}T`;
}

// Longer texts are rare, and a view of each length is kept: making one takes as long as hashing a short text does, and leaves the collector work.
const MOST_KEPT = 4096;

class Span {
  private readonly views: (Uint8Array | undefined)[] = [];

  constructor(
    private readonly memory: ArrayBuffer,
    private readonly at: number,
  ) {}

  digest(length: number): string {
    return hash('sha256', this.views[length] ?? this.view(length), 'binary');
  }

  private view(length: number): Uint8Array {
    const view = new Uint8Array(this.memory, this.at, length);
    if (length <= MOST_KEPT) {
      while (this.views.length <= length) this.views.push(undefined); // no holes
      this.views[length] = view;
    }
    return view;
  }
}

let shared: RowKernel | null | undefined;

/** Null where WebAssembly cannot be had (a limit on address space below the 10 GB that an engine sets apart, --jitless). */
export function rowKernel(): RowKernel | null {
  if (shared === undefined) {
    try {
      shared = new RowKernel();
    } catch {
      shared = null;
    }
  }
  return shared;
}
