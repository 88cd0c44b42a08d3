import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedDir } from '../lib/test/shared';
import { openCheckpoint } from './checkpoint';
import { leafHash } from './merkle';
import { verifyInclusion } from './proof';
import { parseVkey } from './vkey';

const shared = sharedDir();

type Entry = {
  id: string;
  log: string;
  body: string;
  leaf_hash: string;
  index: number;
  size: number;
  proof: string[];
  root: string;
  checkpoint: string | null;
  expect: string;
};

describe.skipIf(shared === null)('entries of a public log (Rekor v2), from the leaf to the signature', () => {
  const { keys = {}, cases = [] } = shared === null ? {} : JSON.parse(fs.readFileSync(path.join(shared, 'vectors/rekor/entries.json'), 'utf8'));
  // the keys of v1 are ECDSA, which is not built
  const ours = (cases as Entry[]).filter(({ log }) => parseVkey(keys[log].vkey) !== null);
  test('as many as there are', () => expect(ours.length).toBe(8));

  test.each(ours)('$id $expect', (entry) => {
    const vkey = parseVkey(keys[entry.log].vkey);
    const opened = openCheckpoint(entry.checkpoint ?? '', vkey === null ? [] : [vkey], entry.log);
    const leaf = leafHash(Buffer.from(entry.body));
    expect(leaf.toString('hex')).toBe(entry.leaf_hash);
    const proof = entry.proof.map((hash) => Buffer.from(hash, 'hex'));
    const isProven = opened.ok && opened.checkpoint.size === entry.size && verifyInclusion(leaf, entry.index, entry.size, proof, opened.checkpoint.root);
    expect(isProven).toBe(entry.expect === 'accept');
  });
});
