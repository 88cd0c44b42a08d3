/** Memory that canonical bytes are written to and hashed from, row after row. */
import { hash } from 'node:crypto';

// Longer texts are rare, and a view of each length is kept.
const MOST_KEPT = 4096;

export class Scratch {
  bytes: Buffer;
  /** The same memory. */
  view: DataView;
  private memory: ArrayBuffer;
  // by length: making a view takes as long as hashing a short text does, and leaves the collector work
  private starts: (Uint8Array | undefined)[] = [];

  constructor(size: number) {
    this.memory = new ArrayBuffer(size);
    this.bytes = Buffer.from(this.memory);
    this.view = new DataView(this.memory);
  }

  /** Room for `size` bytes; what was written is lost when it had less. */
  room(size: number): DataView {
    if (size > this.memory.byteLength) {
      this.memory = new ArrayBuffer(size * 2);
      this.bytes = Buffer.from(this.memory);
      this.view = new DataView(this.memory);
      this.starts = [];
    }
    return this.view;
  }

  /** Writes UTF-8 from the beginning. @returns its length */
  text(text: string): number {
    this.room(Buffer.byteLength(text));
    return this.bytes.write(text);
  }

  /** SHA-256 of the first `length` bytes: 32 characters, one a byte. */
  digest(length: number): string {
    return hash('sha256', this.starts[length] ?? this.start(length), 'binary');
  }

  private start(length: number): Uint8Array {
    const start = new Uint8Array(this.memory, 0, length);
    if (length <= MOST_KEPT) {
      while (this.starts.length <= length) this.starts.push(undefined); // no holes
      this.starts[length] = start;
    }
    return start;
  }
}
