import { BLOCK_EVENTS, BlockCounter, type BlockCounts, compareCounts, type KeptLines } from '@/core/block-counts';
import { OUTCOMES } from '@/core/draft';
import type { Found } from '@/core/tree-verdict';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';
import { ANY_WAY, BY_INDEX, withoutIndexes } from './plans';

/**
 * The figures kept for charts and reports, beside a walk (SPEC §8, COUNT_MISMATCH): `counter` sees every event that holds, `compared` gives what differs in the blocks that
 * were seen whole since the last call. A block that nothing is kept of is none: its figures come from its rows until the sealer has counted it. What is kept of a block is
 * asked for when the walk enters it.
 */
export function keptFigures(snapshot: Snapshot, trailId: TrailId) {
  let whole: BlockCounts[] = [];
  const lines: LinesByBlock = new Map();
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
        lines.set(derived.block, { hour: linesIn(kept.hours), day: linesIn(kept.days), outcome: linesIn(kept.outcomes) });
        yield* compareCounts(derived, { hours: kept.hours || derived.hours, days: kept.days || derived.days, outcomes: kept.outcomes || derived.outcomes });
      }
      if (next % BLOCK_EVENTS !== 0) keptOf(Math.floor(next / BLOCK_EVENTS));
    },
    /** Of the blocks that were compared. */
    lines,
    /**
     * Behind the last event, `end` (exclusive): figures of blocks that cannot be full, and where `rows` are given, those of compared blocks that no index holds.
     * @param rows what `countKeptRows` found on the same state; null: only what the indexes hold is looked at
     */
    async *beyond(end: number, rows: readonly KeptRows[] | null): AsyncGenerator<Found> {
      const full = Math.floor(end / BLOCK_EVENTS);
      const notFull = new Set<string>();
      for (const { kind, block, rows: n, sum } of rows ?? (await snapshot.query<KeptRows>(KEPT_ROWS(trailId, `not block between 0 and ${full} - 1`)))) {
        const number = Number(block);
        if (!Number.isInteger(number) || number < 0 || number >= full) notFull.add(`block ${block}: ${sum}`);
        else {
          const due = lines.get(number)?.[kind] ?? n;
          const where = `block ${block} ${kind}`;
          if (n !== due) yield { code: 'COUNT_MISMATCH', seq: null, expected: `${where}: ${due} rows by its index`, found: `${where}: ${n} rows in the table` };
        }
      }
      for (const found of notFull) yield { code: 'COUNT_MISMATCH', seq: null, expected: `${found.slice(0, found.indexOf(':'))} is not full: 0`, found };
    },
  };
}

/** Of one table and block: as text, since a column may be of another type than it was. */
export type KeptRows = { kind: Kind; block: string; rows: number; sum: string };
/** By block, how many rows the indexes gave of it. */
export type LinesByBlock = Map<number, Record<Kind, number>>;
type Kind = 'hour' | 'day' | 'outcome';

/** What is kept of the trail, counted without any index, as a chart of years reads it. Passes over the tables whole. */
export const countKeptRows = (snapshot: Snapshot, trailId: TrailId): Promise<KeptRows[]> => snapshot.query(withoutIndexes(KEPT_ROWS(trailId, 'true')));

const KEPT_ROWS = (trailId: TrailId, where: string) =>
  Object.entries({ hour: 'n', day: 'n', outcome: 'success + failure + denied' })
    .map(
      ([kind, n]) =>
        `select '${kind}' as kind, block::text as block, count(*)::int as rows, sum(${n})::text as sum from count_${kind}_view where trail_id = ${trailId} and ${where} group by block`,
    )
    .join(' union all ');

const linesIn = (text: string) => {
  let n = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) n++;
  return n;
};

/** In the order of the indexes; empty where nothing is kept. */
async function getKept(snapshot: Snapshot, trailId: TrailId, block: number): Promise<KeptLines> {
  const lines = async (kind: Kind, bucket: string, n = 'n') => {
    const chunks: Buffer[] = [];
    const rows = snapshot.copy(`select ${bucket}, ${n} from count_${kind}_view where trail_id = ${trailId} and block = ${block} order by ${bucket}`, 'text');
    for await (const chunk of rows) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  };
  await snapshot.query(BY_INDEX);
  const kept = {
    hours: await lines('hour', 'hour, actor_type, outcome'),
    days: await lines('day', 'day_utc, action, actor_type, outcome, resource_type'),
    outcomes: await lines('outcome', 'hour', OUTCOMES.join(', ')),
  };
  await snapshot.query(ANY_WAY);
  return kept;
}
