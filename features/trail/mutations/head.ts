// The head row of a trail: locked by every append, bound by a MAC whose key is not in the database (SPEC §3).
import { timingSafeEqual } from 'node:crypto';
import { headMac } from '@/core/mac';
import { isSignedEvent } from '@/core/signer-guard';
import { instantText } from '@/db/schema/columns';
import type { TrailId } from '@/db/scope';
import { afterCommit, sqlOf, type Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { readGuard } from '../guard-file';
import { whyLostBinds } from '../lost-file';
import { readRefusal, writeRefusal } from '../refusal-file';
import { appClock } from './batch-clock';
import { appendedOf, committedHead, committedNote, contradicts, forgetCommitted, type Marker } from './committed';
import { headMacKey } from './keys';
import { eventHash, proofOfEvent } from './signed-event';

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
 * @throws AppError HEAD_FORGED where the MAC is not ours or what this process committed is gone, TRAIL_UNKNOWN
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
  await checkCommitted(tx, trailId, head);
  return head;
}

/**
 * What was lost is kept beside the key at once: a process that ends takes its memory with it. A head that is further than this process knows was moved by another, and the history
 * that it ends must be the same, or the next append would take the other for what was committed here. Who appends alone asks nothing for it.
 */
async function checkCommitted(tx: Tx, trailId: TrailId, head: Head): Promise<void> {
  const known = await committedHead(trailId);
  if (!known || !(await isGone(tx, trailId, head, known))) return;
  const why = whyLostBinds(head.origin, head.nextSeq, [appendedOf(known)]);
  if (why === null) return forgetCommitted(trailId, known);
  const reason = readRefusal(head.origin)?.reason ?? `HEAD_FORGED: ${why}`; // the signer's stands
  writeRefusal(head.origin, { since: appClock(), reason, known: [appendedOf(known)] });
  throw new AppError('HEAD_FORGED', { hint: `${head.origin}: ${why}. ${NOTHING}` });
}

async function isGone(tx: Tx, trailId: TrailId, head: Head, known: Marker): Promise<boolean> {
  if (head.nextSeq <= known.nextSeq) return contradicts(head, known);
  const last = known.nextSeq - 1;
  const hash = await eventHash(tx, trailId, last, known.lastRecordedAt);
  if (hash !== null) return !hash.equals(known.lastHash);
  const guard = readGuard(head.origin);
  if (guard === null || guard === 'missing') return false; // the gate refuses for that
  return last >= guard.size || !isSignedEvent(guard, last, known.lastHash, await proofOfEvent(tx, trailId, last, guard.size)); // what is signed may be lawfully away
}

/** Writes the head with its new MAC. What this process knows of it moves when the transaction has committed. */
export async function advanceHead(tx: Tx, trailId: TrailId, head: Head, from: number): Promise<void> {
  const mac = headMac(headMacKey(), head.origin, head.nextSeq, head.lastHash);
  const { count } = await sqlOf(tx).unsafe(
    `update trail_head set next_seq = $2, last_hash = $3, last_recorded_at = $4, clock_behind = $5, clock_apart = $6, mac = $7 where trail_id = $1 and next_seq = $8`,
    [trailId, head.nextSeq, head.lastHash, head.lastRecordedAt, head.clockBehind, head.clockApart, mac, from],
  );
  if (count !== 1) throw forged(head, 'it moved while it was locked');
  const note = await committedNote(trailId);
  afterCommit(tx, () => note(head));
}

const forged = (head: Head, why: string) =>
  new AppError('HEAD_FORGED', {
    hint: `the end marker of ${head.origin} stands at ${head.nextSeq}, but ${why}. ${NOTHING}`,
  });

const NOTHING = 'Nothing is appended. Find out who wrote to the database, or whether an old backup was restored';
