import 'server-only';
import { verifyConsistency, verifyInclusion } from '@/core/proof';
import { consistencyProof, inclusionProof, leafFromTiles, rootFromTiles } from '@/core/tile-proof';
import { openSnapshot } from '@/db/copy-out';
import { scopeOf, type TrailId } from '@/db/scope';
import { tilesOf } from '@/features/sealing/queries/tiles';
import type { TreeNow } from '../incident';

const hex = (bytes: Buffer) => bytes.toString('hex');

/**
 * What the stored tiles give, whoever wrote them, and nothing of it compared with what was signed. Null where they give no root of one of the sizes, or not the same by their proofs.
 * @param seq of the event that is led to the root of `to`
 */
export async function readTreeNow({ trailId }: { trailId: TrailId }, { from, to }: { from: number; to: number }, seq: number | null): Promise<TreeNow | null> {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from >= to) return null; // rows say them: anything can stand there
  const snapshot = await openSnapshot({ scope: scopeOf(trailId) });
  try {
    const tiles = tilesOf(snapshot, trailId);
    const [fromRoot, toRoot] = [await rootFromTiles(from, tiles), await rootFromTiles(to, tiles)];
    const consistency = from === 0 ? [] : await consistencyProof(from, to, tiles);
    if (fromRoot === null || toRoot === null || consistency === null) return null;
    if (from > 0 && !verifyConsistency(from, fromRoot, to, toRoot, consistency)) return null;
    const inclusion = seq === null || seq >= to ? null : await leadTo(seq, to, toRoot);
    return { from, to, fromRoot: hex(fromRoot), toRoot: hex(toRoot), consistency: consistency.map(hex), inclusion };

    async function leadTo(index: number, size: number, root: Buffer): Promise<TreeNow['inclusion']> {
      const [leaf, hashes] = [await leafFromTiles(index, size, tiles), await inclusionProof(index, size, tiles)];
      return leaf && hashes && verifyInclusion(leaf, index, size, hashes, root) ? { seq: index, leaf: hex(leaf), hashes: hashes.map(hex) } : null;
    }
  } finally {
    await snapshot.close();
  }
}
