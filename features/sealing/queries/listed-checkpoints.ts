import type { ListedNote, ReadListed } from '@/core/listed-notes';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';

const PAGE = 1_000;

/** The checkpoints of sizes `[from,to]` that the database lists, for a walk beside the rows, in the order of size, in pages by key. */
export function listedCheckpointsOf(snapshot: Snapshot, trailId: TrailId, from: number, to: number): ReadListed {
  let isLast = false;
  let after: ListedNote | null = null;
  return async () => {
    if (isLast) return [];
    const page: ListedNote[] = await snapshot.query<ListedNote>(
      `select size, root, note from checkpoint_view where trail_id = $1 and size between $2 and $3
       and ${after === null ? '$4::bytea is null' : '(size, root) > ($2, $4)'} order by size, root limit ${PAGE}`,
      [trailId, after?.size ?? from, to, after?.root ?? null],
    );
    isLast = page.length < PAGE;
    after = page.at(-1) ?? after;
    return page;
  };
}
