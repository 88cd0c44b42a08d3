/**
 * SPEC §5, C2SP tlog-tiles: the tree as it is stored. A tile is 256 hashes side by side, 8,192 bytes; tile n of level L holds the subtree hashes 256·n to 256·n+255 of
 * 256^L leaves each, so that a hash of level L+1 is the root of a full tile of level L. A full tile never changes; of each level at most one is partial (the last).
 *
 *   level 1          │ h0 │ h1 │ …                         size 600: level 0 has tiles 0, 1 (full) and 2 (88 wide), level 1 has tile 0 (2 wide)
 *                      ▲     ▲
 *   level 0   │256 leaves│256 leaves│88│
 *
 * Paths: tile/<level>/<n in groups of three digits, all but the last after an x>[.p/<width>]   tile/0/x001/x234/067.p/88
 */
import { bytesOfDigest, type Digest, HASH_BYTES, MerkleTree, putDigestBytes, rootOfHashes } from './merkle';
import { type Sha256Lanes, sha256Lanes } from './sha256-lanes';
import { LANES } from './sha256-wasm';

export const TILE_WIDTH = 256;
export const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** `n` counts from 0 within the level; `width` hashes, 256 = full. */
export type TileRef = { level: number; n: number; width: number };

/** A tile with its bytes, `width` × 32 of them. */
export type Tile = TileRef & { hashes: Buffer };

/** A full tile; `root` is the hash of the level above that stands for it. */
export type FullTile = Tile & { root: Digest };

/** The bytes of a tile as it is stored, however wide it is (never cut to `width`, which is what is needed of it), or null where there is none as wide. */
export type ReadTile = (level: number, n: number, width: number) => Uint8Array | null | Promise<Uint8Array | null>;

/** Hashes of a level in a tree of this size. */
export const hashesOfLevel = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

/** Width of a tile in a tree of this size; 0 where the tree has no such tile. */
export const tileWidth = (level: number, n: number, size: number): number => Math.max(0, Math.min(TILE_WIDTH, hashesOfLevel(level, size) - n * TILE_WIDTH));

/** The tiles of a tree of `size` that one of `oldSize` had not, or not as wide: level by level, n ascending. What a sealer writes. */
export function tilesBetween(oldSize: number, size: number): TileRef[] {
  const tiles: TileRef[] = [];
  for (let level = 0; hashesOfLevel(level, size) > 0; level++) {
    const [before, now] = [hashesOfLevel(level, oldSize), hashesOfLevel(level, size)];
    if (before === now) continue;
    for (let n = Math.floor(before / TILE_WIDTH); n * TILE_WIDTH < now; n++) tiles.push({ level, n, width: tileWidth(level, n, size) });
  }
  return tiles;
}

/** The partial tiles of a tree of this size, the highest first: what it takes to go on with it. */
export function rightEdge(size: number): TileRef[] {
  const tiles: TileRef[] = [];
  for (let level = 0; hashesOfLevel(level, size) > 0; level++) {
    const hashes = hashesOfLevel(level, size);
    const width = hashes % TILE_WIDTH;
    if (width > 0) tiles.unshift({ level, n: Math.floor(hashes / TILE_WIDTH), width });
  }
  return tiles;
}

export function tilePath(level: number, n: number, width: number = TILE_WIDTH): string {
  return `tile/${level}/${groups(n)}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Null where the path is none. An n beyond 2^53 is none of ours. */
export function parseTilePath(path: string): TileRef | null {
  const parts = /^tile\/(0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  if (parts === null) return null;
  const level = Number(parts[1]);
  const n = Number(parts[2]?.replaceAll(/[x/]/g, ''));
  const width = parts[3] === undefined ? TILE_WIDTH : Number(parts[3]);
  if (level > 63 || !Number.isSafeInteger(n) || groups(n) !== parts[2] || (parts[3] !== undefined && width >= TILE_WIDTH)) return null;
  return { level, n, width };
}

function groups(n: number): string {
  const digits = String(n).padStart(Math.ceil(String(n).length / 3) * 3, '0');
  const all = digits.match(/\d{3}/g) as string[];
  return all.map((group, i) => (i < all.length - 1 ? `x${group}` : group)).join('/');
}

let lanes: Sha256Lanes | null = null;
const hashLanes = (): Sha256Lanes => {
  lanes ??= sha256Lanes();
  return lanes;
};

/**
 * A tree that is stored: events in, tiles out. `onTile` is given each tile as soon as it is full; `partialTiles()` are those that are not, at the end of a batch. The
 * bytes given to `onTile` are reused: copy what is to outlive the call. One tile a level is held, whatever the size. Events wait until their tile is full or something is
 * asked of the tree, and are hashed side by side.
 */
export class TileTree {
  private readonly levels: Buffer[] = [];
  private readonly tree: MerkleTree;
  // event hashes of the tile under way that are not in the tree yet
  private readonly waiting = Buffer.allocUnsafe(TILE_BYTES);
  private waits = 0;
  // set while a subtree is put in whole
  private isWhole = false;
  private wholeLevel = 0;

  constructor(private readonly onTile: (tile: FullTile) => void = () => {}) {
    this.tree = new MerkleTree((level, digest) => this.place(level, digest));
  }

  get size(): number {
    return this.tree.size + this.waits;
  }

  push(eventDigest: Digest): void {
    putDigestBytes(this.waiting, this.waits * HASH_BYTES, eventDigest);
    this.waits++;
    if (this.size % TILE_WIDTH === 0) this.settle();
  }

  pushLeaf(leaf: Digest): void {
    this.settle();
    this.tree.pushLeaf(leaf);
  }

  /** 256^level leaves at once, by their hash in a tile of that level; the size must be a multiple of that. Their own tiles are not given to `onTile`. */
  pushSubtree(level: number, digest: Digest): void {
    this.settle();
    this.isWhole = true;
    this.wholeLevel = level;
    this.tree.pushSubtree(level * 8, digest);
    this.isWhole = false;
  }

  root(): Digest {
    this.settle();
    return this.tree.root();
  }

  rootBytes(): Buffer {
    return bytesOfDigest(this.root());
  }

  /** The waiting events' leaves into their tile, and into the tree by the largest subtrees that they fill. */
  private settle(): void {
    if (this.waits === 0) return;
    const { input, output } = hashLanes();
    const from = this.tree.size % TILE_WIDTH;
    const to = from + this.waits;
    this.waiting.copy(input, 0, 0, this.waits * HASH_BYTES);
    hashLanes().leaves(this.waits);
    this.waits = 0;
    const leaves = this.level(0);
    output.copy(leaves, from * HASH_BYTES, 0, (to - from) * HASH_BYTES);
    for (let at = from; at < to; ) {
      let height = 0;
      while (at % (2 << height) === 0 && at + (2 << height) <= to) height++;
      this.tree.pushSubtree(height, rootOfLeaves(leaves, at, 1 << height));
      at += 1 << height;
    }
  }

  /** The partial tile of each level that has one, copies. */
  partialTiles(): Tile[] {
    this.settle();
    const tiles: Tile[] = [];
    for (let level = 0; level < this.levels.length; level++) {
      const hashes = hashesOfLevel(level, this.size);
      const width = hashes % TILE_WIDTH;
      const bytes = Buffer.from((this.levels[level] as Buffer).subarray(0, width * HASH_BYTES));
      if (width > 0) tiles.push({ level, n: Math.floor(hashes / TILE_WIDTH), width, hashes: bytes });
    }
    return tiles;
  }

  /** The tree of `size` from its stored right edge; null where a tile is missing or short. Whether it is the right one, its root says. */
  static async resume(size: number, readTile: ReadTile, onTile?: (tile: FullTile) => void): Promise<TileTree | null> {
    const result = new TileTree(onTile);
    for (const { level, n, width } of rightEdge(size)) {
      const bytes = await readTile(level, n, width);
      if (bytes === null || bytes.length < width * HASH_BYTES) return null;
      const tile = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let i = 0; i < width; i++) result.pushSubtree(level, tile.toString('latin1', i * HASH_BYTES, (i + 1) * HASH_BYTES));
    }
    return result;
  }

  private place(level: number, digest: Digest): void {
    // called while the subtree's last leaf is pushed: the tree's size is still the one before
    const n = Math.floor(this.tree.size / TILE_WIDTH ** level);
    putDigestBytes(this.level(level), (n % TILE_WIDTH) * HASH_BYTES, digest);
    if (level > 0 && this.fills(level)) this.onTile({ level: level - 1, n, width: TILE_WIDTH, hashes: this.level(level - 1), root: digest });
  }

  private level(level: number): Buffer {
    while (this.levels.length <= level) this.levels.push(Buffer.alloc(TILE_BYTES));
    return this.levels[level] as Buffer;
  }

  // a subtree that was put in whole (while resuming, or over a gap) fills no tile of the level below
  private fills(level: number): boolean {
    return !this.isWhole || level > this.wholeLevel;
  }
}

/** Of `count` leaves side by side in a tile, a power of two. Fewer nodes than lanes are hashed one by one. */
function rootOfLeaves(leaves: Buffer, at: number, count: number): Digest {
  const { input, output } = hashLanes();
  let [hashes, start, width] = [leaves, at * HASH_BYTES, count];
  for (; width >= 2 * LANES; width /= 2) {
    hashes.copy(input, 0, start, start + width * HASH_BYTES);
    hashLanes().nodes(width / 2);
    [hashes, start] = [output, 0];
  }
  return rootOfHashes(hashes, start, width);
}
