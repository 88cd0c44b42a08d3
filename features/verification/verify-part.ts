// The second of two readers of one verification: the later rows of its range, on the same state, judged by a walk of their own (core's TrailJudge, `part` and `adopt`).
import 'server-only';
import { parseVkeys } from '@/core/checkpoint';
import type { IndexTallies } from '@/core/index-digests';
import type { TrailPart } from '@/core/trail-verdict';
import type { Found } from '@/core/tree-verdict';
import { joinSnapshot } from '@/db/copy-out';
import { scopeOf } from '@/db/scope';
import { eventsQuery, preferOrder } from '@/features/trail/queries/walk-rows';
import { streamActs } from './queries/acts';
import type { LinesByBlock } from './queries/kept-figures';
import { getBefore } from './queries/stubs';
import { openReading, type Task } from './read-rows';

/** The task of the second, which begins at `from`: a value that structuredClone copies. */
export type PartJob = Omit<Task, 'before' | 'vkeys' | 'random' | 'signal'> & {
  /** The state, as db/copy-out.ts names it. */
  snapshotId: string;
  vkeys: readonly string[];
  /** The signed sizes. */
  sizes: readonly number[];
  /** The notes that were opened before the first row, and whether they were accepted. */
  texts: ReadonlyMap<string, boolean>;
};

/**
 * `part` null: something was found, or something is there that only a walk from the beginning can judge. `views`: what the screens' view said differently of a part that counts; `lines` of
 * its kept figures; `indexes`: what those of the screens must hold of it, in a deep run.
 */
export type PartAnswer = { part: TrailPart | null; views: Found[]; lines: LinesByBlock; indexes: IndexTallies | null };

const NOTHING: PartAnswer = { part: null, views: [], lines: new Map(), indexes: null };

/** @param onProgress told how many events were judged, and when all were */
export async function verifyPart(job: PartJob, random: () => number, onProgress: (checked: number, isThrough: boolean) => void): Promise<PartAnswer> {
  const { from, to, trailId, sizes, texts } = job;
  const join = (goesRound = false) => joinSnapshot({ scope: scopeOf(trailId), goesRound }, job.snapshotId);
  const [snapshot, beside, asking] = await Promise.all([join(true), join(), join()]);
  let rows: AsyncGenerator<void, unknown> | undefined;
  try {
    const before = await getBefore(snapshot, trailId, from);
    if (before === null) return NOTHING;
    const { judge, figures, questions, indexes, read } = openReading(
      { beside, asking },
      { ...job, before, vkeys: parseVkeys(job.vkeys), random },
      { sizes, texts },
    );
    for await (const act of streamActs(beside, trailId)) judge.actRow(act);
    await preferOrder(snapshot);
    const reading = read(snapshot.copy(eventsQuery(trailId, from, to)), { from, to }, async (found) => {
      for (const finding of found) judge.log.add({ ...finding, lastGood: null });
    });
    rows = reading;
    let step = await reading.next();
    for (; !step.done; step = await reading.next()) {
      onProgress(judge.checked, false);
      if (!judge.mayPart) return NOTHING; // the first reader comes here as well
    }
    onProgress(judge.checked, true);
    const part = await judge.part();
    const views = part === null ? [] : await questions.differences(step.value.tallies());
    return { part, views, lines: figures.lines, indexes: indexes?.tallies ?? null };
  } finally {
    await rows?.return(undefined);
    await Promise.all([snapshot, beside, asking].map((one) => one.close()));
  }
}
