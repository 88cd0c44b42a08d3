import { digestOf } from '../merkle';
import { type ReadTile, type Tile, TileTree } from '../tiles';

/** The tree over these event hashes, and its tiles as they would be stored. */
export function treeOf(hashes: readonly Buffer[]): { tree: TileTree; root: Buffer; readTile: ReadTile } {
  const full: Tile[] = [];
  const tree = new TileTree((tile) => full.push({ ...tile, hashes: Buffer.from(tile.hashes) }));
  for (const hash of hashes) tree.push(digestOf(hash));
  const tiles = new Map([...full, ...tree.partialTiles()].map((tile) => [`${tile.level}/${tile.n}`, tile.hashes]));
  return { tree, root: tree.rootBytes(), readTile: async (level, n) => tiles.get(`${level}/${n}`) ?? null };
}
