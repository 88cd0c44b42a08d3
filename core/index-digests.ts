/**
 * SPEC §8, VIEW_MISMATCH, exactly: what each index of the screens must hold, as the stream of a verification has it. A row that is missing from an index, filed in it under what it does
 * not say, or carried by it with another name beside it, is hashed by nobody: lists and reports are read from there. Three answers of the database are compared with one pass of the stream:
 *
 *   holds   what the entries say, read from the index alone           count, sum mod 2^64 of a hash of all that an entry holds
 *   leads   what stands in the rows that the entries lead to          the same of the rows, and how many stand where the order of the index does not allow it
 *   table   all rows, without an index                                count, sum over number and time
 *
 * Entries that are right, in an order that the rows have as well, each row met once: then each entry leads to its own row. A sum, since sessions and requests are held without the
 * number of the event, so that equal entries are many; a hash with a seed drawn for the run (lookup3.ts), so that nobody can choose changes beforehand that cancel.
 */
import { COLUMN, type CopyRow } from './copy-row';
import type { Filter } from './filter';
import { type Halves, halvesOf, Lookup3 } from './lookup3';
import { type RowTest, rowFilter } from './row-filter';
import type { Found } from './tree-verdict';

type Text = 'actor_id' | 'actor_type' | 'action' | 'resource_type' | 'resource_id' | 'outcome' | 'ip_address' | 'session_id' | 'request_id';

export type ScreenIndex = {
  name: string;
  /** Behind the trail, in this order; where it is `timed` the time and the number of the event stand behind them, both falling. */
  keys: readonly Text[];
  isTimed: boolean;
  /** What it carries beside its keys. */
  carried: readonly Text[];
  /** The rows that are in it; null: all. */
  of: Filter | null;
};

const timed = (name: string, keys: readonly Text[], of: Filter | null = null, carried: readonly Text[] = []): ScreenIndex => ({
  name: `audit_event_${name}`,
  keys,
  isTimed: true,
  carried,
  of,
});
const there = (member: Text): Filter => ({ contains: [member, ''] });

/** All but those of free text and of agents: these hold no events one by one that could be counted without reading their rows. */
export const SCREEN_INDEXES: readonly ScreenIndex[] = [
  timed('time', []),
  timed('actor', ['actor_id']),
  timed('resource', ['resource_type', 'resource_id']),
  timed('action', ['action']),
  timed('address', ['ip_address'], there('ip_address')),
  timed('failed', [], { not: { eq: ['outcome', 'success'] } }, ['ip_address', 'actor_id', 'outcome', 'action']),
  timed('admin', [], { in: ['actor_type', ['admin', 'system']] }, ['actor_id', 'action', 'outcome', 'actor_type']),
  { name: 'audit_event_session', keys: ['session_id'], isTimed: false, carried: [], of: there('session_id') },
  { name: 'audit_event_request', keys: ['request_id'], isTimed: false, carried: [], of: there('request_id') },
];

/** The texts that a hash is over, in the order in which it takes them. */
export const textsOf = ({ keys, carried }: ScreenIndex): readonly Text[] => [...carried, ...keys];

export type IndexTally = { count: number; high: number; low: number };
/** By SCREEN_INDEXES. A value that structuredClone copies. */
export type IndexTallies = { holds: IndexTally[]; leads: IndexTally[] };

export class IndexDigests {
  readonly tallies: IndexTallies = { holds: SCREEN_INDEXES.map(nothing), leads: SCREEN_INDEXES.map(nothing) };
  private readonly asked: { isTimed: boolean; columns: number[]; test: RowTest | null }[] = SCREEN_INDEXES.map((index) => ({
    isTimed: index.isTimed,
    columns: textsOf(index).map((text) => COLUMN[text]),
    test: index.of && rowFilter(index.of),
  }));
  private readonly hash = new Lookup3();
  private readonly drawn: Halves;

  /** @param seed 64 bits, as a bigint of PostgreSQL */
  constructor(seed: bigint) {
    this.drawn = halvesOf(seed);
  }

  /** Every row of the stream, good or not. */
  row(row: CopyRow): void {
    const { hash, drawn } = this;
    const seq = row.number(COLUMN.seq);
    const ofRowHigh = drawn.high ^ Math.floor(seq / 0x1_0000_0000);
    const ofRowLow = drawn.low ^ (seq | 0);
    this.seed(ofRowHigh, ofRowLow);
    hash.number(epochOf(row));
    const { high: timedHigh, low: timedLow } = hash;
    for (let i = 0; i < this.asked.length; i++) {
      const { isTimed, columns, test } = this.asked[i] as (typeof this.asked)[0];
      if (test !== null && !test(row)) continue;
      if (isTimed) {
        this.seed(timedHigh, timedLow);
        this.add(this.tallies.holds[i] as IndexTally, columns, row);
        continue;
      }
      this.seed(drawn.high, drawn.low);
      this.add(this.tallies.holds[i] as IndexTally, columns, row);
      this.seed(ofRowHigh, ofRowLow);
      this.add(this.tallies.leads[i] as IndexTally, columns, row);
    }
  }

  /** The rows of another reader as well. */
  adopt(other: IndexTallies): void {
    for (const kind of ['holds', 'leads'] as const) {
      for (const [i, { count, high, low }] of other[kind].entries()) {
        const tally = this.tallies[kind][i] as IndexTally;
        tally.count += count;
        addTo(tally, high, low);
      }
    }
  }

  private seed(high: number, low: number): void {
    this.hash.high = high;
    this.hash.low = low;
  }

  private add(tally: IndexTally, columns: readonly number[], row: CopyRow): void {
    const { hash } = this;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as number;
      const length = row.lengths[column] as number;
      if (length >= 0) hash.over(row.view, row.starts[column] as number, length);
    }
    tally.count++;
    addTo(tally, hash.high, hash.low);
  }
}

const nothing = (): IndexTally => ({ count: 0, high: 0, low: 0 });

function addTo(tally: IndexTally, high: number, low: number): void {
  const sum = (tally.low >>> 0) + (low >>> 0);
  tally.low = sum | 0;
  tally.high = (tally.high + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
}

const DAYS_1970_TO_2000_MICROS = 946_684_800_000_000;

/** Seconds since 1970 as date_part('epoch', …) gives them. */
function epochOf(row: CopyRow): number {
  const micros = row.number(COLUMN.occurred_at);
  if (Number.isSafeInteger(micros)) return (micros + DAYS_1970_TO_2000_MICROS) / 1e6;
  const exact = row.integer(COLUMN.occurred_at);
  if (typeof exact !== 'bigint') return Number.NaN;
  if (exact === FOREVER || exact === -FOREVER - 1n) return exact > 0n ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return Number(exact + BigInt(DAYS_1970_TO_2000_MICROS)) / 1e6;
}

const FOREVER = 2n ** 63n - 1n;

/** `sum`: of the hashes, mod 2^64. `astray`: rows that stand before one which the order of the index has behind them. */
export type IndexAnswer = { name: string; of: 'holds' | 'leads' | 'table'; count: number; sum: bigint; astray: number };

/** What differs from the stream, of each index one thing. */
export function judgeIndexes({ holds, leads }: IndexTallies, answers: readonly IndexAnswer[]): Found[] {
  const told = new Set<string>();
  const findings: Found[] = [];
  for (const { name, of, count, sum, astray } of answers) {
    const i = SCREEN_INDEXES.findIndex((index) => index.name === name);
    const due = (of === 'leads' && !SCREEN_INDEXES[i]?.isTimed ? leads : holds)[i] as IndexTally;
    const isSame = count === due.count && sum === sumOf(due);
    if ((isSame && astray === 0) || (of !== 'table' && told.has(name))) continue;
    told.add(name);
    const what = { holds: `entries of index ${name}`, leads: `rows behind index ${name}`, table: 'rows of the table without an index' }[of];
    const found = count !== due.count ? String(count) : isSame ? `${count}, ${astray} of them out of order` : `${count}, not the same`;
    findings.push({ code: 'VIEW_MISMATCH', seq: null, expected: `${what}: ${due.count}`, found });
  }
  return findings;
}

const sumOf = ({ high, low }: IndexTally): bigint => BigInt.asUintN(64, (BigInt(high) << 32n) | BigInt(low >>> 0));
