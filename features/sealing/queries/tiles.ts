import { hashesOfLevel, type ReadTile, TILE_WIDTH } from '@/core/tiles';
import { copyFields } from '@/db/copy-fields';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';

/** Tiles as the reader sees them on a snapshot: for proofs and for going on with a tree. One query a tile. */
export const tilesOf =
  (snapshot: Snapshot, trailId: TrailId): ReadTile =>
  async (level, n) => {
    const [row] = await snapshot.query<{ hashes: Buffer }>('select hashes from tile_view where trail_id = $1 and level = $2 and n = $3', [trailId, level, n]);
    return row?.hashes ?? null;
  };

const AHEAD = 64;

/** The same for who reads a trail from its beginning to its end: leaves' tiles are fetched 64 at a time, 512 KB, the next ones while these are looked at. */
export function tilesAhead(snapshot: Snapshot, trailId: TrailId): ReadTile {
  const one = tilesOf(snapshot, trailId);
  type Batch = { from: number; tiles: Promise<Map<number, Buffer>> };
  const fetch = (from: number): Batch => {
    const tiles = leafTiles(snapshot, trailId, from);
    tiles.catch(() => {}); // awaited where it is asked for, if it is
    return { from, tiles };
  };
  let batch: Batch | null = null;
  let ahead: Batch | null = null;
  return async (level, n, width) => {
    if (level > 0) return one(level, n, width);
    if (batch === null || n < batch.from || n >= batch.from + AHEAD) {
      batch = ahead?.from === n ? ahead : fetch(n);
      const found = await batch.tiles;
      ahead = found.size === AHEAD ? fetch(n + AHEAD) : null; // there may be more
    }
    return (await batch.tiles).get(n) ?? null;
  };
}

async function leafTiles(snapshot: Snapshot, trailId: TrailId, from: number): Promise<Map<number, Buffer>> {
  const within = `trail_id = ${trailId} and level = 0 and n >= ${from} and n < ${from + AHEAD}`;
  const chunks: Buffer[] = [];
  for await (const chunk of snapshot.copy(`select n::bigint, hashes from tile_view where ${within}`)) chunks.push(chunk);
  const tiles = new Map<number, Buffer>();
  for (const [n, hashes] of copyFields(Buffer.concat(chunks))) if (n && hashes) tiles.set(Number(n.readBigInt64BE()), hashes);
  return tiles;
}

const UPPER_KEPT = 256;

/**
 * The same for proofs of many events: `fetch` reads the leaves' tiles of some of them in one query, and forgets those before; tiles of the levels above are few and are kept.
 */
export function tilesOfLeaves(snapshot: Snapshot, trailId: TrailId): { read: ReadTile; fetch: (seqs: readonly number[]) => Promise<void> } {
  const one = tilesOf(snapshot, trailId);
  let leaves = new Map<number, Buffer>();
  const upper = new Map<string, Uint8Array | null>();
  return {
    async fetch(seqs) {
      const tiles = [...new Set(seqs.map((seq) => Math.floor(seq / TILE_WIDTH)))];
      const rows = await snapshot.query<{ n: number; hashes: Buffer }>(
        'select n, hashes from tile_view where trail_id = $1 and level = 0 and n = any($2::bigint[])',
        [trailId, `{${tiles.join(',')}}`],
      );
      leaves = new Map(rows.map(({ n, hashes }) => [n, hashes]));
    },
    async read(level, n, width) {
      if (level === 0) return leaves.get(n) ?? (await one(level, n, width));
      const key = `${level}/${n}`;
      const known = upper.get(key);
      if (known !== undefined) return known;
      if (upper.size >= UPPER_KEPT) upper.clear();
      const tile = await one(level, n, width);
      upper.set(key, tile);
      return tile;
    },
  };
}

/** Leaves that the tiles should hold: the largest size in the database's own list of checkpoints. */
export async function getTilesDue(snapshot: Snapshot, trailId: TrailId): Promise<number> {
  const [row] = await snapshot.query<{ size: number | null }>('select max(size) as size from checkpoint_view where trail_id = $1', [trailId]);
  return row?.size ?? 0;
}

/** Stored tiles, as level/n, that a tree of this size has not, or has not of that width: whatever their hashes are. */
export async function listMisshapen(snapshot: Snapshot, trailId: TrailId, size: number): Promise<Set<string>> {
  const levels: number[] = [];
  for (let hashes = size; hashes > 0; hashes = hashesOfLevel(levels.length, size)) levels.push(hashes);
  const rows = await snapshot.query<{ name: string }>(
    `select level || '/' || n as name from tile_view left join unnest($2::bigint[]) with ordinality due(hashes, nth) on level = nth - 1
     where trail_id = $1 and (due.hashes is null or n < 0 or width <> least(${TILE_WIDTH}, due.hashes - n::numeric * ${TILE_WIDTH}) or octet_length(tile_view.hashes) <> width * 32)`,
    [trailId, `{${levels.join(',')}}`],
  );
  return new Set(rows.map(({ name }) => name));
}
