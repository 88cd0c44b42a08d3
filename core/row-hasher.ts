/**
 * The fast path of SPEC §1: a COPY row's canonical header and payload written as UTF-8 into reused memory, byte for byte what headerText and payloadText give,
 * and hashed with the one-shot crypto.hash. Nothing is parsed and no string is made of a column: the stored text is the hashed text, but for the escapes of RFC 8785.
 * A row that cannot be an event's (a NULL where a value is due, a time outside 1970–9999, a type that is not ours) takes the slow path through those two functions.
 */
import {
  type Constant,
  constant,
  DayText,
  isPlainTime,
  putBytes,
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
import { Scratch } from './scratch';

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

/** Hashes rows of one trail. Its memory is reused: not re-entrant. */
export class RowHasher {
  private readonly headers = new Scratch(8_192);
  private readonly payloads = new Scratch(65_536);
  private readonly links = new Scratch(LINK_BYTES);
  private readonly headerTail: Constant;
  private readonly recordedDay = new DayText();
  private readonly occurredDay = new DayText();
  // how long the halves are that eventDigest wrote last, and of which step of which reader's row
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
    const header = this.headers.digest(this.headerEnd);
    const payload = this.payloads.digest(this.payloadEnd);
    return this.links.digest(this.writeLink(row, header, payload));
  }

  /** Where both canonical halves stand, good until the next call. Of a row that eventDigest had last they need not be written again. */
  halves(row: CopyRow): { header: DataView; headerEnd: number; payload: DataView; payloadEnd: number } {
    if (this.digested !== row || this.digestedStep !== row.step) this.writeHalves(row);
    return { header: this.headers.view, headerEnd: this.headerEnd, payload: this.payloads.view, payloadEnd: this.payloadEnd };
  }

  /** The bytes of the canonical header, good until the next call. */
  header(row: CopyRow): Buffer {
    this.digested = null;
    const end = this.writeHeader(row);
    return this.headers.bytes.subarray(0, end);
  }

  /** The bytes of the canonical payload, good until the next call. */
  payload(row: CopyRow): Buffer {
    this.digested = null;
    const end = this.writePayload(row);
    return this.payloads.bytes.subarray(0, end);
  }

  private writeHalves(row: CopyRow): void {
    this.headerEnd = this.writeHeader(row);
    this.payloadEnd = this.writePayload(row);
    this.digested = row;
    this.digestedStep = row.step;
  }

  private writeHeader(row: CopyRow): number {
    const { starts, view: source } = row;
    const seq = row.number(C.seq);
    const recorded = microsOf(row, C.recorded_at);
    const occurred = microsOf(row, C.occurred_at);
    if (!isPlainHeader(row, seq) || !isPlainTime(recorded) || !isPlainTime(occurred)) return this.headers.text(headerText(this.origin, rowFromCopy(row)));
    const out = this.headers.room((row.size - jsonBytes(row)) * 6 + this.headerTail.length + SPARE);
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

  private writePayload(row: CopyRow): number {
    const { lengths, starts, view: source } = row;
    if (!isPlainPayload(row)) return this.payloads.text(payloadText(rowFromCopy(row)));
    const json = jsonBytes(row);
    const out = this.payloads.room((row.size - json) * 6 + json + SPARE);
    let at = putConstant(out, 0, DETAILS);
    at = putBytes(out, at, source, starts[C.details] as number, end(row, C.details));
    at = putMember(out, at, row, C.ip_address, IP_ADDRESS);
    at = putMember(out, at, row, C.redaction, REDACTION);
    at = putMember(out, at, row, C.request_id, REQUEST_ID);
    at = putConstant(out, at, PAYLOAD_SALT);
    at = putSalt(out, at, source, starts[C.payload_salt] as number);
    out.setUint8(at++, QUOTE);
    if (lengths[C.sealed] !== -1) {
      at = putConstant(out, at, SEALED);
      at = putBytes(out, at, source, starts[C.sealed] as number, end(row, C.sealed));
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
      return this.links.text(`audit-chain/v1\n${row.integer(C.seq)}\n${row.hex(C.prev_hash)}\n${hex(header)}\n${hex(payload)}\n`);
    }
    const { view: out } = this.links;
    let at = putConstant(out, 0, LINK);
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
}

// An escaped byte takes six at most, json goes in as it is; the members' names, uuids, salts and times are well below the spare.
const SPARE = 1024;
const jsonBytes = ({ lengths }: CopyRow) => Math.max(0, lengths[C.details] as number) + Math.max(0, lengths[C.sealed] as number);

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
