/**
 * SPEC §4, §8: the table sealed_value against the commitments in the events, and what is gone against the acts `value.erased`.
 *
 *   event 17   sealed {"/details/email": C}      sealed_value (17, /details/email, D)      C = commitment of D and D names the pointer, else DISCLOSURE_MISMATCH
 *   event 18   sealed {"/ip_address": C}         no row                                    an act value.erased {seq 18, pointer} comes later, else ERASURE_UNLOGGED
 *   event 19   nothing sealed                    (19, /x, D)                               DISCLOSURE_MISMATCH
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
  private commitments: Commitments[] = [];
  private values: SealedRow[] = [];
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
    const last = this.commitments.at(-1);
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

  settle(before: number): void {
    const known = this.commitments.filter(({ from }) => from < before);
    const values = this.values.filter(({ seq }) => seq < before);
    if (known.length > 0) this.commitments = this.commitments.slice(known.length);
    if (values.length > 0) this.values = this.values.slice(values.length);
    let at = 0;
    for (const { from, to, map } of known) {
      while (at < values.length && (values[at] as SealedRow).seq < from) this.stray(values[at++] as SealedRow);
      const rows = new Map<string, string>();
      for (; at < values.length && (values[at] as SealedRow).seq < to; at++) {
        const row = values[at] as SealedRow;
        if (map === null) continue;
        if (Object.hasOwn(map, row.pointer)) rows.set(row.pointer, row.disclosure);
        else this.stray(row);
      }
      if (map !== null) this.compare(from, map, rows);
      // a run of unknown events may go on behind `before`
      if (map === null && to > before) this.commitments.unshift({ from: before, to, map });
    }
    while (at < values.length) this.stray(values[at++] as SealedRow);
    this.acts = this.acts.filter(({ seq, of }) => {
      if (seq >= before) return true;
      if (this.gone.delete(of)) this.counts.erased++;
      return false;
    });
  }

  /** After the last event. `reachesEnd`: values behind it have no event. `areActsKnown`: no act is left that could explain a value that is gone. */
  finish(next: number, reachesEnd: boolean, areActsKnown: boolean): void {
    this.settle(next);
    if (reachesEnd) for (const row of this.values) this.stray(row);
    for (const { of } of this.acts) if (this.gone.delete(of)) this.counts.erased++;
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
