/**
 * SPEC §5: proofs over the tree of RFC 6962 §2.1, checked as RFC 9162 §2.1.3.2 and §2.1.4.2 say: every hash 32 bytes, every hash used, none missing.
 *
 * A proof is a list of subtree hashes. Each lies over a range [from,to) of leaves, which is all one needs to know to make it (see tile-proof.ts):
 *
 *   inclusion of 2 in 7          consistency of 3 with 7           multi-proof of 2 and 3 in 7
 *        ·                            ·                                 ·
 *      /   \                        /   \                             /   \
 *     ·     [4,7)                  ·     [4,7)                       ·     [4,7)
 *    / \                          / \                               / \
 * [0,2) ·                      [0,2) ·                           [0,2)  2 3 shown
 *      / \                          / \
 *     2 [3,4)                   [2,3) [3,4)
 */
import { emptyRoot, HASH_BYTES, nodeHash, splitOf } from './merkle';

/** Leaves [from,to), of which a proof holds the hash. */
export type Range = readonly [from: number, to: number];

/** RFC 6962 §2.1.1, from the leaf up. `index` < `size`. */
export function inclusionRanges(index: number, size: number): Range[] {
  assertSize(index, size - 1);
  const ranges: Range[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      ranges.push([middle, to]);
      to = middle;
    } else {
      ranges.push([from, middle]);
      from = middle;
    }
  }
  return ranges.reverse();
}

/** RFC 6962 §2.1.2. 0 < `old` <= `size`; of a tree with itself it is empty. */
export function consistencyRanges(old: number, size: number): Range[] {
  assertSize(old, size);
  if (old === 0) throw new RangeError('the empty tree is consistent with every tree: there is nothing to prove');
  const ranges: Range[] = [];
  let [from, to] = [0, size];
  while (to !== old) {
    const middle = from + splitOf(to - from);
    if (old <= middle) {
      ranges.push([middle, to]);
      to = middle;
    } else {
      ranges.push([from, middle]);
      from = middle;
    }
  }
  // the old tree is this subtree: known to who checks, unless it is but a part of it
  if (from > 0) ranges.push([from, to]);
  return ranges.reverse();
}

/** SPEC §5: [0,size) depth first; a subtree without a shown index gives one hash, a shown leaf none. Indexes ascending, without repetition. */
export function multiProofRanges(indices: readonly number[], size: number): Range[] {
  assertIndices(indices, size);
  const ranges: Range[] = [];
  const walk = (from: number, to: number, first: number, last: number) => {
    if (first === last) {
      ranges.push([from, to]);
      return;
    }
    if (to - from === 1) return;
    const middle = from + splitOf(to - from);
    const cut = firstNotBelow(indices, middle, first, last);
    walk(from, middle, first, cut);
    walk(middle, to, cut, last);
  };
  walk(0, size, 0, indices.length);
  return ranges;
}

/** Whether the leaf stands at `index` of the tree with this size and root. Never throws. */
export function verifyInclusion(leaf: Uint8Array, index: number, size: number, proof: readonly Uint8Array[], root: Uint8Array): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else hash = nodeHash(hash, sibling);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && isSame(hash, root);
}

/** Whether the tree (`old`, `oldRoot`) is the beginning of (`size`, `root`). 0 < old: of the empty tree there is no proof. Never throws. */
export function verifyConsistency(old: number, oldRoot: Uint8Array, size: number, root: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (!isCount(old) || !isCount(size) || old === 0 || old > size || !areHashes([oldRoot, root, ...proof])) return false;
  if (old === size) return proof.length === 0 && isSame(oldRoot, root);
  const isWhole = isPowerOfTwo(old);
  if (proof.length === 0) return false;
  const path = isWhole ? [oldRoot, ...proof] : proof;
  let fn = old - 1;
  let sn = size - 1;
  while (fn % 2 === 1) {
    fn = (fn - 1) / 2;
    sn = Math.floor(sn / 2);
  }
  let fr = path[0] as Uint8Array;
  let sr = fr;
  for (const hash of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(hash, fr);
      sr = nodeHash(hash, sr);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else sr = nodeHash(sr, hash);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && isSame(fr, oldRoot) && isSame(sr, root);
}

/** The root that a multi-proof leads to, or null where hashes are missing or left over, or the indexes are none of that size. `leaves` in the order of `indices`. */
export function rootOfMultiProof(indices: readonly number[], leaves: readonly Uint8Array[], size: number, hashes: readonly Uint8Array[]): Buffer | null {
  if (!isCount(size) || leaves.length !== indices.length || !areIndices(indices, size) || !areHashes([...leaves, ...hashes])) return null;
  let used = 0;
  const walk = (from: number, to: number, first: number, last: number): Uint8Array | null => {
    if (first === last) return hashes[used++] ?? null;
    if (to - from === 1) return leaves[first] as Uint8Array;
    const middle = from + splitOf(to - from);
    const cut = firstNotBelow(indices, middle, first, last);
    const left = walk(from, middle, first, cut);
    const right = left === null ? null : walk(middle, to, cut, last);
    return left === null || right === null ? null : nodeHash(left, right);
  };
  const root = walk(0, size, 0, indices.length);
  if (root === null || used !== hashes.length) return null;
  return size === 0 && !isSame(root, emptyRoot()) ? null : Buffer.from(root);
}

export function verifyMultiProof(
  indices: readonly number[],
  leaves: readonly Uint8Array[],
  size: number,
  hashes: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  const reached = rootOfMultiProof(indices, leaves, size, hashes);
  return reached !== null && isSame(reached, root);
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
const areHashes = (hashes: Uint8Array[]) => hashes.every((hash) => hash.length === HASH_BYTES);

function isPowerOfTwo(value: number): boolean {
  let rest = value;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}

/** Position of the first index that is not below `bound`, among those from `first` to before `last`. */
function firstNotBelow(indices: readonly number[], bound: number, first: number, last: number): number {
  let [low, high] = [first, last];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((indices[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

const areIndices = (indices: readonly number[], size: number) =>
  indices.every((index, i) => isCount(index) && index < size && (i === 0 || index > (indices[i - 1] as number)));

function assertIndices(indices: readonly number[], size: number): void {
  if (!isCount(size) || !areIndices(indices, size)) throw new RangeError(`indexes are due that ascend and lie below ${size}`);
}

function assertSize(value: number, limit: number): void {
  if (!isCount(value) || value > limit) throw new RangeError(`${value} is no number from 0 to ${limit}`);
}
