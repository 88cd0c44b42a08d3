import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkHeaderText, checkPayloadText } from './check-event';
import { CopyReader } from './copy-row';
import { headerText, payloadText } from './event';
import { canonicalJson } from './jcs';
import { type JsonValue, parseJson } from './json';
import { PlainEvents } from './plain-event';
import { isPlainObjectAt, isPlainTextAt } from './plain-json';
import { rowFromCopy } from './row-from-copy';
import { anyRow, plainRow } from './test/arbitrary-row';
import { type BinaryRow, copyStream, int16, int64 } from './test/copy-stream';
import { binaryRow } from './test/good-chain';
import { longTrail } from './test/long-trail';

const ORIGIN = 'audit.example.com/main';

/** Whether it is taken, and whether who parses it takes it. */
function judged(row: BinaryRow): { isPlain: boolean; isEvent: boolean } {
  const reader = new CopyReader();
  reader.push(copyStream([row]));
  const read = reader.next();
  if (read === null) throw new Error('no row');
  const isPlain = new PlainEvents().has(read);
  const stored = rowFromCopy(read);
  return { isPlain, isEvent: checkHeaderText(headerText(ORIGIN, stored)) === null && checkPayloadText(payloadText(stored)) === null };
}

const isPlain = (text: string | Uint8Array) => {
  const bytes = Buffer.from(text as string);
  const within = Buffer.concat([Buffer.from('"}'), bytes, Buffer.from('"}]9')]); // what lies around it is not its own
  return isPlainObjectAt(within, 2, 2 + bytes.length);
};

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.toWellFormed()),
  fc.constantFrom('', 'a', '\ud7ff', '\u{10ffff}', '"', '\\', '\n'),
);
const short = fc.oneof({ weight: 7, arbitrary: fc.constant('u-1') }, { weight: 1, arbitrary: text }).map((value) => Buffer.from(value));
/** The first far more often than the others. */
const mostly = <T>(first: T, ...others: T[]) => fc.oneof({ weight: 9, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const goodRow: fc.Arbitrary<BinaryRow> = fc.record({
  seq: fc.nat().map(int64),
  recorded_at: fc.constant(int64(826_000_000_000_000n)),
  occurred_at: mostly(826_000_000_000_000n, -946_684_800_000_000n, -946_684_800_000_001n, 2n ** 62n).map(int64),
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
  v: mostly(1, 2).map(int16),
  header_salt: fc.constant(Buffer.alloc(16, 7)),
  actor_type: mostly('user', 'service', 'system', 'admin', 'users', 'root').map((name) => Buffer.from(name)),
  actor_id: short,
  action: fc.oneof(
    short,
    fc.constantFrom('x'.repeat(128), 'x'.repeat(129)).map((name) => Buffer.from(name)),
  ),
  resource_type: short,
  resource_id: fc.oneof(
    short,
    fc.constantFrom('é'.repeat(256), 'é'.repeat(257)).map((name) => Buffer.from(name)),
  ),
  outcome: mostly('success', 'failure', 'denied', 'sucess').map((name) => Buffer.from(name)),
  payload_salt: fc.constant(Buffer.alloc(16, 9)),
  details: fc
    .oneof(
      fc.constantFrom('{}', '{"a":[1,"é"],"b":{"c":null}}'),
      fc.json({ maxDepth: 3 }),
      fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })).map((value) => canonicalJson(value as JsonValue)),
    )
    .map((json) => Buffer.from(json)),
  ip_address: fc.option(
    fc.oneof(fc.ipV4(), fc.ipV4(), fc.ipV6(), text, fc.constantFrom('2001:db8::1', '[REDACTED]', '192.0.2.07')).map((address) => Buffer.from(address)),
  ),
  user_agent: fc.option(short),
  request_id: fc.option(short),
  session_id: fc.option(short),
  source: fc.option(short),
  source_epoch: fc.option(fc.constant(Buffer.alloc(16, 3))),
  source_seq: fc.option(fc.constantFrom(0, 1, 2 ** 53 - 1).map(int64)),
  sealed: mostly<Buffer | null>(null, Buffer.from('{}')),
  redaction: fc.option(short),
  prev_hash: fc.constant(Buffer.alloc(32)),
  event_hash: fc.constant(Buffer.alloc(32)),
});

test('what it takes is an event for who parses it', () => {
  let [plain, events] = [0, 0];
  const check = (row: BinaryRow) => {
    const { isPlain, isEvent } = judged(row);
    plain += Number(isPlain);
    events += Number(isEvent);
    expect(!isPlain || isEvent).toBe(true);
  };
  fc.assert(fc.property(goodRow, check), { numRuns: 3000, seed: 11 });
  expect(plain).toBeGreaterThan(100);
  expect(events).toBeGreaterThan(plain);
  fc.assert(fc.property(plainRow, check), { numRuns: 500 });
  fc.assert(fc.property(anyRow, check), { numRuns: 500 });
});

test('it takes what a log mostly holds', () => {
  for (const row of longTrail(100).slice(1)) expect(judged(binaryRow(row))).toEqual({ isPlain: true, isEvent: true });
});

test('a text that it takes is the canonical one of its value', () => {
  const parts = fc.constantFrom(...'{}[]:,"\\ntfu019.-eE+', '"a"', '"b":', 'true', 'null', '0.1', '12', '{"a":1}', 'é', '\u0001', ' ');
  const texts = fc.oneof(
    fc.json({ maxDepth: 3 }),
    fc.array(parts, { maxLength: 12 }).map((some) => `{${some.join('')}}`),
    fc.jsonValue({ maxDepth: 3 }).map((value) => canonicalJson(value as JsonValue)),
  );
  fc.assert(
    fc.property(texts, (json) => {
      if (!isPlain(json)) return;
      const parsed = parseJson(json);
      expect(parsed.ok && canonicalJson(parsed.value)).toBe(json);
    }),
    { numRuns: 20_000 },
  );
});

test('of canonical objects it takes all that have plain names and numbers', () => {
  const name = fc.string({ unit: fc.constantFrom(...'abcXYZ_.09 /'), maxLength: 6 });
  const number = fc.oneof(
    fc.integer(),
    fc.integer({ min: -999_999_999, max: 999_999_999 }).map((n) => n / 1000),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      number,
      text.filter((t) => !JSON.stringify(t).includes('\\u')),
      fc.constantFrom(true, false, null),
      fc.array(tie('any'), { maxLength: 4 }),
      tie('object'),
    ),
    object: fc.dictionary(name, tie('any'), { maxKeys: 6 }),
  })).object;
  fc.assert(
    fc.property(value, (object) => {
      const json = canonicalJson(parsedOf(JSON.stringify(object)));
      expect([json, isPlain(json)]).toEqual([json, true]);
    }),
    { numRuns: 2000 },
  );
});

const parsedOf = (json: string): JsonValue => {
  const parsed = parseJson(json);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
};

test.each([
  '',
  '{',
  '}',
  '[]',
  '1',
  '{} ',
  ' {}',
  '{}}',
  '{"a":1,}',
  '{,}',
  '{"a"}',
  '{"a":}',
  '{"a" :1}',
  '{"a":1 }',
  '{a:1}',
  '{"b":1,"a":1}',
  '{"a":1,"a":1}',
  '{"a":01}',
  '{"a":-0}',
  '{"a":1.0}',
  '{"a":1.}',
  '{"a":.5}',
  '{"a":-}',
  '{"a":+1}',
  '{"a":1e2}',
  '{"a":1E2}',
  '{"a":0.0}',
  '{"a":0.0000001}',
  '{"a":1234567890123456}',
  '{"a":0.1234567890123456}',
  '{"a":tru}',
  '{"a":nul}',
  '{"a":"\u0001"}',
  '{"a":"\\/"}',
  '{"a":"\\u0041"}',
  '{"a":"\\',
  '{"a":"b}',
  '{"a":[1,]}',
  '{"a":[,1]}',
  '{"a":[1 ,2]}',
  '{"ab":1,"a":1}',
  '{"é":1}',
  '{"a\\n":1}',
  '{"a":NaN}',
  '{"a":[1}',
  '{"a":{"b":1]}',
])('not %j', (json) => {
  expect(isPlain(json)).toBe(false);
});

test.each([
  '{}',
  '{"":0}',
  '{"a":-1}',
  '{"a":0.000001}',
  '{"a":-12.5}',
  '{"a":999999999999999}',
  '{"a":1,"ab":2,"b":3}',
  '{"A":1,"a":2}',
  '{"a":[[],{}]}',
  '{"a":"\\"\\\\\\b\\f\\n\\r\\t"}',
  '{"a":"é€😀"}',
])('surely %j', (json) => {
  expect(isPlain(json)).toBe(true);
  expect(canonicalJson(parsedOf(json))).toBe(json);
});

test('64 containers deep, and no deeper', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`;
  const list = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  for (const make of [nested, list]) {
    expect(isPlain(make(64))).toBe(true);
    expect(isPlain(make(65))).toBe(false);
    expect(isPlain(make(30_000))).toBe(false);
  }
});

test('bytes that are no UTF-8, wherever they are cut', () => {
  const bad = ['80', 'c0af', 'c1bf', 'e09f80', 'eda080', 'f08f8080', 'f4908080', 'f5808080', 'c3', 'e282', 'f09f98', 'c328', 'e28228', 'ff'];
  for (const hex of bad) {
    const bytes = Buffer.from(hex, 'hex');
    expect(isPlainTextAt(bytes, 0, bytes.length), hex).toBe(false);
    expect(isPlain(Buffer.concat([Buffer.from('{"a":"'), bytes, Buffer.from('"}')])), hex).toBe(false);
  }
  const strict = new TextDecoder('utf-8', { fatal: true });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
      if (!isPlainTextAt(bytes, 0, bytes.length)) return;
      expect(() => strict.decode(bytes)).not.toThrow();
    }),
    { numRuns: 5000 },
  );
});
