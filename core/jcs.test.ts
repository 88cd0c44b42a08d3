import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sharedDir } from '../lib/test/shared';
import { canonicalJson, sortedNames } from './jcs';
import { type JsonObject, type JsonValue, NumberLiteral, parseJson } from './json';
import { sha256Hex } from './sha256';

const shared = sharedDir();
const jcs = path.join(shared ?? '', 'vectors/jcs');
const read = (...name: string[]) => fs.readFileSync(path.join(jcs, ...name), 'utf8');

/** RFC 8785's own tables hold numbers that our profile refuses: there they count by their doubles. */
function asDoubles(value: JsonValue): JsonValue {
  if (value instanceof NumberLiteral) return Number(value.text);
  if (Array.isArray(value)) return value.map(asDoubles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asDoubles(member)]));
}

const double = (hex: string): number => Buffer.from(hex.padStart(16, '0'), 'hex').readDoubleBE();

describe.skipIf(shared === null)('published vectors of RFC 8785', () => {
  test.each(['arrays', 'french', 'structures', 'unicode', 'values', 'weird'])('%s', (name) => {
    const input = parseJson(read('input', `${name}.json`));
    if (!input.ok) throw new Error(input.reason);
    const canonical = canonicalJson(asDoubles(input.value));
    expect(canonical).toBe(read('output', `${name}.json`));
    expect(Buffer.from(canonical).toString('hex')).toBe(read('outhex', `${name}.txt`).replaceAll(/\s/g, ''));
  });

  test('10,000 doubles', () => {
    const file = read('es6testfile10k.txt');
    expect(sha256Hex(file)).toBe('b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892');
    const lines = file.trimEnd().split('\n');
    expect(lines).toHaveLength(10_000);
    for (const line of lines) {
      const [hex = '', text] = line.split(',');
      expect(canonicalJson(double(hex)), hex).toBe(text);
    }
  });

  const tables = shared === null ? {} : JSON.parse(read('rfc8785-tables.json'));
  test('appendix B', () => {
    expect(tables.appendixB_numbers).toHaveLength(26);
    for (const { ieee754, expected } of tables.appendixB_numbers) {
      if (expected === null) expect(() => canonicalJson(double(ieee754)), ieee754).toThrow(TypeError);
      else expect(canonicalJson(double(ieee754)), ieee754).toBe(expected);
    }
  });
});

test('what has no canonical text is thrown', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, new NumberLiteral('1e20'), undefined, [undefined], { a: 1n }]) {
    expect(() => canonicalJson(value as JsonValue)).toThrow(TypeError);
  }
});

test('members stand in the order of UTF-16 code units, at any depth', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.integer()), (object) => {
      const names = sortedNames(object as JsonObject);
      const units = (text: string) => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0')).join('');
      expect(names.map(units)).toEqual(Object.keys(object).map(units).sort());
    }),
  );
  expect(canonicalJson({ b: [{ '\ufb33': 1, '\u{1f600}': 2, '€': 3, '10': 4, '9': 5 }], a: 1 })).toBe('{"a":1,"b":[{"10":4,"9":5,"€":3,"😀":2,"\ufb33":1}]}');
});
