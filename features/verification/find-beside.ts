import 'server-only';
import { linkHash } from '@/core/event';
import { leafHash } from '@/core/merkle';
import type { EventRecord } from '@/core/record';
import { sha256 } from '@/core/sha256';
import type { TrailId } from '@/db/scope';
import { findKeptRecord } from '@/features/evidence/find-record';
import type { EventBeside, KeptCopy, Place, ShownFinding } from './finding-model';
import { getSealedLeaf } from './sealed-leaf';

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
  if (seq === null || seq < 0 || !ABOUT_ONE.has(code)) return { sealed: null, copy: null };
  const sealed = await getSealedLeaf(trail, seq);
  const standing = (record: EventRecord): KeptCopy['standing'] => {
    const { eventHash } = record;
    if (hashesOf(record).link !== eventHash) return 'damaged';
    if (sealed.state === 'sealed') return leafHash(Buffer.from(eventHash, 'hex')).toString('hex') === sealed.leaf ? 'sealed' : 'other';
    return eventHash === at?.eventHash || eventHash === expected ? 'written' : 'whole';
  };
  const kept = await findKeptRecord(trail.trailId, seq, (record) => ['sealed', 'written'].includes(standing(record)));
  if (kept === null) return { sealed, copy: null };
  const { record, ...bundle } = kept;
  const { header, payload } = hashesOf(record);
  return { sealed, copy: { ...bundle, ...record, headerHash: header, payloadHash: payload, standing: standing(record) } };
}

function hashesOf({ seq, prev, header, payload }: EventRecord) {
  const [h, p] = [sha256(header), sha256(payload)];
  return { header: h.toString('hex'), payload: p.toString('hex'), link: linkHash(seq, Buffer.from(prev, 'hex'), h, p).toString('hex') };
}
