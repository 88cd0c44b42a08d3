import type { SealedRow } from '@/core/sealed-judge';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';

const PAGE = 2_000;

/**
 * The sealed values of `[from,to)` for a walk beside the rows, in the order of seq. `upTo(seq)` gives those of events below it that were not given yet. Values come in
 * pages by key, so that memory holds one page whatever their number.
 */
export function sealedValuesOf(snapshot: Snapshot, trailId: TrailId, from: number, to: number | undefined) {
  let page: SealedRow[] = [];
  let at = 0;
  let isLast = false;
  let after: [number, string] = [from - 1, ''];
  let isFirst = true;

  async function fill() {
    page = await snapshot.query<SealedRow>(
      `select seq, pointer, disclosure from sealed_value_view
       where trail_id = $1 and ${isFirst ? 'seq > $2 and $3::text is not null' : '(seq, pointer) > ($2, $3)'} and ($4::bigint is null or seq < $4)
       order by seq, pointer limit ${PAGE}`,
      [trailId, ...after, to ?? null],
    );
    at = 0;
    isFirst = false;
    isLast = page.length < PAGE;
    const last = page.at(-1);
    if (last) after = [last.seq, last.pointer];
  }

  return {
    async *upTo(seq: number): AsyncGenerator<SealedRow> {
      for (;;) {
        if (at === page.length) {
          if (isLast) return;
          await fill();
          continue;
        }
        const value = page[at] as SealedRow;
        if (value.seq >= seq) return;
        at++;
        yield value;
      }
    },
  };
}

/** Those of some events, in the order of seq. */
export const getSealedValues = (snapshot: Snapshot, trailId: TrailId, seqs: readonly number[]): Promise<SealedRow[]> =>
  snapshot.query<SealedRow>('select seq, pointer, disclosure from sealed_value_view where trail_id = $1 and seq = any($2::bigint[]) order by seq, pointer', [
    trailId,
    `{${seqs.join(',')}}`,
  ]);
