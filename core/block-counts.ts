/**
 * Figures that tie out: counts kept for reports, by blocks of 65,536 seqs whatever the sealing rhythm, written once when a block is full, and derived again from the
 * stream that is hashed (SPEC §8, COUNT_MISMATCH), never by SQL.
 *
 *   seq     0 ─────── block 0 ─────── 65,535 │ 65,536 ─────── block 1 ─────── 131,071 │ …
 *   hours   2026-03-01T12 ⇥ user ⇥ success → n
 *   days    2026-03-01 ⇥ patient.read ⇥ user ⇥ success ⇥ patient → n
 *
 * A bucket is named by the line that COPY gives of it as text, less its figure: a thin year has twenty thousand of them a block, and an object of each costs more than the
 * events. Hours and days are UTC, of the column that the screens' charts count by. A block that was not seen whole (the walk began in it, rows are missing, broken or disposed,
 * the trail ends in it) gives nothing.
 */
import { COLUMN, type CopyRow } from './copy-row';
import { timeFromMicros } from './postgres-time';
import type { Found } from './tree-verdict';

export const BLOCK_EVENTS = 65_536;

/** By bucket. */
export type Counts = Map<string, number>;
export type BlockCounts = { block: number; hours: Counts; days: Counts };

// an actor type and an outcome are told by the length and first byte they have and no other has
const ACTOR_TYPES: { [length: number]: number } = { 4: 0, 7: 1, 6: 2, 5: 3 };
const ACTOR_NAMES = ['user', 'service', 'system', 'admin'];
const OUTCOMES: { [byte: number]: number } = { 115: 0, 102: 1, 100: 2 };
const OUTCOME_NAMES = ['success', 'failure', 'denied'];
const KINDS = ACTOR_NAMES.length * OUTCOME_NAMES.length;
const KIND_NAMES = ACTOR_NAMES.flatMap((actorType) => OUTCOME_NAMES.map((outcome) => `${actorType}\t${outcome}`));

const NAMES = 1024;
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
  private readonly names: ({ bytes: Buffer; name: string } | undefined)[] = new Array(NAMES).fill(undefined);

  /** `onBlock` is given each whole block as soon as its last event came. */
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

  /** Action and resource_type lie side by side in the row, the length of the second between them: one name for both. */
  private group({ bytes, starts, lengths }: CopyRow): Int32Array {
    const start = starts[COLUMN.action] as number;
    const end = (starts[COLUMN.resource_type] as number) + (lengths[COLUMN.resource_type] as number);
    // a log has some dozens of these names, and each of them a string of its own, found by its bytes
    const at =
      (end - start + (bytes[start] as number) * 7 + (bytes[end - 1] as number) * 31 + (bytes[start + (lengths[COLUMN.action] as number) - 1] as number) * 101) %
      NAMES;
    const near = this.names[at];
    if (near === undefined || !isSame(near.bytes, bytes, start, end)) {
      const name = bytes.toString('latin1', start, end);
      this.names[at] = { bytes: Buffer.from(name, 'latin1'), name };
      return madeOnce(this.dayGroups, name, () => new Int32Array(KINDS));
    }
    return madeOnce(this.dayGroups, near.name, () => new Int32Array(KINDS));
  }

  private counts(): BlockCounts {
    const [hours, days]: [Counts, Counts] = [new Map(), new Map()];
    for (const [hour, kinds] of this.hours) {
      const text = hourText(hour);
      for (let kind = 0; kind < KINDS; kind++) if (kinds[kind] !== 0) hours.set(`${text}\t${KIND_NAMES[kind]}`, kinds[kind] as number);
    }
    for (const [day, groups] of this.days) {
      const text = hourText(day * DAY_HOURS).slice(0, 10);
      for (const [key, kinds] of groups) {
        const { action, resourceType } = namesOf(key);
        for (let kind = 0; kind < KINDS; kind++) {
          if (kinds[kind] !== 0) days.set(`${text}\t${action}\t${KIND_NAMES[kind]}\t${resourceType}`, kinds[kind] as number);
        }
      }
    }
    return { block: this.block, hours, days };
  }
}

/** What is kept: lines of COPY as text, the figure last. Where a bucket is there twice, the second counts under a name that no event has. */
export function readCounts(lines: string): Counts {
  const counts: Counts = new Map();
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf('\n', at);
    const line = lines.slice(at, end < 0 ? lines.length : end);
    at += line.length + 1;
    const tab = line.lastIndexOf('\t');
    const bucket = line.slice(0, tab);
    counts.set(counts.has(bucket) ? `${bucket}\tagain` : bucket, Number(line.slice(tab + 1)));
  }
  return counts;
}

/** What is kept of a block against what the stream gives. A bucket that only one side has counts 0 on the other. */
export function compareCounts(derived: BlockCounts, kept: { hours: Counts; days: Counts }): Found[] {
  return [
    ...compareBuckets(`block ${derived.block} hour`, derived.hours, kept.hours),
    ...compareBuckets(`block ${derived.block} day`, derived.days, kept.days),
  ];
}

function compareBuckets(where: string, derived: Counts, kept: Counts): Found[] {
  const differences: { bucket: string; due: number; n: number }[] = [];
  for (const [bucket, due] of derived) {
    const n = kept.get(bucket) ?? 0;
    if (n !== due) differences.push({ bucket, due, n });
  }
  for (const [bucket, n] of kept) if (n !== 0 && !derived.has(bucket)) differences.push({ bucket, due: 0, n });
  return differences
    .sort((a, b) => (a.bucket < b.bucket ? -1 : 1))
    .map(({ bucket, due, n }) => {
      const printed = `${where} ${JSON.stringify(bucket.split('\t').map(unescaped))}`;
      return { code: 'COUNT_MISMATCH', seq: null, expected: `${printed}: ${due}`, found: `${printed}: ${n}` };
    });
}

function namesOf(key: string): { action: string; resourceType: string } {
  const bytes = Buffer.from(key, 'latin1');
  // an action has no NUL, and the length of 512 bytes at most begins with two
  const split = bytes.indexOf(0);
  return { action: escaped(bytes.toString('utf8', 0, split)), resourceType: escaped(bytes.toString('utf8', split + 4)) };
}

// as COPY writes text
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f', '\r': '\\r' };
const UNESCAPES: Record<string, string> = Object.fromEntries(Object.entries(ESCAPES).map(([plain, written]) => [written, plain]));
const escaped = (text: string) => text.replace(/[\\\b\t\n\v\f\r]/g, (character) => ESCAPES[character] as string);
const unescaped = (text: string) => text.replace(/\\[\\btnvfr]/g, (pair) => UNESCAPES[pair] as string);

/** Hours since 2000. Beyond 2^53 microseconds a double rounds, and an hour's edge must not move. */
function hourOf(row: CopyRow, column: number): number {
  const micros = row.number(column);
  if (Number.isSafeInteger(micros)) return Math.floor(micros / HOUR_MICROS);
  return Number(BigInt(row.integer(column) ?? 0) / BigInt(HOUR_MICROS));
}

const hourText = (hour: number) => timeFromMicros(BigInt(hour) * BigInt(HOUR_MICROS)).slice(0, 13);

function isSame(name: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = name.length - 1; i >= 0; i--) if (name[i] !== bytes[start + i]) return false;
  return true;
}

function madeOnce<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
