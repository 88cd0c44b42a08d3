import { checkText, type PastCheck } from './past-check';
import { type PastRun, rangeText, resultText } from './past-run';
import { resourceName } from './resource-words';

/** A row of the list of runs. Isomorphic. */
export type RunLine = Pick<PastRun, 'runId' | 'startedAt' | 'by' | 'tookMs'> & {
  /** What was checked: a range, or one resource. */
  what: string;
  result: string;
  tone: 'broken' | 'warning' | 'plain';
};

/** Newest first. */
export function runLines(runs: readonly PastRun[], checks: readonly PastCheck[]): RunLine[] {
  const toneOf = (state: PastRun['state'], findings = 0): RunLine['tone'] => (findings > 0 ? 'broken' : state === 'failed' ? 'warning' : 'plain');
  const lines = [
    ...runs.map((run) => ({ ...headOf(run), what: rangeText(run), result: resultText(run), tone: toneOf(run.state, run.verdict?.findings) })),
    ...checks.map((run) => ({ ...headOf(run), what: resourceName(run.asked), result: checkText(run), tone: toneOf(run.state, run.result?.findings) })),
  ];
  return lines.sort((a, b) => b.runId - a.runId);
}

const headOf = ({ runId, startedAt, by, tookMs }: Pick<PastRun, 'runId' | 'startedAt' | 'by' | 'tookMs'>) => ({ runId, startedAt, by, tookMs });
