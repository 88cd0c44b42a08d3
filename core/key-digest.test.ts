import { expect, test } from 'vitest';
import { viewOf } from './copy-row';
import { KeyDigest } from './key-digest';
import { uuid } from './test/copy-stream';

// select hashtextextended(source collate "C", uuid_hash_extended(id, seq)) on PostgreSQL 15
const PRINTED: [string, string, number, bigint][] = [
  ['', '88ddbd5c-7d22-4eee-be86-163c61249702', 0, -2752591286873767813n],
  ['billing', '99884aa6-cb5c-4c76-bcb6-f34accf44d3d', 1, -6776059989186143422n],
  ['Zoë and the others', '07ff0145-91fc-43d6-8fd8-bba410b56b34', 9007199254740991, 1062647695253109744n],
  ['twelve bytes', 'd20dc120-9af7-4f38-b3f7-4283738432dc', 4294967296, -6674053170829826309n],
  ['eleven byte', '00000000-0000-0000-0000-000000000000', 5000000, 2991316138031153222n],
];

function digestOf(keys: typeof PRINTED): KeyDigest {
  const digest = new KeyDigest();
  for (const [source, id, seq] of keys) {
    const bytes = Buffer.concat([Buffer.from('xyz'), uuid(id), Buffer.from(source)]);
    digest.add(seq, viewOf(bytes), 3, 19, bytes.length - 19);
  }
  return digest;
}

test.each(PRINTED)('a key digests as PostgreSQL does: %s, %s, %d', (...key) => {
  expect(digestOf([key]).xor).toBe(key[3]);
});

test('many keys are XORed, and their order does not matter', () => {
  const xor = PRINTED.reduce((all, [, , , one]) => all ^ one, 0n);
  expect(digestOf(PRINTED).xor).toBe(xor);
  expect(digestOf(PRINTED.toReversed()).xor).toBe(xor);
});
