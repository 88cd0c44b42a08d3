import type { ListedNote } from '@/core/listed-notes';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';

const PAGE = 1_000;

/**
 * The checkpoints of sizes `[from,to]` that the database lists, for a walk beside the rows, in the order of size. `upTo(size)` gives those that are not above it and were
 * not given yet. They come in pages by key, so that memory holds one page whatever their number.
 */
export function listedCheckpointsOf(snapshot: Snapshot, trailId: TrailId, from: number, to: number) {
  let page: ListedNote[] = [];
  let at = 0;
  let isLast = false;
  let after: ListedNote | null = null;

  async function fill() {
    page = await snapshot.query<ListedNote>(
      `select size, root, note from checkpoint_view where trail_id = $1 and size between $2 and $3
       and ${after === null ? '$4::bytea is null' : '(size, root) > ($2, $4)'} order by size, root limit ${PAGE}`,
      [trailId, after?.size ?? from, to, after?.root ?? null],
    );
    at = 0;
    isLast = page.length < PAGE;
    after = page.at(-1) ?? after;
  }

  return {
    async *upTo(size: number): AsyncGenerator<ListedNote> {
      for (;;) {
        if (at === page.length) {
          if (isLast) return;
          await fill();
          continue;
        }
        const row = page[at] as ListedNote;
        if (row.size > size) return;
        at++;
        yield row;
      }
    },
  };
}
