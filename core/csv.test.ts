import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine } from './csv';

/** A reader of RFC 4180 that knows nothing of the writer. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') cell += text[at++];
        else break;
      }
      at++;
    } else while (text[at] !== ',' && text[at] !== '\r') cell += text[at++];
    row.push(cell);
    if (text[at] === ',') at++;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

test.each([
  '=1+1',
  '=HYPERLINK("http://evil","x")',
  '+1',
  '-1+1',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  ' =1+1',
  '＝1+1',
  '|calc',
  "'=1+1",
  '123456789012345678',
  '007',
  '1e5',
  '12E17',
  '1.234,50',
  '3-4',
  '3/4',
  '2026-11-23',
  '12:30',
  '1:30 pm',
  'MAR1',
  '1-mar',
  'Sept-2',
  'TRUE',
])('%j is not run or rewritten by a spreadsheet, and can be had back', (value) => {
  const [[cell] = []] = readCsv(csvLine([value]));
  expect(cell).toBe(`'${value}`);
});

test.each([
  '',
  'alice',
  'u-17',
  'user.login',
  '10.0.0.1',
  '2001:db8::1',
  'hmac:k1:abc',
  '2026-11-23T13:01:27.318204Z',
  'true story',
  'a=b',
  'x,y',
  'a"b',
  'two\r\nlines',
  'décembre',
])('%j stays as it is', (value) => {
  expect(readCsv(csvLine([value, 'next']))).toEqual([[value, 'next']]);
});

test('any text comes back once its apostrophe is taken away; numbers and nulls are bare', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), { minLength: 2, maxLength: 5 }), (cells) => {
      const [read = []] = readCsv(csvLine(cells));
      expect(read.map((cell, i) => (cell === `'${cells[i]}` ? cell.slice(1) : cell))).toEqual(cells);
      for (const [i, cell] of cells.entries()) if (cell.startsWith("'")) expect(read[i]).toBe(`'${cell}`);
      for (const cell of read) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
    }),
  );
  expect(csvLine([5, null, ''])).toBe('5,,\r\n');
});
