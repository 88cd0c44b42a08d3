import { checkText, type PastCheck } from './past-check';
import { type PastHead, type PastRun, rangeText, resultText } from './past-run';
import { resourceName, shortResource } from './resource-words';

/** A row of the list of runs. Isomorphic. */
export type RunLine = Pick<PastHead, 'runId' | 'startedAt' | 'finishedAt' | 'by' | 'tookMs'> & {
  /** What was checked: a range, or one resource. */
  what: string;
  result: string;
  tone: 'broken' | 'warning' | 'plain';
};

/** Newest first. */
export function runLines(runs: readonly PastRun[], checks: readonly PastCheck[]): RunLine[] {
  const toneOf = (state: PastHead['state'], said: { state: string; findings: number } | null): RunLine['tone'] =>
    said?.state === 'broken' ? 'broken' : state === 'failed' || (said?.findings ?? 0) > 0 ? 'warning' : 'plain';
  const lines: RunLine[] = [
    ...runs.map((run) => ({
      ...headOf(run),
      what: rangeText(run),
      result: resultText(run),
      tone: run.verdict && (run.telling === 'untold' || run.isByEventAlone) && run.verdict.state !== 'broken' ? 'warning' : toneOf(run.state, run.verdict),
    })),
    ...checks.map((run) => ({
      ...headOf(run),
      what: resourceName(shortResource(run.asked, 18)),
      result: checkText(run),
      tone: run.result && (run.telling === 'untold' || run.isByEventAlone) && run.result.state !== 'broken' ? 'warning' : toneOf(run.state, run.result),
    })),
  ];
  return lines.sort((a, b) => b.runId - a.runId);
}

const headOf = ({ runId, startedAt, finishedAt, by, tookMs }: PastHead) => ({ runId, startedAt, finishedAt, by, tookMs });
