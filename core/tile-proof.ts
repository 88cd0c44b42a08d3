/**
 * SPEC §5: roots and proofs from tiles alone. A proof is a list of ranges of leaves (proof.ts); the hash over a range comes from the tiles that hold the largest finished
 * subtrees in it, at most two tiles a level for an inclusion proof.
 *
 *   height 11 = level 1, 8 hashes of a tile:     │ … │████████│ … │      one tile read, seven hashes made
 *
 * Each tile is read once a call. A tile that is missing or too short makes the result null: a proof is whole or there is none.
 */
import { bytesOfDigest, type Digest, emptyRoot, HASH_BYTES, nodeDigest, rootOfHashes, splitOf } from './merkle';
import { consistencyRanges, inclusionRanges, multiProofRanges, type Range } from './proof';
import { type ReadTile, TILE_WIDTH, tileWidth } from './tiles';

/** 32 bytes: the root of the first `size` leaves. */
export async function rootFromTiles(size: number, readTile: ReadTile): Promise<Buffer | null> {
  if (size === 0) return emptyRoot();
  return (await hashesOf([[0, size]], size, readTile))?.[0] ?? null;
}

/** Leaf hash of an index, as the tiles have it. */
export async function leafFromTiles(index: number, size: number, readTile: ReadTile): Promise<Buffer | null> {
  return (await hashesOf([[index, index + 1]], size, readTile))?.[0] ?? null;
}

/** `index` < `size`. */
export const inclusionProof = (index: number, size: number, readTile: ReadTile): Promise<Buffer[] | null> =>
  hashesOf(inclusionRanges(index, size), size, readTile);

/** 0 < `old` <= `size`. */
export const consistencyProof = (old: number, size: number, readTile: ReadTile): Promise<Buffer[] | null> =>
  hashesOf(consistencyRanges(old, size), size, readTile);

/** Indexes ascending; of none the proof is the root. */
export async function multiProof(indices: readonly number[], size: number, readTile: ReadTile): Promise<Buffer[] | null> {
  if (size === 0) return [emptyRoot()];
  return await hashesOf(multiProofRanges(indices, size), size, readTile);
}

async function hashesOf(ranges: readonly Range[], size: number, readTile: ReadTile): Promise<Buffer[] | null> {
  const tiles = new TileCache(size, readTile);
  const hashes: Buffer[] = [];
  for (const [from, to] of ranges) {
    const digest = await rangeDigest(from, to, tiles);
    if (digest === null) return null;
    hashes.push(bytesOfDigest(digest));
  }
  return hashes;
}

async function rangeDigest(from: number, to: number, tiles: TileCache): Promise<Digest | null> {
  const count = to - from;
  const split = count === 1 ? 1 : splitOf(count);
  if (count === split || count === split * 2) return await tiles.subtree(from, count);
  const left = await tiles.subtree(from, split);
  const right = left === null ? null : await rangeDigest(from + split, to, tiles);
  return left === null || right === null ? null : nodeDigest(left, right);
}

class TileCache {
  private readonly read = new Map<string, Buffer | null>();

  constructor(
    private readonly size: number,
    private readonly readTile: ReadTile,
  ) {}

  /** The finished subtree of `count` leaves (a power of two) from `from` on. */
  async subtree(from: number, count: number): Promise<Digest | null> {
    let level = 0;
    let each = 1;
    while (each * TILE_WIDTH <= count) {
      each *= TILE_WIDTH;
      level++;
    }
    const first = from / each;
    const n = Math.floor(first / TILE_WIDTH);
    const tile = await this.tile(level, n);
    return tile === null ? null : rootOfHashes(tile, (first - n * TILE_WIDTH) * HASH_BYTES, count / each);
  }

  private async tile(level: number, n: number): Promise<Buffer | null> {
    const key = `${level}/${n}`;
    const known = this.read.get(key);
    if (known !== undefined) return known;
    const width = tileWidth(level, n, this.size);
    const bytes = await this.readTile(level, n, width);
    const tile = bytes === null || bytes.length < width * HASH_BYTES ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.read.set(key, tile);
    return tile;
  }
}
