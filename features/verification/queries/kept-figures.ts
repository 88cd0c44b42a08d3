import { BLOCK_EVENTS, BlockCounter, type BlockCounts, compareCounts, type KeptLines } from '@/core/block-counts';
import type { Found } from '@/core/tree-verdict';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';

/**
 * The figures kept for charts and reports, beside a walk (SPEC §8, COUNT_MISMATCH): `counter` sees every event that holds, `compared` gives what differs in the blocks that
 * were seen whole since the last call. A block that nothing is kept of is none: its figures come from its rows until the sealer has counted it. What is kept of a block is
 * asked for when the walk enters it.
 */
export function keptFigures(snapshot: Snapshot, trailId: TrailId) {
  let whole: BlockCounts[] = [];
  let ahead: { block: number; kept: Promise<KeptLines> } | null = null;
  const keptOf = (block: number) => {
    if (ahead?.block !== block) ahead = { block, kept: getKept(snapshot, trailId, block) };
    ahead.kept.catch(() => {}); // awaited below; the walk may end before
    return ahead.kept;
  };
  return {
    counter: new BlockCounter((counts) => whole.push(counts)),
    /** `next`: the event that the walk comes to now. */
    async *compared(next: number): AsyncGenerator<Found> {
      const blocks = whole;
      whole = [];
      for (const derived of blocks) {
        const kept = await keptOf(derived.block);
        yield* compareCounts(derived, { hours: kept.hours || derived.hours, days: kept.days || derived.days, outcomes: kept.outcomes || derived.outcomes });
      }
      if (next % BLOCK_EVENTS !== 0) keptOf(Math.floor(next / BLOCK_EVENTS));
    },
    /** Figures of blocks that cannot be full: the trail ends before, at `end` (exclusive). */
    async *beyond(end: number): AsyncGenerator<Found> {
      const full = Math.floor(end / BLOCK_EVENTS);
      const rows = await snapshot.query<{ block: number; n: number }>(
        `select block, sum(n) as n from count_hour_view where trail_id = $1 and not block between 0 and $2::int - 1 group by block
         union select block, sum(n) from count_day_view where trail_id = $1 and not block between 0 and $2::int - 1 group by block
         union select block, sum(success + failure + denied) from count_outcome_view where trail_id = $1 and not block between 0 and $2::int - 1 group by block
         order by 1`,
        [trailId, full],
      );
      for (const { block, n } of rows) yield { code: 'COUNT_MISMATCH', seq: null, expected: `block ${block} is not full: 0`, found: `block ${block}: ${n}` };
    },
  };
}

/** Empty where nothing is kept. */
async function getKept(snapshot: Snapshot, trailId: TrailId, block: number): Promise<KeptLines> {
  const lines = async (table: string, bucket: string, n = 'n') => {
    const chunks: Buffer[] = [];
    const rows = snapshot.copy(`select ${bucket}, ${n} from ${table} where trail_id = ${trailId} and block = ${block} order by ${bucket}`, 'text');
    for await (const chunk of rows) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  };
  return {
    hours: await lines('count_hour_view', 'hour, actor_type, outcome'),
    days: await lines('count_day_view', 'day_utc, action, actor_type, outcome, resource_type'),
    outcomes: await lines("count_outcome_view, unnest(array['denied', 'failure', 'success']) outcome", 'hour, outcome', OF_OUTCOME),
  };
}

const OF_OUTCOME = "case outcome when 'denied' then denied when 'failure' then failure else success end";
