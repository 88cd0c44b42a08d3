import { sql } from 'drizzle-orm';
import type { Scope, TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';

export type DemoState = {
  /** When event 0 was recorded, ms UTC: the demo's year begins then. */
  startMs: number;
  /** How many of the demo's events are there. */
  filled: number;
};

/** The demo's own events all have a source; the system's, which a verification between two starts may have added, have none. */
export function getDemoState(trailId: TrailId, scope: Scope): Promise<DemoState> {
  return readTransaction(scope, async (tx) => {
    const [first] = await tx.execute<{ start: string }>(
      sql`select (extract(epoch from recorded_at) * 1000)::bigint as start from event_view where trail_id = ${trailId}::int and seq = 0`,
    );
    const [keys] = await tx.execute<{ n: string }>(sql`select count(*) as n from key_view where trail_id = ${trailId}::int and source <> ''`);
    return { startMs: Number(first?.start), filled: Number(keys?.n ?? 0) };
  });
}
