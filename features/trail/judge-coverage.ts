import type { Away } from '@/core/absence';
import { awayWithin } from './away';
import { type BreakSource, countBreaks, countMonthBreaks, type Named } from './count-breaks';
import { type Break, isAnsweredBy, type Looked } from './made-good';
import type { Coverage, CoverageMonth } from './shell';
import type { ToldRun } from './told-run';

/** A verification that ended, as its event `verification.finished` tells it; of its `findings` some of each month, of the rest only `counts` knows. Newest first in a list of them. */
export type EndedRun = Break &
  Looked &
  Pick<ToldRun, 'to' | 'state'> & {
    counts: Record<string, number>;
    findings: Named[];
    /** None of its range was read before; absent: `at`. */
    readSince?: string;
    /** Where events are lawfully away. */
    away?: readonly Away[];
    /** Where findings were kept at all only up to a number: nothing is known of single events from here on. */
    placesKnownTo?: number | null;
    /** Nothing shows that it is one of ours: what it found counts, that it looked and found no more does not. */
    isUnproven?: boolean;
  };
export type Segment = { month: string; firstSeq: number; lastSeq: number };

type Piece = { from: number; to: number; at: string; away: readonly Away[] };
const SHOWN_BREAKS = 1_000;

/**
 * Pure: how far the trail is verified. The newest run that reached an event says when it was read.
 * @param found what stands, whoever found it: `standingRuns`
 */
export function judgeCoverage(
  segments: readonly Segment[],
  events: number,
  runs: readonly EndedRun[],
  found: readonly BreakSource[],
): Pick<Coverage, 'months' | 'verifiedTo' | 'verifiedAt' | 'newer' | 'cutOff' | 'breaks' | 'breakCount' | 'isBreakCountExact'> {
  const pieces: Piece[] = []; // disjoint, sorted by from
  const cuts: { from: number; to: number }[] = []; // numbers that were given and have no event any more
  for (const run of runs) {
    if (!isVerdict(run.state)) continue; // cancelled, not_covered: nothing is said of the range
    const fresh = without(run, pieces);
    // a run that found nothing left to read covers nothing and still says that it is gone, until a newer one found something there
    const isBare = run.from >= run.to && !pieces.some((piece) => piece.to > run.from) && !cuts.some((cut) => cut.from <= run.from);
    if (fresh.length === 0 && !isBare) continue;
    // only what no newer run found in its place again
    for (const cut of cutsOf(run)) if (!pieces.some((piece) => piece.to > cut.from)) cuts.push(cut);
    if (run.isUnproven) continue;
    pieces.push(...fresh);
    pieces.sort((a, b) => a.from - b.from);
  }
  // from here on there are findings whose places nobody kept
  const unplaced = Math.min(Number.POSITIVE_INFINITY, ...found.map(({ placesKnownTo }) => placesKnownTo ?? Number.POSITIVE_INFINITY));
  const nameless = found.filter(({ findings }) => findings.length === 0).flatMap(({ counts }) => Object.keys(counts).map((code) => ({ seq: null, code })));
  const breaks = distinct([...found.flatMap(({ findings }) => findings), ...nameless]).sort((a, b) => (a.seq ?? -1) - (b.seq ?? -1));
  const firsts = segments.map(({ firstSeq }) => firstSeq);
  const months = segments.map((segment, i) => ({
    ...judgeMonth(segment, pieces, breaks, unplaced),
    breaks: countMonthBreaks(found, firsts, i, segment.lastSeq),
  }));
  const { count: breakCount, isExact: isBreakCountExact } = countBreaks(found, firsts);
  const whole = reach(pieces, 0);
  // where an index differs the events themselves hold
  const firstBreak = breaks.reduce((least, { seq, code }) => (code === 'DERIVED_MISMATCH' ? least : Math.min(least, seq ?? 0)), Number.POSITIVE_INFINITY);
  const end = Math.min(whole.to, firstBreak, events, unplaced);
  const cutEnd = Math.min(
    events,
    cuts.reduce((most, { from, to }) => (from <= whole.to ? Math.max(most, to) : most), whole.to),
  );
  return {
    months,
    verifiedTo: end > 0 ? end - 1 : null,
    verifiedAt: end > 0 ? whole.at : null,
    newer: Math.max(0, events - cutEnd),
    cutOff: Math.max(0, cutEnd - whole.to),
    breaks: breaks.slice(0, SHOWN_BREAKS),
    breakCount,
    isBreakCountExact,
  };
}

/**
 * Those that found something and that no later run has answered (made-good.ts): one that looked for less, or elsewhere, hides nothing, and what nobody can show to be ours answers
 * nothing. Pure.
 */
export const standingRuns = <Run extends EndedRun>(runs: readonly Run[]): Run[] =>
  runs.filter((run) => run.state === 'broken' && !runs.some((later) => isVerdict(later.state) && !later.isUnproven && isAnsweredBy(later, run)));

const isVerdict = (state: string) => state === 'holds' || state === 'consistent' || state === 'broken';

/** The parts of a run that no newer one has judged. */
function without(run: EndedRun, pieces: readonly Piece[]): Piece[] {
  const { at: toldAt, readSince: at = toldAt, away = [] } = run;
  const parts: Piece[] = [];
  let from = run.from;
  for (const piece of pieces) {
    if (piece.to <= from || piece.from >= run.to) continue;
    if (piece.from > from) parts.push({ from, to: piece.from, at, away });
    from = Math.max(from, piece.to);
  }
  if (from < run.to) parts.push({ from, to: run.to, at, away });
  return parts;
}

/** What was found at an event by several is one break; of what no event can be named nobody knows whether it is the same. */
function distinct(found: readonly Named[]): Coverage['breaks'] {
  const seen = new Set<string>();
  return found.filter(({ seq, code }) => seq === null || (!seen.has(`${seq} ${code}`) && seen.add(`${seq} ${code}`))).map(({ seq, code }) => ({ seq, code }));
}

/** SPEC §8, TRUNCATED: `found` is where the rows end, `expected` how far the trail was known to reach; an older run may have reached further than what is left. */
function cutsOf(run: EndedRun): { from: number; to: number }[] {
  const named = run.findings.filter(({ code }) => code === 'TRUNCATED');
  if (named.length === 0 && run.counts.TRUNCATED && run.seq !== null && !run.isWaited && run.seq > run.to) return [{ from: run.to, to: run.seq }];
  return named
    .map(({ expected, found }) => ({ from: Number(found), to: Number(expected) }))
    .filter(({ from, to }) => Number.isSafeInteger(from) && Number.isSafeInteger(to) && to > from);
}

function judgeMonth(
  { month, firstSeq, lastSeq }: Segment,
  pieces: readonly Piece[],
  breaks: Coverage['breaks'],
  unplaced: number,
): Omit<CoverageMonth, 'breaks'> {
  const { to, at } = reach(pieces, firstSeq);
  const verified = Math.max(0, Math.min(to, lastSeq + 1, unplaced) - firstSeq); // a month that may hold an unnamed break is not called good
  const isBroken = breaks.some(({ seq }) => seq !== null && seq >= firstSeq && seq <= lastSeq);
  const state = isBroken ? 'broken' : verified === lastSeq - firstSeq + 1 ? 'verified' : 'not covered';
  const away = awayIn(pieces, { from: firstSeq, to: firstSeq + verified });
  return { month: month.slice(0, 7), firstSeq, lastSeq, state, since: verified > 0 || isBroken ? at : null, verified, ...(away ? { away } : {}) };
}

/** By the newest run that reached each event. */
function awayIn(pieces: readonly Piece[], verified: { from: number; to: number }): CoverageMonth['away'] {
  const found = { archived: 0, disposed: 0, isExact: true };
  for (const piece of pieces) {
    const range = { from: Math.max(piece.from, verified.from), to: Math.min(piece.to, verified.to) };
    for (const place of piece.away) {
      const within = awayWithin(place, range);
      if (within === null) continue;
      found[within.kind] += within.count;
      found.isExact &&= within.isExact;
    }
  }
  const most = verified.to - verified.from;
  const archived = Math.min(found.archived, most);
  return found.archived + found.disposed === 0 ? undefined : { archived, disposed: Math.min(found.disposed, most - archived), isExact: found.isExact };
}

/** How far coverage goes without a hole from a seq on, and the oldest check that this rests on. */
function reach(pieces: readonly Piece[], start: number): { to: number; at: string | null } {
  let to = start;
  const times: string[] = [];
  for (const piece of pieces) {
    if (piece.from > to) break;
    if (piece.to <= to) continue;
    to = piece.to;
    times.push(piece.at);
  }
  return { to, at: times.sort()[0] ?? null };
}
