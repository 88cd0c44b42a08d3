/**
 * trail_segment(month, first_seq, last_seq) says which months of recorded_at hold which seq. It is derived, so a walk derives it again: it remembers where the month
 * changed. Between the last event of one month and the first of another may lie events that are missing or broken; a kept edge may then be any of them, and what
 * became of those is another finding's.
 */
import { civilDate, DAY_MICROS, DAYS_1970_TO_2000 } from './postgres-time';

/** `month` is `YYYY-MM`, UTC; both seqs inclusive. */
export type Segment = { month: string; firstSeq: number; lastSeq: number };

/** Good events of a month: the first and last, and the neighbours outside. Null: none was met. */
type Span = { month: string; before: number | null; first: number; last: number; after: number | null };

export class MonthTracker {
  private readonly spans = new Map<string, Span>();
  private span: Span | null = null;
  private start = Number.POSITIVE_INFINITY;
  private end = Number.NEGATIVE_INFINITY;

  /** Good events in the order of seq; `micros` since 2000. */
  add(seq: number, micros: number): void {
    if (micros < this.start || micros >= this.end) this.turn(seq, micros);
    (this.span as Span).last = seq;
  }

  /** The months that were met, in their order, for `adopt` of the tracker of what is before. */
  get met(): Segment[] {
    return [...this.spans.values()].map(({ month, first, last }) => ({ month, firstSeq: first, lastSeq: last }));
  }

  /** As if the events behind had come here. */
  adopt(met: readonly Segment[]): void {
    for (const { month, firstSeq, lastSeq } of met) {
      const micros = (Date.parse(`${month}-01T00:00:00Z`) - Date.UTC(2000, 0, 1)) * 1000;
      this.add(firstSeq, micros);
      this.add(lastSeq, micros);
    }
  }

  private turn(seq: number, micros: number): void {
    const { year, month, dayOfMonth } = civilDate(Math.floor(micros / DAY_MICROS) + DAYS_1970_TO_2000);
    const firstDay = Math.floor(micros / DAY_MICROS) - dayOfMonth + 1;
    const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
    this.start = firstDay * DAY_MICROS;
    this.end = (firstDay + days) * DAY_MICROS;
    const name = `${year}-${String(month).padStart(2, '0')}`;
    if (this.span !== null) this.span.after = seq;
    const span = this.spans.get(name) ?? { month: name, before: this.span?.last ?? null, first: seq, last: seq, after: null };
    span.after = null;
    this.spans.set(name, span);
    this.span = span;
  }

  /**
   * Where the kept segments differ from the events of `[from,to)`; `isEnd`: nothing lies behind `to`. `expected` null: the month holds no event; `found` null: it has
   * no segment.
   */
  compare(kept: Segment[], from: number, to: number, isEnd: boolean): { seq: number; expected: Segment | null; found: Segment | null }[] {
    const differences = [];
    const unseen = new Map(kept.map((segment) => [segment.month, segment]));
    for (const span of this.spans.values()) {
      const found = unseen.get(span.month) ?? null;
      unseen.delete(span.month);
      if (found === null || !isEdge(found, span, from, to, isEnd)) {
        differences.push({ seq: span.first, expected: { month: span.month, firstSeq: span.first, lastSeq: span.last }, found });
      }
    }
    for (const found of unseen.values()) {
      // behind the end of everything that is known of the trail nothing can have been
      if (found.lastSeq < from || (found.firstSeq >= to ? !isEnd : this.isUnseen(found))) continue;
      differences.push({ seq: Math.max(from, found.firstSeq), expected: null, found });
    }
    return differences.sort((a, b) => a.seq - b.seq);
  }

  // No good event lies in it: what its events became is told elsewhere.
  private isUnseen({ firstSeq, lastSeq }: Segment): boolean {
    for (const { before, first, last, after } of this.spans.values()) {
      if (lastSeq < first && (before === null || firstSeq > before)) return true;
      if (firstSeq > last && (after === null || lastSeq < after)) return true;
    }
    return this.spans.size === 0;
  }
}

function isEdge(kept: Segment, { before, first, last, after }: Span, from: number, to: number, isEnd: boolean): boolean {
  const isFirst = kept.firstSeq <= first && (before === null ? from > 0 || kept.firstSeq >= 0 : kept.firstSeq > before);
  const isLast = kept.lastSeq >= last && (after === null ? !isEnd || kept.lastSeq < to : kept.lastSeq < after);
  return isFirst && isLast;
}
