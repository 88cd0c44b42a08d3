/**
 * Every month in which something occurred, as the stream of a verification has it: how many rows, and the XOR of their seqs. A view that is asked the same of each leaves no row out of
 * the list of all, which goes by time. Months are asked as they are met; where somebody's times lie in more than MOST_MONTHS, the later ones are asked at the end, those between two
 * months that were asked as one.
 */
import { COLUMN, type CopyRow } from './copy-row';
import type { Filter } from './filter';
import { civilDate, DAY_MICROS, DAYS_1970_TO_2000 } from './postgres-time';

const MOST_MONTHS = 1200;
const FIRST = 1970 * 12;
const END = 10_000 * 12;

/** `high` and `low`: the XOR's two halves. */
export type Tally = { count: number; high: number; low: number };
export type SpanTally = Tally & { filter: Filter };

/** Months are counted from the year 0. */
export class MonthTallies {
  private readonly asked = new Map<number, Tally>();
  private readonly late = new Map<number, Tally>();
  // the month of the last row, `[since,until)` in microseconds
  private current: Tally | null = null;
  private since = Number.NaN;
  private until = Number.NaN;

  /** `onMonth` is given each month as it is met; it counts on. */
  constructor(private readonly onMonth: (month: SpanTally) => void) {}

  row(row: CopyRow, seq: number): void {
    const occurred = row.number(COLUMN.occurred_at);
    if (!(occurred >= this.since && occurred < this.until)) this.turnTo(row, occurred);
    if (this.current !== null) add(this.current, seq);
  }

  /** After the last row: the months that were not given to `onMonth`. */
  rest(): SpanTally[] {
    const asked = [...this.asked.keys()].sort((a, b) => a - b);
    const gaps = new Map<number, SpanTally>();
    for (const [month, tally] of this.late) {
      const at = asked.findIndex((other) => other > month);
      const before = at < 0 ? asked.at(-1) : asked[at - 1];
      const [from, to] = [before === undefined ? FIRST : before + 1, at < 0 ? END : (asked[at] as number)];
      const gap = gaps.get(from) ?? { filter: between(from, to), count: 0, high: 0, low: 0 };
      gaps.set(from, { ...gap, count: gap.count + tally.count, high: gap.high ^ tally.high, low: gap.low ^ tally.low });
    }
    return [...gaps.values()];
  }

  /** To no month for a time that no event has. */
  private turnTo(row: CopyRow, occurred: number): void {
    const day = Number.isSafeInteger(occurred) ? Math.floor(occurred / DAY_MICROS) : exactDay(row);
    const { year, month: ofYear, dayOfMonth } = civilDate(day + DAYS_1970_TO_2000);
    const month = year * 12 + ofYear - 1;
    const isTime = month >= FIRST && month < END;
    this.current = isTime ? this.tallyOf(month) : null;
    // a double rounds beyond 2^53, and a month's end must not move: there each row is looked at anew
    const isExact = isTime && Number.isSafeInteger(occurred);
    this.since = isExact ? (day - dayOfMonth + 1) * DAY_MICROS : Number.NaN;
    this.until = isExact ? this.since + 28 * DAY_MICROS : Number.NaN; // every month has as many days; of the last ones each is looked at anew
  }

  private tallyOf(month: number): Tally {
    const known = this.asked.get(month) ?? this.late.get(month);
    if (known !== undefined) return known;
    const tally = { filter: between(month, month + 1), count: 0, high: 0, low: 0 };
    if (this.asked.size < MOST_MONTHS) {
      this.asked.set(month, tally);
      this.onMonth(tally);
    } else this.late.set(month, tally);
    return tally;
  }
}

/** The next row of a tally. */
export function add(tally: Tally, seq: number): void {
  tally.count++;
  tally.high ^= Math.floor(seq / 0x1_0000_0000);
  tally.low ^= seq | 0;
}

/** Days since 2000 of a time beyond what a double holds; NaN where the column holds no timestamptz, or an infinite one. */
function exactDay(row: CopyRow): number {
  const micros = row.lengths[COLUMN.occurred_at] === 8 ? row.integer(COLUMN.occurred_at) : null;
  return typeof micros === 'bigint' && micros > 0n ? Number(micros / BigInt(DAY_MICROS)) : Number.NaN;
}

/** What occurred in the months [from,to). */
function between(from: number, to: number): Filter {
  const since: Filter = { gte: ['occurred_at', startOf(from)] };
  return to === END ? since : { and: [since, { lt: ['occurred_at', startOf(to)] }] };
}

/** Whether it is what `between` gives. */
export function isOfMonths(filter: Filter): boolean {
  const [since, until, ...others] = 'and' in filter ? filter.and : [filter];
  const isSince = since !== undefined && 'gte' in since && isStart(since.gte);
  const isUntil = until === undefined || ('lt' in until && isStart(until.lt));
  return isSince && isUntil && others.length === 0;
}

const isStart = ([member, time]: readonly unknown[]) => member === 'occurred_at' && String(time).endsWith('-01T00:00:00.000000Z');
const startOf = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01T00:00:00.000000Z`;
