import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedDir } from '../lib/test/shared';
import { specVectors, vectorCases } from '../lib/test/spec-vectors';
import { digestOf, emptyRoot, leafDigest, leafHash, MerkleTree, nodeHash, rootOf, splitOf } from './merkle';
import {
  consistencyRanges,
  inclusionRanges,
  multiProofRanges,
  type Range,
  rootOfMultiProof,
  verifyConsistency,
  verifyInclusion,
  verifyMultiProof,
} from './proof';
import { sha256 } from './sha256';
import { prng } from './test/prng';

const hex = (text: string) => Buffer.from(text, 'hex');
const hexes = (hashes: readonly Uint8Array[]) => hashes.map((hash) => Buffer.from(hash).toString('hex'));
const entry = (i: number) => sha256(`leaf ${i}`);
const entries = (count: number) => Array.from({ length: count }, (_, i) => entry(i));

/** RFC 6962 §2.1 as it is written, from leaf hashes. */
function naiveRoot(leaves: Buffer[]): Buffer {
  if (leaves.length === 0) return emptyRoot();
  if (leaves.length === 1) return leaves[0] as Buffer;
  const split = splitOf(leaves.length);
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

const proofOf = (ranges: Range[], leaves: Buffer[]) => ranges.map(([from, to]) => naiveRoot(leaves.slice(from, to)));

describe('vectors: merkle', () => {
  test('leaf', () => expect(leafHash(entry(0)).toString('hex')).toBe(specVectors.merkle.leaf_0));
  test.each(vectorCases('merkle.roots'))('$name', ({ size, root }) => {
    expect(rootOf(entries(size)).toString('hex')).toBe(root);
  });
  test.each(vectorCases('merkle.inclusion'))('inclusion of $name', ({ index, size, proof }) => {
    const leaves = entries(size).map(leafHash);
    expect(hexes(proofOf(inclusionRanges(index, size), leaves))).toEqual(proof);
    expect(verifyInclusion(leaves[index] as Buffer, index, size, proof.map(hex), naiveRoot(leaves))).toBe(true);
  });
  test.each(vectorCases('merkle.consistency'))('consistency of $name', ({ old, size, proof }) => {
    const leaves = entries(size).map(leafHash);
    expect(hexes(proofOf(consistencyRanges(old, size), leaves))).toEqual(proof);
    expect(verifyConsistency(old, naiveRoot(leaves.slice(0, old)), size, naiveRoot(leaves), proof.map(hex))).toBe(true);
  });
  test.each(vectorCases('merkle.multi'))('multi-proof: $name', ({ indices, size, hashes, error }) => {
    const leaves = entries(size).map(leafHash);
    const shown = indices.map((i: number) => leaves[i] ?? entry(i));
    if (error !== undefined) {
      expect(verifyMultiProof(indices, shown, size, hashes.map(hex), naiveRoot(leaves))).toBe(false);
      return;
    }
    expect(hexes(proofOf(multiProofRanges(indices, size), leaves))).toEqual(hashes);
    expect(verifyMultiProof(indices, shown, size, hashes.map(hex), naiveRoot(leaves))).toBe(true);
    expect(rootOfMultiProof(indices, shown, size, [...hashes.map(hex), entry(0)])).toBeNull();
    if (hashes.length > 0) expect(rootOfMultiProof(indices, shown, size, hashes.slice(1).map(hex))).toBeNull();
  });
});

const shared = sharedDir();
const folder = path.join(shared ?? '', 'vectors', 'merkle');
const read = (name: string) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
function casesIn(kind: string) {
  if (shared === null) return [];
  const names = fs.readdirSync(path.join(folder, kind), { recursive: true }) as string[];
  return names.filter((name) => name.endsWith('.json')).map((name) => ({ name, ...read(path.join(kind, name)) }));
}
const base64 = (text: string | null) => Buffer.from(text ?? '', 'base64');

describe.skipIf(shared === null)('published proofs (transparency-dev/merkle, Certificate Transparency)', () => {
  test('inclusion', () => {
    const cases = casesIn('inclusion');
    expect(cases.length).toBe(98);
    for (const c of cases) {
      const isGood = verifyInclusion(base64(c.leafHash), c.leafIdx, c.treeSize, (c.proof ?? []).map(base64), base64(c.root));
      expect(isGood, c.name).toBe(!c.wantErr);
    }
  });

  test('consistency', () => {
    const cases = casesIn('consistency');
    expect(cases.length).toBe(98);
    for (const c of cases) {
      const isGood = verifyConsistency(c.size1, base64(c.root1), c.size2, base64(c.root2), (c.proof ?? []).map(base64));
      // its roots are 12 bytes: we insist on 32
      const expected = c.name.endsWith('sizes-are-equal-one-and-proof-is-empty.json') ? false : !c.wantErr;
      expect(isGood, c.name).toBe(expected);
    }
  });

  test('the reference tree', () => {
    const { leafInputs, rootsBySize, nodes } = read('reference-tree.json');
    const leaves = leafInputs.map((input: string) => leafHash(hex(input)));
    expect(hexes(leaves)).toEqual(nodes[0]);
    const tree = new MerkleTree();
    expect(tree.rootBytes().toString('hex')).toBe(rootsBySize[0]);
    for (const [i, leaf] of leaves.entries()) {
      tree.pushLeaf(digestOf(leaf));
      expect(tree.rootBytes().toString('hex')).toBe(rootsBySize[i + 1]);
    }
    for (const [height, hashes] of nodes.entries()) {
      for (const [i, hash] of hashes.entries()) expect(naiveRoot(leaves.slice(i * 2 ** height, (i + 1) * 2 ** height)).toString('hex')).toBe(hash);
    }
  });

  test('a real certificate log', () => {
    const ct = read('certificate-transparency.json');
    for (const { leaf, want } of ct.leafHashes) expect(leafHash(hex(leaf)).toString('hex')).toBe(want);
    for (const { left, right, want } of ct.nodeHashes) expect(nodeHash(hex(left), hex(right)).toString('hex')).toBe(want);
    for (const { size1, size2, root1, root2, proof } of ct.consistency) {
      expect(verifyConsistency(size1, hex(root1), size2, hex(root2), proof.map(hex))).toBe(true);
    }
    const { leaf, leafIndex, treeSize, root, auditPath } = ct.realCtLogInclusion;
    expect(verifyInclusion(leafHash(hex(leaf)), leafIndex, treeSize, auditPath.map(hex), hex(root))).toBe(true);
    expect(verifyInclusion(leafHash(hex(leaf)), leafIndex + 1, treeSize, auditPath.map(hex), hex(root))).toBe(false);
  });
});

describe('properties', () => {
  test('a growing tree has at each size the root that the definition gives, forked or not', () => {
    const leaves: Buffer[] = [];
    const tree = new MerkleTree();
    for (let size = 0; size < 300; size++) {
      expect(tree.rootBytes().equals(naiveRoot(leaves)), `size ${size}`).toBe(true);
      const fork = tree.fork();
      fork.push(digestOf(entry(10_000 + size)));
      leaves.push(leafHash(entry(size)));
      tree.push(digestOf(entry(size)));
      expect(tree.root() === fork.root()).toBe(false);
      expect(leafDigest(digestOf(entry(size)))).toBe(digestOf(leaves[size] as Buffer));
    }
  });

  test('every proof holds, and any change of one bit, size, index or length is found', () => {
    const random = prng(1);
    const upTo = (n: number) => Math.floor(random() * n);
    const all = entries(200).map(leafHash);
    const flip = (bytes: Uint8Array) => {
      const copy = Buffer.from(bytes);
      copy[upTo(32)] = (copy[upTo(32)] as number) ^ (1 << upTo(8)) ^ 0x55;
      return copy.equals(bytes) ? Buffer.alloc(32) : copy;
    };
    for (let round = 0; round < 400; round++) {
      const size = 1 + upTo(200);
      const index = upTo(size);
      const old = 1 + upTo(size);
      const leaves = all.slice(0, size);
      const [root, oldRoot, leaf] = [naiveRoot(leaves), naiveRoot(leaves.slice(0, old)), leaves[index] as Buffer];
      const inclusion = proofOf(inclusionRanges(index, size), leaves);
      expect(verifyInclusion(leaf, index, size, inclusion, root)).toBe(true);
      expect(verifyInclusion(flip(leaf), index, size, inclusion, root)).toBe(false);
      expect(verifyInclusion(leaf, index, size, inclusion, flip(root))).toBe(false);
      expect(verifyInclusion(leaf, index, size, [...inclusion, leaf], root)).toBe(false);
      if (inclusion.length > 0) {
        const at = upTo(inclusion.length);
        expect(verifyInclusion(leaf, index, size, inclusion.with(at, flip(inclusion[at] as Buffer)), root)).toBe(false);
        expect(verifyInclusion(leaf, index, size, inclusion.toSpliced(at, 1), root)).toBe(false);
        expect(verifyInclusion(leaf, (index + 1 + upTo(size - 1)) % size, size, inclusion, root)).toBe(false);
      }
      const consistency = proofOf(consistencyRanges(old, size), leaves);
      expect(verifyConsistency(old, oldRoot, size, root, consistency)).toBe(true);
      expect(verifyConsistency(old, flip(oldRoot), size, root, consistency)).toBe(false);
      expect(verifyConsistency(old, oldRoot, size, flip(root), consistency)).toBe(false);
      expect(verifyConsistency(old, oldRoot, size, root, [...consistency, leaf])).toBe(false);
      if (consistency.length > 0) {
        const at = upTo(consistency.length);
        expect(verifyConsistency(old, oldRoot, size, root, consistency.with(at, flip(consistency[at] as Buffer)))).toBe(false);
        expect(verifyConsistency(old, oldRoot, size, root, consistency.toSpliced(at, 1))).toBe(false);
      }
      const indices = leaves.map((_, i) => i).filter(() => random() < 0.1);
      const shown = indices.map((i) => leaves[i] as Buffer);
      const hashes = proofOf(multiProofRanges(indices, size), leaves);
      expect(verifyMultiProof(indices, shown, size, hashes, root)).toBe(true);
      if (shown.length > 0) expect(verifyMultiProof(indices, shown.with(0, flip(shown[0] as Buffer)), size, hashes, root)).toBe(false);
      expect(verifyMultiProof(indices, shown, size, hashes.slice(1), root)).toBe(hashes.length === 0);
      expect(verifyMultiProof(indices, shown, size, [...hashes, leaf], root)).toBe(false);
    }
  });

  test('what is no size, index or hash is refused and never throws', () => {
    const leaf = leafHash(entry(0));
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(verifyInclusion(leaf, bad, 1, [], leaf)).toBe(false);
      expect(verifyInclusion(leaf, 0, bad, [], leaf)).toBe(false);
      expect(verifyConsistency(bad, leaf, 1, leaf, [])).toBe(false);
      expect(verifyConsistency(1, leaf, bad, leaf, [])).toBe(false);
    }
    expect(verifyInclusion(leaf.subarray(1), 0, 1, [], leaf.subarray(1))).toBe(false);
    expect(verifyConsistency(0, emptyRoot(), 1, leaf, [])).toBe(false);
    expect(rootOfMultiProof([1, 0], [leaf, leaf], 2, [])).toBeNull();
    expect(rootOfMultiProof([0, 0], [leaf, leaf], 2, [leaf])).toBeNull();
    expect(() => inclusionRanges(1, 1)).toThrow(RangeError);
    expect(() => consistencyRanges(0, 1)).toThrow(RangeError);
  });
});
