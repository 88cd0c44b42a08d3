import { countAway } from '@/features/trail/away';
import { formatCount, formatShare, plural } from '@/lib/format';
import { SCHEDULE_LABELS, type Schedule } from './schedule/names';
import type { VerifyParams, VerifyResult } from './schema';
import { foundSentence, verdictSentence } from './verdict-sentence';

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
  /** Code of the fault, and what the reader can do about it, where that is known. */
  error: string | null;
  hint?: string | null;
};

/**
 * Whether the trail itself tells of a run, and in the same words; `waits`: its event is not sealed yet, and too far from the end to be led there; `unconfirmed`: it was told later, when
 * no row bore out that it had ended so.
 */
export type Telling = 'told' | 'waits' | 'unconfirmed' | 'untold';

/** A verification in the list of runs. Isomorphic. */
export type PastRun = PastHead & {
  asked: VerifyParams;
  /** Null until it ended, and where it ended by a fault. */
  verdict: VerifyResult | null;
  telling: Telling;
  /** Its row is gone, or does not say what its event says, which is what is shown. */
  isByEventAlone: boolean;
  /** Rows of what it found were written with its end. False: it was told later, when no row of the database said that it had ended so. */
  areRowsDue: boolean;
  /** Done, nothing was found, and the trail tells so: a row says what whoever holds the database wants. */
  isClean: boolean;
};

const isGoodNewsUntold = ({ verdict, telling }: Pick<PastRun, 'verdict' | 'telling'>) => verdict !== null && verdict.state !== 'broken' && telling !== 'told';

/** What a run said, where the trail tells of it or it found something; else that its row alone says so. @param findings at hand */
export function runSentence(run: PastRun, findings: Parameters<typeof verdictSentence>[1]): string {
  const { verdict, telling, state, runId } = run;
  if (!verdict) return `${resultText(run)}.${run.hint ? ` ${run.hint.replace(/\.$/, '')}.` : ''}`;
  // what the trail says otherwise, or not at all, is bad news at most; where it takes no event the run's page says so
  if (telling === 'untold' && verdict.state === 'broken' && !verdict.notRecorded)
    return `${foundSentence(verdict.counts, findings)} The trail does not tell of run ${runId} in these words: nothing is said of the rest.`;
  if (!isGoodNewsUntold(run)) {
    const said = verdictSentence({ ...verdict, isCancelled: state === 'cancelled' }, findings);
    return run.isByEventAlone ? `${said} So the trail tells it: the row of run ${runId} is gone from the database, or says otherwise.` : said;
  }
  if (telling === 'unconfirmed')
    return `Nothing bears out what run ${runId} found good: it waited to be told, and no row of the database said so then. Nothing is said of the events.`;
  return telling === 'waits'
    ? `Run ${runId} found nothing; the event that tells of it waits for its signature.`
    : `The trail does not tell of run ${runId}: that it found nothing is written in a row of the database alone, and nothing is said of the events.`;
}

/** Where no act names anybody: of a run of the command line none does, nor of one that a row of the database alone asked for. */
export const NOT_NAMED = 'command line, or not known';

/** `by Ines Hartmann`, `at the command line or by somebody not known`, `by the schedule (nightly)`: how a sentence goes on after "run 12". */
export function startedText({ by, schedule }: Pick<PastHead, 'by' | 'schedule'>): string {
  if (schedule) return `by the schedule (${SCHEDULE_LABELS[schedule].toLowerCase()})`;
  return by === NOT_NAMED ? 'at the command line or by somebody not known' : `by ${by}`;
}

/** `0 – 41,197,003`: inclusive, as the numbers stand on the events; `everything` until `to` is fixed; `everything, deep` where all texts are judged. */
export const rangeText = (run: PastRun): string => `${numbersText(run)}${run.asked.deep ? ', deep' : ''}`;

/** What a run read: `checked 0 – 2,912`; of one that read nothing what it was to read. */
export const checkedText = (run: PastRun): string => `${run.verdict && run.verdict.checked > 0 ? 'checked' : 'was to check'} ${rangeText(run)}`;

function numbersText({ asked, verdict }: PastRun): string {
  const from = verdict?.from ?? asked.from ?? 0;
  const to = verdict?.to ?? asked.to;
  if (to === undefined) return from === 0 ? 'everything' : `${formatCount(from)} to the end`;
  return to <= from ? `from ${formatCount(from)}` : to - from === 1 ? formatCount(from) : `${formatCount(from)} – ${formatCount(to - 1)}`;
}

/** What the list says of a run, never one word where there is a verdict. */
export const resultText = (run: PastRun): string => `${verdictText(run)}${run.isByEventAlone ? '; row gone or false' : ''}`;

const UNTOLD_TEXTS: Partial<Record<Telling, string>> = { waits: 'Found nothing, not sealed yet', unconfirmed: 'Nothing bears out what it found good' };

function verdictText(run: PastRun): string {
  const { state, verdict, error, asked } = run;
  if (state === 'queued') return 'Waiting for its turn';
  if (state === 'running') return 'Checking';
  if (state === 'interrupted') return 'Interrupted, can be taken up again';
  if (state === 'failed') return `Could not check: ${error ?? 'fault'}. Nothing is said of the log`;
  if (!verdict) return 'Cancelled before the first event';
  if (isGoodNewsUntold(run)) return UNTOLD_TEXTS[run.telling] ?? 'The trail does not tell of this run';
  const found = verdict.findings > 0 ? plural(verdict.findings, 'finding') : null;
  if (state === 'cancelled') {
    const share = asked.to === undefined ? '' : ` at ${formatShare(verdict.checked / Math.max(1, asked.to - verdict.from))}`;
    return `Cancelled${share}, ${found ?? `${formatCount(verdict.checked - countAway(verdict.away, 'disposed'))} hold so far`}`;
  }
  const isRotated = verdict.state !== 'broken' && found !== null;
  if (found && !isRotated) return `Broken: ${found} in ${plural(verdict.checked, 'event')}`;
  const lawfully = countAway(verdict.away, 'archived') + countAway(verdict.away, 'disposed');
  const aside = lawfully === 0 ? '' : `; ${formatCount(lawfully)} lawfully away`;
  if (verdict.state === 'not_covered') return `Nothing was there to check${aside}`;
  const sealed = verdict.state === 'holds' && verdict.sealedTo > 0 ? `sealed to ${formatCount(verdict.sealedTo - 1)}` : 'not anchored';
  const good = verdict.checked - countAway(verdict.away, 'disposed');
  return `${plural(good, 'event')} ${good === 1 ? 'holds' : 'hold'}, ${sealed}${aside}${isRotated ? '; new key' : ''}`;
}
