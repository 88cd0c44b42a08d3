import type { ReadTile } from '@/core/tiles';
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

/** The same for who reads a trail from its beginning to its end: leaves' tiles are fetched 64 at a time, 512 KB, and let go of when the next ones come. */
export function tilesAhead(snapshot: Snapshot, trailId: TrailId): ReadTile {
  const one = tilesOf(snapshot, trailId);
  let from = 0;
  let ahead: (Buffer | undefined)[] = [];
  return async (level, n, width) => {
    if (level > 0) return one(level, n, width);
    if (n < from || n >= from + AHEAD || ahead.length === 0) {
      from = n;
      ahead = new Array(AHEAD);
      const rows = await snapshot.query<{ n: number; hashes: Buffer }>(
        'select n, hashes from tile_view where trail_id = $1 and level = 0 and n >= $2 and n < $3',
        [trailId, n, n + AHEAD],
      );
      for (const row of rows) ahead[row.n - from] = row.hashes;
    }
    return ahead[n - from] ?? null;
  };
}

/** Leaves that the tiles should hold: the largest size in the database's own list of checkpoints. */
export async function getTilesDue(snapshot: Snapshot, trailId: TrailId): Promise<number> {
  const [row] = await snapshot.query<{ size: number | null }>('select max(size) as size from checkpoint_view where trail_id = $1', [trailId]);
  return row?.size ?? 0;
}
