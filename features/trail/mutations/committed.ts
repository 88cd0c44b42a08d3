// What this process knows to be in the database, as it was told that it committed: no head that is read later may be without it.
import { runtime } from '@/db/runtime';
import type { TrailId } from '@/db/scope';
import type { Appended } from '../appended';

/** How far a head reaches: `nextSeq` events, the event_hash of the last, and when that was recorded, where it is known. */
export type Marker = { nextSeq: number; lastHash: Buffer; lastRecordedAt?: string | null };

export const appendedOf = ({ nextSeq, lastHash }: Marker): Appended => ({ nextSeq, lastHash: lastHash.toString('hex') });

export const markerOf = ({ nextSeq, lastHash }: Appended): Marker => ({ nextSeq, lastHash: Buffer.from(lastHash, 'hex') });

/** Whether a head is below one that was committed, or another one of its size. */
export const contradicts = (head: Marker, known: Marker): boolean =>
  head.nextSeq < known.nextSeq || (head.nextSeq === known.nextSeq && !head.lastHash.equals(known.lastHash));

/** Null where this process has appended nothing. */
export const committedHead = async (trailId: TrailId): Promise<Marker | null> => (await committed()).get(trailId) ?? null;

/** A person has given up what this process knew to be appended. */
export async function forgetCommitted(trailId: TrailId, given: Marker): Promise<void> {
  const heads = await committed();
  if (heads.get(trailId) === given) heads.delete(trailId);
}

/** @returns notes a head, once its transaction has committed; for the database that is connected now */
export async function committedNote(trailId: TrailId): Promise<(head: Marker) => void> {
  const heads = await committed();
  return ({ nextSeq, lastHash, lastRecordedAt = null }) => {
    const known = heads.get(trailId);
    if (!known || known.nextSeq < nextSeq) heads.set(trailId, { nextSeq, lastHash, lastRecordedAt });
  };
}

// By database: a test, or a process that is pointed elsewhere, must not judge one database by another's heads.
const shared = globalThis as { indelibleHeads?: WeakMap<object, Map<TrailId, Marker>> };

async function committed(): Promise<Map<TrailId, Marker>> {
  shared.indelibleHeads ??= new WeakMap();
  const { db } = await runtime();
  let heads = shared.indelibleHeads.get(db);
  if (!heads) {
    heads = new Map();
    shared.indelibleHeads.set(db, heads);
  }
  return heads;
}
