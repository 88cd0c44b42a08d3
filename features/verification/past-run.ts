import { formatCount, formatShare, plural } from '@/lib/format';
import { SCHEDULE_LABELS, type Schedule } from './schedule/names';
import type { VerifyParams, VerifyResult } from './schema';

/** What the list of runs has of each. Isomorphic. */
export type PastHead = {
  runId: number;
  state: 'queued' | 'running' | 'done' | 'cancelled' | 'failed' | 'interrupted';
  startedAt: string | null;
  finishedAt: string | null;
  tookMs: number | null;
  /** Who asked for it, or of one that nobody asked for which of the schedule's it was. */
  by: string;
  schedule: Schedule | null;
  /** Code of the fault. */
  error: string | null;
};

/** A verification in the list of runs. Isomorphic. */
export type PastRun = PastHead & {
  asked: VerifyParams;
  /** Null until it ended, and where it ended by a fault. */
  verdict: VerifyResult | null;
  /** Done, and nothing was found. */
  isClean: boolean;
};

/** `by Ines Hartmann`, `at the command line`, `by the schedule (nightly)`: how a sentence goes on after "run 12". */
export function startedText({ by, schedule }: PastHead): string {
  if (schedule) return `by the schedule (${SCHEDULE_LABELS[schedule].toLowerCase()})`;
  return by === 'command line' ? 'at the command line' : `by ${by}`;
}

/** `0 – 41,197,003`: inclusive, as the numbers stand on the events; `everything` until `to` is fixed. */
export function rangeText({ asked, verdict }: PastRun): string {
  const from = verdict?.from ?? asked.from ?? 0;
  const to = verdict?.to ?? asked.to;
  if (to === undefined) return from === 0 ? 'everything' : `${formatCount(from)} to the end`;
  return to <= from ? `from ${formatCount(from)}` : to - from === 1 ? formatCount(from) : `${formatCount(from)} – ${formatCount(to - 1)}`;
}

/** What the list says of a run, never one word where there is a verdict. */
export function resultText(run: PastRun): string {
  const { state, verdict, error, asked } = run;
  if (state === 'queued') return 'Waiting for its turn';
  if (state === 'running') return 'Checking';
  if (state === 'interrupted') return 'Interrupted, can be taken up again';
  if (state === 'failed') return `Could not check: ${error ?? 'fault'}. Nothing is said of the log`;
  if (!verdict) return 'Cancelled before the first event';
  const found = verdict.findings > 0 ? plural(verdict.findings, 'finding') : null;
  if (state === 'cancelled') {
    const share = asked.to === undefined ? '' : ` at ${formatShare(verdict.checked / Math.max(1, asked.to - verdict.from))}`;
    return `Cancelled${share}, ${found ?? `${formatCount(verdict.checked)} hold so far`}`;
  }
  const isRotated = verdict.state !== 'broken' && found !== null;
  if (found && !isRotated) return `Broken: ${found} in ${plural(verdict.checked, 'event')}`;
  if (verdict.state === 'not_covered') return 'Nothing was there to check';
  const sealed = verdict.state === 'holds' && verdict.sealedTo > 0 ? `sealed to ${formatCount(verdict.sealedTo - 1)}` : 'not anchored';
  return `${plural(verdict.checked, 'event')} ${verdict.checked === 1 ? 'holds' : 'hold'}, ${sealed}${isRotated ? '; new key' : ''}`;
}
