import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fourByFour, oneByOne } from './sha256-lanes';
import { MOST_MESSAGES } from './sha256-wasm';
import { prng } from './test/prng';

const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const at = (bytes: Buffer, i: number, count = 1) => bytes.subarray(i * 32, (i + count) * 32);

describe.each([
  ['four by four', fourByFour()],
  ['one by one', oneByOne()],
])('%s', (_, lanes) => {
  test('hashes leaves and nodes as node:crypto does, any number at once', () => {
    const random = prng(7);
    for (const count of [0, 1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 255, MOST_MESSAGES]) {
      const input = Buffer.from(Array.from({ length: MOST_MESSAGES * 64 }, () => Math.floor(random() * 256)));
      input.copy(lanes.input);
      lanes.leaves(count);
      for (let i = 0; i < count; i++) expect(at(lanes.output, i)).toEqual(sha256(Uint8Array.of(0), at(input, i)));
      lanes.nodes(count);
      for (let i = 0; i < count; i++) expect(at(lanes.output, i)).toEqual(sha256(Uint8Array.of(1), at(input, 2 * i, 2)));
      expect(lanes.input.equals(input)).toBe(true);
    }
  });

  test('bits at every place of a message count', () => {
    lanes.input.fill(0);
    const seen = new Set<string>();
    for (let bit = 0; bit < 512; bit++) {
      lanes.input[bit >> 3] = 1 << (bit & 7);
      lanes.nodes(1);
      expect(at(lanes.output, 0)).toEqual(sha256(Uint8Array.of(1), at(lanes.input, 0, 2)));
      seen.add(at(lanes.output, 0).toString('hex'));
      lanes.input[bit >> 3] = 0;
    }
    expect(seen.size).toBe(512);
  });

  test.each([-1, 1.5, MOST_MESSAGES + 1, Number.NaN])('refuses %s messages', (count) => {
    expect(() => lanes.leaves(count)).toThrow(RangeError);
    expect(() => lanes.nodes(count)).toThrow(RangeError);
  });
});
