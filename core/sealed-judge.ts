/**
 * SPEC §4, §8: the table sealed_value against the commitments in the events, and what is gone against the acts `value.erased`.
 *
 *   event 17   sealed {"/details/email": C}      sealed_value (17, /details/email, D)      C = commitment of D and D names the pointer, else DISCLOSURE_MISMATCH
 *   event 18   sealed {"/ip_address": C}         no row                                    an act value.erased {seq 18, pointer} comes later, else ERASURE_UNLOGGED
 *   event 19   nothing sealed                    (19, /x, D)                               DISCLOSURE_MISMATCH
 *   event 20   sealed {"/x": C}                  (20, /x, D) (20, /x, E)                   of two for one place the one that opens C is the value, the other DISCLOSURE_MISMATCH
 *
 * Both sides come in the order of seq, each at its own pace: `settle(seq)` when both are known below seq. What is held is what lies between, and values that are gone
 * and not yet explained; where every act is told before the first event, nothing waits for one.
 */
import type { Finding } from './finding';
import type { JsonObject } from './json';
import { commitmentOf, isDisclosed } from './sealed';

export type SealedRow = { seq: number; pointer: string; disclosure: string };

type Commitments = { from: number; to: number; map: JsonObject | null };

export class SealedJudge {
  /** Values there are, values erased with their act. */
  readonly counts = { sealed: 0, erased: 0 };
  private readonly commitments = new Waiting<Commitments>();
  private readonly values = new Waiting<SealedRow>();
  private acts: { seq: number; of: string }[] = [];
  private readonly gone = new Map<string, Finding>();

  private readonly erased = new Map<string, number>();

  constructor(
    private readonly find: (finding: Finding) => void,
    private readonly areActsKnown: boolean,
  ) {}

  /** `map`: an event's member `sealed`. Events without one are not told. */
  event(seq: number, map: JsonObject): void {
    this.commitments.push({ from: seq, to: seq + 1, map });
  }

  /** Events [from,to) are missing, disposed or broken: nothing is said of their values. */
  unknown(from: number, to: number): void {
    const { last } = this.commitments;
    if (last?.map === null && last.to === from) last.to = to;
    else this.commitments.push({ from, to, map: null });
  }

  value(row: SealedRow): void {
    this.values.push(row);
  }

  /** A valid act of any kind. */
  act(seq: number, action: string, details: JsonObject): void {
    if (action !== 'value.erased' || typeof details.pointer !== 'string') return;
    const of = `${details.seq}\n${details.pointer}`;
    if (this.areActsKnown) this.erased.set(of, Math.max(seq, this.erased.get(of) ?? 0));
    else this.acts.push({ seq, of });
  }

  /** Whether values are gone that no act explains yet. */
  get isWaiting(): boolean {
    return this.gone.size > 0;
  }

  /** Whether an act with these details may explain one of them. */
  waitsFor({ seq, pointer }: JsonObject): boolean {
    return this.gone.has(`${seq}\n${pointer}`);
  }

  settle(before: number): void {
    const known = this.commitments.take(({ from }) => from < before);
    const values = this.values.take(({ seq }) => seq < before);
    let at = 0;
    for (const { from, to, map } of known) {
      while (at < values.length && (values[at] as SealedRow).seq < from) this.stray(values[at++] as SealedRow);
      const rows = new Map<string, string>();
      for (; at < values.length && (values[at] as SealedRow).seq < to; at++) {
        const row = values[at] as SealedRow;
        if (map === null) continue;
        const { pointer, disclosure } = row;
        const other = rows.get(pointer);
        const isSecond = other !== undefined && !isDisclosed(String(map[pointer]), pointer, disclosure);
        if (isSecond || !Object.hasOwn(map, pointer)) this.stray(row);
        else {
          if (other !== undefined) this.stray({ ...row, disclosure: other });
          rows.set(pointer, disclosure);
        }
      }
      if (map !== null) this.compare(from, map, rows);
      // a run of unknown events may go on behind `before`
      if (map === null && to > before) this.commitments.putBack({ from: before, to, map });
    }
    while (at < values.length) this.stray(values[at++] as SealedRow);
    this.acts = this.acts.filter(({ seq, of }) => {
      if (seq >= before) return true;
      this.explain(seq, of);
      return false;
    });
  }

  /** After the last event. `reachesEnd`: values behind it have no event. `areActsKnown`: no act is left that could explain a value that is gone. */
  finish(next: number, reachesEnd: boolean, areActsKnown: boolean): void {
    this.settle(next);
    if (reachesEnd) for (const row of this.values.take(() => true)) this.stray(row);
    for (const { seq, of } of this.acts) this.explain(seq, of);
    if (areActsKnown) for (const finding of this.gone.values()) this.find(finding);
  }

  private compare(seq: number, map: JsonObject, rows: ReadonlyMap<string, string>): void {
    for (const [pointer, commitment] of Object.entries(map)) {
      const disclosure = rows.get(pointer);
      const expected = `${pointer} ${commitment}`;
      if (disclosure === undefined) this.missing(seq, pointer, { code: 'ERASURE_UNLOGGED', seq, expected, found: null, lastGood: null });
      else if (isDisclosed(String(commitment), pointer, disclosure)) this.counts.sealed++;
      else this.find({ code: 'DISCLOSURE_MISMATCH', seq, expected, found: `${pointer} ${commitmentOf(disclosure)}`, lastGood: null });
    }
  }

  // an act before its event excuses nothing
  private explain(seq: number, of: string): void {
    const finding = this.gone.get(of);
    if (finding === undefined || (finding.seq as number) >= seq) return;
    this.gone.delete(of);
    this.counts.erased++;
  }

  private missing(seq: number, pointer: string, finding: Finding): void {
    const of = `${seq}\n${pointer}`;
    if (!this.areActsKnown) this.gone.set(of, finding);
    else if ((this.erased.get(of) ?? -1) > seq) this.counts.erased++;
    else this.find(finding);
  }

  private stray({ seq, pointer, disclosure }: SealedRow): void {
    this.find({ code: 'DISCLOSURE_MISMATCH', seq, expected: null, found: `${pointer} ${commitmentOf(disclosure)}`, lastGood: null });
  }
}

/** First in, first out, however many wait. */
class Waiting<T> {
  private items: T[] = [];
  private head = 0;

  push(item: T): void {
    this.items.push(item);
  }

  get last(): T | undefined {
    return this.head < this.items.length ? this.items.at(-1) : undefined;
  }

  take(isDue: (item: T) => boolean): T[] {
    const from = this.head;
    while (this.head < this.items.length && isDue(this.items[this.head] as T)) this.head++;
    const taken = this.items.slice(from, this.head);
    if (this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return taken;
  }

  putBack(item: T): void {
    if (this.head === 0) this.items.unshift(item);
    else this.items[--this.head] = item;
  }
}
