// The second of two readers of one verification: the later rows of its range, on the same state, judged by a walk of their own (core's TrailJudge, `part` and `adopt`).
import 'server-only';
import { parseVkeys } from '@/core/checkpoint';
import type { TrailPart } from '@/core/trail-judge';
import { createTrailJudge } from '@/core/trail-judge';
import type { Found } from '@/core/tree-verdict';
import { joinSnapshot } from '@/db/copy-out';
import { scopeOf, type TrailId } from '@/db/scope';
import { tilesAhead } from '@/features/sealing/queries/tiles';
import { eventsQuery, getEventBefore, preferOrder } from '@/features/trail/queries/walk-rows';
import { streamActs } from './queries/acts';
import { keptFigures } from './queries/kept-figures';
import { viewQuestions } from './queries/view-questions';
import { readRows } from './read-rows';
import { workAhead } from './work-ahead';

/** A value that structuredClone copies. */
export type PartJob = {
  /** The state, as db/copy-out.ts names it. */
  snapshotId: string;
  trailId: TrailId;
  origin: string;
  /** Where the part begins. */
  from: number;
  /** The end that was asked for, and the one that the rows have. */
  to: number | undefined;
  rowsTo: number;
  origins: readonly string[];
  keysFrom: number;
  deep: boolean;
  vkeys: readonly string[];
  /** The signed sizes. */
  sizes: readonly number[];
  /** The range of the whole verification. */
  whole: { from: number; to: number };
};

/** `part` null: something was found, or something is there that only a walk from the beginning can judge. `views`: what the screens' view said differently of a part that counts. */
export type PartAnswer = { part: TrailPart | null; views: Found[] };

const NOTHING: PartAnswer = { part: null, views: [] };

/** @param onProgress told how many events were judged, and when all were */
export async function verifyPart(job: PartJob, random: () => number, onProgress: (checked: number, isThrough: boolean) => void): Promise<PartAnswer> {
  const { from, to, origin, trailId } = job;
  const join = () => joinSnapshot({ scope: scopeOf(trailId) }, job.snapshotId);
  const [snapshot, beside, asking] = await Promise.all([join(), join(), join()]);
  let reading: ReturnType<typeof readRows> | undefined;
  try {
    const before = await getEventBefore(snapshot, trailId, from);
    if (before === null) return NOTHING;
    const ahead = workAhead();
    const figures = keptFigures(beside, trailId);
    const judge = createTrailJudge({
      origin,
      from,
      ...(to === undefined ? {} : { to }),
      prevHash: before.eventHash,
      prevRecordedAt: before.recordedAt,
      knownOrigins: job.origins,
      deep: job.deep,
      keysFrom: job.keysFrom,
      vkeys: parseVkeys(job.vkeys),
      sizes: job.sizes,
      readTile: tilesAhead(beside, trailId),
      readsValues: true,
      areActsKnown: true,
      counter: figures.counter,
    });
    for await (const act of streamActs(beside, trailId)) judge.actRow(act);
    await preferOrder(snapshot);
    const questions = viewQuestions(asking, trailId, ahead.watch);
    const take = async (found: Found[]) => {
      for (const finding of found) judge.log.add({ ...finding, lastGood: null });
    };
    reading = readRows({ trailId, judge, beside, figures, questions, ahead, random, take }, snapshot.copy(eventsQuery(trailId, from, to)), job);
    let step = await reading.next();
    for (; !step.done; step = await reading.next()) {
      onProgress(judge.checked, false);
      if (!judge.mayPart) return NOTHING; // the first reader comes here as well
    }
    onProgress(judge.checked, true);
    const part = await judge.part();
    return { part, views: part === null ? [] : await questions.differences(step.value.tallies()) };
  } finally {
    await reading?.return(undefined as never);
    await Promise.all([snapshot, beside, asking].map((one) => one.close()));
  }
}
