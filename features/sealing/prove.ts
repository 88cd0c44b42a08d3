// What the tree says to somebody who asks (SPEC §5): proofs from tiles alone, against a checkpoint whose signature was checked here.
import { openCheckpoint } from '@/core/checkpoint';
import { verifyConsistency, verifyInclusion } from '@/core/proof';
import { consistencyProof, inclusionProof, leafFromTiles, rootFromTiles } from '@/core/tile-proof';
import { openSnapshot, type Snapshot } from '@/db/copy-out';
import { scopeOf } from '@/db/scope';
import { AppError } from '@/lib/errors';
import { readGuard } from '../trail/guard-file';
import { readCheckpointFile } from './checkpoint-file';
import { ownVkeys } from './log-key';
import type { SealedTrail } from './mutations/seal-trail';
import { getCheckpointNote } from './queries/checkpoints';
import { tilesOf } from './queries/tiles';

export type SignedCheckpoint = { origin: string; size: number; root: Buffer; note: string };
export type InclusionProof = { origin: string; seq: number; size: number; leaf: Buffer; root: Buffer; hashes: Buffer[] };
export type ConsistencyProof = { origin: string; from: number; to: number; fromRoot: Buffer; toRoot: Buffer; hashes: Buffer[] };

/**
 * The checkpoint of a size, or the newest, with a signature by the key in the trail's key file.
 * @throws AppError CHECKPOINT_NONE, CHECKPOINT_BAD for a note in the database that is not ours
 */
export async function getCheckpoint({ trailId, origin }: SealedTrail, size?: number): Promise<SignedCheckpoint> {
  const newest = readCheckpointFile(origin);
  const opened = newest === null ? null : openCheckpoint(newest, ownVkeys(origin), origin);
  if (opened?.ok && (size === undefined || opened.checkpoint.size === size)) return opened.checkpoint;
  if (size === undefined) throw new AppError('CHECKPOINT_NONE', { hint: `nothing of ${origin} is sealed yet` });
  const note = await getCheckpointNote(scopeOf(trailId), trailId, size);
  if (note === null)
    throw new AppError('CHECKPOINT_NONE', { hint: `no checkpoint of ${origin} has the size ${size}: sizes that were signed stand on the Integrity screen` });
  const kept = openCheckpoint(note, ownVkeys(origin), origin);
  if (!kept.ok)
    throw new AppError('CHECKPOINT_BAD', { hint: `the checkpoint of size ${size} in the database does not hold (${kept.error}): run a verification` });
  return kept.checkpoint;
}

/**
 * The leaf is led to the signed root by the very hashes that are given: of a full tile the root of the tree is made of the levels above, so that it says nothing of a leaf.
 * @throws AppError SEQ_NOT_SEALED, TILES_BROKEN, CHECKPOINT_NONE, CHECKPOINT_BAD
 */
export async function proveInclusion(trail: SealedTrail, seq: number, size?: number): Promise<InclusionProof> {
  const { root, size: signed } = await getCheckpoint(trail, size);
  if (seq >= signed) throw new AppError('SEQ_NOT_SEALED', { hint: `event ${seq} is not below the checkpoint of ${signed} events` });
  return withTiles(trail, async (tiles) => {
    const [leaf, hashes] = [await leafFromTiles(seq, signed, tiles), await inclusionProof(seq, signed, tiles)];
    if (leaf === null || hashes === null || !verifyInclusion(leaf, seq, signed, hashes, root)) throw broken(`lead event ${seq} to`, signed);
    return { origin: trail.origin, seq, size: signed, leaf, root, hashes };
  });
}

/**
 * Between any two sizes up to what is signed; `from` at least 1. Both roots are led by their own proofs to the newest root that is signed, which is known from the files beside
 * the key: tiles are rows like others, and two roots that were made up agree with one another just as well.
 * @throws AppError RANGE, SEQ_NOT_SEALED, TILES_BROKEN, CHECKPOINT_NONE
 */
export async function proveConsistency(trail: SealedTrail, from: number, to: number): Promise<ConsistencyProof> {
  if (from < 1 || to < from) throw new AppError('RANGE', { hint: `sizes go from 1 up, the smaller one first: there is no proof from ${from} to ${to}` });
  const guard = readGuard(trail.origin);
  const signed = guard === null || guard === 'missing' ? await getCheckpoint(trail) : guard;
  if (to > signed.size) throw new AppError('SEQ_NOT_SEALED', { hint: `${signed.size} events are sealed, not ${to}` });
  return withTiles(trail, async (tiles) => {
    const leadsToSigned = async (size: number, root: Buffer) => {
      const hashes = await consistencyProof(size, signed.size, tiles);
      return hashes !== null && verifyConsistency(size, root, signed.size, signed.root, hashes);
    };
    const [fromRoot, toRoot, hashes] = [await rootFromTiles(from, tiles), await rootFromTiles(to, tiles), await consistencyProof(from, to, tiles)];
    if (fromRoot === null || toRoot === null || hashes === null) throw broken('give', signed.size);
    if (!(await leadsToSigned(from, fromRoot)) || !(await leadsToSigned(to, toRoot)) || !verifyConsistency(from, fromRoot, to, toRoot, hashes))
      throw broken('give', signed.size);
    return { origin: trail.origin, from, to, fromRoot, toRoot, hashes };
  });
}

const broken = (deed: string, size: number) =>
  new AppError('TILES_BROKEN', { hint: `the tiles of the tree do not ${deed} the root that was signed for ${size} events: run a verification` });

async function withTiles<T>({ trailId }: SealedTrail, fn: (tiles: ReturnType<typeof tilesOf>) => Promise<T>): Promise<T> {
  const snapshot: Snapshot = await openSnapshot({ scope: scopeOf(trailId) });
  try {
    return await fn(tilesOf(snapshot, trailId));
  } finally {
    await snapshot.close();
  }
}
