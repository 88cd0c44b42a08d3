import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vectorCases } from '../lib/test/spec-vectors';
import { checkPayloadText } from './check-event';
import { canonicalJson } from './jcs';
import { type JsonObject, type JsonValue, parseJson } from './json';
import { jsonPointer } from './json-pointer';
import { commitmentOf, disclosePayload, disclosureOf, isDisclosed, parseDisclosure, sealPayload } from './sealed';
import { sha256Hex } from './sha256';

const objectOf = (text: string) => (parseJson(text) as { value: JsonObject }).value;

describe('vectors: seal', () => {
  test.each(vectorCases('seal'))('$name', (c) => {
    const seals = c.seal.map(({ pointer, salt }: { pointer: string; salt: string }) => ({ pointer, salt: Buffer.from(salt, 'base64url') }));
    const outcome = sealPayload(objectOf(c.payload), seals);
    if (c.error !== undefined) {
      expect(outcome).toEqual({ ok: false, pointer: c.error });
      return;
    }
    if (!outcome.ok) throw new Error(outcome.pointer);
    const sealed = outcome.sealed.map((value) => ({ ...value, disclosure_text: Buffer.from(value.disclosure, 'base64url').toString() }));
    expect(sealed).toEqual(c.sealed);
    const after = canonicalJson(outcome.payload);
    expect(after).toBe(c.payload_after);
    expect(sha256Hex(after)).toBe(c.payload_hash);
    expect(checkPayloadText(after)).toBeNull();
    for (const { pointer, disclosure, commitment } of outcome.sealed) expect(isDisclosed(commitment, pointer, disclosure)).toBe(true);
    const { sealed: _, ...disclosed } = disclosePayload(
      outcome.payload,
      outcome.sealed.map(({ disclosure }) => disclosure),
    );
    expect(canonicalJson(disclosed)).toBe(c.payload);
  });
});

const scalar = fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string({ unit: 'grapheme', maxLength: 5 }));
const tree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 3 })),
})).value;

function pointersIn(value: unknown, path: (string | number)[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return inner.flatMap(([name, member]) => [jsonPointer([...path, name as string]), ...pointersIn(member, [...path, name as string])]);
}

test('whatever is sealed, the payload is one of the specification, its order does not matter, and it opens to what it was', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ maxLength: 3 }), tree, { maxKeys: 4 }), fc.infiniteStream(fc.nat(3)), (details, picks) => {
      const payload = objectOf(JSON.stringify({ details, ip_address: '192.0.2.7', salt: Buffer.alloc(16, 1).toString('base64url') }));
      const chosen = ['/ip_address', ...pointersIn(payload.details, ['details'])].filter(() => picks.next().value === 0);
      const seals = chosen.map((pointer, i) => ({ pointer, salt: Buffer.alloc(16, i) }));
      const [one, other] = [sealPayload(payload, seals), sealPayload(payload, seals.toReversed())];
      if (!one.ok || !other.ok) throw new Error('refused');
      const text = canonicalJson(one.payload);
      expect(canonicalJson(other.payload)).toBe(text);
      expect(checkPayloadText(text)).toBeNull();
      const { sealed: _, ...back } = disclosePayload(
        one.payload,
        one.sealed.map(({ disclosure }) => disclosure),
      );
      expect(canonicalJson(back)).toBe(canonicalJson(payload));
    }),
    { numRuns: 300 },
  );
});

test('a disclosure has one form, and holds for one pointer and one commitment', () => {
  const salt = Buffer.alloc(16, 5);
  const disclosure = disclosureOf(salt, '/details/a', { b: 1 } as unknown as JsonValue);
  expect(parseDisclosure(disclosure)).toMatchObject({ pointer: '/details/a', value: { b: 1 } });
  expect(isDisclosed(commitmentOf(disclosure), '/details/a', disclosure)).toBe(true);
  expect(isDisclosed(commitmentOf(disclosure), '/details/b', disclosure)).toBe(false);
  for (let i = 0; i < disclosure.length; i++) {
    const changed = disclosure.slice(0, i) + (disclosure[i] === 'A' ? 'B' : 'A') + disclosure.slice(i + 1);
    expect(isDisclosed(commitmentOf(disclosure), '/details/a', changed)).toBe(false);
  }
  const of = (text: string) => Buffer.from(text).toString('base64url');
  for (const text of [
    '["AAAAAAAAAAAAAAAAAAAAAA","/a", 1]',
    '["AAAAAAAAAAAAAAAAAAAAAB","/a",1]',
    '["AAAAAAAAAAAAAAAAAAAAAA","/a"]',
    '{}',
    '["AAAAAAAAAAAAAAAAAAAAAA","/a",1.0]',
    'x',
  ]) {
    expect(parseDisclosure(of(text)), text).toBeNull();
  }
  expect(parseDisclosure(`${disclosure}=`)).toBeNull();
});
