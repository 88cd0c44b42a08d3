/**
 * SPEC §8, VIEW_MISMATCH: do the screens show what the stream holds? An index marked not ready, a changed view, policy or function hides rows from a filter and from
 * nothing else. So a run draws filters at random from values it meets, counts and XORs the seqs of the rows that match, in the stream it hashes, and then asks the same
 * of the view, the role and the SQL builder of the screens.
 *
 *   seq        from ──────────┬──────────────┬───────────────────▶ to
 *                             │ 17 actor u-3 │ 40 action a.b          each filter counts from the row it was drawn at, 65,536 rows far; early rows are drawn more often
 *
 * Give every row of the stream to `row`, good or not, and at the end each of `tallies()` to the view; `judgeView` compares. Filters that people used lately can be given:
 * they count from the beginning.
 */
import { COLUMN, COPY_COLUMNS, type CopyRow } from './copy-row';
import { type Filter, type Members, matchesFilter } from './filter';
import type { Found } from './tree-verdict';

/** `filter` holds its own bounds of seq. `xor`: of the seqs, as bit_xor over bigint gives it. */
export type ViewTally = { filter: Filter; count: number; xor: bigint };

/** Drawn from: one column, or for a resource two. */
const DRAWN = [[COLUMN.actor_id], [COLUMN.resource_type, COLUMN.resource_id], [COLUMN.action], [COLUMN.ip_address]] as const;

type Tally = { filter: Filter; from: number; to: number; columns: readonly number[]; values: Buffer[]; count: number; high: number; low: number };

export class ViewSampler {
  private readonly drawn: Tally[] = [];
  // of these the window is not through
  private open: Tally[] = [];
  private readonly given: Tally[];
  private readonly places: number[];
  private readonly members = new RowMembers();

  /** The range is that of the walk, `to` the end that was fixed. `random` gives numbers in [0,1). */
  constructor(
    private readonly range: { from: number; to: number },
    private readonly random: () => number,
    given: readonly Filter[] = [],
    drawn = 64,
    /** How many rows a drawn filter covers: what the view is asked costs the same however long the trail is. */
    private readonly span = 65_536,
  ) {
    this.given = given.map((filter) => ({ filter, from: range.from, to: range.to, columns: [], values: [], count: 0, high: 0, low: 0 }));
    // the square draws early rows more often: their filters see more of the stream
    this.places = Array.from({ length: drawn }, () => range.from + Math.floor(random() ** 2 * (range.to - range.from))).sort((a, b) => b - a);
  }

  row(row: CopyRow): void {
    const seq = row.number(COLUMN.seq);
    if (!(seq >= this.range.from && seq < this.range.to)) return;
    while ((this.places.at(-1) ?? Number.POSITIVE_INFINITY) <= seq) {
      this.places.pop();
      this.draw(seq, row);
    }
    let hasEnded = false;
    for (const tally of this.open) {
      if (seq >= tally.to) hasEnded = true;
      else if (holds(tally, row)) add(tally, seq);
    }
    if (hasEnded) this.open = this.open.filter(({ to }) => seq < to);
    if (this.given.length === 0) return;
    this.members.row = row;
    for (const tally of this.given) if (matchesFilter(tally.filter, this.members.all, this.members.all)) add(tally, seq);
  }

  tallies(): ViewTally[] {
    return [...this.given, ...this.drawn].map(({ filter, from, to, count, high, low }) => ({
      filter: { and: [filter, { gte: ['seq', from] }, { lt: ['seq', to] }] },
      count,
      xor: (BigInt(high) << 32n) | BigInt(low >>> 0),
    }));
  }

  private draw(seq: number, row: CopyRow): void {
    const columns = DRAWN[Math.floor(this.random() * DRAWN.length)] ?? DRAWN[0];
    const chosen = columns.every((column) => (row.lengths[column] as number) >= 0) ? columns : DRAWN[0];
    const values = chosen.map((column) => Buffer.from(row.slice(column) ?? []));
    const eq = chosen.map((column, i): Filter => ({ eq: [COPY_COLUMNS[column] as string, (values[i] as Buffer).toString('utf8')] }));
    const filter = eq.length === 1 ? (eq[0] as Filter) : { and: eq };
    const tally = { filter, from: seq, to: Math.min(seq + this.span, this.range.to), columns: chosen, values, count: 0, high: 0, low: 0 };
    this.drawn.push(tally);
    this.open.push(tally);
  }
}

/** Null where the view said the same. */
export function judgeView(tally: ViewTally, asked: { count: number; xor: bigint }): Found | null {
  if (asked.count === tally.count && asked.xor === tally.xor) return null;
  const printed = ({ count, xor }: { count: number; xor: bigint }) => `${count} rows, xor ${xor}`;
  return { code: 'VIEW_MISMATCH', seq: null, expected: `${JSON.stringify(tally.filter)}: ${printed(tally)}`, found: printed(asked) };
}

function holds({ columns, values }: Tally, row: CopyRow): boolean {
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i] as number;
    const value = values[i] as Buffer;
    const { length } = value;
    if (row.lengths[column] !== length) return false;
    const at = row.starts[column] as number;
    // ends differ more often than beginnings
    for (let k = length - 1; k >= 0; k--) if (row.bytes[at + k] !== value[k]) return false;
  }
  return true;
}

function add(tally: Tally, seq: number): void {
  tally.count++;
  tally.high ^= Math.floor(seq / 0x1_0000_0000);
  tally.low ^= seq | 0;
}

/** One row's members by name, read when they are asked for. */
class RowMembers {
  row: CopyRow | null = null;
  readonly all: Members = {};

  constructor() {
    for (const [name, column] of Object.entries(COLUMN)) Object.defineProperty(this.all, name, { enumerable: true, get: () => this.read(name, column) });
  }

  private read(name: string, column: number): string | number | null {
    const row = this.row as CopyRow;
    if (name === 'recorded_at' || name === 'occurred_at') return row.time(column);
    if (name === 'id' || name === 'source_epoch') return row.uuid(column);
    if (name === 'seq' || name === 'v' || name === 'source_seq') return (row.lengths[column] as number) < 0 ? null : row.number(column);
    if (name === 'header_salt') return row.slice(column)?.toString('base64url') ?? null;
    return row.text(column);
  }
}
