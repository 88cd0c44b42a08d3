import { inclusionProof } from '@/core/tile-proof';
import type { TrailId } from '@/db/scope';
import { sqlOf, type Tx } from '@/db/transaction';

/**
 * event_hash as it is stored; null where there is no such row, or more than one. For the writer, under the locked head.
 * @param recordedAt where it is known: one month is looked into instead of all, unless it is not there
 */
export async function eventHash(tx: Tx, trailId: TrailId, seq: number, recordedAt: string | null = null): Promise<Buffer | null> {
  if (seq < 0) return null;
  if (recordedAt !== null) {
    const there = await sqlOf(tx).unsafe<{ hash: Buffer }[]>(
      'select event_hash as hash from audit_event where trail_id = $1 and seq = $2 and recorded_at = $3::timestamptz',
      [trailId, seq, recordedAt],
    );
    if (there.length === 1) return there[0]?.hash ?? null;
  }
  const rows = await sqlOf(tx).unsafe<{ hash: Buffer }[]>('select event_hash as hash from audit_event where trail_id = $1 and seq = $2', [trailId, seq]);
  return rows.length === 1 ? (rows[0]?.hash ?? null) : null;
}

/** From the tiles, of an event below a signed size; null where they give none. */
export const proofOfEvent = (tx: Tx, trailId: TrailId, seq: number, size: number): Promise<Buffer[] | null> =>
  inclusionProof(seq, size, async (level, n) => {
    const [row] = await sqlOf(tx).unsafe<{ hashes: Buffer }[]>('select hashes from tile where trail_id = $1 and level = $2 and n = $3', [trailId, level, n]);
    return row?.hashes ?? null;
  });
