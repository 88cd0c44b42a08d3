import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedDir } from '../lib/test/shared';
import { specVectors } from '../lib/test/spec-vectors';
import { type Digest, digestOf, leafDigest, leafHash, MerkleTree } from './merkle';
import { verifyConsistency, verifyInclusion, verifyMultiProof } from './proof';
import { sha256 } from './sha256';
import { prng } from './test/prng';
import { consistencyProof, inclusionProof, leafFromTiles, multiProof, rootFromTiles } from './tile-proof';
import { hashesOfLevel, parseTilePath, type ReadTile, TILE_WIDTH, type Tile, TileTree, tilePath, tilesBetween, tileWidth } from './tiles';

const entry = (i: number) => sha256(`leaf ${i}`);

/** A store as a database has it: one row a place, replaced when it grows. */
class Store {
  readonly tiles = new Map<string, Buffer>();
  reads = 0;
  put({ level, n, hashes }: Tile) {
    this.tiles.set(`${level}/${n}`, Buffer.from(hashes));
  }
  readonly read: ReadTile = (level, n, width) => {
    this.reads++;
    const bytes = this.tiles.get(`${level}/${n}`);
    return bytes === undefined || bytes.length < width * 32 ? null : bytes;
  };
}

function grow(store: Store, tree: TileTree, size: number, leaf = entry): void {
  for (let i = tree.size; i < size; i++) tree.push(digestOf(leaf(i)));
  for (const tile of tree.partialTiles()) store.put(tile);
}

function stored(size: number, leaf = entry): { store: Store; tree: TileTree } {
  const store = new Store();
  const tree = new TileTree((tile) => store.put(tile));
  grow(store, tree, size, leaf);
  return { store, tree };
}

test('vectors: tiles', () => {
  const { size, tiles } = specVectors.tiles;
  const { store } = stored(size);
  expect(store.tiles.size).toBe(tiles.length);
  for (const { level, tile, width, full, sha256: expected } of tiles) {
    expect(tileWidth(level, tile, size)).toBe(width);
    expect(full).toBe(width === 256);
    expect(sha256(store.tiles.get(`${level}/${tile}`) as Buffer).toString('hex')).toBe(expected);
  }
});

const shared = sharedDir();
const folder = path.join(shared ?? '', 'vectors', 'c2sp');

describe.skipIf(shared === null)('published tiles (C2SP tlog-tiles)', () => {
  const published = shared === null ? null : JSON.parse(fs.readFileSync(path.join(folder, 'tiles.json'), 'utf8'));

  test('paths', () => {
    for (const { level, index, width, path: expected } of published.tile_paths.cases) {
      expect(tilePath(level, index, width)).toBe(expected);
      expect(parseTilePath(expected)).toEqual({ level, n: index, width });
    }
    for (const c of published.parse.cases) {
      // what lies beyond 2^53 is well formed, and no tile of ours
      const isOurs = c.expect === 'valid' && Number.isSafeInteger(Number(c.index));
      expect(parseTilePath(c.path), c.path).toEqual(isOurs ? { level: c.level, n: Number(c.index), width: c.width } : null);
    }
  });

  test('widths', () => {
    for (const { size, levels } of published.widths) {
      const counted: { [level: string]: { full: number; partial: number } } = {};
      for (let level = 0; hashesOfLevel(level, size) > 0; level++) {
        counted[level] = { full: Math.floor(hashesOfLevel(level, size) / 256), partial: hashesOfLevel(level, size) % 256 };
      }
      expect(counted).toEqual(levels);
    }
  });

  const tree15 = path.join(folder, 'tiles/tessera-15');
  const entriesOf = (bundle: Buffer) => {
    const found: Buffer[] = [];
    for (let at = 0; at < bundle.length; ) {
      const length = bundle.readUInt16BE(at);
      found.push(bundle.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    return found;
  };

  test('a tree of 15: each partial tile and each root', async () => {
    for (let size = 1; size <= 15; size++) {
      const entries = entriesOf(fs.readFileSync(path.join(tree15, `tile/entries/000.p/${size}`)));
      expect(entries.length).toBe(size);
      const tree = new TileTree();
      for (const one of entries) tree.pushLeaf(digestOf(leafHash(one)));
      const tile = fs.readFileSync(path.join(tree15, `tile/0/000.p/${size}`));
      expect(tree.partialTiles()).toEqual([{ level: 0, n: 0, width: size, hashes: tile }]);
      const root = fs.readFileSync(path.join(tree15, `checkpoint.${size}`), 'utf8').split('\n')[2];
      expect(tree.rootBytes().toString('base64')).toBe(root);
      expect((await rootFromTiles(size, () => tile))?.toString('base64')).toBe(root);
    }
  });

  test('a tree of 300', async () => {
    const dir = path.join(folder, 'tiles/mirror-300');
    const { store, tree } = stored(300);
    store.tiles.clear();
    const own = new TileTree((tile) => store.put(tile));
    for (let i = 0; i < 300; i++) own.pushLeaf(digestOf(leafHash(Buffer.from(`record ${i}`))));
    for (const tile of own.partialTiles()) store.put(tile);
    expect(tree.size).toBe(300);
    for (const { level, n, width } of tilesBetween(0, 300)) {
      expect(store.tiles.get(`${level}/${n}`)).toEqual(fs.readFileSync(path.join(dir, tilePath(level, n, width))));
    }
    const root = fs.readFileSync(path.join(dir, 'checkpoint'), 'utf8').split('\n')[2];
    expect(own.rootBytes().toString('base64')).toBe(root);
    expect((await rootFromTiles(300, store.read))?.toString('base64')).toBe(root);
  });
});

describe('properties', () => {
  test('a sealer that goes on from stored tiles at any size writes what one run writes, and only what tilesBetween names', async () => {
    const random = prng(2);
    const { store: whole } = stored(70_000);
    const store = new Store();
    const written = new Set<string>();
    let size = 0;
    while (size < 70_000) {
      const next = Math.min(70_000, size + 1 + Math.floor(random() * (random() < 0.5 ? 300 : 20_000)));
      written.clear();
      const tree = (await TileTree.resume(size, store.read, (tile) => {
        written.add(`${tile.level}/${tile.n}`);
        store.put(tile);
      })) as TileTree;
      expect(tree.size).toBe(size);
      expect(tree.rootBytes()).toEqual(await rootFromTiles(size, store.read));
      for (let i = size; i < next; i++) tree.push(digestOf(entry(i)));
      for (const tile of tree.partialTiles()) {
        store.put(tile);
        written.add(`${tile.level}/${tile.n}`);
      }
      for (const { level, n, width } of tilesBetween(size, next)) {
        expect(written.has(`${level}/${n}`)).toBe(true);
        expect(store.tiles.get(`${level}/${n}`)?.length).toBe(width * 32);
      }
      size = next;
    }
    expect([...store.tiles].sort()).toEqual([...whole.tiles].sort());
  });

  test('roots and proofs from tiles, of trees smaller than the stored one too, two tiles a level at most', async () => {
    const random = prng(3);
    const upTo = (n: number) => Math.floor(random() * n);
    const { store } = stored(70_000);
    const leaves = Array.from({ length: 70_000 }, (_, i) => leafHash(entry(i)));
    const roots = new Map<number, Buffer>();
    const sizes = [1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 69_999, 70_000, ...Array.from({ length: 20 }, () => 1 + upTo(70_000))];
    const tree = new MerkleTree();
    for (const leaf of leaves) {
      tree.pushLeaf(digestOf(leaf));
      if (sizes.includes(tree.size)) roots.set(tree.size, tree.rootBytes());
    }
    for (const size of sizes) {
      const root = roots.get(size) as Buffer;
      expect(await rootFromTiles(size, store.read)).toEqual(root);
      const index = upTo(size);
      store.reads = 0;
      const proof = (await inclusionProof(index, size, store.read)) as Buffer[];
      expect(store.reads).toBeLessThanOrEqual(6);
      expect(verifyInclusion(leaves[index] as Buffer, index, size, proof, root)).toBe(true);
      expect(await leafFromTiles(index, size, store.read)).toEqual(leaves[index]);
      for (const old of sizes.filter((other) => other <= size)) {
        const between = (await consistencyProof(old, size, store.read)) as Buffer[];
        expect(verifyConsistency(old, roots.get(old) as Buffer, size, root, between)).toBe(true);
      }
      const indices = [...new Set(Array.from({ length: 5 }, () => upTo(size)))].sort((a, b) => a - b);
      const hashes = (await multiProof(indices, size, store.read)) as Buffer[];
      expect(
        verifyMultiProof(
          indices,
          indices.map((i) => leaves[i] as Buffer),
          size,
          hashes,
          root,
        ),
      ).toBe(true);
    }
  });

  test('a tile that is gone or short makes no proof', async () => {
    const { store } = stored(600);
    store.tiles.set('0/1', (store.tiles.get('0/1') as Buffer).subarray(0, 100 * 32));
    expect(await inclusionProof(300, 600, store.read)).toBeNull();
    expect(await TileTree.resume(300, store.read)).not.toBeNull();
    expect(await TileTree.resume(400, store.read)).toBeNull();
    store.tiles.delete('1/0');
    expect(await rootFromTiles(600, store.read)).toBeNull();
    expect(await TileTree.resume(600, store.read)).toBeNull();
  });
});

test('events, leaves and subtrees in any order, asked in between: the tree and the tiles of one that takes leaf after leaf', () => {
  const random = prng(21);
  for (let round = 0; round < 60; round++) {
    const told: Tile[] = [];
    const tree = new TileTree((tile) => told.push({ level: tile.level, n: tile.n, width: tile.width, hashes: Buffer.from(tile.hashes) }));
    const plain = new MerkleTree();
    const leaves: Digest[] = [];
    // tiles whose leaves were put in as one hash are not told
    const untold = new Set<number>();
    const put = (event: Digest) => {
      const leaf = leafDigest(event);
      leaves.push(leaf);
      plain.pushLeaf(leaf);
      return leaf;
    };
    const next = () => digestOf(randomEvent(random));
    while (leaves.length < 900) {
      const kind = random();
      if (kind < 0.5)
        for (let n = Math.floor(random() * 300); n > 0; n--) {
          const event = next();
          put(event);
          tree.push(event);
        }
      else if (kind < 0.7) tree.pushLeaf(put(next()));
      else if (kind < 0.8 && leaves.length % TILE_WIDTH === 0) {
        untold.add(leaves.length / TILE_WIDTH);
        const whole = new MerkleTree();
        for (let n = 0; n < TILE_WIDTH; n++) whole.pushLeaf(put(next()));
        tree.pushSubtree(1, whole.root());
      } else if (kind < 0.9) expect(tree.root()).toBe(plain.root());
      else
        for (const { level, n, width, hashes } of tree.partialTiles())
          if (level === 0) expect(hashes).toEqual(bytesOf(leaves.slice(n * TILE_WIDTH, n * TILE_WIDTH + width)));
      expect(tree.size).toBe(leaves.length);
    }
    expect(tree.root()).toBe(plain.root());
    const full = Array.from({ length: Math.floor(leaves.length / TILE_WIDTH) }, (_, n) => n).filter((n) => !untold.has(n));
    expect(told.filter(({ level }) => level === 0).map(({ n }) => n)).toEqual(full);
    for (const { n, hashes } of told) expect(hashes).toEqual(bytesOf(leaves.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH)));
  }
});

const randomEvent = (random: () => number) => Buffer.from(Array.from({ length: 32 }, () => Math.floor(random() * 256)));
const bytesOf = (digests: Digest[]) => Buffer.from(digests.join(''), 'latin1');
