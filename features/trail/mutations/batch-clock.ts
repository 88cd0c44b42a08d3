// The clock of one batch (SPEC §3): the database's, read under the lock, compared with ours; or an injected one where the trail is synthetic.
import { type ClockEvent, type ClockReading, judgeClock } from '@/core/clock';
import { isJsonObject, parseJson } from '@/core/json';
import { instantText } from '@/db/schema/columns';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import type { Draft } from './draft';
import type { Head } from './head';

export type BatchClock = { recordedAt: string; before: ClockEvent[]; state: { isBehind: boolean; isApart: boolean } };

/** clock_timestamp() and not now(): that is the transaction's start, older than the wait for the lock. */
export async function readClocks(tx: Tx): Promise<{ db: string; app: string }> {
  const [row] = await sqlOf(tx).unsafe<{ clock: string }[]>('select clock_timestamp()::text as clock');
  return { db: instantText(row?.clock ?? ''), app: appClock() };
}

/** @throws AppError CLOCK_SUSPECT, NOT_SYNTHETIC */
export async function recordedAtOf(
  tx: Tx,
  trailId: TrailId,
  head: Head,
  clocks: { db: string; app: string },
  injected: string | undefined,
  drafts: readonly Draft[],
): Promise<BatchClock> {
  const isSynthetic = injected !== undefined && (await saysSynthetic(tx, trailId, head, drafts));
  const reading: ClockReading = { ...clocks, injected };
  const verdict = judgeClock({ last: head.lastRecordedAt, isBehind: head.clockBehind, isApart: head.clockApart }, reading, isSynthetic);
  if (verdict.ok) return verdict;
  if (verdict.code === 'NOT_SYNTHETIC')
    throw new AppError('NOT_SYNTHETIC', { hint: `${head.origin} is no synthetic trail: its events take the database's time` });
  throw new AppError('CLOCK_SUSPECT', {
    hint: `the database says ${clocks.db}, this process ${clocks.app}, and the last event of ${head.origin} is of ${head.lastRecordedAt}. Nothing is appended until the two clocks agree: check the time service on both machines`,
  });
}

/** Event 0 decides, and not a column that nobody hashed. */
async function saysSynthetic(tx: Tx, trailId: TrailId, head: Head, drafts: readonly Draft[]): Promise<boolean> {
  if (head.nextSeq === 0) {
    const first = drafts[0]?.draft;
    return first?.action === 'trail.created' && first.details.synthetic === true;
  }
  const [row] = await sqlOf(tx).unsafe<{ details: string }[]>(`select details from audit_event where trail_id = $1 and seq = 0 and action = 'trail.created'`, [
    trailId,
  ]);
  const details = row && parseJson(row.details);
  return details?.ok === true && isJsonObject(details.value) && details.value.synthetic === true;
}

/** Now, as the 27 characters. Date.now() has milliseconds; the monotonic clock since the start of the process would drift from the wall's. */
export const appClock = (): string => `${new Date().toISOString().slice(0, 23)}000Z`;
