/**
 * SPEC §8, VIEW_MISMATCH: do the screens show what the stream holds? An index marked not ready, a changed view, policy or function hides rows from a filter and from
 * nothing else. So a run draws filters at random from values it meets, counts and XORs the seqs of the rows that match, in the stream it hashes, and then asks the same
 * of the view, the role and the SQL builder of the screens.
 *
 *   seq        from ──────────┬──────────────┬───────────────────▶ to
 *                             │ 17 actor u-3 ──────────────────▶   each filter counts from the row it was drawn at; early rows are drawn more often
 *                                            │ 40 action a.b ──▶
 *
 * Beside them every month in which something occurred is asked for whole, so that no row is missing from the list of all: no drawn value leads through the index of times.
 *
 * Give every row of the stream to `row`, good or not, ask the view each filter of `fresh()`, at once or later, and compare it with `tallies()` at the end (`judgeView`). Filters
 * that people used lately can be given: they count from the beginning.
 */
import { COLUMN, COPY_COLUMNS, type CopyRow } from './copy-row';
import { type Filter, parseFilterText } from './filter';
import { add, MonthTallies, type SpanTally, type Tally } from './month-tallies';
import { type RowTest, rowFilter } from './row-filter';
import type { Found } from './tree-verdict';

/** `filter` holds its own bounds of seq. `xor`: of the seqs, as bit_xor over bigint gives it. */
export type ViewTally = { filter: Filter; count: number; xor: bigint };

/**
 * Drawn from: one column, or for a resource two. By the last one its filters are found. The last two are what else the screens have an index of that answers in milliseconds: an
 * agent's is not asked, because many events share one and each of them would be fetched.
 */
const DRAWN = [
  [COLUMN.actor_id],
  [COLUMN.resource_type, COLUMN.resource_id],
  [COLUMN.action],
  [COLUMN.ip_address],
  [COLUMN.session_id],
  [COLUMN.request_id],
] as const;
/** How many filters of each. */
const DRAWS = [16, 16, 16, 16, 4, 4];
const KEYS = DRAWN.map((columns) => columns.at(-1) as number);
const PLACES = 256;
const MASK = PLACES - 1;

type Drawn = Tally & { bounded: Filter; columns: readonly number[]; values: Buffer[] };

export class ViewSampler {
  private readonly drawn: Drawn[] = [];
  // by DRAWN and by a few bytes of the value: a row is compared with the filters that it may match, however many there are
  private readonly table: (Drawn[] | undefined)[] = new Array(DRAWN.length * PLACES).fill(undefined);
  private readonly given: (Drawn & { test: RowTest })[];
  private readonly places: { at: number; kind: number }[];
  private told = 0;
  private readonly months = new MonthTallies((month) => this.drawn.push(this.ofMonth(month)));

  /**
   * The range is that of the walk; `whole`: the one that it is a part of, where two read it, so that both together ask as much as one. `isOpen`: it has no end of its own, and `to` is no more than where rows should end: whoever hides the last ones hides that too.
   * `random` gives numbers in [0,1).
   */
  constructor(
    private readonly range: { from: number; to: number; isOpen?: boolean; whole?: { from: number; to: number } },
    private readonly random: () => number,
    given: readonly Filter[] = [],
  ) {
    this.given = given.map((filter) => ({
      bounded: this.within(filter, range.from),
      columns: [],
      values: [],
      count: 0,
      high: 0,
      low: 0,
      test: rowFilter(filter),
    }));
    // the square draws early rows more often: their filters see more of the stream
    const { from, to } = range.whole ?? range;
    this.places = DRAWS.flatMap((count, kind) =>
      Array.from({ length: count }, () => ({ at: this.placeWithin(from + Math.floor(random() ** 2 * (to - from))), kind })),
    )
      .filter(({ at }) => range.isOpen || at < range.to)
      .sort((a, b) => b.at - a.at);
  }

  /** One that lies before the range would be counting there already: it begins among the first rows. */
  private placeWithin(place: number): number {
    const { from, to } = this.range;
    return place >= from ? place : from + Math.floor((this.random() * (to - from)) / 50);
  }

  // Loops by index here and below: an iterator a row and a filter is a third of a verification's garbage.
  row(row: CopyRow): void {
    const seq = row.number(COLUMN.seq);
    const { given } = this;
    const { from, to, isOpen = false } = this.range;
    if (!(seq >= from && (isOpen || seq < to))) return;
    for (let place = this.places.at(-1); place !== undefined && place.at <= seq; place = this.places.at(-1)) {
      this.places.pop();
      this.draw(seq, row, place.kind);
    }
    for (let kind = 0; kind < KEYS.length; kind++) {
      const tallies = this.table[kind * PLACES + placeOf(row, KEYS[kind] as number)];
      if (tallies === undefined) continue;
      for (let i = 0; i < tallies.length; i++) if (holds(tallies[i] as Drawn, row)) add(tallies[i] as Drawn, seq);
    }
    for (let i = 0; i < given.length; i++) {
      const tally = given[i] as (typeof given)[0];
      if (tally.test(row)) add(tally, seq);
    }
    this.months.row(row, seq);
  }

  /** After the last row, before the last call of `fresh`. */
  end(): void {
    for (const months of this.months.rest()) this.drawn.push(this.ofMonth(months));
  }

  /** The filters that were drawn or met since the last call, those given among them at the first: in the order of `tallies`. */
  fresh(): Filter[] {
    const filters = [...this.given, ...this.drawn].slice(this.told).map(({ bounded }) => bounded);
    this.told += filters.length;
    return filters;
  }

  tallies(): ViewTally[] {
    return [...this.given, ...this.drawn].map(({ bounded, count, high, low }) => ({ filter: bounded, count, xor: (BigInt(high) << 32n) | BigInt(low >>> 0) }));
  }

  /** Counts on in the month's own tally. */
  private ofMonth(month: SpanTally): Drawn {
    return Object.assign(month, { bounded: this.within(month.filter, this.range.from), columns: [], values: [] });
  }

  // the upper bound as a negation: between two bounds whose values it does not see, a planner would rather go by seq than by the filter
  private within(filter: Filter, from: number): Filter {
    const { to, isOpen = false } = this.range;
    return { and: [filter, { gte: ['seq', from] }, ...(isOpen ? [] : [{ not: { gte: ['seq', to] } } satisfies Filter])] };
  }

  private draw(seq: number, row: CopyRow, drawn: number): void {
    // a value that is not there leads to no question: the actor's always is
    const kind = (DRAWN[drawn] ?? DRAWN[0]).every((column) => (row.lengths[column] as number) >= 0) ? drawn : 0;
    const columns = DRAWN[kind] ?? DRAWN[0];
    const values = columns.map((column) => Buffer.from(row.slice(column) ?? []));
    const eq = columns.map((column, i): Filter => ({ eq: [COPY_COLUMNS[column] as string, (values[i] as Buffer).toString('utf8')] }));
    const filter = eq.length === 1 ? (eq[0] as Filter) : { and: eq };
    const tally = { bounded: this.within(filter, seq), columns, values, count: 0, high: 0, low: 0 };
    const place = kind * PLACES + placeOf(row, KEYS[kind] as number);
    this.table[place] = [...(this.table[place] ?? []), tally];
    this.drawn.push(tally);
  }
}

/** Null where the view said the same. */
export function judgeView(tally: ViewTally, asked: { count: number; xor: bigint }): Found | null {
  if (asked.count === tally.count && asked.xor === tally.xor) return null;
  const printed = ({ count, xor }: { count: number; xor: bigint }) => `${count} rows, xor ${xor}`;
  return { code: 'VIEW_MISMATCH', seq: null, expected: `${JSON.stringify(tally.filter)}: ${printed(tally)}`, found: printed(asked) };
}

/** What is asked again where a view said something else: the filter of such a finding, over the whole trail. Null of another text than ours. Pure. */
export function viewFilterOf({ expected }: Pick<Found, 'expected'>): Filter | null {
  const [, text = ''] = /^(.*): \d+ rows, xor -?\d+$/s.exec(expected ?? '') ?? [];
  const parsed = parseFilterText(text);
  return parsed.ok ? withoutBounds(parsed.filter) : null;
}

/** Those of all such findings among others. Pure. */
export const viewFiltersOf = (findings: readonly Pick<Found, 'code' | 'expected'>[]): Filter[] =>
  findings.flatMap((one) => (one.code === 'VIEW_MISMATCH' ? (viewFilterOf(one) ?? []) : []));

/** As it was drawn or given: `within` undone, however often. */
function withoutBounds(filter: Filter): Filter {
  if (!('and' in filter)) return filter;
  const parts = filter.and.filter((part) => !isFrom(part) && !('not' in part && isFrom(part.not)));
  return parts.length === 1 && parts.length < filter.and.length ? withoutBounds(parts[0] as Filter) : { and: parts };
}

const isFrom = (filter: Filter): boolean => 'gte' in filter && filter.gte[0] === 'seq';

/** By length and the last four bytes: values of one kind differ there. */
function placeOf({ view, starts, lengths }: CopyRow, column: number): number {
  const length = lengths[column] as number;
  // before a value stands its length, so that there are four bytes wherever it is there
  const end = length < 0 ? 0 : view.getInt32((starts[column] as number) + length - 4);
  return (Math.imul(end, 0x9e3779b1) >>> 24) ^ (length & MASK);
}

function holds({ columns, values }: Drawn, row: CopyRow): boolean {
  for (let i = 0; i < columns.length; i++) if (!row.equals(columns[i] as number, values[i] as Buffer)) return false;
  return true;
}
