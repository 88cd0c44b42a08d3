import fc from 'fast-check';
import { type BinaryRow, int16, int64, micros } from './copy-stream';

const orNull = (field: fc.Arbitrary<Buffer>) => fc.option(field, { nil: null, freq: 4 });
const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array));
const hostileText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed()),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\u0001', '\u001f', '\u007f', '\u2028', 'é', '😀', 'a', '/', '{', '}'), maxLength: 12 }),
);
const text = hostileText.map((value) => Buffer.from(value));
const json = fc
  .oneof(
    fc.json({ maxDepth: 2 }),
    fc.dictionary(hostileText, hostileText).map((object) => JSON.stringify(object)),
    fc.constantFrom(
      '',
      '{',
      '}',
      '{}',
      '{}}',
      '{{}',
      '{"a":"}"}',
      '{},"ip_address":"x"',
      '{"a":"\\"}',
      ' {}',
      '[]',
      '{"a":{}',
      '{"b":1}},"salt":"x","sealed":{"/x":"y"}',
    ),
  )
  .map((value) => Buffer.from(value));
const time = fc.oneof(
  fc
    .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
    .map((date) => int64(micros(`${date.toISOString().slice(0, -1)}000Z`) + 7n)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(int64),
  fc.constantFrom(
    ...[
      2n ** 63n - 1n,
      -(2n ** 63n),
      0n,
      -1n,
      -946_684_800_000_000n,
      -946_684_800_000_001n,
      8_046_000_000_000_000n,
      8_046_000_000_000_001n,
      2n ** 53n,
      252_455_615_999_999_999n,
    ].map(int64),
  ),
);
const integer = fc.oneof(fc.maxSafeNat().map(int64), fc.nat(2000).map(int64), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(int64), bytes(0, 9));
const sixteen = fc.oneof({ weight: 9, arbitrary: bytes(16) }, { weight: 1, arbitrary: bytes(0, 20) });

/** Rows as a hostile database might send them: any column NULL, any text, any time, even columns of other types. */
export const anyRow: fc.Arbitrary<BinaryRow> = fc.record({
  seq: orNull(integer),
  recorded_at: orNull(fc.oneof({ weight: 9, arbitrary: time }, { weight: 1, arbitrary: bytes(0, 10) })),
  occurred_at: orNull(time),
  id: orNull(sixteen),
  v: orNull(fc.oneof({ weight: 3, arbitrary: fc.constant(int16(1)) }, { weight: 1, arbitrary: fc.integer({ min: -32768, max: 32767 }).map(int16) })),
  header_salt: orNull(sixteen),
  actor_type: orNull(text),
  actor_id: orNull(text),
  action: orNull(text),
  resource_type: orNull(text),
  resource_id: orNull(text),
  outcome: orNull(text),
  payload_salt: orNull(sixteen),
  details: orNull(json),
  ip_address: orNull(text),
  user_agent: orNull(text),
  request_id: orNull(text),
  session_id: orNull(text),
  source: orNull(text),
  source_epoch: orNull(sixteen),
  source_seq: orNull(integer),
  sealed: orNull(json),
  redaction: orNull(text),
  prev_hash: orNull(fc.oneof({ weight: 9, arbitrary: bytes(32) }, { weight: 1, arbitrary: bytes(0, 40) })),
  event_hash: orNull(bytes(32)),
});

/** Rows without a NULL where a value is due and with columns of our types: those take the fast path. */
export const plainRow: fc.Arbitrary<BinaryRow> = fc.record({
  seq: fc.oneof(fc.maxSafeNat(), fc.nat(2000), fc.constantFrom(0, 9, 10, 999_999_999, 1_000_000_000, 2 ** 53 - 1)).map(int64),
  recorded_at: time,
  occurred_at: time,
  id: bytes(16),
  v: fc.constant(int16(1)),
  header_salt: bytes(16),
  actor_type: text,
  actor_id: text,
  action: text,
  resource_type: text,
  resource_id: text,
  outcome: text,
  payload_salt: bytes(16),
  details: json,
  ip_address: orNull(text),
  user_agent: orNull(text),
  request_id: orNull(text),
  session_id: orNull(text),
  source: orNull(text),
  source_epoch: orNull(bytes(16)),
  source_seq: orNull(fc.maxSafeNat().map(int64)),
  sealed: orNull(json),
  redaction: orNull(text),
  prev_hash: bytes(32),
  event_hash: bytes(32),
});
