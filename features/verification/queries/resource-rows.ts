import 'server-only';
import pg from 'pg';
import { COPY_COLUMNS } from '@/core/copy-row';
import type { Filter } from '@/core/filter';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';
import type { ResourceKey } from '@/features/trail/resource-model';

/** Names mean what PostgreSQL means by them, whatever search path somebody gave the database. */
const OWN_NAMES = "set_config('search_path', 'pg_catalog, public', true)";

const isResource = ({ type, id }: ResourceKey) => `resource_type = ${pg.escapeLiteral(type)} and resource_id = ${pg.escapeLiteral(id)}`;

/** What the check reads: the columns of core's CopyReader, in the order of seq, through the view. */
export const resourceRowsQuery = (trailId: TrailId, resource: ResourceKey): string =>
  `select ${COPY_COLUMNS.join(', ')} from event_view where trail_id = ${trailId} and ${isResource(resource)} order by seq, recorded_at`;

/** The same as a filter of the screens. */
export const resourceFilter = ({ type, id }: ResourceKey): Filter => ({ and: [{ eq: ['resource_type', type] }, { eq: ['resource_id', id] }] });

export type ResourceFacts = {
  /** As the head row says it; its mac is for the caller to judge. Null: there is no row. */
  head: { nextSeq: number; lastHash: Buffer; mac: Buffer } | null;
  maxSeq: number | null;
  origins: string[];
};

/** What else is needed of the trail, in one round trip. */
export async function getResourceFacts(snapshot: Snapshot, trailId: TrailId): Promise<ResourceFacts> {
  await snapshot.query(`select ${OWN_NAMES}, set_config('jit', 'off', true)`);
  const [row] = await snapshot.query<{ next: number | null; hash: Buffer | null; mac: Buffer | null; max: number | null; origins: string[] }>(
    `select h.next_seq as next, h.last_hash as hash, h.mac, (select max(seq) from event_view where trail_id = $1) as max, (select array_agg(origin) from trail) as origins
     from (select 1) one left join head_view h on h.trail_id = $1`,
    [trailId],
  );
  const { next = null, hash = null, mac = null, max = null, origins = [] } = row ?? {};
  return { head: next === null || hash === null || mac === null ? null : { nextSeq: next, lastHash: hash, mac }, maxSeq: max, origins };
}

export type Tally = { count: number; xor: bigint };
/** `late`: no answer in time. */
export type Scan = { all: Tally; own: Tally } | 'late';

const CANCELLED = '57014';

/**
 * Every row of the trail that the view shows, and those of the resource, counted without any index: what an index hides is among these. Reads the trail whole, so it is
 * given `withinMs`; a fault of any other kind is thrown.
 */
export async function scanTrail(beside: Snapshot, trailId: TrailId, resource: ResourceKey, withinMs: number): Promise<Scan> {
  const settings = ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan', 'jit'].map((name) => `set_config('${name}', 'off', true)`);
  await beside.query(`select ${OWN_NAMES}, ${settings.join(', ')}, set_config('statement_timeout', '${withinMs}', true)`);
  type Row = { all: number; all_xor: string; own: number; own_xor: string };
  const own = `filter (where ${isResource(resource)})`;
  try {
    const [row] = await beside.query<Row>(
      `select count(*) as all, coalesce(bit_xor(seq), 0)::text as all_xor, count(*) ${own} as own, coalesce(bit_xor(seq) ${own}, 0)::text as own_xor
       from event_view where trail_id = ${trailId}`,
    );
    const { all, all_xor, own: count, own_xor } = row as Row;
    return { all: { count: all, xor: BigInt(all_xor) }, own: { count, xor: BigInt(own_xor) } };
  } catch (cause) {
    if ((cause as { code?: string }).code === CANCELLED) return 'late';
    throw cause;
  }
}
