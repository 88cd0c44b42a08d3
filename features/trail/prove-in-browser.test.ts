import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { hashRow, headerText, payloadText } from '@/core/event';
import { leafHash } from '@/core/merkle';
import { verifyInclusion } from '@/core/proof';
import { sha256 } from '@/core/sha256';
import { treeOf } from '@/core/test/tree-of';
import { inclusionProof } from '@/core/tile-proof';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { hashEvent, isSignedBy, readNote, rootFromProof } from './prove-in-browser';
import { chainRows } from './test/chain-rows';

const ORIGIN = 'audit.example.com/main';
const hashOf = (i: number) => sha256(`event ${i}`);

describe('what a browser works out', () => {
  it('gives the hash that the row has', async () => {
    for (const row of chainRows(ORIGIN, [{ action: 'trail.created' }, { actorId: 'Zoë' }, { details: '{"n":1}' }])) {
      const found = await hashEvent({ seq: row.seq, header: headerText(ORIGIN, row), payload: payloadText(row), prevHash: row.prevHash.toString('hex') });
      expect(found.link).toBe(hashRow(ORIGIN, row).toString('hex'));
    }
  });

  it('leads to the root that core leads to, for every event of small trees and some of large ones', async () => {
    for (const size of [1, 2, 3, 7, 8, 13, 256, 257, 700]) {
      const { root, readTile } = treeOf(Array.from({ length: size }, (_, i) => hashOf(i)));
      const seqs = size < 20 ? [...Array(size).keys()] : [0, 1, 255, size >> 1, size - 1];
      for (const seq of seqs) {
        const proof = (await inclusionProof(seq, size, readTile)) as Buffer[];
        expect(verifyInclusion(leafHash(hashOf(seq)), seq, size, proof, root)).toBe(true);
        const hashes = proof.map((hash) => hash.toString('hex'));
        expect(await rootFromProof(hashOf(seq).toString('hex'), seq, size, hashes)).toBe(root.toString('hex'));
        expect(await rootFromProof(hashOf(seq + 1).toString('hex'), seq, size, hashes)).not.toBe(root.toString('hex'));
        expect(await rootFromProof(hashOf(seq).toString('hex'), seq, size, [...hashes, hashes[0] ?? '00'.repeat(32)])).toBeNull();
        if (hashes.length > 0) expect(await rootFromProof(hashOf(seq).toString('hex'), seq, size, hashes.slice(1))).not.toBe(root.toString('hex'));
      }
    }
    expect(await rootFromProof(hashOf(3).toString('hex'), 3, 3, [])).toBeNull();
  });

  it('believes a signature by the key it is given and no other', async () => {
    const [key, other] = [makeLogKey(), makeLogKey()];
    const note = signCheckpoint(ORIGIN, 15, hashOf(0), key);
    expect(readNote(note)).toMatchObject({ origin: ORIGIN, size: 15, root: hashOf(0).toString('hex') });
    expect(await isSignedBy({ note, vkey: vkeyOf(ORIGIN, key.publicKey) })).toBe(true);
    expect(await isSignedBy({ note, vkey: vkeyOf(ORIGIN, other.publicKey) })).toBe(false);
    expect(await isSignedBy({ note, vkey: vkeyOf('audit.example.com/other', key.publicKey) })).toBe(false);
    expect(await isSignedBy({ note: note.replace('\n15\n', '\n16\n'), vkey: vkeyOf(ORIGIN, key.publicKey) })).toBe(false);
    const both = signCheckpoint(ORIGIN, 15, hashOf(0), other, key);
    expect(await isSignedBy({ note: both, vkey: vkeyOf(ORIGIN, key.publicKey) })).toBe(true);
    for (const bad of ['', 'no note', note.replace('\n15\n', '\n015\n'), note.slice(5)])
      expect(await isSignedBy({ note: bad, vkey: vkeyOf(ORIGIN, key.publicKey) })).toBe(false);
  });
});
