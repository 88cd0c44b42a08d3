import 'server-only';
import { type IndexAnswer, SCREEN_INDEXES, type ScreenIndex, textsOf } from '@/core/index-digests';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';
import { withinSeqs } from '@/features/trail/queries/walk-rows';
import { byOneIndex, withoutIndexes } from './plans';

/** The conditions of the indexes of a part of the rows, word for word: then a planner looks at them in no row. */
const PARTS = new Map([
  ['audit_event_address', 'ip_address is not null'],
  ['audit_event_failed', "outcome <> 'success'"],
  ['audit_event_admin', "actor_type in ('admin', 'system')"],
  ['audit_event_session', 'session_id is not null'],
  ['audit_event_request', 'request_id is not null'],
]);

/** So often is a condition said: of two indexes of one order the one of all rows is the dearer then by what there is to look at, even where no more than a row is expected. */
const TIMES = 150;

type IndexRange = { from: number; to: number | undefined };

/**
 * What the indexes of the screens hold of the range, where they lead, and what the table holds without them: as core's IndexDigests has it of the stream. Each goes through every row, an
 * index at a time and its rows in its order, so it is for a connection that has nothing else to do.
 * @param seed as the digests were given
 */
export async function askIndexes(snapshot: Snapshot, trailId: TrailId, range: IndexRange, seed: bigint): Promise<IndexAnswer[]> {
  const answers: IndexAnswer[] = [];
  for (const { name, of, ask } of indexQuestions(trailId, range, seed)) {
    const [answer] = await snapshot.query<{ count: number; sum: string; astray: number }>(ask());
    const { count, sum, astray } = answer as { count: number; sum: string; astray: number };
    answers.push({ name, of, count, sum: BigInt.asUintN(64, BigInt(sum)), astray });
  }
  return answers;
}

/** An index that holds no numbers is asked of the whole trail alone. `ask`: the statements, the question behind a word such as EXPLAIN. */
export function indexQuestions(trailId: TrailId, range: IndexRange, seed: bigint) {
  const isWhole = range.from === 0 && range.to === undefined;
  const asked = SCREEN_INDEXES.filter(({ isTimed }) => isTimed || isWhole);
  const of = (index: ScreenIndex, of: 'holds' | 'leads') => ({
    name: index.name,
    of,
    ask: (word = '') => plainly(byOneIndex(word + indexQuestion(trailId, range, index, of, seed), of === 'holds' ? 'held' : 'led to')),
  });
  return [
    ...asked.flatMap((index) => [of(index, 'holds'), of(index, 'leads')]),
    { name: 'audit_event_time', of: 'table' as const, ask: (word = '') => plainly(withoutIndexes(word + tableQuestion(trailId, range, seed))) },
  ];
}

/** Read in the order of the one index. */
function indexQuestion(trailId: TrailId, { from, to }: IndexRange, index: ScreenIndex, of: 'holds' | 'leads', seed: bigint): string {
  const { name, keys, isTimed } = index;
  // what an index does not hold is not asked of it: else its rows would be read
  const columns = [...new Set([...textsOf(index), ...(isTimed ? ['occurred_at', 'seq'] : [])])];
  const begin = isTimed ? timedHash(seed) : of === 'holds' ? literal(seed) : ofRow(seed);
  const order = [...keys, ...(isTimed ? ['occurred_at desc', 'seq desc'] : [])].join(', ');
  const rows = `select ${columns.join(', ')}, ${begin} as h from event_view
    where trail_id = ${trailId} and ${Array(TIMES)
      .fill(PARTS.get(name) ?? 'true')
      .join(' and ')} and ${withinSeqs(from, to)} order by ${order} offset 0`;
  // the one text that may be absent is the first
  const hash = textsOf(index).reduce(
    (h, text) => (text === 'ip_address' ? `coalesce(hashtextextended(${text}, ${h}), ${h})` : `hashtextextended(${text}, ${h})`),
    'h',
  );
  return `select count(*) as count, coalesce(sum(h), 0)::text as sum, count(*) filter (where not is_behind) as astray
    from (select ${hash} as h, ${behind(index)} as is_behind from (${rows}) entry) asked`;
}

/** Whether a row comes behind the one before it. */
function behind({ keys, isTimed }: ScreenIndex): string {
  const before = (columns: readonly string[]) => `(${columns.map((column) => `lag(${column}) over ()`).join(', ')})`;
  const row = (columns: readonly string[]) => `(${columns.join(', ')})`;
  if (!isTimed) return `${row(keys)} >= ${before(keys)}`;
  const moment = ['occurred_at', 'seq'];
  const isEarlier = `${row(moment)} < ${before(moment)}`;
  return keys.length === 0 ? isEarlier : `(${row(keys)} > ${before(keys)} or ${row(keys)} = ${before(keys)} and ${isEarlier})`;
}

const tableQuestion = (trailId: TrailId, { from, to }: IndexRange, seed: bigint) =>
  `select count(*) as count, coalesce(sum(${timedHash(seed)}), 0)::text as sum, 0 as astray from event_view where trail_id = ${trailId} and ${withinSeqs(from, to)}`;

const literal = (seed: bigint) => `'${seed}'::bigint`;
const ofRow = (seed: bigint) => `(seq # ${literal(seed)})`;
const timedHash = (seed: bigint) => `hashfloat8extended(date_part('epoch', occurred_at), ${ofRow(seed)})`;

/** Names mean what PostgreSQL means by them, and one process answers: helpers would take the walk's processor. */
const plainly = (text: string) =>
  `set local search_path = pg_catalog, public; set local jit = off; set local max_parallel_workers_per_gather = 0; ${text};
   set local search_path to default; set local jit to default; set local max_parallel_workers_per_gather to default`;
