import { COPY_COLUMNS } from '@/core/copy-row';
import { timeFromPostgres } from '@/core/postgres-time';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';

/** COPY takes no parameters. From 0 on there is no lower bound: a row of a negative seq is met, and judged. */
export const withinSeqs = (from: number, to: number | undefined) => `${from > 0 ? `seq >= ${from}` : 'true'}${to === undefined ? '' : ` and seq < ${to}`}`;

/** What the walk reads: the columns of core's CopyReader, in the order of seq, through the view. */
export const eventsQuery = (trailId: TrailId, from: number, to: number | undefined): string =>
  `select ${COPY_COLUMNS.join(', ')} from event_view where trail_id = ${trailId} and ${withinSeqs(from, to)} order by seq, recorded_at`;

/** The walk goes through the primary key from its first row on; a planner that sorts the trail first would keep everybody waiting and fill the server's disk. */
export const preferOrder = (snapshot: Snapshot) => snapshot.query("select set_config('enable_sort', 'off', true), set_config('jit', 'off', true)");

export type EventBefore = { eventHash: Buffer | null; recordedAt: string | null };

/** The event before a range, as it is stored; null where it is missing. */
export async function getEventBefore(snapshot: Snapshot, trailId: TrailId, from: number): Promise<EventBefore | null> {
  const [row] = await snapshot.query<{ hash: Buffer | null; at: string | null }>(
    'select event_hash as hash, recorded_at::text as at from event_view where trail_id = $1 and seq = $2 order by recorded_at limit 1',
    [trailId, from - 1],
  );
  return row ? { eventHash: row.hash, recordedAt: row.at === null ? null : timeFromPostgres(row.at) } : null;
}
