import 'server-only';
import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { COLUMN, COPY_COLUMNS, CopyReader, type CopyRow } from '@/core/copy-row';
import type { Filter } from '@/core/filter';
import { RowHasher } from '@/core/row-hasher';
import { openSnapshot, type Snapshot } from '@/db/copy-out';
import { eventView as e } from '@/db/schema/audit-event';
import type { Scope, TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import { filterToSql } from '@/features/trail/queries/filter-sql';
import { getNextSeq } from '@/features/trail/queries/head';
import { AppError } from '@/lib/errors';

export type SelectionOptions = {
  trail: { trailId: TrailId; origin: string };
  scope: Scope;
  /** null: every event of the range. */
  filter: Filter | null;
  /** `[from,to)`; `to` absent: up to the newest. */
  from?: number | undefined;
  to?: number | undefined;
  signal?: AbortSignal | undefined;
};

/** What an export or a bundle holds, on one state of the trail. */
export type Selection = {
  from: number;
  to: number;
  /** Events of the trail in the range, and those of them that match. */
  inRange: number;
  matched: number;
  /**
   * The matching rows in the order of seq, some at a time; each is hashed again before it is handed on, and neighbours must be linked. Read one group to its end before the
   * next; a row is good until the one after it. Leaving early stops the server's COPY.
   * @throws AppError EVENT_ALTERED naming the seq; COUNT_CHANGED when there were other than `matched`
   */
  rows: () => AsyncGenerator<Iterable<CopyRow>>;
  /** What hashes the rows, and gives their canonical halves. */
  hasher: RowHasher;
  close: () => Promise<void>;
};

const SORT_BELOW = 0.1; // of the range: more than that comes faster through the primary key, from its first row on and without the server's disk

/** @throws AppError RANGE; the signal's reason once it is aborted */
export async function openSelection({ trail, scope, filter, from = 0, to, signal }: SelectionOptions): Promise<Selection> {
  const snapshot = await openSnapshot({ scope, signal });
  try {
    const [head] = await snapshot.query<{ next: number }>('select next_seq as next from head_view where trail_id = $1', [trail.trailId]);
    const end = head?.next ?? 0;
    const until = to ?? end;
    const fault = rangeFault(from, until, end);
    if (fault) throw new AppError('RANGE', { hint: fault });
    const range = and(eq(e.trailId, trail.trailId), gte(e.seq, from), lt(e.seq, until)) as SQL;
    const matching = filter === null ? range : (and(range, filterToSql(filter)) as SQL);
    const inRange = await count(snapshot, range);
    const matched = filter === null ? inRange : await count(snapshot, matching);
    const hasher = new RowHasher(trail.origin);
    const isWide = matched > inRange * SORT_BELOW;
    const rows = () => stream(snapshot, matching, { matched, isWide, hasher });
    return { from, to: until, inRange, matched, rows, hasher, close: snapshot.close };
  } catch (cause) {
    await snapshot.close().catch(() => {});
    throw cause;
  }
}

/** What is wrong with a range of a trail that ends at `end`; null when nothing is. */
export function rangeFault(from: number, to: number, end: number): string | null {
  if (from > to) return `the range ends before it begins: ${from} to ${to}`;
  if (to > end) return `the trail has the events up to ${end - 1}, so a range ends at ${end} at most, not at ${to}`;
  return null;
}

/** The same before a run is made of it. */
export const getRangeFault = (scope: Scope, trailId: TrailId, from: number, to: number | undefined): Promise<string | null> =>
  readTransaction(scope, async (tx) => {
    const end = await getNextSeq(tx, trailId);
    return rangeFault(from, to ?? end, end);
  });

async function count(snapshot: Snapshot, where: SQL): Promise<number> {
  const [row] = await snapshot.query<{ n: number }>(inline(sql`select count(*) as n from ${e} where ${where}`));
  return row?.n ?? 0;
}

/** COPY takes no parameters. */
const inline = (statement: SQL): string => new PgDialect().sqlToQuery(statement.inlineParams()).sql;

type Wanted = { matched: number; isWide: boolean; hasher: RowHasher };

async function* stream(snapshot: Snapshot, where: SQL, { matched, isWide, hasher }: Wanted): AsyncGenerator<Iterable<CopyRow>> {
  await snapshot.query(`select set_config('enable_sort', '${isWide ? 'off' : 'on'}', true), set_config('jit', 'off', true)`);
  const query = inline(sql`select ${sql.raw(COPY_COLUMNS.join(', '))} from ${e} where ${where} order by ${e.seq}`);
  const reader = new CopyReader();
  const check = createCheck(hasher);
  let read = 0;
  function* waiting() {
    for (let row = reader.next(); row !== null; row = reader.next()) {
      check(row);
      read++;
      yield row;
    }
  }
  for await (const chunk of snapshot.copy(query)) {
    reader.push(chunk);
    yield waiting();
  }
  reader.end();
  if (read !== matched) throw new AppError('COUNT_CHANGED', { hint: `${matched} events were counted and ${read} read. Run a verification.` });
}

/** Each row follows from its own columns, numbers ascend, and where two neighbours are in the selection the later is linked to the earlier. */
function createCheck(hasher: RowHasher): (row: CopyRow) => void {
  let last = -1;
  let lastDigest = '';
  return (row) => {
    const seq = row.number(COLUMN.seq);
    const digest = hasher.eventDigest(row);
    if (!row.equalsDigest(COLUMN.event_hash, digest)) throw altered(seq, `event ${seq} does not have the hash that the trail keeps for it`);
    if (!(seq > last)) throw altered(seq, `event ${seq} stands in the trail more than once`);
    if (lastDigest && seq === last + 1 && !row.equalsDigest(COLUMN.prev_hash, lastDigest))
      throw altered(seq, `event ${seq} is not linked to the event before it`);
    last = seq;
    lastDigest = digest;
  };
}

const altered = (seq: number, what: string) =>
  new AppError('EVENT_ALTERED', {
    hint: `${what}. Nothing was made of it: run a verification (Integrity, or indelible verify --from ${seq} --to ${seq + 1}) before evidence is taken.`,
  });
