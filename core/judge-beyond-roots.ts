/**
 * SPEC §8, rows against tiles where no signed size is reached: a range that ends before the next one.
 *
 *   signed sizes        1000                      1400       the rows give no root here: each leaf that differs is judged by itself
 *   range                      [700 ░ ░ 704)                 the stored leaf is proven under 1400 and the row's is another: TILE_MISMATCH, or FORK at the first of all
 */
import { digestOf } from './merkle';
import { type Leaf, proveLeaves } from './prove-leaves';
import { leafFromTiles, rootFromTiles } from './tile-proof';
import { type ReadTile, TILE_WIDTH } from './tiles';
import type { TreeEvidence } from './tree-judge';
import { areLeavesSame, type Found, nameLeaves, type SignedRoot, tileFault } from './tree-verdict';

// where more leaves of a range are altered one by one, the later ones are not named
const MOST_PROVEN = 1000;

/**
 * Leaves that differ from the stored ones behind the last size that a root was formed at.
 * @param readTile null: there are no stored leaves
 * @returns nothing of a leaf whose stored hash is not proven under a signed size
 */
export async function judgeBeyondRoots(
  { runs, roots, size, upperFaults }: TreeEvidence,
  signed: readonly SignedRoot[],
  readTile: ReadTile | null,
): Promise<Found[]> {
  const reached = Math.max(0, ...roots.keys());
  const beyond = runs.filter((run) => run.from >= reached);
  if (beyond.length === 0 || readTile === null) return [];
  const base = await firstLedTo(
    signed.filter((one) => one.size >= size),
    readTile,
  );
  if (base === null) return [];
  const named = nameLeaves(beyond, size).slice(0, MOST_PROVEN);
  const leaves: Leaf[] = [];
  for (const { seq } of named) {
    const leaf = await leafFromTiles(seq as number, base.size, readTile);
    if (leaf !== null) leaves.push({ seq: seq as number, leaf });
  }
  const unproven = new Set((await proveLeaves(leaves, base, readTile)).map(({ seq }) => seq));
  const proven = new Set(leaves.map(({ seq }) => seq).filter((seq) => !unproven.has(seq)));
  const told = named.filter(({ seq }) => proven.has(seq as number));
  // leaves that are the same as in a tile which its own hash contradicts are not therefore those that were sealed
  const before = told.at(-1)?.seq ?? 0;
  const wrong = upperFaults.find((one) => one.index * TILE_WIDTH ** one.level < before && areLeavesSame(runs, one));
  return wrong === undefined ? told : [...told, tileFault({ level: wrong.level, tile: Math.floor(wrong.index / TILE_WIDTH) })];
}

/** The largest of the signed sizes that the stored tree leads to, those known from outside the database first; null of none. */
async function firstLedTo(signed: readonly SignedRoot[], readTile: ReadTile): Promise<{ size: number; root: Buffer } | null> {
  const inOrder = [...signed].sort((a, b) => Number(b.isOutside) - Number(a.isOutside) || b.size - a.size);
  for (const { size, root } of inOrder.slice(0, 8)) {
    const stored = await rootFromTiles(size, readTile);
    if (stored !== null && digestOf(stored) === root) return { size, root: stored };
  }
  return null;
}
