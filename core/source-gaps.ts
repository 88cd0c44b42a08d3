/**
 * SPEC §8, SOURCE_GAP: what was lost before it reached us. Each run of a source (source_epoch) numbers its events from 1; a number that never came is a gap, told at the
 * event that showed it, once the newest recorded_at is 24 h past that event.
 *
 *   numbers   1 2 · 4 · · 7     gaps 3, [5,7)       shown by the events that brought 4 and 7
 *
 * `event.rejected` {source, source_epoch, source_seq} closes one number, `source.dropped` {from, to} those of [from,to); `source.started` {previous_epoch, previous_seq}
 * says how far the run before came: what of it never came is a gap at that event. A new run alone is none. Where rows were missing or unreadable the numbers in between
 * are nobody's to judge, nor are those before a walk that starts in the middle: unless the walk before it takes over what this one saw (`part`, `adopt`).
 */
import type { Finding } from './finding';
import type { JsonValue } from './json';
import { DAY_MICROS } from './postgres-time';
import type { SeenEvent } from './seen-event';

type Gap = { from: number; to: number; seq: number; at: number };
/** `high`: the largest number known of; `blind`: how often rows had been missing when the run was last seen. `gaps` ascend. */
type Run = { high: number; blind: number; gaps: Gap[]; first: First | null };
/** Where a run came into sight whose beginning was not seen: numbers below `next` are nobody's to judge here. `late`: those of them that came behind. */
type First = { next: number; seq: number; at: number; late: Gap[] };

/** What a walk from the middle saw of sources, for the walk of what is before it. */
export type SourcePart = { newest: number; runs: { source: string; epoch: string; first: First; high: number; gaps: Gap[] }[] };

/**
 * All that a walk knows of sources, for one that goes on where it was stopped. Rows that both saw do no harm: a number is as well known the second time. A value that JSON carries:
 * `newest` null where no time was seen.
 */
export type SourceState = { isFromStart: boolean; newest: number | null; blindness: number; runs: ({ source: string; epoch: string } & Run)[] };

// a source that loses every second event for ever: the later ones are not named
const MAX_GAPS = 100_000;
// what is worth keeping of a walk: a few megabytes at most
const MAX_STATE = 20_000;

export const SOURCE_ACTIONS: ReadonlySet<string> = new Set(['event.rejected', 'source.dropped', 'source.started']);

export class SourceGaps {
  private readonly runs = new Map<string, Run>();
  private newest = Number.NEGATIVE_INFINITY;
  private blindness = 0;
  private held = 0;
  private isFull = false;

  private readonly isFromStart: boolean;

  /** `isFromStart`: the walk sees event 0. `known`: what the walk before it knew. */
  constructor(isFromStart: boolean, known?: SourceState) {
    this.isFromStart = known?.isFromStart ?? isFromStart;
    if (known === undefined) return;
    this.newest = known.newest ?? Number.NEGATIVE_INFINITY;
    this.blindness = known.blindness;
    for (const { source, epoch, ...run } of known.runs) {
      this.runs.set(JSON.stringify([source, epoch]), run);
      this.held += run.gaps.length + (run.first?.late.length ?? 0);
    }
  }

  /** Null where it is more than is worth keeping. */
  state(): SourceState | null {
    if (this.isFull || this.held + this.runs.size > MAX_STATE) return null;
    const runs = [...this.runs].map(([key, run]) => {
      const [source, epoch] = JSON.parse(key) as [string, string];
      return { source, epoch, ...run };
    });
    return { isFromStart: this.isFromStart, newest: Number.isFinite(this.newest) ? this.newest : null, blindness: this.blindness, runs };
  }

  /** What `adopt` of the walk before this one takes; null where rows were missing or too much is held. */
  part(): SourcePart | null {
    if (this.blindness > 0 || this.isFull || this.held >= MAX_GAPS) return null;
    const runs: SourcePart['runs'] = [];
    for (const [key, { first, high, gaps }] of this.runs) {
      const [source, epoch] = JSON.parse(key) as [string, string];
      if (first !== null) runs.push({ source, epoch, first, high, gaps });
    }
    return { newest: this.newest, runs };
  }

  /** As if the events of the part had come here, one by one. */
  adopt({ newest, runs }: SourcePart): void {
    this.time(newest);
    for (const { source, epoch, first, high, gaps } of runs) {
      const run = this.run(source, epoch, first.next - 1, first);
      const known = run.high;
      this.until(run, first.next, first.seq, first.at);
      for (const { from, to } of first.late) this.fill(run, from, to);
      let at = first.next;
      for (const gap of [...gaps, { from: high + 1, to: high + 1 }]) {
        this.fill(run, at, gap.from);
        at = gap.to;
      }
      // which of the others ever came, was judged here
      const shown = gaps.flatMap((gap) => (gap.to > known + 1 ? [{ ...gap, from: Math.max(gap.from, known + 1) }] : []));
      for (const gap of shown) run.gaps.push(gap); // too many for one call's arguments
      this.held += shown.length;
      run.high = Math.max(run.high, high);
    }
  }

  time(recordedAt: number): void {
    if (recordedAt > this.newest) this.newest = recordedAt;
  }

  /** Rows are missing here, or cannot be read. */
  blind(): void {
    this.blindness++;
  }

  /** Any event that has a source_seq or is one of SOURCE_ACTIONS. */
  event(seen: SeenEvent): void {
    const { seq, recordedAt, source, sourceEpoch, sourceSeq } = seen;
    if (source !== null && sourceEpoch !== null && sourceSeq !== null) this.seen(source, sourceEpoch, sourceSeq, sourceSeq + 1, seq, recordedAt);
    if (seen.actorType !== 'system' || seen.actorId !== 'indelible') return;
    const details = seen.details();
    if (seen.action === 'event.rejected') {
      const { source: of, source_epoch: epoch, source_seq: number } = details;
      if (isText(of) && isText(epoch) && isNumber(number)) this.seen(of, epoch, number, number + 1, seq, recordedAt);
    } else if (seen.action === 'source.dropped' && source !== null && sourceEpoch !== null) {
      const { from, to } = details;
      if (isNumber(from) && isNumber(to) && from < to) this.seen(source, sourceEpoch, from, to, seq, recordedAt);
    } else if (seen.action === 'source.started' && source !== null) {
      const { previous_epoch: epoch, previous_seq: number } = details;
      if (isText(epoch) && isNumber(number)) this.until(this.run(source, epoch, number, { seq, at: recordedAt }), number + 1, seq, recordedAt);
    }
  }

  findings(): Finding[] {
    const findings: Finding[] = [];
    for (const [key, { gaps }] of this.runs) {
      for (const { from, to, seq, at } of gaps) {
        if (this.newest - at < DAY_MICROS) continue;
        const [source, epoch] = JSON.parse(key) as [string, string];
        findings.push({ code: 'SOURCE_GAP', seq, expected: `${source} ${epoch} ${to - from === 1 ? from : `[${from},${to})`}`, found: null, lastGood: null });
      }
    }
    return findings.sort((a, b) => (a.seq as number) - (b.seq as number));
  }

  /** Numbers [from,to) of a run are accounted for. */
  private seen(source: string, epoch: string, from: number, to: number, seq: number, at: number): void {
    const run = this.run(source, epoch, from - 1, { seq, at });
    this.until(run, from, seq, at);
    if (run.first !== null && from < run.first.next) this.comesLate(run.first, { from, to: Math.min(to, run.first.next), seq, at });
    if (to - 1 > run.high) run.high = to - 1;
    this.fill(run, from, to);
  }

  private fill({ gaps }: Run, from: number, to: number): void {
    if (from >= to) return;
    const first = firstBehind(gaps, from);
    let end = first;
    while (end < gaps.length && (gaps[end] as Gap).from < to) end++;
    if (first === end) return;
    // late ones: what is left on either side of them
    const [left, right] = [gaps[first] as Gap, gaps[end - 1] as Gap];
    const rest = [
      { ...left, to: from },
      { ...right, from: to },
    ].filter((part) => part.from < part.to);
    gaps.splice(first, end - first, ...rest);
    this.held += rest.length - (end - first);
  }

  /** Numbers below `next` were given out. */
  private until(run: Run, next: number, seq: number, at: number): void {
    if (next <= run.high + 1) return;
    if (run.blind === this.blindness && this.hasRoom()) {
      run.gaps.push({ from: run.high + 1, to: next, seq, at });
      this.held++;
    }
    run.high = next - 1;
  }

  private hasRoom(): boolean {
    this.isFull ||= this.held >= MAX_GAPS;
    return this.held < MAX_GAPS;
  }

  private comesLate(first: First, late: Gap): void {
    if (!this.hasRoom()) return;
    first.late.push(late);
    this.held++;
  }

  private run(source: string, epoch: string, before: number, { seq, at }: { seq: number; at: number }): Run {
    const key = JSON.stringify([source, epoch]);
    let run = this.runs.get(key);
    if (run === undefined) {
      const high = this.isFromStart && this.blindness === 0 ? 0 : before;
      run = { high, blind: this.blindness, gaps: [], first: this.isFromStart ? null : { next: before + 1, seq, at, late: [] } };
      this.runs.set(key, run);
    } else if (run.blind !== this.blindness) {
      run.high = Math.max(run.high, before);
      run.blind = this.blindness;
    }
    return run;
  }
}

const isText = (value: JsonValue | undefined): value is string => typeof value === 'string' && value !== '';
const isNumber = (value: JsonValue | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Position of the first gap that ends behind a number. */
function firstBehind(gaps: readonly Gap[], number: number): number {
  let [low, high] = [0, gaps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((gaps[middle] as Gap).to <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}
