import { inArray } from 'drizzle-orm';
import type { Snapshot } from '@/db/copy-out';
import { headView } from '@/db/schema/trail';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';

/** The head row as the reader sees it; null where there is none. Its mac is for the caller to judge. */
export async function getHead(snapshot: Snapshot, trailId: TrailId): Promise<{ nextSeq: number; lastHash: Buffer; mac: Buffer } | null> {
  const [head] = await snapshot.query<{ next: number; hash: Buffer; mac: Buffer }>(
    'select next_seq as next, last_hash as hash, mac from head_view where trail_id = $1',
    [trailId],
  );
  return head ? { nextSeq: head.next, lastHash: head.hash, mac: head.mac } : null;
}

/** next_seq of each trail, in one query. */
export async function listHeads(trailIds: readonly TrailId[]): Promise<Map<TrailId, number>> {
  if (trailIds.length === 0) return new Map();
  const rows = await readTransaction(scopeOf(...trailIds), (tx) =>
    tx
      .select({ trailId: headView.trailId, nextSeq: headView.nextSeq })
      .from(headView)
      .where(inArray(headView.trailId, [...trailIds])),
  );
  return new Map(rows.map(({ trailId, nextSeq }) => [trailId, nextSeq]));
}
