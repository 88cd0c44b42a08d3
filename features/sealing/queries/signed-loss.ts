import { type Guard, judgeHead } from '@/core/signer-guard';
import { inclusionProof } from '@/core/tile-proof';
import { openSnapshot } from '@/db/copy-out';
import { scopeOf } from '@/db/scope';
import { getEventBefore } from '@/features/trail/queries/walk-rows';
import type { SealedTrail } from '../mutations/seal-trail';
import { tilesOf } from './tiles';

/** `size`: the number behind the last event that is there; `lastHash`: its event_hash, null where there is none. */
export type Rows = { size: number; lastHash: Buffer | null };

export type SignedLoss = { guard: Guard; reason: string; there: Rows };

/**
 * Why a trail takes no event, where that is what was signed and is not in the database: what every append asks (append-gate.ts), of the rows themselves, since the head row may be
 * wrong. Null where the last signed event is there.
 */
export async function findSignedLoss({ trailId }: SealedTrail, guard: Guard): Promise<SignedLoss | null> {
  if (guard.size === 0) return null;
  const snapshot = await openSnapshot({ scope: scopeOf(trailId) });
  try {
    const [last] = await snapshot.query<{ seq: number; hash: Buffer }>(
      'select seq, event_hash as hash from event_view where trail_id = $1 order by seq desc limit 1',
      [trailId],
    );
    const there = last ? { size: last.seq + 1, lastHash: last.hash } : { size: 0, lastHash: null };
    const lastSigned = (await getEventBefore(snapshot, trailId, guard.size))?.eventHash ?? null;
    const verdict = judgeHead(guard, there.size, lastSigned, await inclusionProof(guard.size - 1, guard.size, tilesOf(snapshot, trailId)));
    return verdict.ok ? null : { guard, reason: verdict.reason, there };
  } finally {
    await snapshot.close();
  }
}
