/**
 * SPEC §1: an event is two halves, hashed apart, and a link over the half hashes. All of it is text, so that `printf … | sha256sum` checks a link:
 *
 *   header_hash  = H(JCS(header))            payload_hash = H(JCS(payload))
 *   event_hash   = H("audit-chain/v1\n" seq "\n" hex(prev) "\n" hex(header_hash) "\n" hex(payload_hash) "\n")
 *   prev of 0    = H("audit-genesis/v1\n" origin "\n")
 *
 * The map from a row to these texts is one-to-one and never throws (SPEC §2, end): whatever a database may hold has a text of its own, and checkHeaderText and
 * checkPayloadText say which text is no event. The members are written in JCS order by hand: a row is hashed without building an object.
 */
import { isWholeObject } from './raw-object';
import { sha256 } from './sha256';

export { checkHeaderText, checkPayloadText } from './check-event';

/** One good event as its row holds it. `details` and `sealed` are canonical JSON text, times the 27-character text of SPEC §2, ids lower case. */
export type EventRow = {
  seq: number;
  id: string;
  recordedAt: string;
  occurredAt: string;
  v: number;
  /** 16 bytes */
  headerSalt: Buffer;
  actorType: string;
  /** '' = the source did not say */
  actorId: string;
  action: string;
  resourceType: string;
  resourceId: string;
  outcome: string;
  /** 16 bytes */
  payloadSalt: Buffer;
  details: string;
  ipAddress: string | null;
  userAgent: string | null;
  requestId: string | null;
  sessionId: string | null;
  source: string | null;
  sourceEpoch: string | null;
  sourceSeq: number | null;
  sealed: string | null;
  redaction: string | null;
  /** 32 bytes each */
  prevHash: Buffer;
  eventHash: Buffer;
};

/** seq and source_seq beyond 2^53 come as bigint: as doubles two rows would have one text. */
type AnyInteger = number | bigint | null;

/** A row as a database may hold it after somebody had his hands in it: any column NULL, any number, any text. Every EventRow is one. */
export type StoredRow = { [Column in keyof EventRow]: EventRow[Column] extends number | null ? AnyInteger : EventRow[Column] | null };

const text = (name: string, value: string | null) => (value === null ? '' : `,"${name}":${JSON.stringify(value)}`);
const integer = (name: string, value: AnyInteger) => (value === null ? '' : `,"${name}":${value}`);
const salt = (bytes: Buffer | null) => (bytes === null ? '' : `,"salt":"${bytes.toString('base64url')}"`);
const inBraces = (members: string) => `{${members.slice(1)}}`;

/** The canonical header of a row under an origin; of a row that is no event a text that checkHeaderText refuses. NULL leaves the member out. */
export function headerText(origin: string, row: StoredRow): string {
  return inBraces(
    text('action', row.action) +
      text('actor_id', row.actorId) +
      text('actor_type', row.actorType) +
      text('id', row.id) +
      text('occurred_at', row.occurredAt) +
      text('outcome', row.outcome) +
      text('recorded_at', row.recordedAt) +
      text('resource_id', row.resourceId) +
      text('resource_type', row.resourceType) +
      salt(row.headerSalt) +
      integer('seq', row.seq) +
      text('trail', origin) +
      integer('v', row.v),
  );
}

/** The canonical payload of a row; of a row that is no event a text that checkPayloadText refuses. NULL leaves the member out. */
export function payloadText(row: StoredRow): string {
  const isBare = row.sealed === null && row.payloadSalt !== null;
  return inBraces(
    json('details', row.details, isBare) +
      text('ip_address', row.ipAddress) +
      text('redaction', row.redaction) +
      text('request_id', row.requestId) +
      salt(row.payloadSalt) +
      json('sealed', row.sealed, isBare) +
      text('session_id', row.sessionId) +
      text('source', row.source) +
      text('source_epoch', row.sourceEpoch) +
      integer('source_seq', row.sourceSeq) +
      text('user_agent', row.userAgent),
  );
}

// Text that is no object of its own could play the members that follow it: it goes in as a string, which no event has there.
function json(name: string, value: string | null, isBare: boolean): string {
  if (value === null) return '';
  return `,"${name}":${isWholeObject(value, isBare) ? value : JSON.stringify(value)}`;
}

export const headerHash = (origin: string, row: StoredRow): Buffer => sha256(headerText(origin, row));
export const payloadHash = (row: StoredRow): Buffer => sha256(payloadText(row));

/** 32 bytes: the link over the two half hashes. The text that is hashed is linkText. */
export const linkHash = (seq: AnyInteger, prev: Buffer | null, header: Buffer, payload: Buffer): Buffer => sha256(linkText(seq, prev, header, payload));

/** What anybody can print and pipe into sha256sum. */
export const linkText = (seq: AnyInteger, prev: Buffer | null, header: Buffer, payload: Buffer): string =>
  `audit-chain/v1\n${seq}\n${prev?.toString('hex') ?? ''}\n${header.toString('hex')}\n${payload.toString('hex')}\n`;

/** 32 bytes: prev of event 0. */
export const genesisHash = (origin: string): Buffer => sha256(`audit-genesis/v1\n${origin}\n`);

/** 32 bytes: event_hash as the row's columns give it, its stored prev_hash included. */
export const hashRow = (origin: string, row: StoredRow): Buffer => linkHash(row.seq, row.prevHash, headerHash(origin, row), payloadHash(row));
