import { eq, sql } from 'drizzle-orm';
import { judgeClock } from '@/core/clock';
import { instantText } from '@/db/schema/columns';
import { headView } from '@/db/schema/trail';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import { appClock } from '@/features/trail/mutations/batch-clock';

/** Why an append would be stopped at this moment though all that is there can be sealed, in words: the clocks (SPEC §3, CLOCK_SUSPECT), or this month's part of the table. Null where it would not. */
export async function getAppendHold(trailId: TrailId): Promise<string | null> {
  const before = appClock();
  const [head] = await readTransaction(scopeOf(trailId), (tx) =>
    tx
      .select({
        last: headView.lastRecordedAt,
        isBehind: headView.clockBehind,
        isApart: headView.clockApart,
        db: sql<string>`clock_timestamp()::text`,
        month: DETACHED_MONTH,
      })
      .from(headView)
      .where(eq(headView.trailId, trailId)),
  );
  if (head === undefined) return null;
  const { db: clock, month, ...state } = head;
  if (month !== null) return `MONTH_DETACHED: ${month} is no part of audit_event any more`;
  const db = instantText(clock);
  const now = appClock();
  // between question and answer a busy process may have waited: a clock of the database in between is no other one
  const app = [before, db, now].sort()[1] as string;
  const verdict = judgeClock(state, { db, app }, false);
  return verdict.ok ? null : `${verdict.code}: the database says ${db}, and this server ${app}`;
}

// the database's own month, as `ensure_partition` names it: where its table is there, and stands by itself
const DETACHED_MONTH = sql<string | null>`(select c.relname::text from pg_class c
  where c.oid = to_regclass('audit_event_' || to_char(clock_timestamp() at time zone 'UTC', 'YYYY_MM')) and not c.relispartition)`;
