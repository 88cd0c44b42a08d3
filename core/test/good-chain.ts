import fc from 'fast-check';
import { type EventRow, genesisHash, hashRow } from '../event';
import { canonicalJson } from '../jcs';
import type { JsonValue } from '../json';
import { timeFromMicros } from '../postgres-time';
import { makeLogKey, vkeyOf } from '../vkey';
import { type BinaryRow, int16, int64, micros, uuid } from './copy-stream';

export const ORIGIN = 'audit.example.com/main';

const text = fc
  .oneof(fc.string({ maxLength: 30 }), fc.string({ unit: 'grapheme', maxLength: 10 }), fc.constantFrom('"', '\\', '\n', 'é😀'))
  .map((value) => value.replaceAll('\0', ''));
const given = text.filter((value) => value !== '');
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 });
const salt = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const id = fc.uuid();
const details = fc.dictionary(given, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.integer(), { maxLength: 3 })), { maxKeys: 4 });

const event = fc.record({
  id,
  occurredAt: fc.bigInt({ min: 0n, max: 10n ** 15n }).map(timeFromMicros),
  headerSalt: salt,
  actorType: fc.constantFrom('user', 'service', 'admin'),
  actorId: text,
  action: given,
  resourceType: text,
  resourceId: text,
  outcome: fc.constantFrom('success', 'failure', 'denied'),
  payloadSalt: salt,
  details: details.map((value) => canonicalJson(value as JsonValue)),
  ipAddress: orNull(fc.constantFrom('192.0.2.7', '2001:db8::1')),
  userAgent: orNull(given),
  requestId: orNull(given),
  sessionId: orNull(given),
  source: orNull(given),
  sourceEpoch: orNull(id),
  sourceSeq: orNull(fc.integer({ min: 1 })),
  sealed: orNull(fc.constant(`{"/details/gone":"${Buffer.alloc(32, 7).toString('base64url')}"}`)),
  redaction: orNull(fc.constant('default-1')),
});

const FIRST: Partial<EventRow> = {
  actorType: 'system',
  actorId: 'indelible',
  action: 'trail.created',
  outcome: 'success',
  details: canonicalJson({ hash_version: 1, log_vkey: vkeyOf(ORIGIN, makeLogKey(Buffer.alloc(32, 1)).publicKey), synthetic: false }),
  sealed: null,
};

/** Chains of 2 to 12 good events, batches of one time and gaps of weeks between them. */
export const goodChain: fc.Arbitrary<EventRow[]> = fc
  .array(fc.tuple(event, fc.constantFrom(0n, 1n, 10n ** 6n, 10n ** 12n, 3n * 10n ** 12n)), { minLength: 2, maxLength: 12 })
  .map((drafts) => {
    let prevHash = genesisHash(ORIGIN);
    let clock = 826_000_000_000_000n;
    return drafts.map(([draft, step], seq) => {
      clock += step;
      const row: EventRow = { seq, v: 1, recordedAt: timeFromMicros(clock), ...draft, ...(seq === 0 ? FIRST : {}), prevHash, eventHash: Buffer.alloc(0) };
      row.eventHash = hashRow(ORIGIN, row);
      prevHash = row.eventHash;
      return row;
    });
  });

const bytes = (value: string | null) => (value === null ? null : Buffer.from(value));

export const binaryRow = (row: EventRow): BinaryRow => ({
  seq: int64(row.seq),
  recorded_at: int64(micros(row.recordedAt)),
  occurred_at: int64(micros(row.occurredAt)),
  id: uuid(row.id),
  v: int16(row.v),
  header_salt: row.headerSalt,
  actor_type: bytes(row.actorType),
  actor_id: bytes(row.actorId),
  action: bytes(row.action),
  resource_type: bytes(row.resourceType),
  resource_id: bytes(row.resourceId),
  outcome: bytes(row.outcome),
  payload_salt: row.payloadSalt,
  details: bytes(row.details),
  ip_address: bytes(row.ipAddress),
  user_agent: bytes(row.userAgent),
  request_id: bytes(row.requestId),
  session_id: bytes(row.sessionId),
  source: bytes(row.source),
  source_epoch: row.sourceEpoch === null ? null : uuid(row.sourceEpoch),
  source_seq: row.sourceSeq === null ? null : int64(row.sourceSeq),
  sealed: bytes(row.sealed),
  redaction: bytes(row.redaction),
  prev_hash: row.prevHash,
  event_hash: row.eventHash,
});
