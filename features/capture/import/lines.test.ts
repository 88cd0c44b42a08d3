import { expect, it } from 'vitest';
import { Lines, MAX_LINE_BYTES } from './lines';

function cut(text: string, chunkBytes: number): unknown[] {
  const bytes = Buffer.from(text);
  const lines = new Lines();
  const out: unknown[] = [];
  const take = (raws: ReturnType<Lines['push']>) => {
    for (const raw of raws) out.push('fault' in raw ? [raw.n, { fault: raw.fault }] : [raw.n, raw.bytes.toString()]);
  };
  for (let at = 0; at < bytes.length; at += chunkBytes) take(lines.push(bytes.subarray(at, at + chunkBytes)));
  take(lines.end());
  return out;
}

it('cuts lines at LF and CR LF, whatever the chunks', () => {
  for (const chunkBytes of [1, 2, 3, 100]) {
    expect(cut('one\ntwo\r\n\nfour', chunkBytes)).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, ''],
      [4, 'four'],
    ]);
  }
  expect(cut('', 1)).toEqual([]);
  expect(cut('one\n', 1)).toEqual([[1, 'one']]);
});

it('gives an over-long line up and goes on behind it', () => {
  expect(cut(`${'x'.repeat(MAX_LINE_BYTES + 1)}\ntwo\n`, 65_536)).toEqual([
    [1, { fault: expect.stringContaining('longer than') }],
    [2, 'two'],
  ]);
});
