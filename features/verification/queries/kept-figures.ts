import { BLOCK_EVENTS, BlockCounter, type BlockCounts, compareCounts, type DayCount, type HourCount } from '@/core/block-counts';
import type { Found } from '@/core/tree-verdict';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';

/**
 * The figures kept for charts and reports, beside a walk (SPEC §8, COUNT_MISMATCH): `counter` sees every event that holds, `compared` gives what differs in the blocks that
 * were seen whole since the last call. A block that nothing is kept of is none: its figures come from its rows until the sealer has counted it.
 */
export function keptFigures(snapshot: Snapshot, trailId: TrailId) {
  let whole: BlockCounts[] = [];
  return {
    counter: new BlockCounter((counts) => whole.push(counts)),
    async *compared(): AsyncGenerator<Found> {
      const blocks = whole;
      whole = [];
      for (const derived of blocks) {
        const kept = await getKept(snapshot, trailId, derived.block);
        const orDerived = <T>(some: T[], all: T[]) => (some.length === 0 ? all : some);
        yield* compareCounts(derived, { hours: orDerived(kept.hours, derived.hours), days: orDerived(kept.days, derived.days) });
      }
    },
    /** Figures of blocks that cannot be full: the trail ends before, at `end` (exclusive). */
    async *beyond(end: number): AsyncGenerator<Found> {
      const full = Math.floor(end / BLOCK_EVENTS);
      const rows = await snapshot.query<{ block: number; n: number }>(
        `select block, sum(n) as n from count_hour_view where trail_id = $1 and not block between 0 and $2::int - 1 group by block
         union select block, sum(n) from count_day_view where trail_id = $1 and not block between 0 and $2::int - 1 group by block order by 1`,
        [trailId, full],
      );
      for (const { block, n } of rows) yield { code: 'COUNT_MISMATCH', seq: null, expected: `block ${block} is not full: 0`, found: `block ${block}: ${n}` };
    },
  };
}

async function getKept(snapshot: Snapshot, trailId: TrailId, block: number): Promise<{ hours: HourCount[]; days: DayCount[] }> {
  const hours = await snapshot.query<HourCount>(
    `select to_char(hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24') as hour, actor_type as "actorType", outcome, n from count_hour_view where trail_id = $1 and block = $2`,
    [trailId, block],
  );
  const days = await snapshot.query<DayCount>(
    `select to_char(day_utc, 'YYYY-MM-DD') as day, action, actor_type as "actorType", outcome, resource_type as "resourceType", n from count_day_view where trail_id = $1 and block = $2`,
    [trailId, block],
  );
  return { hours, days };
}
