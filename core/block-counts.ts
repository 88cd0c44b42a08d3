/**
 * Figures that tie out: counts kept for reports, by blocks of 65,536 seqs whatever the sealing rhythm, written once when a block is full, and derived again from the
 * stream that is hashed (SPEC §8, COUNT_MISMATCH), never by SQL.
 *
 *   seq     0 ─────── block 0 ─────── 65,535 │ 65,536 ─────── block 1 ─────── 131,071 │ …
 *   hours   (hour, actor_type, outcome) → n
 *   days    (day, action, actor_type, outcome, resource_type) → n
 *
 * Hours and days are UTC, of the column that the screens' charts count by. A block that was not seen whole (the walk began in it, rows are missing, broken or disposed,
 * the trail ends in it) gives nothing.
 */
import { COLUMN, type CopyRow } from './copy-row';
import { timeFromMicros } from './postgres-time';
import type { Found } from './tree-verdict';

export const BLOCK_EVENTS = 65_536;

/** `hour`: `2026-03-01T12`; `day`: `2026-03-01`. */
export type HourCount = { hour: string; actorType: string; outcome: string; n: number };
export type DayCount = { day: string; action: string; actorType: string; outcome: string; resourceType: string; n: number };
export type BlockCounts = { block: number; hours: HourCount[]; days: DayCount[] };

// an actor type and an outcome are told by the length and first byte they have and no other has
const ACTOR_TYPES: { [length: number]: number } = { 4: 0, 7: 1, 6: 2, 5: 3 };
const ACTOR_NAMES = ['user', 'service', 'system', 'admin'];
const OUTCOMES: { [byte: number]: number } = { 115: 0, 102: 1, 100: 2 };
const OUTCOME_NAMES = ['success', 'failure', 'denied'];
const KINDS = ACTOR_NAMES.length * OUTCOME_NAMES.length;

const HOUR_MICROS = 3_600_000_000;
const DAY_HOURS = 24;

export class BlockCounter {
  private block = -1;
  private seen = 0;
  private hours = new Map<number, Int32Array>();
  private days = new Map<number, Map<string, Int32Array>>();
  private lastHour = Number.NaN;
  private hourKinds: Int32Array = new Int32Array(0);
  private dayGroups = new Map<string, Int32Array>();

  /** `onBlock` is given each whole block, sorted, as soon as its last event came. */
  constructor(
    private readonly onBlock: (counts: BlockCounts) => void,
    private readonly column: 'occurred_at' | 'recorded_at' = 'occurred_at',
  ) {}

  /** The next event that holds, in the order of seq. */
  row(seq: number, row: CopyRow): void {
    const block = Math.floor(seq / BLOCK_EVENTS);
    if (block !== this.block) this.begin(block);
    const hour = hourOf(row, COLUMN[this.column]);
    if (hour !== this.lastHour) this.turnTo(hour);
    const outcomeAt = row.starts[COLUMN.outcome] as number;
    const kind = (ACTOR_TYPES[row.lengths[COLUMN.actor_type] as number] ?? 0) * OUTCOME_NAMES.length + (OUTCOMES[row.bytes[outcomeAt] as number] ?? 0);
    this.hourKinds[kind] = (this.hourKinds[kind] as number) + 1;
    const group = this.group(row);
    group[kind] = (group[kind] as number) + 1;
    this.seen++;
    if (this.seen === BLOCK_EVENTS) this.onBlock(this.counts());
  }

  private begin(block: number): void {
    this.block = block;
    this.seen = 0;
    this.hours = new Map();
    this.days = new Map();
    this.lastHour = Number.NaN;
  }

  private turnTo(hour: number): void {
    this.lastHour = hour;
    this.hourKinds = madeOnce(this.hours, hour, () => new Int32Array(KINDS));
    this.dayGroups = madeOnce(this.days, Math.floor(hour / DAY_HOURS), () => new Map());
  }

  /** Action and resource_type lie side by side in the row, the length of the second between them: one key for both. */
  private group({ bytes, starts, lengths }: CopyRow): Int32Array {
    const end = (starts[COLUMN.resource_type] as number) + (lengths[COLUMN.resource_type] as number);
    return madeOnce(this.dayGroups, bytes.toString('latin1', starts[COLUMN.action], end), () => new Int32Array(KINDS));
  }

  private counts(): BlockCounts {
    const hours: HourCount[] = [];
    for (const [hour, kinds] of this.hours) for (const kind of kindsOf(kinds)) hours.push({ hour: hourText(hour), ...kind });
    const days: DayCount[] = [];
    for (const [day, groups] of this.days) {
      for (const [key, kinds] of groups) {
        const { action, resourceType } = namesOf(key);
        for (const kind of kindsOf(kinds)) days.push({ day: hourText(day * DAY_HOURS).slice(0, 10), action, resourceType, ...kind });
      }
    }
    return { block: this.block, hours: hours.sort(byKey(hourKey)), days: days.sort(byKey(dayKey)) };
  }
}

/** What is kept of a block against what the stream gives. A bucket that only one side has counts 0 on the other. */
export function compareCounts(derived: BlockCounts, kept: { hours: readonly HourCount[]; days: readonly DayCount[] }): Found[] {
  return [
    ...compareBuckets(`block ${derived.block} hour`, derived.hours, kept.hours, hourKey),
    ...compareBuckets(`block ${derived.block} day`, derived.days, kept.days, dayKey),
  ];
}

const hourKey = ({ hour, actorType, outcome }: HourCount) => JSON.stringify([hour, actorType, outcome]);
const dayKey = ({ day, action, actorType, outcome, resourceType }: DayCount) => JSON.stringify([day, action, actorType, outcome, resourceType]);

const byKey =
  <T>(key: (value: T) => string) =>
  (a: T, b: T) =>
    key(a) < key(b) ? -1 : 1;

function compareBuckets<T extends { n: number }>(where: string, derived: readonly T[], kept: readonly T[], key: (value: T) => string): Found[] {
  const left = new Map(kept.map((value) => [key(value), value.n]));
  if (left.size < kept.length) return [{ code: 'COUNT_MISMATCH', seq: null, expected: where, found: `${where}: a bucket twice` }];
  const findings: Found[] = [];
  const differ = (bucket: string, due: number, n: number) =>
    findings.push({ code: 'COUNT_MISMATCH', seq: null, expected: `${where} ${bucket}: ${due}`, found: `${where} ${bucket}: ${n}` });
  for (const value of derived) {
    const n = left.get(key(value)) ?? 0;
    left.delete(key(value));
    if (n !== value.n) differ(key(value), value.n, n);
  }
  for (const [bucket, n] of left) if (n !== 0) differ(bucket, 0, n);
  return findings;
}

function* kindsOf(kinds: Int32Array): Generator<{ actorType: string; outcome: string; n: number }> {
  for (const [kind, n] of kinds.entries()) {
    if (n === 0) continue;
    const outcome = kind % OUTCOME_NAMES.length;
    yield { actorType: ACTOR_NAMES[(kind - outcome) / OUTCOME_NAMES.length] as string, outcome: OUTCOME_NAMES[outcome] as string, n };
  }
}

function namesOf(key: string): { action: string; resourceType: string } {
  const bytes = Buffer.from(key, 'latin1');
  // an action has no NUL, and the length of 512 bytes at most begins with two
  const split = bytes.indexOf(0);
  return { action: bytes.toString('utf8', 0, split), resourceType: bytes.toString('utf8', split + 4) };
}

/** Hours since 2000. Beyond 2^53 microseconds a double rounds, and an hour's edge must not move. */
function hourOf(row: CopyRow, column: number): number {
  const micros = row.number(column);
  if (Number.isSafeInteger(micros)) return Math.floor(micros / HOUR_MICROS);
  return Number(BigInt(row.integer(column) ?? 0) / BigInt(HOUR_MICROS));
}

const hourText = (hour: number) => timeFromMicros(BigInt(hour) * BigInt(HOUR_MICROS)).slice(0, 13);

function madeOnce<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
