import type { Away } from '@/core/absence';
import { awayWithin } from './away';
import { type BreakSource, countBreaks, countMonthBreaks, type Named } from './count-breaks';
import type { Coverage, CoverageMonth } from './shell';

/** A finished verification as its event `verification.finished` tells it; of its `findings` some of each month, of the rest only `counts` knows. Newest first in a list of them. */
export type FinishedRun = {
  at: string;
  from: number;
  to: number;
  state: string;
  counts: Record<string, number>;
  findings: Named[];
  /** Where events are lawfully away. */
  away?: readonly Away[];
  /** Where findings were kept at all only up to a number: nothing is known of single events from here on. */
  placesKnownTo?: number | null;
  /** The number of the event that tells of the run: numbers between its end and this one were given before. */
  toldAt?: number | undefined;
  /** The trail took no event when the run ended: numbers before `toldAt` may have been given since. */
  isToldLate?: boolean | undefined;
  /** Nothing shows that it is one of ours: what it found counts, that it looked and found no more does not. */
  isUnproven?: boolean;
};
/** The check of a resource that found something which stands; as with a run, some of each month of its findings. */
export type BrokenCheck = Pick<BreakSource, 'counts' | 'findings' | 'standing' | 'isWhole' | 'placesKnownTo'>;
export type Segment = { month: string; firstSeq: number; lastSeq: number };

type Piece = { from: number; to: number; at: string; away: readonly Away[] };
const SHOWN_BREAKS = 1_000;
const EVERYWHERE: readonly { from: number; to: number }[] = [{ from: 0, to: Number.POSITIVE_INFINITY }];

/**
 * Pure: how far the trail is verified. The newest run that reached an event decides about it; an older one still counts for what no newer one reached, so a clean check
 * of one month does not hide the break that an earlier check found in another.
 * @param checks those of single resources, which cover nothing
 */
export function judgeCoverage(
  segments: readonly Segment[],
  events: number,
  runs: readonly FinishedRun[],
  checks: readonly BrokenCheck[] = [],
): Pick<Coverage, 'months' | 'verifiedTo' | 'verifiedAt' | 'newer' | 'cutOff' | 'breaks' | 'breakCount' | 'isBreakCountExact'> {
  const pieces: Piece[] = []; // disjoint, sorted by from
  const cuts: { from: number; to: number }[] = []; // numbers that were given and have no event any more
  const sources: BreakSource[] = [];
  const nameless: Coverage['breaks'] = []; // codes of runs whose findings nobody kept
  let unplaced = Number.POSITIVE_INFINITY; // from here on a broken run has findings whose places nobody kept
  for (const run of runs) {
    if (run.state !== 'holds' && run.state !== 'consistent' && run.state !== 'broken') continue; // cancelled, not_covered: nothing is said of the range
    const fresh = without(run, pieces);
    // a run that found nothing left to read covers nothing and still says that it is gone, until a newer one found something there
    const isBare = run.from >= run.to && !pieces.some((piece) => piece.to > run.from) && !cuts.some((cut) => cut.from <= run.from);
    if (fresh.length === 0 && !isBare) continue;
    if (run.state === 'broken') {
      const source = sourceOf(run, fresh);
      sources.push(source);
      if (run.findings.length === 0) nameless.push(...Object.keys(run.counts).map((code) => ({ seq: null, code })));
      if (typeof source.placesKnownTo === 'number') unplaced = Math.min(unplaced, source.placesKnownTo);
    }
    // only what no newer run found in its place again
    for (const cut of cutsOf(run)) if (!pieces.some((piece) => piece.to > cut.from)) cuts.push(cut);
    if (run.isUnproven) continue;
    pieces.push(...fresh);
    pieces.sort((a, b) => a.from - b.from);
  }
  for (const check of checks) {
    sources.push({ ...check, parts: EVERYWHERE });
    if (typeof check.placesKnownTo === 'number') unplaced = Math.min(unplaced, check.placesKnownTo);
  }
  const breaks = distinct([...sources.flatMap(({ standing }) => standing), ...nameless]).sort((a, b) => (a.seq ?? -1) - (b.seq ?? -1));
  const firsts = segments.map(({ firstSeq }) => firstSeq);
  const months = segments.map((segment, i) => ({
    ...judgeMonth(segment, pieces, breaks, unplaced),
    breaks: countMonthBreaks(sources, firsts, i, segment.lastSeq),
  }));
  const { count: breakCount, isExact: isBreakCountExact } = countBreaks(sources, firsts);
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

/** The parts of a run that no newer one has judged. */
function without(run: FinishedRun, pieces: readonly Piece[]): Piece[] {
  const { at, away = [] } = run;
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

/** A finding about no single event, or about one behind the range, stands as long as any part of its run does. */
function sourceOf(run: FinishedRun, fresh: readonly Piece[]): BreakSource {
  const { from, to, counts, findings, placesKnownTo } = run;
  return {
    counts,
    findings,
    standing: findings.filter(({ seq }) => seq === null || seq >= to || fresh.some((part) => seq >= part.from && seq < part.to)),
    parts: [...fresh, { from: to, to: Number.POSITIVE_INFINITY }],
    isWhole: from >= to || fresh.some((part) => part.from === from && part.to === to),
    placesKnownTo: findings.length === 0 ? from : placesKnownTo,
  };
}

/** What was found at an event by several is one break; of what no event can be named nobody knows whether it is the same. */
function distinct(found: readonly Named[]): Coverage['breaks'] {
  const seen = new Set<string>();
  return found.filter(({ seq, code }) => seq === null || (!seen.has(`${seq} ${code}`) && seen.add(`${seq} ${code}`))).map(({ seq, code }) => ({ seq, code }));
}

/** SPEC §8, TRUNCATED: `found` is where the rows end, `expected` how far the trail was known to reach; an older run may have reached further than what is left. */
function cutsOf(run: FinishedRun): { from: number; to: number }[] {
  const named = run.findings.filter(({ code }) => code === 'TRUNCATED');
  if (named.length === 0 && run.counts.TRUNCATED && run.toldAt !== undefined && !run.isToldLate && run.toldAt > run.to)
    return [{ from: run.to, to: run.toldAt }];
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
