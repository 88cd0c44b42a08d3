import { expect, test } from 'vitest';
import { copyFields } from './copy-fields';

const START = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const int16 = (value: number) => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const field = (value: Buffer | null) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(value?.length ?? -1);
  return Buffer.concat([length, value ?? Buffer.alloc(0)]);
};
const stream = (...rows: (Buffer | null)[][]) => Buffer.concat([START, ...rows.flatMap((row) => [int16(row.length), ...row.map(field)]), int16(-1)]);

test('fields as they were sent', () => {
  expect(copyFields(stream())).toEqual([]);
  const rows = [[Buffer.from('a'), null, Buffer.alloc(0)], [Buffer.alloc(70_000, 7)]];
  expect(copyFields(stream(...rows))).toEqual(rows);
});

test('what is cut, or is none, is no answer', () => {
  const whole = stream([Buffer.from('abc'), Buffer.from('d')]);
  for (let length = 0; length < whole.length; length++) expect(() => copyFields(whole.subarray(0, length)), String(length)).toThrow();
  expect(() => copyFields(Buffer.from('select'.repeat(9)))).toThrow('no binary COPY stream');
});
