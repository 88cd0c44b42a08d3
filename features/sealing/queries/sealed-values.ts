import type { SealedRow } from '@/core/sealed-judge';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';

const PAGE = 2_000;

/**
 * The sealed values of `[from,to)` for a walk beside the rows, in the order of seq, from 0 on also those below it, which no event has. `upTo(seq)` gives those of events below it that were not
 * given yet. Values come in pages, so that memory holds one page whatever their number; where somebody took the table's key away, two of one place are both read.
 */
export function sealedValuesOf(snapshot: Snapshot, trailId: TrailId, from: number, to: number | undefined) {
  let page: SealedRow[] = [];
  let at = 0;
  let isLast = false;
  let after: SealedRow | undefined;

  async function fill() {
    page = await snapshot.query<SealedRow>(
      `select seq, pointer, disclosure from sealed_value_view
       where trail_id = $1 and ($2::bigint = 0 or seq >= $2) and ($3::bigint is null or seq < $3) ${after ? 'and (seq, pointer, disclosure) > ($4, $5, $6)' : ''}
       order by seq, pointer, disclosure limit ${PAGE}`,
      [trailId, from, to ?? null, ...(after ? [after.seq, after.pointer, after.disclosure] : [])],
    );
    at = 0;
    isLast = page.length < PAGE;
    after = page.at(-1);
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
