import { FINDINGS_KEPT } from '@/core/finding';
import { countAway } from '@/features/trail/away';
import { formatCount, inWords } from '@/lib/format';
import { awayText, hasFiguresLeftOut } from './away-words';
import type { VerifyResult } from './schema';

type Shown = { code: string; seq: number | null; expected: string | null; found: string | null };
type Ended = Pick<VerifyResult, 'from' | 'to' | 'checked' | 'state' | 'counts' | 'findings'> & {
  sealedTo?: number | undefined;
  away?: VerifyResult['away'];
  stubs?: VerifyResult['stubs'];
  /** stopped half-way, whatever it had found */ isCancelled?: boolean;
};

/**
 * The one sentence of a verdict, never one word: `One event was altered and three are missing. The other 118,237 hold.` · `All 2,913 events hold, 0 to 2,912: sealed to
 * 2,905, not anchored.` Isomorphic.
 * @param kept the findings that are at hand, the first 10,000
 */
export function verdictSentence(run: Ended, kept: readonly Shown[]): string {
  const away = awayText(run.away);
  const figures = hasFiguresLeftOut(run.away, run.to) ? ' Figures kept for charts of blocks with such events are not derived again.' : '';
  return `${whatHolds(run, kept)}${away === null ? '' : ` ${capital(away)}.${figures}`}`;
}

function whatHolds(run: Ended, kept: readonly Shown[]): string {
  const { from, to, checked, state, sealedTo = 0, isCancelled = state === 'cancelled' } = run;
  const stopped = isCancelled ? ` Stopped at ${formatCount(to)}; nothing is said of what follows.` : '';
  const isRotated = run.findings > 0 && run.findings === run.counts.KEY_ROTATED;
  if (run.findings > 0 && !isRotated) return `${foundSentence(run.counts, kept)} ${rest(run, kept)}${stopped}`.trim();
  if (checked === 0)
    return isCancelled
      ? 'Stopped before the first event: nothing was checked.'
      : `Nothing was checked: no event of [${formatCount(from)},${formatCount(to)}) is here.`;
  // of an event that was disposed of its hashes are here, and nothing that could be said of it holds
  const good = checked - countDisposed(run);
  const isAllHere = !run.away?.length;
  const holding = isAllHere
    ? `${formatCount(good)} events hold`
    : good === 1
      ? 'one event that is here holds'
      : `${formatCount(good)} events that are here hold`;
  const isOne = to - from === 1 && good === 1;
  const range = isOne ? `event ${formatCount(from)} holds` : `${good === 0 ? 'no event is here' : holding}, ${formatCount(from)} to ${formatCount(to - 1)}`;
  const rotated = isRotated ? ` ${NEW_KEY}` : '';
  if (isCancelled) return `${capital(range)}.${stopped}${rotated}`;
  const trust = state === 'holds' && sealedTo > 0 ? `: sealed to ${formatCount(sealedTo - 1)}, not anchored` : ': internally consistent, not anchored';
  return `${isOne || good < 2 ? capital(range) : `All ${range}`}${trust}.${rotated}`;
}

/** KEY_ROTATED is no fault of the log. */
export const NEW_KEY = 'The trail has a new key, signed in by the one that you gave: compare its words, then verify with both.';

/** What was found, in one sentence: `One event was altered and three are missing.` @param kept the findings that are at hand */
export const foundSentence = (counts: Ended['counts'], kept: readonly Shown[]): string => `${capital(joined(clauses({ counts }, kept)))}.`;

/** What was found, the gravest first, each as a clause. */
function clauses({ counts }: Pick<Ended, 'counts'>, kept: readonly Shown[]): string[] {
  const n = (code: string) => counts[code] ?? 0;
  const span = (code: string) =>
    kept
      .filter((f) => f.code === code && !isStub(f))
      .reduce((sum, { expected, found }) => sum + Math.max(1, Math.abs(Number(found ?? expected) - Number(expected)) || 1), 0);
  // of findings beyond those at hand only the code is known, not how many events each of them is about
  const isWhole = (code: string) => kept.filter((f) => f.code === code).length >= n(code);
  const stubs = kept.filter(isStub).length;
  const list: [number, string, string][] = [
    [n('EVENT_HASH'), 'event was altered', 'events were altered'],
    [n('MALFORMED'), 'row is no event we could have written', 'rows are no events we could have written'],
    [n('WRONG_TRAIL'), 'row is of another trail', 'rows are of another trail'],
    [n('SEQ_GAP') > 0 && isWhole('SEQ_GAP') ? span('SEQ_GAP') : 0, 'is missing', 'are missing'],
    [n('HEAD_CUT') > stubs && isWhole('HEAD_CUT') ? span('HEAD_CUT') : 0, 'of the oldest is gone', 'of the oldest are gone'],
    [n('TRUNCATED') > 0 && isWhole('TRUNCATED') ? countCut(kept) : 0, 'of the newest is gone', 'of the newest are gone'],
    [n('DUPLICATE'), 'stands twice', 'stand twice'],
    [n('CHAIN_LINK'), 'link to the event before is broken', 'links to the event before are broken'],
    [n('TIME_BACKWARDS'), 'time runs backwards', 'times run backwards'],
    [n('DERIVED_MISMATCH'), 'entry of an index does not match', 'entries of an index do not match'],
  ];
  const found = list.filter(([count]) => count > 0).map(([count, one, many]) => `${inWords(count)} ${count === 1 ? one : many}`);
  for (const [code, what] of [
    ['SEQ_GAP', 'events are missing'],
    ['HEAD_CUT', 'the oldest are gone'],
    ['TRUNCATED', 'the newest are gone'],
  ] as const) {
    if (n(code) > 0 && !isWhole(code)) found.push(code === 'SEQ_GAP' ? `${what} in ${n(code) === 1 ? 'one place' : `${inWords(n(code))} places`}` : what);
  }
  if (stubs > 0) found.push('events were disposed of without an act that says so');
  if (n('HEAD_FORGED') > 0) found.push("the trail's end marker was moved");
  // tiles that are others over events that give what was signed
  const isTreeAlone =
    n('FORK') + n('ROOT_MISMATCH') === 0 && isWhole('TILE_MISMATCH') && kept.every(({ code, seq }) => code !== 'TILE_MISMATCH' || seq === null);
  const seals: [string[], string][] = [
    [['FORK', 'TILE_MISMATCH', 'ROOT_MISMATCH'], isTreeAlone ? 'the stored tree is not what was signed' : 'what is here is not what was sealed'],
    [['UNKNOWN_KEY', 'NOTE_REFUSED', 'EQUIVOCATION'], 'a checkpoint does not hold'],
    [['KEY_ROTATED'], 'the trail has a new key'],
    [['ERASURE_UNLOGGED', 'DISCLOSURE_MISMATCH'], 'sealed values are gone or exchanged'],
    [['VIEW_MISMATCH'], 'the screens are shown other rows than the trail has'],
    [['COUNT_MISMATCH'], 'kept figures differ from the events'],
    [['STATE_UNLOGGED'], 'accounts, catalogues or runs were written by nobody who is told of'],
    [['SOURCE_GAP'], 'a source lost events before they came'],
  ];
  for (const [codes, clause] of seals) if (codes.some((code) => n(code) > 0)) found.push(clause);
  // a clause without a noun needs the one before it
  return found.map((clause, i) =>
    i === 0 ? clause.replace(/^(?!what )(\S+) (is|are|of|stands?) /, (_, count, verb) => `${count} ${count === 'one' ? 'event' : 'events'} ${verb} `) : clause,
  );
}

/** A run that tells what one before it had found may name two ends, and what lies behind the one lies behind the other. */
function countCut(kept: readonly Shown[]): number {
  const cuts = kept.filter(({ code }) => code === 'TRUNCATED');
  const [from, to] = [Math.min(...cuts.map(({ found }) => Number(found))), Math.max(...cuts.map(({ expected }) => Number(expected)))];
  return Math.max(1, to - from) || 1;
}

/** Of events that stubs stand for, which no act explains. */
const isStub = ({ code, found }: Shown) => code === 'HEAD_CUT' && found === 'stub';

/** Stubs, lawful or not. */
const countDisposed = ({ away, stubs = 0 }: Ended) => Math.max(stubs, countAway(away, 'disposed'));

const FAULTY = new Set(['EVENT_HASH', 'MALFORMED', 'WRONG_TRAIL', 'DUPLICATE', 'CHAIN_LINK', 'TIME_BACKWARDS', 'TILE_MISMATCH']);
/** Where one of these was found nobody can say which events are the ones that were signed. */
const OF_EVERYTHING = ['UNKNOWN_KEY', 'EQUIVOCATION', 'ROOT_MISMATCH'];

/** What may be said of the events of which nothing was found; nothing, where that is not known. */
function rest(run: Ended, kept: readonly Shown[]): string {
  const { checked, findings, counts } = run;
  if (checked === 0) return 'Nothing else is here.';
  if (OF_EVERYTHING.some((code) => counts[code])) return '';
  if (counts.FORK) return belowFork(run, kept);
  if (findings > kept.length) return findings > FINDINGS_KEPT ? 'What is not named holds.' : ''; // else one that was taken away is not named either
  const faulty = new Set(kept.filter(({ code, seq }) => seq !== null && FAULTY.has(code)).map(({ seq }) => seq)).size;
  if (!run.stubs && kept.some(isStub)) return ''; // nobody counted them
  const good = checked - faulty - countDisposed(run);
  if (good <= 0) return '';
  return faulty === 0 ? `The ${formatCount(good)} here hold.` : `The other ${formatCount(good)} hold.`;
}

/**
 * Below the first event of another history the rows are those that were signed, as a root says: the one at that size, where `expected` is a bracket of sizes, else the one
 * that the old leaves lead to, with which each leaf below was compared.
 */
function belowFork({ from, findings, sealedTo = 0 }: Ended, kept: readonly Shown[]): string {
  const fork = kept
    .filter(({ code }) => code === 'FORK')
    .reduce<Shown | null>((first, one) => (first?.seq != null && first.seq <= (one.seq ?? -1) ? first : one), null);
  if (fork?.seq == null) return '';
  const n = fork.seq;
  const behind = `rom ${formatCount(n)} on nothing holds.`;
  const isCompared = !fork.expected?.startsWith('[') || sealedTo >= n;
  const isTileWrong = kept.some(({ code, seq }) => code === 'TILE_MISMATCH' && seq === null); // then leaves that are the same prove nothing
  if (n <= from || !isCompared || isTileWrong) return `F${behind}`;
  if (findings > kept.length || kept.some(({ code, seq }) => code !== 'FORK' && seq !== null && seq < n))
    return `What else is here below ${formatCount(n)} is as it was signed; f${behind}`;
  return n - from === 1
    ? `Event ${formatCount(from)} is as it was signed; f${behind}`
    : `Events ${formatCount(from)} to ${formatCount(n - 1)} are as they were signed; f${behind}`;
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
const joined = (list: string[]) => (list.length < 2 ? (list[0] ?? 'something was found') : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`);
