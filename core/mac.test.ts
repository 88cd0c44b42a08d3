import { expect, test } from 'vitest';
import { headMac } from './mac';
import vectors from './testdata/spec-v1.json';

test.each(vectors.head_mac)('vectors: head_mac, $name', (c) => {
  const mac = headMac(Buffer.from(c.key, 'hex'), c.origin, c.next_seq, Buffer.from(c.last_hash, 'hex'));
  expect(mac.toString('hex')).toBe(c.mac);
});
