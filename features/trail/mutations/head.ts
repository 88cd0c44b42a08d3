// The head row of a trail: locked by every append, bound by a MAC whose key is not in the database (SPEC §3).
import { timingSafeEqual } from 'node:crypto';
import { headMac } from '@/core/mac';
import { runtime } from '@/db/runtime';
import { instantText } from '@/db/schema/columns';
import type { TrailId } from '@/db/scope';
import { afterCommit, sqlOf, type Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { type Appended, isGivenUp, readRefusal, writeRefusal } from '../guard-file';
import { appendedLost, lostAppends } from '../refusal-words';
import { appClock } from './batch-clock';
import { headMacKey } from './keys';

export type Head = {
  origin: string;
  nextSeq: number;
  lastHash: Buffer;
  /** Null before the first event. */
  lastRecordedAt: string | null;
  clockBehind: boolean;
  clockApart: boolean;
};

type HeadRow = {
  origin: string;
  next_seq: string;
  last_hash: Buffer;
  last_recorded_at: string | null;
  clock_behind: boolean;
  clock_apart: boolean;
  mac: Buffer;
};

/**
 * Waits for the head and locks it until the transaction ends.
 * @throws AppError HEAD_FORGED where the MAC is not ours or the head is below what this process committed, TRAIL_UNKNOWN
 */
export async function lockHead(tx: Tx, trailId: TrailId): Promise<Head> {
  const [row] = await sqlOf(tx).unsafe<HeadRow[]>(
    `select t.origin, h.next_seq, h.last_hash, h.last_recorded_at, h.clock_behind, h.clock_apart, h.mac
     from trail_head h join trail t using (trail_id) where trail_id = $1 for update of h`,
    [trailId],
  );
  if (!row) throw new AppError('TRAIL_UNKNOWN', { hint: `there is no trail ${trailId}, or it has no head` });
  const nextSeq = Number(row.next_seq);
  const head: Head = {
    origin: row.origin,
    nextSeq,
    lastHash: row.last_hash,
    lastRecordedAt: row.last_recorded_at === null ? null : instantText(String(row.last_recorded_at)),
    clockBehind: row.clock_behind,
    clockApart: row.clock_apart,
  };
  const mac = headMac(headMacKey(), head.origin, nextSeq, head.lastHash);
  if (mac.length !== row.mac.length || !timingSafeEqual(mac, row.mac)) throw forged(head, 'its MAC is not the one that our key gives');
  await checkCommitted(trailId, head);
  return head;
}

/** What was lost is kept beside the key at once: a process that ends takes its memory with it. */
async function checkCommitted(trailId: TrailId, head: Head): Promise<void> {
  const known = await committedHead(trailId);
  if (!known || !contradicts(head, known)) return;
  if (isGivenUp(head.origin, appendedOf(known))) return forgetCommitted(trailId, known);
  const reason = readRefusal(head.origin)?.reason ?? appendedLost(head.nextSeq, known.nextSeq); // the signer's stands
  writeRefusal(head.origin, { since: appClock(), reason, known: appendedOf(known) });
  throw new AppError('HEAD_FORGED', { hint: `${head.origin}: ${lostAppends(head.nextSeq, known.nextSeq)}. ${NOTHING}` });
}

/** What this process knows to be in the database: a head read later is not below it. Null where it has appended nothing. */
export const committedHead = async (trailId: TrailId): Promise<Marker | null> => (await committed()).get(trailId) ?? null;

/** A person has given up what this process knew to be appended. */
export async function forgetCommitted(trailId: TrailId, given: Marker): Promise<void> {
  const heads = await committed();
  if (heads.get(trailId) === given) heads.delete(trailId);
}

export type Marker = Pick<Head, 'nextSeq' | 'lastHash'>;

export const appendedOf = ({ nextSeq, lastHash }: Marker): Appended => ({ nextSeq, lastHash: lastHash.toString('hex') });

/** Whether a head is below one that was committed, or another one of its size. */
export const contradicts = (head: Marker, known: Marker): boolean =>
  head.nextSeq < known.nextSeq || (head.nextSeq === known.nextSeq && !head.lastHash.equals(known.lastHash));

/** Writes the head with its new MAC. What this process knows of it moves when the transaction has committed. */
export async function advanceHead(tx: Tx, trailId: TrailId, head: Head, from: number): Promise<void> {
  const mac = headMac(headMacKey(), head.origin, head.nextSeq, head.lastHash);
  const { count } = await sqlOf(tx).unsafe(
    `update trail_head set next_seq = $2, last_hash = $3, last_recorded_at = $4, clock_behind = $5, clock_apart = $6, mac = $7 where trail_id = $1 and next_seq = $8`,
    [trailId, head.nextSeq, head.lastHash, head.lastRecordedAt, head.clockBehind, head.clockApart, mac, from],
  );
  if (count !== 1) throw forged(head, 'it moved while it was locked');
  const heads = await committed();
  afterCommit(tx, () => {
    const known = heads.get(trailId);
    if (!known || known.nextSeq < head.nextSeq) heads.set(trailId, head);
  });
}

const forged = (head: Head, why: string) =>
  new AppError('HEAD_FORGED', {
    hint: `the end marker of ${head.origin} stands at ${head.nextSeq}, but ${why}. ${NOTHING}`,
  });

const NOTHING = 'Nothing is appended. Find out who wrote to the database, or whether an old backup was restored';

// By database: a test, or a process that is pointed elsewhere, must not judge one database by another's heads.
const shared = globalThis as { indelibleHeads?: WeakMap<object, Map<TrailId, Head>> };

async function committed(): Promise<Map<TrailId, Head>> {
  shared.indelibleHeads ??= new WeakMap();
  const { db } = await runtime();
  let heads = shared.indelibleHeads.get(db);
  if (!heads) {
    heads = new Map();
    shared.indelibleHeads.set(db, heads);
  }
  return heads;
}
