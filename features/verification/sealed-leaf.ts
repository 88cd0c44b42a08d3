import 'server-only';
import type { TrailId } from '@/db/scope';
import { proveInclusion } from '@/features/sealing/prove';
import { readSealFiles } from '@/features/trail/seal-state';
import { AppError } from '@/lib/errors';
import type { SealedLeaf } from './finding-model';

/** What was signed at a number: the tree's leaf, led by its proof to the root of a checkpoint whose signature was checked, the newest unless it is that of `size`. */
export async function getSealedLeaf(trail: { trailId: TrailId; origin: string }, seq: number, size?: number): Promise<SealedLeaf> {
  if (seq >= (size ?? readSealFiles(trail.origin).sealedSize)) return { state: 'not sealed' };
  try {
    const { leaf, hashes } = await proveInclusion(trail, seq, size);
    return { state: 'sealed', leaf: leaf.toString('hex'), hashes: hashes.map((hash) => hash.toString('hex')) };
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    // the guard is on disk a moment before the note that it stands for
    return cause.code === 'SEQ_NOT_SEALED' ? { state: 'not sealed' } : { state: 'broken', why: `${cause.code}: ${cause.hint}` };
  }
}
