import 'server-only';
import { linkHash } from '@/core/event';
import { leafHash } from '@/core/merkle';
import type { EventRecord } from '@/core/record';
import { sha256 } from '@/core/sha256';
import type { TrailId } from '@/db/scope';
import { findKeptRecord } from '@/features/evidence/find-record';
import { proveInclusion } from '@/features/sealing/prove';
import { readSealFiles } from '@/features/trail/seal-state';
import { AppError } from '@/lib/errors';
import type { EventBeside, KeptCopy, Place, ShownFinding } from './finding-model';

/** Findings about the content of one event, or about one that is gone: a copy says what it was. */
const ABOUT_ONE = new Set([
  'EVENT_HASH',
  'MALFORMED',
  'WRONG_TRAIL',
  'DUPLICATE',
  'TILE_MISMATCH',
  'ROOT_MISMATCH',
  'FORK',
  'SEQ_GAP',
  'TRUNCATED',
  'HEAD_CUT',
]);

/** What the signed tree and the bundles of ours know of the event of a finding. */
export async function findBeside(trail: { trailId: TrailId; origin: string }, { code, seq, expected }: ShownFinding, at: Place | null): Promise<EventBeside> {
  if (seq === null || seq < 0 || !ABOUT_ONE.has(code)) return { sealedLeaf: null, copy: null };
  const sealedLeaf = await sealedLeafOf(trail, seq);
  const standing = (record: EventRecord): KeptCopy['standing'] => {
    const { eventHash } = record;
    if (hashesOf(record).link !== eventHash) return 'damaged';
    if (sealedLeaf !== null) return leafHash(Buffer.from(eventHash, 'hex')).toString('hex') === sealedLeaf ? 'sealed' : 'other';
    return eventHash === at?.eventHash || eventHash === expected ? 'written' : 'whole';
  };
  const kept = await findKeptRecord(trail.trailId, seq, (record) => ['sealed', 'written'].includes(standing(record)));
  if (kept === null) return { sealedLeaf, copy: null };
  const { record, ...bundle } = kept;
  const { header, payload } = hashesOf(record);
  return { sealedLeaf, copy: { ...bundle, ...record, headerHash: header, payloadHash: payload, standing: standing(record) } };
}

function hashesOf({ seq, prev, header, payload }: EventRecord) {
  const [h, p] = [sha256(header), sha256(payload)];
  return { header: h.toString('hex'), payload: p.toString('hex'), link: linkHash(seq, Buffer.from(prev, 'hex'), h, p).toString('hex') };
}

/** The leaf as the signed tree has it: a root over it was compared with the newest checkpoint, whose signature was checked. */
export async function sealedLeafOf(trail: { trailId: TrailId; origin: string }, seq: number): Promise<string | null> {
  if (seq >= readSealFiles(trail.origin).sealedSize) return null;
  try {
    return (await proveInclusion(trail, seq)).leaf.toString('hex');
  } catch (cause) {
    if (cause instanceof AppError) return null; // the tree itself is at fault: its own findings say so
    throw cause;
  }
}
