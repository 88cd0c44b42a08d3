import { eq, sql } from 'drizzle-orm';
import { judgeClock } from '@/core/clock';
import { instantText } from '@/db/schema/columns';
import { headView } from '@/db/schema/trail';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import { appClock } from '@/features/trail/mutations/batch-clock';

/** Why the clocks would stop an append at this moment (SPEC §3, CLOCK_SUSPECT), in words; null where they would not. */
export async function getClockHold(trailId: TrailId): Promise<string | null> {
  const before = appClock();
  const [head] = await readTransaction(scopeOf(trailId), (tx) =>
    tx
      .select({ last: headView.lastRecordedAt, isBehind: headView.clockBehind, isApart: headView.clockApart, db: sql<string>`clock_timestamp()::text` })
      .from(headView)
      .where(eq(headView.trailId, trailId)),
  );
  if (head === undefined) return null;
  const { db: clock, ...state } = head;
  const db = instantText(clock);
  const now = appClock();
  // between question and answer a busy process may have waited: a clock of the database in between is no other one
  const app = [before, db, now].sort()[1] as string;
  const verdict = judgeClock(state, { db, app }, false);
  return verdict.ok ? null : `${verdict.code}: the database says ${db}, and this server ${app}`;
}
