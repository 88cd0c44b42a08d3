import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvCell } from './csv';
import { putCell } from './csv-bytes';

const SHORT = [
  '"',
  "'",
  ',',
  ';',
  '=',
  '+',
  '-',
  '@',
  '|',
  ' ',
  '\t',
  '\n',
  '0',
  '1',
  '9',
  '.',
  ':',
  '/',
  '%',
  '(',
  ')',
  '$',
  'e',
  'E',
  'a',
  'p',
  'm',
  'x',
  '_',
  'é',
  '\u007f',
];
const WORDS = [
  'jan',
  'FEB',
  'sept',
  'dec',
  'true',
  'False',
  'failure',
  'success',
  'denied',
  'mayor',
  'user',
  'admin',
  'truly',
  '10.0.0.1',
  '2026-11-25',
  '1e5',
  '12:30 pm',
  'd-',
  '-4',
];
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...SHORT), maxLength: 16 }),
  fc.array(fc.constantFrom(...WORDS, ...SHORT), { maxLength: 5 }).map((parts) => parts.join('')),
  fc.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  fc.stringMatching(/^[0-9de.]{30,40}$/),
  fc.stringMatching(/^\d{1,4}(\.\d{1,4}){2,4}$/),
  fc.string({ maxLength: 40 }),
);

test('a cell that is made of bytes is the cell that is made of text', () => {
  let taken = 0;
  fc.assert(
    fc.property(text, (value) => {
      const source = Buffer.concat([Buffer.from('#'), Buffer.from(value), Buffer.from('#')]);
      const out = Buffer.alloc(source.length * 2 + 8);
      const end = putCell(out, 3, source, 1, source.length - 1);
      if (end < 0) return;
      taken++;
      expect(out.toString('utf8', 3, end)).toBe(csvCell(value));
    }),
    { numRuns: 20_000 },
  );
  expect(taken).toBeGreaterThan(4_000);
});

test.each([
  'user',
  'admin',
  'success',
  'failure',
  'denied',
  'payout.release',
  'arn:aws:s3:::bucket/key',
  'Mozilla/5.0 (X11; Linux x86_64)',
  '10.20.30.40',
  '2026-11-25T00:00:00.000000Z',
  '{"changes":{"a":"b"}}',
])('%s needs no text', (value) => {
  const source = Buffer.from(value);
  const out = Buffer.alloc(200);
  expect(out.toString('utf8', 0, putCell(out, 0, source, 0, source.length))).toBe(csvCell(value));
});
