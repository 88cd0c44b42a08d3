import { and, eq } from 'drizzle-orm';
import { verifyInclusion } from '@/core/proof';
import type { Guard } from '@/core/signer-guard';
import { inclusionProof, leafFromTiles } from '@/core/tile-proof';
import type { ReadTile } from '@/core/tiles';
import { tileView } from '@/db/schema/sealing';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';

/** The leaf that was signed at this number; null where it is above the signed size, or the tiles lead none to the root. */
export async function signedLeaf({ size, root }: Guard, seq: number, readTile: ReadTile): Promise<Buffer | null> {
  if (seq >= size) return null;
  const [leaf, hashes] = [await leafFromTiles(seq, size, readTile), await inclusionProof(seq, size, readTile)];
  return leaf !== null && hashes !== null && verifyInclusion(leaf, seq, size, hashes, root) ? leaf : null;
}

/** Each tile is read once for all proofs. */
export function tilesOnce(tx: Tx, trailId: TrailId): ReadTile {
  const read = new Map<string, Promise<Buffer | null>>();
  return (level, n) => {
    const key = `${level}/${n}`;
    const tile =
      read.get(key) ??
      tx
        .select({ hashes: tileView.hashes })
        .from(tileView)
        .where(and(eq(tileView.trailId, trailId), eq(tileView.level, level), eq(tileView.n, n)))
        .then(([row]) => row?.hashes ?? null);
    read.set(key, tile);
    return tile;
  };
}
