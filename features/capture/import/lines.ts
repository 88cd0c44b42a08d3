// Cuts a stream into lines without holding more than one of them. LF and CR LF end a line; what stands behind the last one is a line too.

/** `n` counts lines from 1. */
export type RawLine = { n: number; bytes: Buffer } | { n: number; fault: string };

/** syslog allows 8 KiB, a JSON draft 256 KiB (SPEC §2) and more while it is written with escapes. */
export const MAX_LINE_BYTES = 2 * 1024 * 1024;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

export class Lines {
  #n = 0;
  #parts: Buffer[] = [];
  #size = 0;

  /** @returns the lines that end in this chunk, without their ends. They are views of it: use them before the next call. */
  push(chunk: Buffer): RawLine[] {
    const out: RawLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#emit(out, chunk.subarray(start, end));
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    this.#size += rest.length;
    if (this.#size > MAX_LINE_BYTES) this.#parts = [];
    else if (rest.length > 0) this.#parts.push(Buffer.from(rest)); // a copy: streams use their buffers again
    return out;
  }

  end(): RawLine[] {
    const out: RawLine[] = [];
    if (this.#size > 0) this.#emit(out, Buffer.alloc(0));
    return out;
  }

  #emit(out: RawLine[], last: Buffer) {
    this.#n++;
    const size = this.#size + last.length;
    if (size > MAX_LINE_BYTES) {
      out.push({ n: this.#n, fault: `the line is longer than ${MAX_LINE_BYTES} bytes (${size})` });
    } else {
      const bytes = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
      out.push({ n: this.#n, bytes: bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes });
    }
    this.#parts = [];
    this.#size = 0;
  }
}
