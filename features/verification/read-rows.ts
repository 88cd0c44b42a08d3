// The rows of a range, from the database into the judge, with all that is read beside them: values, tiles, kept figures, and what is drawn for the screens' view.
import 'server-only';
import { CopyReader } from '@/core/copy-row';
import type { TrailJudge } from '@/core/trail-judge';
import type { Found } from '@/core/tree-verdict';
import { ViewSampler } from '@/core/view-sample';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';
import { sealedValuesOf } from '@/features/sealing/queries/sealed-values';
import type { keptFigures } from './queries/kept-figures';
import type { viewQuestions } from './queries/view-questions';
import type { workAhead } from './work-ahead';

type Reading = {
  trailId: TrailId;
  judge: TrailJudge;
  /** What is read beside the rows, on one state with them. */
  beside: Snapshot;
  figures: ReturnType<typeof keptFigures>;
  questions: ReturnType<typeof viewQuestions>;
  ahead: ReturnType<typeof workAhead>;
  /** Numbers in [0,1): the filters asked of the view are drawn with them. */
  random: () => number;
  /** Takes what was found beside the rows, after each piece of the stream; the walk waits for it. */
  take: (found: Found[]) => Promise<void>;
};

export const TELL_MS = 200;

/**
 * Yields a few times a second.
 * @param rows of `[from,rowsTo)` in the order of seq, as binary COPY sends them
 * @param to where sealed values end; undefined: with the trail
 * @param whole the range of the verification
 * @returns what was drawn, all of it asked: for `questions.differences`
 */
export async function* readRows(
  { trailId, judge, beside, figures, questions, ahead, random, take }: Reading,
  rows: AsyncIterable<Buffer>,
  { from, rowsTo, to, whole }: { from: number; rowsTo: number; to: number | undefined; whole: { from: number; to: number } },
): AsyncGenerator<void, ViewSampler> {
  const values = sealedValuesOf(beside, trailId, from, to);
  const sampler = new ViewSampler({ from, to: rowsTo, isOpen: to === undefined, whole }, random);
  const reader = new CopyReader();
  let told = performance.now();
  for await (const chunk of rows) {
    ahead.throwFault();
    reader.push(chunk);
    for (let row = reader.next(); row !== null; row = reader.next()) {
      judge.row(row);
      sampler.row(row);
    }
    for await (const value of values.upTo(judge.next)) judge.value(value);
    await judge.drain();
    const found: Found[] = [];
    for await (const one of figures.compared(judge.next)) found.push(one);
    await take(found);
    if (performance.now() - told < TELL_MS) continue;
    questions.ask(sampler.fresh());
    yield;
    told = performance.now();
  }
  reader.end();
  for await (const value of values.upTo(Number.POSITIVE_INFINITY)) judge.value(value);
  await judge.drain();
  questions.ask(sampler.fresh());
  return sampler;
}

/** Asked for its first value at once. Who never comes for it leaves it to the snapshot's end. */
export function begun<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  const first = source.next();
  first.catch(() => {});
  return (async function* () {
    try {
      const { done, value } = await first;
      if (done) return;
      yield value;
      yield* source;
    } finally {
      await source.return(undefined);
    }
  })();
}
