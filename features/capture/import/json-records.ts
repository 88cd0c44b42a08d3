// Cuts a stream of JSON into its records without holding more than one of them, whatever the file's size.
//
//   {"Records":[ r r r ]}      CloudTrail's own files; members before and after Records are passed over
//   [ r r r ]                  a plain array
//   r⏎ r⏎ r                    one object a line, or objects one after another; a line may hold {"Records":[…]} again
//
// Only strings and nesting are tracked here: whether a record is good JSON is judged by the strict reader of core/json, so a record that is cut out wrongly
// can only become a reject, never another event.

/** `n` counts records and faults from 1. A fault stands for a record that could not be cut out, or for what lies between records and is none. */
export type RawRecord = { n: number; bytes: Buffer } | { n: number; fault: string };

/** Room for a canonical draft of 256 KiB (SPEC §2) even when each character is written as an escape and the text is indented. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const NEWLINE = 0x0a;

/** Inside a string: neither its end, nor an escape, nor the end of the line. */
const isPlain = (byte: number) => byte !== QUOTE && byte !== BACKSLASH && byte !== NEWLINE;
const isSpace = (byte: number) => byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;

/** What a top-level object's key must spell for its array to be taken apart. */
const RECORDS = 'Records';

type Base =
  /** between top-level values */
  | 'top'
  /** between the elements of an array of records */
  | 'array'
  /** inside a top-level object that may turn out to be one record, or the wrapper of an array of them */
  | 'object'
  /** inside a wrapper, behind its Records array */
  | 'wrapper';

export class JsonRecords {
  #n = 0;
  #base: Base = 'top';
  /** Where the array of records stands: closing it leads back there. */
  #isWrapped = false;
  /** Brackets open inside the current value. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** A number, a literal or garbage where a record should stand: ends at a separator. */
  #inScalar = false;
  /** Newlines end a record for certain, as the first one filled its line. */
  #isLines: boolean | null = null;
  #sawNewline = false;
  #previous = 0;
  /** The key being read at depth 1 of a top-level object. */
  #key: number[] | null = null;
  #isRecordsKey = false;
  #parts: Buffer[] = [];
  #size = 0;
  #isTooLong = false;
  #capturing = false;

  /** @returns the records that end in this chunk. They are views of it: use them before the next call. */
  push(chunk: Buffer): RawRecord[] {
    const out: RawRecord[] = [];
    let start = 0;
    const end = chunk.length;
    for (let i = 0; i < end; i++) {
      const byte = chunk[i] as number;
      if (this.#inString) {
        if (this.#escaped) {
          this.#escaped = false;
          this.#key?.push(byte);
        } else if (byte === BACKSLASH) {
          this.#escaped = true;
        } else if (byte === QUOTE) {
          this.#inString = false;
          this.#previous = QUOTE;
          if (this.#key) this.#endKey();
          if (this.#depth === 0 && this.#base === 'array') this.#emit(out, chunk, start, i + 1);
        } else if (byte === NEWLINE && this.#isLineBound()) {
          // a raw newline is never legal inside a string: the line was cut off
          this.#drop(out, 'truncated JSON: the line ends inside the record');
        } else if (this.#key) {
          if (this.#key.length <= RECORDS.length) this.#key.push(byte);
        } else {
          while (i + 1 < end && isPlain(chunk[i + 1] as number)) i++;
        }
        continue;
      }
      if (this.#inScalar) {
        const isEnd = this.#base === 'array' ? byte === COMMA || byte === CLOSE_BRACKET || isSpace(byte) : byte === NEWLINE;
        if (!isEnd) continue;
        this.#inScalar = false;
        this.#emit(out, chunk, start, i);
        if (isSpace(byte) || byte === COMMA) continue;
      }
      if (isSpace(byte)) {
        if (byte === NEWLINE) {
          if (this.#base === 'top') this.#isLines ??= this.#n > 0 && !this.#sawNewline;
          else if (this.#isLines) this.#drop(out, 'truncated JSON: the line ends inside the record');
          this.#sawNewline = true;
        }
        continue;
      }

      if (this.#depth === 0 && (this.#base === 'top' || this.#base === 'array')) {
        if (this.#base === 'top' && byte === OPEN_BRACKET) {
          this.#base = 'array';
          this.#isWrapped = false;
        } else if (this.#base === 'array' && byte === CLOSE_BRACKET) {
          this.#base = this.#isWrapped ? 'wrapper' : 'top';
          this.#depth = this.#isWrapped ? 1 : 0;
        } else if (byte !== COMMA) {
          start = i;
          this.#begin(byte);
        }
        this.#previous = byte;
        continue;
      }

      switch (byte) {
        case QUOTE:
          this.#inString = true;
          if (this.#depth === 1 && this.#base !== 'array' && (this.#previous === OPEN_BRACE || this.#previous === COMMA)) this.#key = [];
          break;
        case OPEN_BRACKET:
          if (this.#depth === 1 && this.#isRecordsKey && this.#previous === COLON) {
            this.#abandon();
            this.#base = 'array';
            this.#isWrapped = true;
            this.#depth = 0;
          } else {
            this.#depth++;
          }
          break;
        case OPEN_BRACE:
          if (this.#base === 'object' && this.#sawNewline && this.#isBrokenBefore()) {
            this.#drop(out, 'truncated JSON: another record begins inside this one');
            start = i;
            this.#begin(byte);
          } else {
            this.#depth++;
          }
          break;
        case CLOSE_BRACKET:
        case CLOSE_BRACE:
          this.#depth--;
          if (this.#depth === 0) {
            if (this.#base === 'wrapper') this.#base = 'top';
            else this.#emit(out, chunk, start, i + 1);
          }
          break;
        default:
      }
      if (byte !== COLON) this.#isRecordsKey = false;
      this.#previous = byte;
    }
    if (this.#capturing) this.#keep(chunk, start);
    return out;
  }

  /** @returns the last record, and a fault where the stream ended inside something. */
  end(): RawRecord[] {
    const out: RawRecord[] = [];
    if (this.#inScalar && this.#base === 'top') {
      this.#emit(out, Buffer.alloc(0), 0, 0);
    } else if (this.#base !== 'top' || this.#depth > 0 || this.#inString || this.#inScalar) {
      const where = this.#capturing ? `inside record ${this.#n + 1}` : 'before the closing bracket';
      this.#fault(out, `truncated JSON: the file ends ${where}`);
    }
    return out;
  }

  #begin(byte: number) {
    this.#capturing = true;
    this.#parts = [];
    this.#size = 0;
    this.#isTooLong = false;
    this.#isRecordsKey = false;
    this.#key = null;
    if (this.#base === 'top') this.#sawNewline = false;
    if (this.#base === 'top') this.#base = byte === OPEN_BRACE ? 'object' : 'top';
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth = 1;
    else if (byte === QUOTE && this.#base === 'array') this.#inString = true;
    else this.#inScalar = true;
  }

  /** The end of the line settles it: we are not inside a document that spreads over several. */
  #isLineBound(): boolean {
    return this.#isLines === true || (this.#isLines === null && this.#base === 'object');
  }

  /** `{` may follow a bracket, a comma or a colon; behind a value the record before it was cut off. */
  #isBrokenBefore(): boolean {
    return this.#previous !== COMMA && this.#previous !== COLON && this.#previous !== OPEN_BRACKET;
  }

  #endKey() {
    this.#isRecordsKey = Buffer.from(this.#key as number[]).toString('latin1') === RECORDS;
    this.#key = null;
  }

  #keep(chunk: Buffer, start: number) {
    const length = chunk.length - start;
    this.#size += length;
    if (this.#size > MAX_RECORD_BYTES) {
      this.#isTooLong = true;
      this.#parts = [];
    } else if (!this.#isTooLong && length > 0) {
      this.#parts.push(Buffer.from(chunk.subarray(start))); // a copy: streams use their buffers again
    }
  }

  #emit(out: RawRecord[], chunk: Buffer, start: number, end: number) {
    const last = chunk.subarray(start, end);
    const size = this.#size + last.length;
    if (this.#isTooLong || size > MAX_RECORD_BYTES) {
      this.#fault(out, `the record is longer than ${MAX_RECORD_BYTES} bytes (${size})`);
    } else {
      this.#n++;
      out.push({ n: this.#n, bytes: this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]) });
    }
    this.#abandon();
    this.#inScalar = false;
    if (this.#base === 'object') this.#base = 'top';
  }

  #fault(out: RawRecord[], fault: string) {
    this.#n++;
    out.push({ n: this.#n, fault });
  }

  /** Gives the current record up and goes on at the top, where the next line begins. */
  #drop(out: RawRecord[], fault: string) {
    this.#fault(out, fault);
    this.#abandon();
    this.#base = 'top';
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#inScalar = false;
    this.#key = null;
  }

  #abandon() {
    this.#capturing = false;
    this.#parts = [];
    this.#size = 0;
    this.#isTooLong = false;
  }
}
