import type { TransactionSql } from 'postgres';
import type { Tile } from '@/core/tiles';
import type { Scope, TrailId } from '@/db/scope';
import { sqlOf, writeTransaction } from '@/db/transaction';

const TILES_A_STATEMENT = 128; // 1 MB

/**
 * Stores the tiles that a seal made or widened, before their root is signed. A tile that is there as wide stays: what it says is judged by the root.
 * @throws the database's refusal for a tile that would change what was stored
 */
export async function writeTiles(scope: Scope, trailId: TrailId, tiles: readonly Tile[]): Promise<void> {
  await writeTransaction(scope, (tx) => putTiles(sqlOf(tx), trailId, tiles));
}

/** The same in the caller's transaction. */
export async function putTiles(sql: TransactionSql, trailId: TrailId, tiles: readonly Tile[]): Promise<void> {
  for (let i = 0; i < tiles.length; i += TILES_A_STATEMENT) {
    const some = tiles.slice(i, i + TILES_A_STATEMENT);
    const columns = [some.map((t) => t.level), some.map((t) => t.n), some.map((t) => t.width), some.map((t) => t.hashes.toString('base64'))];
    await sql.unsafe(
      `insert into tile (trail_id, level, n, width, hashes)
       select $1, level, n, width, decode(hashes, 'base64') from unnest($2::text::smallint[], $3::text::bigint[], $4::text::smallint[], $5::text::text[]) t(level, n, width, hashes)
       on conflict (trail_id, level, n) do update set width = excluded.width, hashes = excluded.hashes where tile.width < excluded.width`,
      [trailId, ...columns.map((values) => `{${values.join(',')}}`)],
    );
  }
}

/** Keeps a note that was released. The same again changes nothing. */
export async function insertCheckpoint(scope: Scope, trailId: TrailId, { size, root, note }: { size: number; root: Buffer; note: string }): Promise<void> {
  await writeTransaction(scope, async (tx) => {
    await sqlOf(tx).unsafe(
      'insert into checkpoint (trail_id, size, root, note, created_at) values ($1, $2, $3, $4, clock_timestamp()) on conflict (trail_id, size, root) do nothing',
      [trailId, size, root, note],
    );
  });
}
