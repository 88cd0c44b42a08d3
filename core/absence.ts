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

/** `count` events of [from,to) are lawfully away: their rows are gone, or stubs stand for them. */
export type Away = { kind: 'archived' | 'disposed'; from: number; to: number; count: number };

type Run = { from: number; to: number; lastGood: number | null };
/** `left`: how many stubs it may still excuse. `away`: what it has excused. */
type Act = { kind: Away['kind']; seq: number; from: number; to: number; left: number; away: Away | null };

// so many are told one by one: the list goes into an event
const MAX_AWAY = 100;

export class Absence {
  private readonly gaps: Run[] = [];
  private readonly stubs: Run[] = [];
  private readonly archived: Act[] = [];
  private readonly disposed: Act[] = [];
  private readonly signatures = new Set<string>();
  private cutAt = -1;

  /** `areActsKnown`: every act of the trail is told before the first gap. `signed`: the largest signed size. */
  constructor(
    private readonly find: (finding: Finding) => void,
    private readonly areActsKnown: boolean,
    public signed: number,
  ) {}

  /** @returns whether it is known to be lawful */
  gap(from: number, to: number, lastGood: number | null): boolean {
    const run = { from, to, lastGood };
    if (this.areActsKnown) return this.judgeGap(run, this.signed);
    this.gaps.push(run);
    return false;
  }

  stub(seq: number, lastGood: number | null): void {
    const last = this.stubs.at(-1);
    if (this.areActsKnown) this.judgeStubs({ from: seq, to: seq + 1, lastGood }, this.signed);
    else if (last?.to === seq) last.to++;
    else this.stubs.push({ from: seq, to: seq + 1, lastGood });
  }

  /** A stub before the walk, in order: what it takes of an act is not left for those that the walk meets. Only where every act is known. */
  before(seq: number): void {
    const act = this.allowing(seq, this.signed);
    if (act !== undefined) act.left--;
  }

  /** Below `seq`, where stubs may take something of an act that counts: in order, none over another. */
  placesBefore(seq: number): { from: number; to: number }[] {
    const places: { from: number; to: number }[] = [];
    for (const act of this.disposed) {
      if (act.seq >= this.signed || act.from >= seq) continue;
      const [last, to] = [places.at(-1), Math.min(act.to, seq)];
      if (last && last.to >= act.from) last.to = Math.max(last.to, to);
      else places.push({ from: act.from, to });
    }
    return places;
  }

  /** An act whose signature holds. Put in once more under another number it excuses nothing more. */
  act(seq: number, action: string, details: JsonObject): void {
    const { from_seq: from, to_seq: to, count, act: signature } = details;
    if (!isCount(from) || !isCount(to) || !isCount(count) || from >= to || seq < to || this.signatures.has(String(signature))) return;
    this.signatures.add(String(signature));
    if (action === 'partition.archived' && count === to - from) put(this.archived, { kind: 'archived', seq, from, to, left: count, away: null });
    if (action === 'events.disposed') put(this.disposed, { kind: 'disposed', seq, from, to, left: count, away: null });
  }

  /** After the last event: what was held. */
  finish(signed: number): void {
    for (const run of this.gaps) this.judgeGap(run, signed);
    for (const run of this.stubs) this.judgeStubs(run, signed);
  }

  /** What is lawfully away: how many events, and where. Of very many places some neighbours are told as one. */
  get verdict(): { archived: number; disposed: number; away: Away[] } {
    const of = (acts: Act[]) => acts.flatMap(({ away }) => away ?? []);
    const sum = (list: Away[]) => list.reduce((n, { count }) => n + count, 0);
    const [archived, disposed] = [of(this.archived), of(this.disposed)];
    return { archived: sum(archived), disposed: sum(disposed), away: [...folded(archived), ...folded(disposed)] };
  }

  /** Whether any act that counts is known: of events that no walk came to some may be lawfully away. */
  get hasActs(): boolean {
    return [...this.archived, ...this.disposed].some(({ seq }) => seq < this.signed);
  }

  private judgeGap({ from, to, lastGood }: Run, signed: number): boolean {
    let at = from;
    const excuses: { act: Act; from: number; to: number }[] = [];
    for (const act of this.archived) {
      if (act.seq >= signed || act.from > at || at >= Math.min(act.to, to)) continue;
      excuses.push({ act, from: at, to: Math.min(act.to, to) });
      at = act.to;
    }
    if (at < to) this.find({ code: from === 0 ? 'HEAD_CUT' : 'SEQ_GAP', seq: from, expected: String(from), found: String(to), lastGood });
    else for (const excuse of excuses) excused(excuse.act, excuse.from, excuse.to);
    return at >= to;
  }

  private allowing(seq: number, signed: number): Act | undefined {
    return this.disposed.find((act) => act.seq < signed && act.from <= seq && seq < act.to && act.left > 0);
  }

  private judgeStubs({ from, to, lastGood }: Run, signed: number): void {
    let at = from;
    for (let act = this.allowing(at, signed); at < to && act !== undefined; act = this.allowing(at, signed)) {
      const taken = Math.min(to - at, act.to - at, act.left);
      act.left -= taken;
      excused(act, at, at + taken);
      at += taken;
    }
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

function excused(act: Act, from: number, to: number): void {
  const { kind, away } = act;
  act.away = away === null ? { kind, from, to, count: to - from } : { kind, from: away.from, to, count: away.count + to - from };
}

/** Of one kind, in order: what lies together is one, and so is what is too much to be told. */
function folded(list: readonly Away[]): Away[] {
  let places = list;
  for (let reach = 0; ; reach = reach * 2 + 1) {
    const together: Away[] = [];
    for (const place of places) {
      const last = together.at(-1);
      if (last && last.to + reach >= place.from) together[together.length - 1] = { ...last, to: Math.max(last.to, place.to), count: last.count + place.count };
      else together.push(place);
    }
    if (together.length <= MAX_AWAY) return together;
    places = together;
  }
}
