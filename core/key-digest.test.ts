import { expect, test } from 'vitest';
import { viewOf } from './copy-row';
import { KeyDigest } from './key-digest';
import { uuid } from './test/copy-stream';

// select hashtextextended(source collate "C", uuid_hash_extended(id, seq # seed)) on PostgreSQL 15
const PRINTED: [string, string, number, bigint, bigint][] = [
  ['', '88ddbd5c-7d22-4eee-be86-163c61249702', 0, 0n, -2752591286873767813n],
  ['', '88ddbd5c-7d22-4eee-be86-163c61249702', 0, -1n, -8422003017793503982n],
  ['billing', '99884aa6-cb5c-4c76-bcb6-f34accf44d3d', 1, 0n, -6776059989186143422n],
  ['billing', '99884aa6-cb5c-4c76-bcb6-f34accf44d3d', 1, 6148914691236517205n, 7297260442807549813n],
  ['Zoë and the others', '07ff0145-91fc-43d6-8fd8-bba410b56b34', 9007199254740991, 0n, 1062647695253109744n],
  ['Zoë and the others', '07ff0145-91fc-43d6-8fd8-bba410b56b34', 9007199254740991, -9223372036854775808n, 274842211640456746n],
  ['twelve bytes', 'd20dc120-9af7-4f38-b3f7-4283738432dc', 4294967296, 0n, -6674053170829826309n],
  ['twelve bytes', 'd20dc120-9af7-4f38-b3f7-4283738432dc', 4294967296, 4294967296n, 2869396315956720259n],
  ['eleven byte', '00000000-0000-0000-0000-000000000000', 5000000, 0n, 2991316138031153222n],
  ['eleven byte', '00000000-0000-0000-0000-000000000000', 5000000, -6510615555426900571n, 5503587471084820950n],
];

function digestOf(keys: typeof PRINTED, seed: bigint): KeyDigest {
  const digest = new KeyDigest(seed);
  for (const [source, id, seq] of keys) {
    const bytes = Buffer.concat([Buffer.from('xyz'), uuid(id), Buffer.from(source)]);
    digest.add(seq, viewOf(bytes), 3, 19, bytes.length - 19);
  }
  return digest;
}

test.each(PRINTED)('a key digests as PostgreSQL does: %s, %s, %d, seed %d', (...key) => {
  expect(digestOf([key], key[3]).xor).toBe(key[4]);
});

test('many keys are XORed, and their order does not matter', () => {
  const unseeded = PRINTED.filter(([, , , seed]) => seed === 0n);
  const xor = unseeded.reduce((all, [, , , , one]) => all ^ one, 0n);
  expect(digestOf(unseeded, 0n).xor).toBe(xor);
  expect(digestOf(unseeded.toReversed(), 0n).xor).toBe(xor);
});
