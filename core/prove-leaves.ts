/**
 * SPEC §5: many events proven at once, each as surely as by a proof of its own. One multi-proof over all of them leads to the root, or it does not; then over each half, and
 * so on, until every leaf that is at fault stands alone:
 *
 *   its proof leads to the root                                    proven
 *   it does not, but it does with the leaf that the tree holds     TILE_MISMATCH: what was sealed in its place is another event
 *   neither does                                                   ROOT_MISMATCH: the tree is damaged here, and proves nothing of it
 */
import { leafHash } from './merkle';
import { verifyInclusion, verifyMultiProof } from './proof';
import { inclusionProof, leafFromTiles, multiProof } from './tile-proof';
import type { ReadTile } from './tiles';
import type { Found } from './tree-verdict';

/** `eventHash`: of a row that holds. `leaf`: the leaf hash that it gives. */
export type Leaf = { seq: number; leaf: Buffer };

export const leafOf = (seq: number, eventHash: Uint8Array): Leaf => ({ seq, leaf: leafHash(eventHash) });

/**
 * @param leaves ascending by seq, none twice, all below the size
 * @returns what is found of those that are not proven, ascending
 */
export async function proveLeaves(leaves: readonly Leaf[], { size, root }: { size: number; root: Buffer }, readTile: ReadTile): Promise<Found[]> {
  if (leaves.length === 0) return [];
  const [first] = leaves as [Leaf];
  if (leaves.length === 1) return faultOf(first, { size, root }, readTile);
  const indices = leaves.map(({ seq }) => seq);
  const proof = await multiProof(indices, size, readTile);
  const hashes = leaves.map(({ leaf }) => leaf);
  if (proof !== null && verifyMultiProof(indices, hashes, size, proof, root)) return [];
  const middle = leaves.length >> 1;
  return [...(await proveLeaves(leaves.slice(0, middle), { size, root }, readTile)), ...(await proveLeaves(leaves.slice(middle), { size, root }, readTile))];
}

async function faultOf({ seq, leaf }: Leaf, { size, root }: { size: number; root: Buffer }, readTile: ReadTile): Promise<Found[]> {
  const proof = await inclusionProof(seq, size, readTile);
  if (proof !== null && verifyInclusion(leaf, seq, size, proof, root)) return [];
  const sealed = await leafFromTiles(seq, size, readTile);
  if (proof !== null && sealed !== null && verifyInclusion(sealed, seq, size, proof, root))
    return [{ code: 'TILE_MISMATCH', seq, expected: sealed.toString('hex'), found: leaf.toString('hex') }];
  return [{ code: 'ROOT_MISMATCH', seq, expected: `${size} ${root.toString('hex')}`, found: proof === null ? 'no proof' : 'another root' }];
}
