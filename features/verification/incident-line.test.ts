import { expect, test } from 'vitest';
import { isOneLine, oneLine } from './incident-line';

const named = (from: number, to = from) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('what turns the direction of a text, ends a line or shows nothing of itself stands there by its number', () => {
  const unseen = [
    ...[...named(0x00, 0x1f), ...named(0x7f, 0x9f), 0x2028, 0x2029],
    ...[...named(0x202a, 0x202e), ...named(0x2066, 0x2069), 0x200e, 0x200f, 0x061c],
    ...[0x00ad, 0x034f, 0x115f, 0x180e, 0x200b, 0x200c, 0x200d, ...named(0x2060, 0x2064), 0x3164, 0xfe0f, 0xfeff, 0xffa0],
  ];
  for (const code of unseen) expect(oneLine(`a${String.fromCodePoint(code)}b`)).toBe(`a\\u${code.toString(16).padStart(4, '0')}b`);
  expect(oneLine(`a${String.fromCodePoint(0xe0041)}b`)).toBe('a\\udb40\\udc41b'); // a tag
  expect(JSON.parse(`"${oneLine('\u{e0041}\u202e')}"`)).toBe('\u{e0041}\u202e');
});

test('every text that can be read stays as it is', () => {
  for (const text of ['Zoë Müller — “ö”', 'מרים לוי', 'محمد', '田中', 'नमस्ते', '🔑', 'a\u00a0b']) {
    expect(oneLine(text)).toBe(text);
    expect(isOneLine(text)).toBe(true);
  }
});
