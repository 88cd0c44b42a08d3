import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './jcs';
import { type JsonValue, MAX_DEPTH, NumberLiteral, newObject, parseJson } from './json';

const readOk = (text: string): JsonValue => {
  const read = parseJson(text);
  if (!read.ok) throw new Error(`${read.pointer}: ${read.reason}`);
  return read.value;
};
const faultOf = (text: string) => {
  const read = parseJson(text);
  if (read.ok) throw new Error(`taken: ${text}`);
  return read;
};

describe('RFC 8259', () => {
  test.each([
    ['null', null],
    [' \t\r\n true \n', true],
    ['[]', []],
    ['[ 1 , [ ] , { } ]', [1, [], {}]],
    ['"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\uD83D\\uDE00"', '"\\/\b\f\n\r\tA😀'],
    ['{"a":{"b":[{"c":-1.5e1}]}}', { a: { b: [{ c: -15 }] } }],
    ['"\u2028\u007f"', '\u2028\u007f'],
  ])('%j', (text, value) => expect(readOk(text)).toEqual(value));

  test.each(
    [
      '',
      ' ',
      '{',
      '[',
      '[1',
      '[1,',
      '[1,]',
      '[,1]',
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{a:1}',
      "{'a':1}",
      '{"a":1 "b":2}',
      '[1 2]',
      '{}{}',
      'nul',
      'True',
      'NaN',
      'Infinity',
      '-',
      '-a',
      '01',
      '-01',
    ].concat([
      '1.',
      '.5',
      '1e',
      '1e+',
      '0x1',
      '+1',
      '1.e1',
      '"',
      '"a',
      '"\\',
      '"\\u12"',
      '"\\x"',
      '"\\u00g0"',
      '"\n"',
      '"\u0000"',
      '"\u001f"',
      '\ufeff{}',
      '// c\n1',
      '[1]/**/',
      '\u00a01',
      '\u00a0',
    ]),
  )('%j is no JSON', (text) => {
    const fault = faultOf(text);
    expect(fault.pointer).toBe('');
    expect(fault.reason).toMatch(/^no JSON: .* \(line \d+, column \d+\)$/);
    expect(() => JSON.parse(text)).toThrow();
  });

  test('the place of a mistake is named', () => {
    expect(faultOf('{"a": 1,\n  "b": tru }').reason).toContain('(line 2, column 8)');
    expect(faultOf('[1,2').reason).toContain('(line 1, column 5)');
  });
});

test('duplicate members are refused by their pointer, also by another spelling and after well-forming', () => {
  expect(faultOf('{"a":1,"a":1}').pointer).toBe('/a');
  expect(faultOf('{"x":[0,{"\\u0061":1,"a":2}]}').pointer).toBe('/x/1/a');
  expect(faultOf('{"\\ud800":1,"\\udbff":2}').pointer).toBe('/\ufffd');
  expect(faultOf('{"__proto__":1,"__proto__":2}').pointer).toBe('/__proto__');
  expect(faultOf('{"a/b":{"c~d":1,"c~d":1}}').pointer).toBe('/a~1b/c~0d');
});

test('U+0000 is refused where it stands', () => {
  expect(faultOf('{"a":["x","\\u0000"]}').pointer).toBe('/a/1');
  expect(faultOf('{"a":{"b\\u0000":1}}').pointer).toBe('/a/b\u0000');
});

test('members that JavaScript treats as special are ordinary', () => {
  const value = readOk('{"__proto__":{"x":1},"constructor":2,"toString":3,"2":4,"1":5}');
  expect(canonicalJson(value)).toBe('{"1":5,"2":4,"__proto__":{"x":1},"constructor":2,"toString":3}');
  expect('x' in (value as object)).toBe(false);
  expect('hasOwnProperty' in newObject()).toBe(false);
});

test('lone surrogates become U+FFFD, pairs stay', () => {
  expect(readOk('["\\ud800x","\\ude00\\ud83d","\\ud83d\\ude00","\ud800"]')).toEqual(['\ufffdx', '\ufffd\ufffd', '😀', '\ufffd']);
});

test('hostile depth is refused, not followed', () => {
  expect(faultOf('['.repeat(5_000_000)).reason).toContain(`${MAX_DEPTH} levels`);
  expect(faultOf('{"details":'.repeat(100_000)).pointer).toBe('/details');
  expect(parseJson('['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH)).ok).toBe(true);
});

test('a wanted literal is kept as it was written, at the root only', () => {
  const read = parseJson('{"at":1.7e9,"n":1.7e9,"d":{"at":5}}', 'at');
  expect(read.ok && read.value).toEqual({ at: new NumberLiteral('1.7e9'), n: 1_700_000_000, d: { at: 5 } });
  expect(readOk('{"at":1.7e9}')).toEqual({ at: 1_700_000_000 });
});

test('any value reads as JSON.parse reads it, and survives parse → canonical → parse', () => {
  const spaced = fc.tuple(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t'));
  fc.assert(
    fc.property(spaced, ([json, space]) => {
      const text = JSON.stringify(JSON.parse(json), null, space);
      const read = parseJson(text);
      fc.pre(read.ok);
      if (!read.ok) return;
      if (/\d[eE]?\d{15}|\de[+-]/.test(text)) return; // numbers have their own property below
      expect(read.value).toEqual(JSON.parse(text));
      const canonical = canonicalJson(read.value);
      expect(canonicalJson(readOk(canonical))).toBe(canonical);
      expect(readOk(canonical)).toEqual(read.value);
    }),
    { numRuns: 2000 },
  );
});

test('whatever JSON.parse refuses is refused', () => {
  const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '1', '-', '.', 'e', '0', 'null', 'true', ' ', '\n', '\\', '\\u0041', '\u0001');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      let native = true;
      try {
        JSON.parse(text);
      } catch {
        native = false;
      }
      const ours = parseJson(text);
      if (!native) expect(ours.ok).toBe(false);
      else if (!ours.ok) expect(ours.reason).toContain('two members');
    }),
    { numRuns: 20_000 },
  );
});

test('the number rule agrees with exact arithmetic', () => {
  const digits = fc.stringMatching(/^[0-9]{1,25}$/);
  const whole = fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,22}$/));
  const literal = fc
    .tuple(
      fc.constantFrom('', '-'),
      whole,
      fc.option(digits, { nil: undefined }),
      fc.option(fc.integer({ min: -340, max: 320 }), { nil: undefined }),
      fc.constantFrom('e', 'E', 'e+'),
    )
    .map(([sign, int, frac, exp, e]) => `${sign}${int}${frac === undefined ? '' : `.${frac}`}${exp === undefined ? '' : `${exp < 0 ? e.charAt(0) : e}${exp}`}`);
  const printed = fc.double({ noNaN: true, noDefaultInfinity: true }).map((d) => JSON.stringify(d));
  const near = fc.tuple(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.constantFrom('0', '00', '1', 'e0')).map(([d, tail]) => {
    const text = JSON.stringify(d);
    return text.includes('.') && !text.includes('e') ? text + tail : text;
  });
  fc.assert(
    fc.property(fc.oneof(literal, printed, near), (text) => {
      const value = readOk(text);
      if (isExact(text)) expect(value).toBe(Number(text) || 0);
      else expect(value).toEqual(new NumberLiteral(text));
    }),
    { numRuns: 20_000 },
  );
});

/** SPEC §2 by rational arithmetic: the literal and the text of its double, both as big integers over one power of ten. */
function isExact(text: string): boolean {
  const double = Number(text);
  if (!Number.isFinite(double) || Math.abs(double) > Number.MAX_SAFE_INTEGER) return false;
  const [a, b] = [text, double.toString()].map((one) => {
    const [mantissa = '', exponent = '0'] = one.toLowerCase().split('e');
    const [int = '', frac = ''] = mantissa.split('.');
    return { units: BigInt(int.replace('-', '') + frac) * (int.startsWith('-') ? -1n : 1n), power: Number(exponent) - frac.length };
  }) as [{ units: bigint; power: number }, { units: bigint; power: number }];
  const low = Math.min(a.power, b.power);
  return a.units * 10n ** BigInt(a.power - low) === b.units * 10n ** BigInt(b.power - low);
}
