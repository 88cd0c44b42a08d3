/**
 * The fast path of SPEC §1: a COPY row's canonical header and payload written as UTF-8 into one reused buffer, byte for byte what headerText and payloadText give,
 * and hashed with the one-shot crypto.hash. Nothing is parsed and no string is made of a column: the stored text is the hashed text, but for the escapes of RFC 8785.
 * A row that cannot be an event's (a NULL where a value is due, a time outside 1970–9999, a type that is not ours) takes the slow path through those two functions.
 */
import { hash } from 'node:crypto';
import {
  type Constant,
  constant,
  DayText,
  isPlainTime,
  putConstant,
  putDigest,
  putHex,
  putInteger,
  putSalt,
  putString,
  putTime,
  putUuid,
} from './canonical-bytes';
import { COLUMN as C, type CopyRow } from './copy-row';
import { headerText, payloadText } from './event';
import { isWholeObjectAt } from './raw-object';
import { rowFromCopy } from './row-from-copy';

// What stands between two header values, in JCS order; the thirteenth, v, is part of the tail.
const ACTION = constant('{"action":"');
const ACTOR_ID = constant('","actor_id":"');
const ACTOR_TYPE = constant('","actor_type":"');
const ID = constant('","id":"');
const OCCURRED_AT = constant('","occurred_at":"');
const OUTCOME = constant('","outcome":"');
const RECORDED_AT = constant('","recorded_at":"');
const RESOURCE_ID = constant('","resource_id":"');
const RESOURCE_TYPE = constant('","resource_type":"');
const HEADER_SALT = constant('","salt":"');
const SEQ = constant('","seq":');

const DETAILS = constant('{"details":');
const IP_ADDRESS = constant(',"ip_address":"');
const REDACTION = constant(',"redaction":"');
const REQUEST_ID = constant(',"request_id":"');
const PAYLOAD_SALT = constant(',"salt":"');
const SEALED = constant(',"sealed":');
const SESSION_ID = constant(',"session_id":"');
const SOURCE = constant(',"source":"');
const SOURCE_EPOCH = constant(',"source_epoch":"');
const SOURCE_SEQ = constant(',"source_seq":');
const USER_AGENT = constant(',"user_agent":"');

const LINK = constant('audit-chain/v1\n');
const LINK_BYTES = 256; // three digests in hex, a number, and room to overrun

const QUOTE = 0x22;
const CLOSE = 0x7d;
const NEWLINE = 0x0a;

/** Hashes rows of one trail. One buffer, reused: not re-entrant. */
export class RowHasher {
  private memory = new ArrayBuffer(65_536);
  private bytes = Buffer.from(this.memory);
  private view = new DataView(this.memory);
  private readonly headerTail: Constant;
  private readonly recordedDay = new DayText();
  private readonly occurredDay = new DayText();
  // where the halves that eventDigest wrote last lie, and of which step of which reader's row
  private headerEnd = 0;
  private payloadEnd = 0;
  private digested: CopyRow | null = null;
  private digestedStep = 0;

  constructor(private readonly origin: string) {
    this.headerTail = constant(`,"trail":${JSON.stringify(origin)},"v":1}`);
  }

  /** event_hash as the row's columns give it, prev_hash included: 32 characters, one a byte (equalsDigest compares, Buffer.from(…, 'latin1') converts). */
  eventDigest(row: CopyRow): string {
    this.writeHalves(row);
    const header = this.digest(0, this.headerEnd);
    const payload = this.digest(this.headerEnd, this.payloadEnd);
    return this.digest(this.payloadEnd, this.writeLink(row, header, payload));
  }

  /** Where both canonical halves stand, one after the other, good until the next call. Of a row that eventDigest had last they need not be written again. */
  halves(row: CopyRow): { view: DataView; headerEnd: number; payloadEnd: number } {
    if (this.digested !== row || this.digestedStep !== row.step) this.writeHalves(row);
    return { view: this.view, headerEnd: this.headerEnd, payloadEnd: this.payloadEnd };
  }

  /** The bytes of the canonical header, good until the next call. */
  header(row: CopyRow): Buffer {
    this.digested = null;
    return this.bytes.subarray(0, this.writeHeader(row));
  }

  /** The bytes of the canonical payload, good until the next call. */
  payload(row: CopyRow): Buffer {
    this.digested = null;
    return this.bytes.subarray(0, this.writePayload(row, 0));
  }

  // One after the other, so that both are there when the link has been written behind them.
  private writeHalves(row: CopyRow): void {
    this.headerEnd = this.writeHeader(row);
    this.payloadEnd = this.writePayload(row, this.headerEnd);
    this.digested = row;
    this.digestedStep = row.step;
  }

  private digest(from: number, to: number): string {
    return hash('sha256', new Uint8Array(this.memory, from, to - from), 'binary');
  }

  private writeHeader(row: CopyRow): number {
    const { starts, view: source } = row;
    const seq = row.number(C.seq);
    const recorded = microsOf(row, C.recorded_at);
    const occurred = microsOf(row, C.occurred_at);
    if (!isPlainHeader(row, seq) || !isPlainTime(recorded) || !isPlainTime(occurred)) return this.writeText(0, headerText(this.origin, rowFromCopy(row)));
    const out = this.room(0, row);
    let at = putConstant(out, 0, ACTION);
    at = putString(out, at, source, starts[C.action] as number, end(row, C.action));
    at = putConstant(out, at, ACTOR_ID);
    at = putString(out, at, source, starts[C.actor_id] as number, end(row, C.actor_id));
    at = putConstant(out, at, ACTOR_TYPE);
    at = putString(out, at, source, starts[C.actor_type] as number, end(row, C.actor_type));
    at = putConstant(out, at, ID);
    at = putUuid(out, at, source, starts[C.id] as number);
    at = putConstant(out, at, OCCURRED_AT);
    at = putTime(out, at, occurred, this.occurredDay);
    at = putConstant(out, at, OUTCOME);
    at = putString(out, at, source, starts[C.outcome] as number, end(row, C.outcome));
    at = putConstant(out, at, RECORDED_AT);
    at = putTime(out, at, recorded, this.recordedDay);
    at = putConstant(out, at, RESOURCE_ID);
    at = putString(out, at, source, starts[C.resource_id] as number, end(row, C.resource_id));
    at = putConstant(out, at, RESOURCE_TYPE);
    at = putString(out, at, source, starts[C.resource_type] as number, end(row, C.resource_type));
    at = putConstant(out, at, HEADER_SALT);
    at = putSalt(out, at, source, starts[C.header_salt] as number);
    at = putConstant(out, at, SEQ);
    at = putInteger(out, at, seq);
    return putConstant(out, at, this.headerTail);
  }

  private writePayload(row: CopyRow, start: number): number {
    const { bytes, lengths, starts, view: source } = row;
    if (!isPlainPayload(row)) return this.writeText(start, payloadText(rowFromCopy(row)));
    const out = this.room(start, row);
    let at = putConstant(out, start, DETAILS);
    at += bytes.copy(this.bytes, at, starts[C.details], end(row, C.details));
    at = putMember(out, at, row, C.ip_address, IP_ADDRESS);
    at = putMember(out, at, row, C.redaction, REDACTION);
    at = putMember(out, at, row, C.request_id, REQUEST_ID);
    at = putConstant(out, at, PAYLOAD_SALT);
    at = putSalt(out, at, source, starts[C.payload_salt] as number);
    out.setUint8(at++, QUOTE);
    if (lengths[C.sealed] !== -1) {
      at = putConstant(out, at, SEALED);
      at += bytes.copy(this.bytes, at, starts[C.sealed], end(row, C.sealed));
    }
    at = putMember(out, at, row, C.session_id, SESSION_ID);
    at = putMember(out, at, row, C.source, SOURCE);
    if (lengths[C.source_epoch] !== -1) {
      at = putConstant(out, at, SOURCE_EPOCH);
      at = putUuid(out, at, source, starts[C.source_epoch] as number);
      out.setUint8(at++, QUOTE);
    }
    if (lengths[C.source_seq] !== -1) {
      at = putConstant(out, at, SOURCE_SEQ);
      at = putInteger(out, at, row.number(C.source_seq));
    }
    at = putMember(out, at, row, C.user_agent, USER_AGENT);
    out.setUint8(at, CLOSE);
    return at + 1;
  }

  private writeLink(row: CopyRow, header: string, payload: string): number {
    const seq = row.number(C.seq);
    const prevLength = row.lengths[C.prev_hash] as number;
    if (!isNatural(seq) || prevLength !== 32) {
      const hex = (digest: string) => Buffer.from(digest, 'latin1').toString('hex');
      return this.writeText(this.payloadEnd, `audit-chain/v1\n${row.integer(C.seq)}\n${row.hex(C.prev_hash)}\n${hex(header)}\n${hex(payload)}\n`);
    }
    this.grow(this.payloadEnd, LINK_BYTES);
    const { view: out } = this;
    let at = putConstant(out, this.payloadEnd, LINK);
    at = putInteger(out, at, seq);
    out.setUint8(at, NEWLINE);
    at = putHex(out, at + 1, row.view, row.starts[C.prev_hash] as number, 32);
    out.setUint8(at, NEWLINE);
    at = putDigest(out, at + 1, header);
    out.setUint8(at, NEWLINE);
    at = putDigest(out, at + 1, payload);
    out.setUint8(at, NEWLINE);
    return at + 1;
  }

  private writeText(at: number, text: string): number {
    this.grow(at, Buffer.byteLength(text));
    return at + this.bytes.write(text, at);
  }

  // An escaped byte takes six at most, json goes in as it is; the members' names, uuids, salts and times are well below the rest.
  private room(at: number, row: CopyRow): DataView {
    const json = Math.max(0, row.lengths[C.details] as number) + Math.max(0, row.lengths[C.sealed] as number);
    this.grow(at, (row.size - json) * 6 + json + this.headerTail.length + 1024);
    return this.view;
  }

  private grow(at: number, more: number): void {
    if (at + more <= this.memory.byteLength) return;
    const { bytes } = this;
    this.memory = new ArrayBuffer((at + more) * 2);
    this.bytes = Buffer.from(this.memory);
    this.view = new DataView(this.memory);
    bytes.copy(this.bytes, 0, 0, at);
  }
}

const end = (row: CopyRow, column: number) => (row.starts[column] as number) + (row.lengths[column] as number);

const isNatural = (value: number) => value >= 0 && value <= Number.MAX_SAFE_INTEGER;

/** Microseconds since 2000 as a double; NaN where the column holds no timestamptz. */
const microsOf = (row: CopyRow, column: number) => (row.lengths[column] === 8 ? row.number(column) : Number.NaN);

function isPlainHeader(row: CopyRow, seq: number): boolean {
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
    texts >= 0 && isNatural(seq) && lengths[C.seq] === 8 && lengths[C.v] === 2 && row.number(C.v) === 1 && lengths[C.id] === 16 && lengths[C.header_salt] === 16
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

function putMember(out: DataView, start: number, row: CopyRow, column: number, opening: Constant): number {
  const length = row.lengths[column] as number;
  if (length < 0) return start;
  const from = row.starts[column] as number;
  const at = putString(out, putConstant(out, start, opening), row.view, from, from + length);
  out.setUint8(at, QUOTE);
  return at + 1;
}
