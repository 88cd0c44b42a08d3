/**
 * SPEC §5, RFC 6962 §2.1: the Merkle tree over the event hashes of a trail.
 *
 *   leaf  = H(0x00 ‖ event_hash)            root of nothing = H("")
 *   node  = H(0x01 ‖ left ‖ right)          split at the largest power of two below the size
 *
 * A growing tree needs no more than its right edge: one place a height, where a finished left subtree waits for its sibling. The place is the bytes that are hashed
 * when the sibling comes, so that nothing is copied:
 *
 *   height h   01 │ left subtree of 2^h leaves, 32 bytes │ right one, 32 bytes │        → the subtree of 2^(h+1) leaves
 *
 * Feed it from a stream: `push(digest)` for each event_hash in the order of seq, `root()` whenever a size is reached that somebody signed. Memory does not grow.
 */
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

/** 32 bytes of SHA-256 as a string of one character a byte: cheaper to pass on and to compare than a Buffer. `Digest` in names means this form. */
export type Digest = string;

// seq stays below 2^53
const MAX_HEIGHT = 54;

const sha256Digest = (bytes: Uint8Array): Digest => hash('sha256', bytes, 'binary');

export const digestOf = (bytes: Uint8Array): Digest => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', 0, bytes.byteLength);
/** A digest's bytes at a place. 32 steps of our own take a third of one call into Buffer. */
export function putDigestBytes(target: Uint8Array, at: number, digest: Digest): void {
  for (let i = 0; i < HASH_BYTES; i++) target[at + i] = digest.charCodeAt(i);
}

export const bytesOfDigest = (digest: Digest): Buffer => Buffer.from(digest, 'latin1');

/** 32 bytes: the Merkle leaf hash of an entry (for a trail: the 32 bytes of event_hash). */
export const leafHash = (entry: Uint8Array): Buffer => bytesOfDigest(sha256Digest(Buffer.concat([Uint8Array.of(0), entry])));

/** 32 bytes: the node over two subtrees. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => bytesOfDigest(sha256Digest(Buffer.concat([Uint8Array.of(1), left, right])));

/** 32 bytes: the root of the tree of size 0. */
export const emptyRoot = (): Buffer => bytesOfDigest(sha256Digest(Buffer.alloc(0)));

/** The largest power of two below `size` (2 or more). */
export function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

const leafBytes = Buffer.alloc(1 + HASH_BYTES);

/** leafHash of an event_hash, both as digests. */
export function leafDigest(eventDigest: Digest): Digest {
  putDigestBytes(leafBytes, 1, eventDigest);
  return sha256Digest(leafBytes);
}

const nodeBytes = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

export function nodeDigest(left: Digest, right: Digest): Digest {
  putDigestBytes(nodeBytes, 1, left);
  putDigestBytes(nodeBytes, 1 + HASH_BYTES, right);
  return sha256Digest(nodeBytes);
}

/** Root of the hashes of one height that lie side by side in `bytes`, from `at` on; `count` of them, 1 or more. For a power of two: the hash of their subtree. */
export function rootOfHashes(bytes: Buffer, at: number, count: number): Digest {
  if (count === 1) return bytes.toString('latin1', at, at + HASH_BYTES);
  const split = splitOf(count);
  return nodeDigest(rootOfHashes(bytes, at, split), rootOfHashes(bytes, at + split * HASH_BYTES, count - split));
}

export class MerkleTree {
  /** Leaves so far. */
  size = 0;
  private readonly places: Buffer[] = [];

  /** `onSubtree` is told each finished subtree of 256^level leaves, leaves themselves (level 0) too: what tiles are made of. */
  constructor(private readonly onSubtree: ((level: number, digest: Digest) => void) | null = null) {}

  /** The next event. */
  push(eventDigest: Digest): void {
    this.pushLeaf(leafDigest(eventDigest));
  }

  /** The next leaf, hashed already: from a tile, an archive, a receipt. */
  pushLeaf(leaf: Digest): void {
    this.pushSubtree(0, leaf);
  }

  /** The next 2^height leaves at once; the size must be a multiple of that. */
  pushSubtree(height: number, digest: Digest): void {
    const width = 2 ** height;
    let waiting = this.size / width;
    let h = height;
    let subtree = digest;
    if (this.onSubtree !== null && h % 8 === 0) this.onSubtree(h / 8, subtree);
    for (; waiting % 2 === 1; waiting = (waiting - 1) / 2) {
      const place = this.place(h);
      putDigestBytes(place, 1 + HASH_BYTES, subtree);
      subtree = sha256Digest(place);
      h++;
      if (this.onSubtree !== null && h % 8 === 0) this.onSubtree(h / 8, subtree);
    }
    putDigestBytes(this.place(h), 1, subtree);
    this.size += width;
  }

  /** Costs one hash for each one in the size's binary form. */
  root(): Digest {
    let root: Digest | null = null;
    let rest = this.size;
    for (let h = 0; rest > 0; h++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) continue;
      const left = this.place(h).toString('latin1', 1, 1 + HASH_BYTES);
      root = root === null ? left : nodeDigest(left, root);
    }
    return root ?? sha256Digest(Buffer.alloc(0));
  }

  rootBytes(): Buffer {
    return bytesOfDigest(this.root());
  }

  /** A tree of its own that stands where this one stands. */
  fork(onSubtree: ((level: number, digest: Digest) => void) | null = null): MerkleTree {
    const other = new MerkleTree(onSubtree);
    other.size = this.size;
    for (const place of this.places) other.places.push(Buffer.from(place));
    return other;
  }

  private place(height: number): Buffer {
    while (this.places.length <= height) {
      if (height >= MAX_HEIGHT) throw new RangeError('a tree has fewer than 2^53 leaves');
      this.places.push(Buffer.alloc(1 + 2 * HASH_BYTES, 1));
    }
    return this.places[height] as Buffer;
  }
}

/** 32 bytes: the root over entries (event hashes) that are all at hand. */
export function rootOf(entries: Iterable<Uint8Array>): Buffer {
  const tree = new MerkleTree();
  for (const entry of entries) tree.pushLeaf(digestOf(leafHash(entry)));
  return tree.rootBytes();
}
