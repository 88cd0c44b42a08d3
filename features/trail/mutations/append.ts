// The one door that writes the trail (SPEC §2 and §3; docs/data-model.md, Append). In one transaction, the caller's:
//
//   normalised drafts ─ redact ─ payload hash ─ MAC         before the lock: what the lock covers is what everybody else waits for
//   lock the head ─ its MAC ─ the signer's guard
//   read the clock, look the ids up                         a second statement: a clock in the locking one is read before the wait
//   month ─ seq, recorded_at, header hash, link
//   insert ─ read back, hash again ─ event_key ─ trail_segment ─ head with its new MAC
//
import { conflictId } from '@/core/import-id';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { isHeld } from '../held';
import { askSealer } from '../holds';
import { checkSigned } from './append-gate';
import { readClocks, recordedAtOf } from './batch-clock';
import type { AppendResult, Draft, Receipt } from './draft';
import { addKey, findKeys, isSameDraft, type KnownKey, type KnownKeys } from './event-keys';
import { isWhole, readRows } from './event-rows';
import { type Head, lockHead } from './head';
import { DRAFT_KEY } from './keys';
import { type Prepared, prepareDrafts } from './prepare';
import { systemDraft } from './system-draft';
import { uuidV7 } from './uuid-v7';
import { writeBatch } from './write-batch';

export type { AppendResult, Draft, Receipt } from './draft';
export { type Prepared, prepareDrafts } from './prepare';

export type AppendOptions = {
  /**
   * The 27-character time that counts instead of the database's. Lawful only in a trail whose event 0 says `synthetic: true`. A list holds one for each draft: many batches
   * of one draft, appended at once.
   */
  clock?: string | readonly string[] | undefined;
  /** What prepareDrafts made of these very drafts: a bulk load calls it while its last batch is at the database. */
  prepared?: readonly Prepared[] | undefined;
};

/**
 * Appends drafts to a trail, one seq after the other, in the caller's transaction, which must run as the writer (writeTransaction, or asWriter inside another).
 * Nothing has happened until that transaction commits. Duplicates are answered with their first receipt, conflicts recorded as `id.conflict`.
 * @returns one result per draft, in order
 * @throws AppError HEAD_FORGED, SIGNER_REFUSED, CLOCK_SUSPECT, NOT_SYNTHETIC, MONTH_DETACHED, READ_BACK, EVENT_ALTERED, TRAIL_UNKNOWN: nothing was written
 */
export async function appendEvents(tx: Tx, trailId: TrailId, drafts: readonly Draft[], options: AppendOptions = {}): Promise<AppendResult[]> {
  if (drafts.length === 0) return [];
  const prepared = options.prepared ?? prepareDrafts(drafts);
  if (prepared.length !== drafts.length) throw new RangeError(`${prepared.length} prepared of ${drafts.length} drafts`);
  const ids = prepared.flatMap(({ givenId }) => (givenId === null ? [] : [givenId]));

  const tell = (cause: unknown): never => {
    if (isHeld(cause)) askSealer(trailId); // which says on every page why
    throw cause;
  };
  const head = await lockHead(tx, trailId).catch(tell);
  await checkSigned(tx, trailId, head).catch(tell);
  const [clocks, known] = await Promise.all([readClocks(tx), findKeys(tx, trailId, ids)]);
  const ownClocks = typeof options.clock === 'string' ? undefined : options.clock;
  const injected = typeof options.clock === 'string' ? options.clock : ownClocks?.[0];
  const { recordedAt, before, state } = await recordedAtOf(tx, trailId, head, clocks, injected, drafts).catch(tell);

  const batch = newBatch(head, recordedAt);
  for (const event of before) batch.add(systemEvent(recordedAt, event.action, 'trail', head.origin, event.details));
  const placed: Placed[] = [];
  for (let i = 0; i < prepared.length; i++) {
    batch.tick(ownClocks?.[i]);
    placed.push(await place(tx, trailId, batch, known, prepared[i] as Prepared, (drafts[i] as Draft).macBytes));
  }

  // A batch of nothing but duplicates changes nothing, and says nothing about the clock either.
  if (placed.some(({ status }) => status !== 'duplicate')) {
    await writeBatch(tx, trailId, { ...head, clockBehind: state.isBehind, clockApart: state.isApart }, batch).catch(tell);
  }
  const stored = await storedReceipts(tx, trailId, head.origin, placed);
  return placed.map(({ status, seq }) => ({ status, receipt: stored.get(seq) ?? batch.receipt(seq) }));
}

/** Where a draft ended: the seq of its event, of the one it repeats, or of the `id.conflict` that refuses it. */
type Placed = { status: AppendResult['status']; seq: number; isStored: boolean; id: string | null; source: string };

type Batch = ReturnType<typeof newBatch>;

/** The events that this transaction adds, numbered from the head on. */
function newBatch(head: Head, recordedAt: string) {
  const events: Prepared[] = [];
  const now = Date.now();
  let at = recordedAt;
  return {
    events,
    get recordedAt() {
      return at;
    },
    from: head.nextSeq,
    /** The next events have a time of their own, unless it lies before the last. */
    tick(clock: string | undefined) {
      if (clock !== undefined && clock > at) at = clock;
    },
    /** @returns the event's seq */
    add(event: Prepared, id = uuidV7(now)): number {
      const seq = head.nextSeq + events.length;
      Object.assign(event.row, { id, seq, recordedAt: at });
      events.push(event);
      return seq;
    },
    receipt: (seq: number): Receipt => receiptOf(head.origin, (events[seq - head.nextSeq] as Prepared).row),
  };
}

async function place(tx: Tx, trailId: TrailId, batch: Batch, known: KnownKeys, event: Prepared, macBytes: string | Uint8Array): Promise<Placed> {
  const { givenId, source, mac } = event;
  const add = (id?: string): Placed => {
    const seq = batch.add(event, id);
    if (id !== undefined) addKey(known, id, { source, macKey: DRAFT_KEY, mac, seq });
    return { status: 'appended', seq, isStored: false, id: event.row.id, source };
  };
  if (givenId === null) return add();

  const judge = (key: KnownKey, id: string): Placed => {
    const isStored = key.seq < batch.from;
    if (isSameDraft(key, mac, macBytes)) return { status: 'duplicate', seq: key.seq, isStored, id, source };
    const seq = batch.add(systemEvent(batch.recordedAt, 'id.conflict', 'source', source, { source, id: givenId }));
    return { status: 'conflict', seq, isStored: false, id: null, source };
  };
  const holders = known.get(givenId) ?? [];
  const own = holders.find((key) => key.source === source);
  if (own) return judge(own, givenId);
  const [other] = holders;
  if (!other) return add(givenId);

  // Another source has used this id: the event is taken under one of its own, so that nobody can keep it out by naming its id first.
  const ownId = conflictId(source, givenId);
  if (!known.has(ownId)) for (const [id, keys] of await findKeys(tx, trailId, [ownId])) for (const key of keys) addKey(known, id, key);
  const again = known.get(ownId)?.find((key) => key.source === source);
  if (again) return judge(again, ownId);
  batch.add(systemEvent(batch.recordedAt, 'id.conflict', 'source', source, { source, id: givenId, used_by: other.source }));
  return add(ownId);
}

function systemEvent(occurredAt: string, action: string, resourceType: string, resourceId: string, details: Record<string, string>): Prepared {
  return prepareDrafts([systemDraft({ action, occurredAt, resourceType, resourceId, details })])[0] as Prepared;
}

/** Receipts of events that were there before: from their rows, hashed again. */
async function storedReceipts(tx: Tx, trailId: TrailId, origin: string, placed: Placed[]): Promise<Map<number, Receipt>> {
  const due = placed.filter(({ isStored }) => isStored);
  if (due.length === 0) return new Map();
  const seqs = [...new Set(due.map(({ seq }) => seq))];
  const rows = new Map((await readRows(tx, trailId, 'seq = any($2::text::bigint[])', [`{${seqs.join(',')}}`])).map((row) => [row.seq, row]));
  const receipts = new Map<number, Receipt>();
  for (const { seq, id, source } of due) {
    const row = rows.get(seq);
    if (!row || !isWhole(origin, row) || row.id !== id || (row.source ?? '') !== source) {
      throw new AppError('EVENT_ALTERED', {
        hint: `event ${seq} of ${origin} is not the one its key stands for: run a verification, and do not repair anything`,
      });
    }
    receipts.set(seq, receiptOf(origin, row));
  }
  return receipts;
}

const receiptOf = (origin: string, row: Prepared['row']): Receipt => ({
  trail: origin,
  seq: row.seq,
  id: row.id,
  event_hash: row.eventHash.toString('hex'),
  recorded_at: row.recordedAt,
});
