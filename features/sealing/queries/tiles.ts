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
