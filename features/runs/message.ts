import type { ShownRun } from './queries';
import type { RunMessage } from './schema';

/** A row as a message: also what a page begins with, before the stream has said anything. */
export function runMessageOf(run: ShownRun): Extract<RunMessage, { type: 'run' }> {
  return {
    type: 'run',
    run: run.runId,
    kind: run.kind,
    state: run.state,
    done: run.done,
    total: run.total,
    counts: run.counts,
    fromSeq: run.fromSeq,
    toSeq: run.toSeq,
    isCancelRequested: run.cancelRequestedAt !== null,
    at: Date.parse(run.now),
    startedAt: millis(run.startedAt),
    reportedAt: millis(run.heartbeatAt),
    finishedAt: millis(run.finishedAt),
    result: run.result,
  };
}

const millis = (time: string | null) => (time === null ? null : Date.parse(time));
