// Figures kept by hour for each full block of 65,536 seqs, in the place of its rows: a year of a chart is then some ten thousand small rows and not five million events.
import { BLOCK_EVENTS } from '@/core/block-counts';
import { ACTOR_TYPES, OUTCOMES } from '@/core/draft';
import { type Filter, matchesFilter } from '@/core/filter';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';

const HOUR_MS = 3_600_000;

/** `counts` by bar (from 1) and outcome, of events below `nextSeq` that occurred in `[from,to)`; what else the question asks lies in the rows. */
export type KeptHours = { counts: { bucket: number; outcome: string; n: number }[]; nextSeq: number; from: string; to: string };

/** The question of a chart: `from` and `to` are its period, null where it is open; its filter holds them too. */
export type ChartQuestion = {
  filter: Filter;
  asOf: number | null;
  from: string | null;
  to: string | null;
  /** Fewer full blocks than this are counted from their rows. */
  leastBlocks?: number | undefined;
};

// a year has as many hours however few its events are: below half a million the rows are not slower
const LEAST_BLOCKS = 8;

/**
 * What the kept figures say to a chart by occurred_at; null where they cannot say it: the filter asks for more than actor_type and outcome, a bar does not begin at a whole
 * hour of UTC, or too few blocks are full.
 */
export async function countKeptHours(tx: Tx, trailId: TrailId, question: ChartQuestion, edges: readonly string[]): Promise<KeptHours | null> {
  const kinds = kindsOf(question);
  if (kinds === null || !edges.slice(1, -1).every(isWholeHour)) return null;
  const blocks = await keptBlocks(tx, trailId, question.asOf);
  if (blocks < (question.leastBlocks ?? LEAST_BLOCKS)) return null;
  const [first, last] = [edges[0] as string, edges.at(-1) as string];
  // nothing lies before an open beginning or behind an open end, so the hour there belongs to the period as a whole
  const from = hourText(question.from === null ? Math.floor(Date.parse(first) / HOUR_MS) : ceilHour(first));
  const to = hourText(question.to === null ? ceilHour(last) : Math.floor(Date.parse(last) / HOUR_MS));
  if (from >= to || kinds.length === 0) return null;
  // as constants: a text made a time, or an array, is made anew for each row
  const bars = edges.slice(0, -1).map((edge) => `${Date.parse(edge) / 1000}::float8`);
  const epoch = 'extract(epoch from hour)::float8';
  const counts = await sqlOf(tx).unsafe<KeptHours['counts']>(
    `select greatest(1, width_bucket(${epoch}, array[${bars.join(', ')}])) as bucket, outcome, sum(n)::int as n from count_hour_view
     where trail_id = $1 and block >= 0 and block < $2 and ${epoch} >= ${Date.parse(from) / 1000} and ${epoch} < ${Date.parse(to) / 1000}
       and (actor_type, outcome) in (${kinds.map(([actorType, outcome]) => `('${actorType}', '${outcome}')`).join(', ')})
     group by 1, 2`,
    [trailId, blocks],
  );
  return { counts: [...counts], nextSeq: blocks * BLOCK_EVENTS, from, to };
}

/** Events that the kept figures do not hold: the open block, and in the others the parts of an hour at both ends of the period. */
export function restOf({ filter }: { filter: Filter }, { nextSeq, from, to }: KeptHours): Filter[] {
  const below: Filter = { lt: ['seq', nextSeq] };
  return [
    { and: [filter, { gte: ['seq', nextSeq] }] },
    { and: [filter, below, { lt: ['occurred_at', from] }] },
    { and: [filter, below, { gte: ['occurred_at', to] }] },
  ];
}

/** How many blocks from the first one on are counted without a gap, and seen whole by the question. */
async function keptBlocks(tx: Tx, trailId: TrailId, asOf: number | null): Promise<number> {
  const [row] = await sqlOf(tx).unsafe<{ blocks: number }[]>(
    `with recursive b(block) as (
       select 0 where exists (select 1 from count_hour_view where trail_id = $1 and block = 0)
       union all select b.block + 1 from b where exists (select 1 from count_hour_view where trail_id = $1 and block = b.block + 1))
     select count(*)::int as blocks from b`,
    [trailId],
  );
  const seen = asOf === null ? Number.POSITIVE_INFINITY : Math.floor(asOf / BLOCK_EVENTS);
  return Math.min(row?.blocks ?? 0, seen);
}

/** Pairs of actor_type and outcome that match, by core's own judgement; null where the filter looks at anything else. */
function kindsOf({ filter, from, to }: ChartQuestion): [string, string][] | null {
  const bounds = [...(from === null ? [] : [{ gte: ['occurred_at', from] }]), ...(to === null ? [] : [{ lt: ['occurred_at', to] }])].map((bound) =>
    JSON.stringify(bound),
  );
  const parts = 'and' in filter ? filter.and : [filter];
  const others = parts.filter((part) => !bounds.includes(JSON.stringify(part)));
  if (parts.length - others.length !== bounds.length || !others.every(isByKind)) return null;
  const rest: Filter = { and: others };
  return ACTOR_TYPES.flatMap((actor_type) =>
    OUTCOMES.filter((outcome) => matchesFilter(rest, { actor_type, outcome }, {})).map((outcome): [string, string] => [actor_type, outcome]),
  );
}

function isByKind(filter: Filter): boolean {
  if ('and' in filter) return filter.and.every(isByKind);
  if ('or' in filter) return filter.or.every(isByKind);
  if ('not' in filter) return isByKind(filter.not);
  const [member] = Object.values(filter)[0] as [string];
  return member === 'actor_type' || member === 'outcome';
}

const isWholeHour = (edge: string) => edge.slice(14) === '00:00.000000Z';
const hourText = (hour: number) => new Date(hour * HOUR_MS).toISOString().replace('Z', '000Z');
/** Milliseconds are cut from the text, so that 10:00:00.000001 is not taken for the hour itself. */
const ceilHour = (time: string) => (isWholeHour(time) ? Date.parse(time) / HOUR_MS : Math.floor(Date.parse(time) / HOUR_MS) + 1);
