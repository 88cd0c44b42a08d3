// One reader of a verification: the rows of a range, from the database into a judge, with all that is read beside them: values, tiles, kept figures, and what is drawn for the
// screens' view.
import 'server-only';
import { COLUMN, CopyReader } from '@/core/copy-row';
import type { Filter } from '@/core/filter';
import { IndexDigests } from '@/core/index-digests';
import { createTrailJudge } from '@/core/trail-judge';
import type { TrailJudgeOptions } from '@/core/trail-verdict';
import type { Found } from '@/core/tree-verdict';
import { ViewSampler } from '@/core/view-sample';
import type { Vkey } from '@/core/vkey';
import type { Snapshot } from '@/db/copy-out';
import type { TrailId } from '@/db/scope';
import { listedCheckpointsOf } from '@/features/sealing/queries/listed-checkpoints';
import { sealedValuesOf } from '@/features/sealing/queries/sealed-values';
import { tilesAhead } from '@/features/sealing/queries/tiles';
import type { EventBefore } from '@/features/trail/queries/walk-rows';
import { keptFigures } from './queries/kept-figures';
import { stubsOf } from './queries/stubs';
import { viewQuestions } from './queries/view-questions';
import { workAhead } from './work-ahead';

/** What a reader of a trail is told, the first as the second. */
export type Task = {
  trailId: TrailId;
  origin: string;
  /** Where the judge begins, and the end that was asked for. */
  from: number;
  to: number | undefined;
  /** The event before `from`, as it is stored; null: there is none. */
  before: EventBefore | null;
  /** The range of the whole verification, its end as the rows have it. */
  whole: { from: number; to: number };
  origins: readonly string[];
  /** Whether stubs stand for events anywhere in the trail. */
  hasStubs: boolean;
  keysFrom: number;
  /** Of the digests of keys and of what indexes hold. */
  keySeed: bigint;
  /** The largest size of which the database's list of checkpoints is compared: those above were signed when the keys had been read. */
  listedTo: number;
  deep: boolean;
  vkeys: readonly Vkey[];
  /** Filters asked of the view beside those that are drawn. */
  given: readonly Filter[];
  /** Numbers in [0,1): the filters asked of the view are drawn with them. */
  random: () => number;
  signal?: AbortSignal | undefined;
};

type Own = Pick<TrailJudgeOptions, 'notes' | 'guard' | 'sizes' | 'texts' | 'sources' | 'overflow'>;

export const TELL_MS = 200;

export type Reading = ReturnType<typeof openReading>;

/**
 * A judge, and what it reads with. All on one state of the trail.
 * @param beside what is read beside the rows
 * @param asking what takes the server longer, and is asked ahead
 * @param own what the judge of this reader alone is told
 */
export function openReading({ beside, asking }: { beside: Snapshot; asking: Snapshot }, task: Task, own: Own) {
  const { trailId, origin, from, to, before, whole, random, signal } = task;
  const ahead = workAhead();
  const figures = keptFigures(beside, trailId);
  const questions = viewQuestions(asking, trailId, ahead.watch);
  const indexes = task.deep ? new IndexDigests(task.keySeed) : null;
  const judge = createTrailJudge({
    origin,
    from,
    ...(to === undefined ? {} : { to }),
    prevHash: before?.eventHash ?? null,
    prevRecordedAt: before?.recordedAt ?? null,
    knownOrigins: task.origins,
    deep: task.deep,
    keysFrom: task.keysFrom,
    keySeed: task.keySeed,
    vkeys: task.vkeys,
    readTile: untilAborted(tilesAhead(beside, trailId), null, signal),
    readsValues: true,
    areActsKnown: true,
    counter: figures.counter,
    ...own,
  });

  /**
   * Yields a few times a second.
   * @param rows of `range` in the order of seq, as binary COPY sends them; `range.to` undefined: to the end of the trail
   * @param take takes what was found beside the rows, after each piece of the stream; the walk waits for it
   * @returns what was drawn, all of it asked: for `questions.differences`
   */
  async function* read(
    rows: AsyncIterable<Buffer>,
    range: { from: number; to: number | undefined },
    take: (found: Found[]) => Promise<void>,
  ): AsyncGenerator<void, ViewSampler> {
    const values = sealedValuesOf(beside, trailId, range.from, range.to);
    // a size at which another reader begins is his; those of events that are missing before it are not
    const listedTo = range.to === to ? task.listedTo : Math.min((range.to ?? 0) - 1, task.listedTo);
    const listed = listedCheckpointsOf(beside, trailId, Math.min(range.from, judge.next + 1), listedTo);
    judge.listed(untilAborted(listed, [], signal));
    const sampler = new ViewSampler({ from: range.from, to: range.to ?? whole.to, isOpen: range.to === undefined, whole }, random, task.given);
    const stubs = task.hasStubs ? stubsOf(beside, trailId, range.from, range.to) : null;
    const settle = async () => {
      for await (const value of values.upTo(judge.next)) judge.value(value);
      await judge.drain();
    };
    const takeStubs = async (before: number) => {
      for await (const some of stubs?.upTo(before) ?? []) {
        for (const stub of some) judge.stub(stub);
        await settle();
      }
    };
    const reader = new CopyReader();
    let told = performance.now();
    for await (const chunk of rows) {
      ahead.throwFault();
      reader.push(chunk);
      for (let row = reader.next(); row !== null; row = reader.next()) {
        // a stub of the same number is one too many
        if (stubs !== null && row.number(COLUMN.seq) > stubs.next) await takeStubs(row.number(COLUMN.seq));
        judge.row(row);
        sampler.row(row);
        indexes?.row(row);
      }
      await settle();
      const found: Found[] = [];
      for await (const one of figures.compared(judge.next)) found.push(one);
      await take(found);
      if (performance.now() - told < TELL_MS) continue;
      questions.ask(sampler.fresh());
      yield;
      told = performance.now();
    }
    reader.end();
    await takeStubs(Number.POSITIVE_INFINITY);
    for await (const value of values.upTo(Number.POSITIVE_INFINITY)) judge.value(value);
    await judge.drain();
    if (range.to === to) await judge.listedBeyond();
    sampler.end();
    questions.ask(sampler.fresh());
    return sampler;
  }
  return { judge, figures, questions, indexes, ahead, read };
}

/** The signal cuts the connection of what is read beside the rows with the others: from then on there is none to compare with, and a cancelled walk says nothing of that. */
const untilAborted =
  <Args extends unknown[], T>(read: (...args: Args) => T | Promise<T>, none: T, signal: AbortSignal | undefined) =>
  async (...args: Args): Promise<T> => {
    try {
      return signal?.aborted ? none : await read(...args);
    } catch (cause) {
      if (signal?.aborted) return none;
      throw cause;
    }
  };

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
