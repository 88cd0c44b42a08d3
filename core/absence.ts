/**
 * SPEC §11, lawful absence. Rows may be missing where the acts `partition.archived` cover them whole (count = the range), and stubs may stand for rows where an act
 * `events.disposed` covers them, no more than it counts. An act counts when a given key signed it, it lies behind its own range and below a signed size.
 *
 *   rows     0 1 ░ ░ ░ 5 6 A …        A: partition.archived {from_seq 2, to_seq 5, count 3}
 *
 * Anything else is HEAD_CUT (at 0, and for stubs), or SEQ_GAP. Acts come behind what they excuse: where they are not all known before the first row, gaps and stubs are
 * held until the end; where they are, each is judged where it is met, and nothing is held.
 */
import type { Finding } from './finding';
import type { JsonObject } from './json';

type Run = { from: number; to: number; lastGood: number | null };
type Act = { seq: number; from: number; to: number; count: number };

export class Absence {
  /** Rows that are lawfully gone; stubs that lawfully stand for rows. */
  readonly counts = { archived: 0, disposed: 0 };
  private readonly gaps: Run[] = [];
  private readonly stubs: Run[] = [];
  private readonly archived: Act[] = [];
  private readonly disposed: Act[] = [];
  private cutAt = -1;

  /** `areActsKnown`: every act of the trail is told before the first gap. `signed`: the largest signed size. */
  constructor(
    private readonly find: (finding: Finding) => void,
    private readonly areActsKnown: boolean,
    private readonly signed: number,
  ) {}

  gap(from: number, to: number, lastGood: number | null): void {
    const run = { from, to, lastGood };
    if (this.areActsKnown) this.judgeGap(run, this.signed);
    else this.gaps.push(run);
  }

  stub(seq: number, lastGood: number | null): void {
    const last = this.stubs.at(-1);
    if (this.areActsKnown) this.judgeStubs({ from: seq, to: seq + 1, lastGood }, this.signed);
    else if (last?.to === seq) last.to++;
    else this.stubs.push({ from: seq, to: seq + 1, lastGood });
  }

  /** An act whose signature holds. */
  act(seq: number, action: string, details: JsonObject): void {
    const { from_seq: from, to_seq: to, count } = details;
    if (!isCount(from) || !isCount(to) || !isCount(count) || from >= to || seq < to) return;
    if (action === 'partition.archived' && count === to - from) put(this.archived, { seq, from, to, count });
    if (action === 'events.disposed') put(this.disposed, { seq, from, to, count });
  }

  /** After the last event: what was held. */
  finish(signed: number): void {
    for (const run of this.gaps) this.judgeGap(run, signed);
    for (const run of this.stubs) this.judgeStubs(run, signed);
  }

  private judgeGap({ from, to, lastGood }: Run, signed: number): void {
    let at = from;
    for (const act of this.archived) if (act.seq < signed && act.from <= at && at < act.to) at = act.to;
    if (at >= to) this.counts.archived += to - from;
    else this.find({ code: from === 0 ? 'HEAD_CUT' : 'SEQ_GAP', seq: from, expected: String(from), found: String(to), lastGood });
  }

  private judgeStubs({ from, to, lastGood }: Run, signed: number): void {
    let at = from;
    const next = () => this.disposed.find((act) => act.seq < signed && act.from <= at && at < act.to && act.count > 0);
    for (let act = next(); at < to && act !== undefined; act = next()) {
      const taken = Math.min(to - at, act.to - at, act.count);
      act.count -= taken;
      at += taken;
    }
    this.counts.disposed += at - from;
    if (at === to) return;
    // a run of stubs is told once, at its first
    if (this.cutAt !== at) this.find({ code: 'HEAD_CUT', seq: at, expected: null, found: 'stub', lastGood });
    this.cutAt = to;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** By the beginning of their ranges. */
function put(acts: Act[], act: Act): void {
  const at = acts.findIndex((other) => other.from > act.from);
  acts.splice(at === -1 ? acts.length : at, 0, act);
}
