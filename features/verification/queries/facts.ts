import 'server-only';
import type { WalkFacts } from '@/core/chain-end';
import type { KeyEntry } from '@/core/compare-keys';
import { isJsonObject, parseJson } from '@/core/json';
import type { Segment } from '@/core/months';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';
import { withinSeqs } from '@/features/trail/queries/walk-rows';
import { hasStubs } from './stubs';

/** What else than the events knows of the trail, on the snapshot of a verification (SPEC §8). */
export type TrailFacts = {
  head: NonNullable<WalkFacts['head']>;
  segments: Segment[];
  /** The largest end that a `verification.finished` of the trail names. */
  toldEnd: number;
  origins: string[];
  /** Keys below may be gone: events recorded before belong to months beyond the dedupe horizon. */
  keysFrom: number;
  hasStubs: boolean;
};

const DEDUPE_DAYS = 400; // SPEC §3
const RUNS_LOOKED_AT = 1000;

/** The largest seq that the view shows; null of none. */
export async function getMaxSeq(snapshot: Snapshot, trailId: TrailId): Promise<number | null> {
  const [last] = await snapshot.query<{ seq: number | null }>('select max(seq) as seq from event_view where trail_id = $1', [trailId]);
  return last?.seq ?? null;
}

export async function getTrailFacts(snapshot: Snapshot, trailId: TrailId): Promise<TrailFacts> {
  // one connection: one after the other, all on one state
  const [head] = await snapshot.query<{ next: number; hash: Buffer; mac: Buffer }>(
    'select next_seq as next, last_hash as hash, mac from head_view where trail_id = $1',
    [trailId],
  );
  const segments = await snapshot.query<{ month: string; first: number; last: number }>(
    'select month::text as month, first_seq as first, last_seq as last from trail_segment where trail_id = $1 order by month',
    [trailId],
  );
  const told = await snapshot.query<{ seq: number; details: string }>(
    `select seq, details from event_view where trail_id = $1 and action = 'verification.finished' order by occurred_at desc, seq desc limit ${RUNS_LOOKED_AT}`,
    [trailId],
  );
  const trails = await snapshot.query<{ origin: string }>('select origin from trail');
  const [horizon] = await snapshot.query<{ month: string }>(`select to_char(now() at time zone 'UTC' - interval '${DEDUPE_DAYS} days', 'YYYY-MM') as month`);
  const kept = segments.map(({ month, first, last: lastSeq }) => ({ month: month.slice(0, 7), firstSeq: first, lastSeq }));
  const old = kept.filter(({ month }) => month <= (horizon?.month ?? ''));
  return {
    // a head row that is gone is one that bears no mac of ours
    head: head ? { nextSeq: head.next, lastHash: head.hash, mac: head.mac } : { nextSeq: 0, lastHash: Buffer.alloc(0), mac: Buffer.alloc(0) },
    segments: kept,
    toldEnd: Math.max(0, ...told.map(({ seq, details }) => Math.min(seq, endTold(details)))),
    origins: trails.map(({ origin }) => origin),
    keysFrom: Math.max(0, ...old.map(({ lastSeq }) => lastSeq + 1)),
    hasStubs: await hasStubs(snapshot, trailId),
  };
}

// An event can tell of none behind it, whatever a row beyond the head made a verification believe.
// Details of an event that somebody may have changed: read by our own parser, since ->> refuses what json allows
function endTold(details: string): number {
  const parsed = parseJson(details);
  const to = parsed.ok && isJsonObject(parsed.value) ? parsed.value.to : null;
  return Number.isSafeInteger(to) ? (to as number) : 0;
}

/** How far the trail is known to reach (exclusive), to tell a range that never was from one that is gone. */
export const knownEnd = ({ head, toldEnd }: TrailFacts, maxSeq: number | null, earlier: number): number =>
  Math.max(head.nextSeq, (maxSeq ?? -1) + 1, toldEnd, earlier);

/** Count and XOR over the keys of `[from,to)` and the largest seq of all (DATA.md): what core's KeyDigest computes of that seed from the stream. One scan by one process, for a connection beside it: helpers would take the walk's processor. */
export async function getKeyDigest(
  snapshot: Snapshot,
  trailId: TrailId,
  { keysFrom, to, keySeed }: { keysFrom: number; to?: number | undefined; keySeed: bigint },
): Promise<NonNullable<WalkFacts['keys']>> {
  await snapshot.query("select set_config('max_parallel_workers_per_gather', '0', true)");
  const [row] = await snapshot.query<{ count: number; xor: string | null; max: number | null }>(
    `select count(*) filter (where within) as count, (bit_xor(hashtextextended(source, uuid_hash_extended(id, seq # $4))) filter (where within))::text as xor, max(seq) as max
     from (select source, id, seq, ($2::bigint = 0 or seq >= $2) and ($3::bigint is null or seq < $3) as within from key_view where trail_id = $1) k`,
    [trailId, keysFrom, to ?? null, String(keySeed)],
  );
  return { count: row?.count ?? 0, xor: BigInt(row?.xor ?? 0), maxSeq: row?.max ?? null };
}

/** The keys of `[from,to)` in the order of seq, for the second pass. */
export const streamKeys = (snapshot: Snapshot, trailId: TrailId, from: number, to: number | undefined): AsyncGenerator<KeyEntry> =>
  entries(
    snapshot,
    `select seq, id, encode(convert_to(source, 'UTF8'), 'hex') from key_view where trail_id = ${trailId} and ${withinSeqs(from, to)} order by seq`,
  );

/** What the keys should be, by the events. */
export const streamEventKeys = (snapshot: Snapshot, trailId: TrailId, from: number, to: number | undefined): AsyncGenerator<KeyEntry> =>
  entries(
    snapshot,
    `select seq, id, encode(convert_to(coalesce(source, ''), 'UTF8'), 'hex') from event_view where trail_id = ${trailId} and ${withinSeqs(from, to)} order by seq`,
  );

async function* entries(snapshot: Snapshot, query: string): AsyncGenerator<KeyEntry> {
  let rest = '';
  for await (const chunk of snapshot.copy(query, 'text')) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [seq, id = '', source = ''] = line.split('\t');
      yield { seq: Number(seq), id, source: Buffer.from(source, 'hex').toString('utf8') };
    }
  }
}
