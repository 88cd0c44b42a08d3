import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedDir } from '../lib/test/shared';
import vectors from './testdata/spec-v1.json';
import { makeLogKey, parseVkey, verifyEd25519, vkeyOf } from './vkey';

const shared = sharedDir();
const published = (name: string) => JSON.parse(fs.readFileSync(path.join(shared ?? '', 'vectors', name), 'utf8'));

test.each(Object.entries(vectors.keys))('vectors: keys, %s', (_, { name, alg, seed, vkey }) => {
  const key = makeLogKey(Buffer.from(seed, 'hex'));
  expect(vkeyOf(name, key.publicKey, alg)).toBe(vkey);
  expect(parseVkey(vkey)).toMatchObject({ name, type: alg, publicKey: key.publicKey });
  expect(verifyEd25519(key.publicKey, 'note', key.sign('note'))).toBe(true);
  expect(verifyEd25519(key.publicKey, 'not', key.sign('note'))).toBe(false);
});

test('a new key is another, and can be made again from its seed', () => {
  const key = makeLogKey();
  expect(makeLogKey().publicKey).not.toEqual(key.publicKey);
  expect(makeLogKey(key.seed).publicKey).toEqual(key.publicKey);
  expect(() => makeLogKey(Buffer.alloc(31))).toThrow('32 bytes');
  expect(() => vkeyOf('audit example', key.publicKey)).toThrow('cannot name a key');
});

describe.skipIf(shared === null)('published verifier keys (C2SP signed-note)', () => {
  const { rules, cases } = shared === null ? { rules: [], cases: [] } : published('c2sp/vkeys.json');
  test.each(cases as { vkey: string; expect: string; name?: string; key_id?: string; type?: number; public_key?: string }[])('$vkey $expect', (c) => {
    const isOurs = c.type === undefined || c.type === 1 || c.type === 4; // other algorithms are well formed, and not built
    const expected = c.expect === 'valid' && isOurs ? { name: c.name, keyId: c.key_id, type: c.type, publicKey: Buffer.from(c.public_key ?? '', 'hex') } : null;
    expect(parseVkey(c.vkey)).toEqual(expected);
  });

  test('a mangled key is none', () => {
    for (const { vkey, count } of rules as { vkey: string; count: number }[]) {
      let seen = 0;
      const refused = (text: string) => {
        seen++;
        expect(parseVkey(text), text).toBeNull();
      };
      for (let from = 0; from < vkey.length; from++)
        for (let to = from + 1; to <= vkey.length; to++) if (to - from < vkey.length) refused(vkey.slice(from, to));
      for (let i = 0; i < vkey.length; i++) refused(vkey.slice(0, i) + String.fromCharCode(vkey.charCodeAt(i) + 1) + vkey.slice(i + 1));
      expect(seen).toBeGreaterThanOrEqual(count - 1);
    }
  });
});

describe.skipIf(shared === null)('Wycheproof Ed25519', () => {
  const { testGroups = [] } = shared === null ? {} : published('ed25519/ed25519_test.json');
  test('every verdict', () => {
    let cases = 0;
    for (const group of testGroups) {
      for (const one of group.tests) {
        cases++;
        const hex = (text: string) => Buffer.from(text, 'hex');
        expect(verifyEd25519(hex(group.publicKey.pk), hex(one.msg), hex(one.sig)), `${one.tcId} ${one.comment}`).toBe(one.result === 'valid');
      }
    }
    expect(cases).toBe(151);
  });
});
