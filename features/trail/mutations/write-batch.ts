// The second half of an append, under the lock: link, insert, read back and hash again, keys, segments, head.
import { headerHash, linkHash } from '@/core/event';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { insertKeys } from './event-keys';
import { holdsRows, insertRows } from './event-rows';
import { advanceHead, type Head } from './head';
import type { Prepared } from './prepare';
import { insertSealedValues } from './seal-row';

type Row = Prepared['row'];

/**
 * Stores numbered events behind the head and moves it.
 * @param head as it was locked, with the clock's state as it is now
 * @throws AppError MONTH_DETACHED, READ_BACK, HEAD_FORGED: let the transaction fail
 */
export async function writeBatch(tx: Tx, trailId: TrailId, head: Head, { events, recordedAt }: { events: Prepared[]; recordedAt: string }): Promise<void> {
  const { origin, nextSeq: from } = head;
  const sql = sqlOf(tx);
  const rows = events.map(({ row }) => row);
  const months = monthsOf(rows);
  for (const { month } of months) {
    if (head.lastRecordedAt?.slice(0, 7) !== month) await sql.unsafe('select ensure_partition($1::text::timestamptz)', [`${month}-01T00:00:00Z`]);
  }
  let last = head.lastHash; // the genesis hash before event 0
  await insertRows(tx, trailId, rows, (i) => {
    const { row, payloadHash } = events[i] as Prepared;
    row.prevHash = last;
    row.eventHash = linkHash(row.seq, last, headerHash(origin, row), payloadHash);
    last = row.eventHash;
  }).catch((cause) => {
    throw isOfNoMonth(cause) ? new AppError('MONTH_DETACHED', { cause, hint: detachedHint(origin, months) }) : cause;
  });
  const nextSeq = from + rows.length;
  // Sent together and answered in order: while the server is at the keys, we hash what it read back.
  await Promise.all([
    readBack(tx, trailId, origin, rows),
    insertKeys(tx, trailId, events),
    insertSealedValues(tx, trailId, events),
    ...months.map(({ month, firstSeq, lastSeq }) =>
      sql.unsafe(
        `insert into trail_segment (trail_id, month, first_seq, last_seq) values ($1, $2::text::date, $3, $4)
         on conflict (trail_id, month) do update set last_seq = excluded.last_seq`,
        [trailId, `${month}-01`, firstSeq, lastSeq],
      ),
    ),
    advanceHead(tx, trailId, { ...head, nextSeq, lastHash: last, lastRecordedAt: recordedAt }, from),
  ]);
}

/** The months (`2026-11`) that the rows lie in, one unless a synthetic clock ran on. */
function monthsOf(rows: Row[]): { month: string; firstSeq: number; lastSeq: number }[] {
  const months: { month: string; firstSeq: number; lastSeq: number }[] = [];
  for (const { seq, recordedAt } of rows) {
    const month = recordedAt.slice(0, 7);
    const last = months.at(-1);
    if (last?.month === month) last.lastSeq = seq;
    else months.push({ month, firstSeq: seq, lastSeq: seq });
  }
  return months;
}

/** "no partition of relation found for row": `ensure_partition` makes a month of which there is no table, and attaches none that somebody has detached. */
const isOfNoMonth = (cause: { code?: string; table_name?: string; constraint_name?: string }) =>
  cause.code === '23514' && cause.table_name === 'audit_event' && cause.constraint_name === undefined;

const detachedHint = (origin: string, months: readonly { month: string }[]) =>
  `nothing is appended to ${origin}: ${months.map(({ month }) => `audit_event_${month.replace('-', '_')}`).join(' or ')} is no part of audit_event any more: somebody detached or dropped it. Run a verification, which names what is missing with it; attach it again, or where it is gone put it back from a backup`;

/** What was stored is what was hashed, or nothing is: a trigger, a type or a broken page that changed a value shows here and not at the next verification. */
async function readBack(tx: Tx, trailId: TrailId, origin: string, rows: Row[]) {
  if (await holdsRows(tx, trailId, origin, rows)) return;
  throw new AppError('READ_BACK', { hint: `${origin}: what the database stored from ${rows[0]?.seq} on is not what was sent; nothing was appended` });
}
