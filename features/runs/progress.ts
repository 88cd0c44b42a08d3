import { hasEnded, type RunMessage } from './schema';

type RunState = Extract<RunMessage, { type: 'run' }>;

/** What a bar, its sentence and its rate line are drawn from. */
export type RunProgress = Omit<RunState, 'type' | 'at' | 'reportedAt' | 'startedAt' | 'finishedAt'> & {
  /** 0…1; null while the total is not known. */
  share: number | null;
  /** Units of `done` a second: over the last 5 s while it runs, over all of it afterwards. */
  ratePerSecond: number | null;
  secondsLeft: number | null;
  elapsedSeconds: number | null;
  /** The rate from report to report, for a line; at most 240 points, evenly spread over the run. */
  rates: number[];
  /** All counts of a verification, or of the check of a resource, together. */
  findings: number;
  hasEnded: boolean;
  isCancelling: boolean;
  /** The database does not answer, so all of this is as it was. */
  isAway: boolean;
  samples: Sample[];
  /** How many reports one point of `rates` stands for, and those that have not made one yet. */
  perPoint: number;
  pending: number[];
};

/** How far it was when (milliseconds). */
type Sample = { at: number; done: number };

const WINDOW_MS = 5000;
const MAX_RATES = 240;

/** The ONE reducer: every message of a run's stream, or the first state a page came with, becomes what the bar shows. */
export function reduceRun(before: RunProgress | null, message: RunMessage): RunProgress | null {
  if (message.type === 'away') return before && { ...before, isAway: true, ratePerSecond: null, secondsLeft: null };
  const { type: _, at, reportedAt, startedAt, finishedAt, ...state } = message;
  const isSameAttempt = before !== null && before.run === state.run && state.done >= before.done && before.state !== 'interrupted';
  const sample = { at: reportedAt ?? at, done: state.done };
  const history = isSameAttempt ? addSample(before, sample) : { samples: [sample], rates: [], perPoint: 1, pending: [] };
  const elapsedMs = startedAt === null ? null : Math.max(0, (finishedAt ?? at) - startedAt);
  const ratePerSecond = state.state === 'running' ? rateOf(history.samples) : elapsedMs && hasEnded(state.state) ? (state.done / elapsedMs) * 1000 : null;
  const left = state.total === null ? null : Math.max(0, state.total - state.done);
  return {
    ...state,
    share: state.total === null ? null : state.total === 0 ? 1 : Math.min(1, state.done / state.total),
    ratePerSecond,
    secondsLeft: state.state === 'running' && left !== null && ratePerSecond ? Math.ceil(left / ratePerSecond) : null,
    elapsedSeconds: elapsedMs === null ? null : elapsedMs / 1000,
    findings: state.kind === 'verify' || state.kind === 'resource' ? Object.values(state.counts).reduce((sum, n) => sum + n, 0) : 0,
    hasEnded: hasEnded(state.state),
    isCancelling: state.isCancelRequested && !hasEnded(state.state),
    isAway: false,
    ...history,
  };
}

type History = Pick<RunProgress, 'samples' | 'rates' | 'perPoint' | 'pending'>;

function addSample({ samples, rates, perPoint, pending }: RunProgress, sample: Sample): History {
  const last = samples.at(-1) as Sample;
  if (sample.at <= last.at) return { samples, rates, perPoint, pending };
  const inWindow = samples.filter((s) => s.at >= sample.at - WINDOW_MS);
  const kept = inWindow.length > 0 ? inWindow : [last]; // reports further apart than the window still give a rate
  const waiting = [...pending, ((sample.done - last.done) / (sample.at - last.at)) * 1000];
  const line = waiting.length < perPoint ? { rates, perPoint, pending: waiting } : { rates: [...rates, mean(waiting)], perPoint, pending: [] };
  return { samples: [...kept, sample], ...(line.rates.length > MAX_RATES ? thin(line) : line) };
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Two neighbours become their mean, and so will every two reports from now on: the line keeps its shape. */
function thin({ rates, perPoint }: Pick<History, 'rates' | 'perPoint'>): Omit<History, 'samples'> {
  const pairs = rates.flatMap((rate, i) => (i % 2 === 0 && i + 1 < rates.length ? [mean([rate, rates[i + 1] as number])] : []));
  return { rates: pairs, perPoint: perPoint * 2, pending: rates.length % 2 === 1 ? [rates.at(-1) as number] : [] };
}

function rateOf(samples: Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at <= first.at) return null;
  return ((last.done - first.done) / (last.at - first.at)) * 1000;
}
