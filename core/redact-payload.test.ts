import { describe, expect, test } from 'vitest';
import { type VectorCase, vectorCases } from '../lib/test/spec-vectors';
import { checkPayloadText } from './check-event';
import { canonicalJson } from './jcs';
import { type JsonObject, parseJson } from './json';
import { pseudonym, redactLeaf, redactPayload } from './redact-payload';

const objectOf = (text: string) => (parseJson(text) as { value: JsonObject }).value;
const keyOf = (c: VectorCase) => (c.key === undefined ? undefined : { keyId: c.keyid as string, key: Buffer.from(c.key, 'hex') });

describe('vectors: redact', () => {
  const cases = vectorCases('redact');
  const leaves = cases.filter((c) => c.payload === undefined);
  test('as many as there are', () => expect([leaves.length, cases.length]).toEqual([34, 56]));

  test.each(leaves)('$rule of $value', (c) => {
    const key = keyOf(c);
    expect(c.rule === 'pseudonym' && key ? pseudonym(c.value, key) : redactLeaf(c.rule, c.value, key)).toEqual(c.result);
  });

  test.each(cases.filter((c) => c.payload !== undefined))('$name', (c) => {
    const asked: string[] = [];
    const saltOf = (pointer: string) => {
      asked.push(pointer);
      return Buffer.from(c.salts[pointer], 'base64url');
    };
    const key = keyOf(c);
    const { payload, sealed } = redactPayload(objectOf(c.payload), { id: c.rule_set, rules: c.rules, ...(key && { key }), saltOf });
    const text = canonicalJson(payload);
    expect(text).toBe(c.payload_after);
    expect(checkPayloadText(text)).toBeNull();
    expect(asked.sort()).toEqual(Object.keys(c.salts ?? {}).sort());
    if (c.disclosures !== undefined) expect(sealed.map(({ disclosure }) => disclosure)).toEqual(c.disclosures);
  });
});

test('a rule that needs a key says so when there is none', () => {
  expect(() => redactLeaf('hmac', 'x')).toThrow(TypeError);
});
