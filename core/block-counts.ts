/**
 * Figures that tie out: counts kept for reports, by blocks of 65,536 seqs whatever the sealing rhythm, written once when a block is full, and derived again from the
 * stream that is hashed (SPEC §8, COUNT_MISMATCH), never by SQL.
 *
 *   seq       0 ─────── block 0 ─────── 65,535 │ 65,536 ─────── block 1 ─────── 131,071 │ …
 *   hours     2026-03-01 12:00:00+00 ⇥ user ⇥ success → n
 *   days      2026-03-01 ⇥ patient.read ⇥ user ⇥ success ⇥ patient → n
 *   outcomes  2026-03-01 12:00:00+00 → successes ⇥ failures ⇥ denials
 *
 * They are the lines that COPY gives as text, in the order of the tables' keys: a thin year has twenty thousand of them a block, and an object of each costs more than the
 * events. So what is kept is compared as one text, and bucket by bucket only where it is another. Hours and days are UTC, of the column that the screens' charts count by. A block that was not seen whole (the walk began in it, rows are missing, broken or disposed,
 * the trail ends in it) gives nothing.
 */
import { COLUMN, type CopyRow, viewOf } from './copy-row';
import { ACTOR_TYPES, OUTCOMES } from './draft';
import { timeFromMicros } from './postgres-time';
import type { Found } from './tree-verdict';

export const BLOCK_EVENTS = 65_536;

/** Lines of COPY as text, the figures last, in the order of the keys of count_hour, count_day and count_outcome. */
export type KeptLines = { hours: string; days: string; outcomes: string };
export type BlockCounts = KeptLines & { block: number };

/** By bucket: its line less the figure. */
type Counts = Map<string, number>;

// an actor type and an outcome are told by the length and first byte they have and no other has
const ACTOR_BY_LENGTH = new Uint8Array(256);
for (const [i, name] of ACTOR_TYPES.entries()) ACTOR_BY_LENGTH[name.length] = i * OUTCOMES.length;
const OUTCOME_BY_BYTE = new Uint8Array(256);
for (const [i, name] of OUTCOMES.entries()) OUTCOME_BY_BYTE[name.charCodeAt(0)] = i;
const KIND_NAMES = ACTOR_TYPES.flatMap((actorType) => OUTCOMES.map((outcome) => `${actorType}\t${outcome}`));
// how a line of an hour goes on
const KIND_ENDS = KIND_NAMES.map((name) => `\t${name}\t`);
const KINDS = [...KIND_NAMES.keys()].sort((a, b) => order(KIND_NAMES[a] as string, KIND_NAMES[b] as string));

const PLACES = 1024;
const HOUR_MICROS = 3_600_000_000;
const DAY_HOURS = 24;

/** By kind: actor type and outcome. */
type Kinds = number[];
// An array of a dozen small numbers is made in a tenth of the time that a typed one takes.
const noKinds = (): Kinds => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/** An action and a resource type, of which a log has some dozens, as COPY writes them; `ends`: how a line of a day goes on, by kind. */
type Name = { view: DataView; action: string; actionBytes: Buffer; typeBytes: Buffer; ends: readonly string[] };
type Day = Map<Name, Kinds>;
/** A name met, and its figures of the day it was met in last. */
type Place = { name: Name; day: Day; kinds: Kinds };

export class BlockCounter {
  private block = -1;
  private seen = 0;
  private hours = new Map<number, Kinds>();
  private days = new Map<number, Day>();
  private names = new Map<string, Name>();
  private lastHour = Number.NaN;
  private hour: Kinds = noKinds();
  private day: Day = new Map();
  private readonly places: (Place | null)[] = new Array(PLACES).fill(null);
  private readonly column: number;

  /** `onBlock` is given each whole block as soon as its last event came. */
  constructor(
    private readonly onBlock: (counts: BlockCounts) => void,
    column: 'occurred_at' | 'recorded_at' = 'occurred_at',
  ) {
    this.column = COLUMN[column];
  }

  /** The next event that holds, in the order of seq. */
  row(seq: number, row: CopyRow): void {
    const block = Math.floor(seq / BLOCK_EVENTS);
    if (block !== this.block) this.begin(block);
    const hour = hourOf(row, this.column);
    if (hour !== this.lastHour) this.turnTo(hour);
    const outcomeAt = row.starts[COLUMN.outcome] as number;
    const kind = (ACTOR_BY_LENGTH[row.lengths[COLUMN.actor_type] as number] ?? 0) + (OUTCOME_BY_BYTE[row.bytes[outcomeAt] as number] ?? 0);
    this.hour[kind] = (this.hour[kind] as number) + 1;
    const kinds = this.kindsOf(row);
    kinds[kind] = (kinds[kind] as number) + 1;
    this.seen++;
    if (this.seen === BLOCK_EVENTS) this.onBlock(this.counts());
  }

  private begin(block: number): void {
    this.block = block;
    this.seen = 0;
    this.hours = new Map();
    this.days = new Map();
    this.names = new Map();
    this.places.fill(null);
    this.lastHour = Number.NaN;
  }

  private turnTo(hour: number): void {
    this.lastHour = hour;
    this.hour = madeOnce(this.hours, hour, noKinds);
    this.day = madeOnce(this.days, Math.floor(hour / DAY_HOURS), () => new Map());
  }

  /** Action and resource_type lie side by side in the row, the length of the second between them: one name for both, found by its bytes. */
  private kindsOf({ bytes, view, starts, lengths }: CopyRow): Kinds {
    const start = starts[COLUMN.action] as number;
    const end = (starts[COLUMN.resource_type] as number) + (lengths[COLUMN.resource_type] as number);
    const at =
      (end - start + (bytes[start] as number) * 7 + (bytes[end - 1] as number) * 31 + (bytes[start + (lengths[COLUMN.action] as number) - 1] as number) * 101) %
      PLACES;
    let place = this.places[at] as Place | null;
    if (place === null || !isSame(place.name.view, view, start, end)) {
      const name = madeOnce(this.names, bytes.toString('latin1', start, end), nameOf);
      place = { name, day: this.day, kinds: madeOnce(this.day, name, noKinds) };
      this.places[at] = place;
    } else if (place.day !== this.day) {
      place.day = this.day;
      place.kinds = madeOnce(this.day, place.name, noKinds);
    }
    return place.kinds;
  }

  /** In the order of actions, as an index has them, by their bytes; those of one action together. */
  private namesByAction(): Name[][] {
    const groups: Name[][] = [];
    for (const name of [...this.names.values()].sort((a, b) => Buffer.compare(a.actionBytes, b.actionBytes) || Buffer.compare(a.typeBytes, b.typeBytes))) {
      const last = groups.at(-1);
      if (last?.[0]?.action === name.action) last.push(name);
      else groups.push([name]);
    }
    return groups;
  }

  private counts(): BlockCounts {
    // joined once: what is added to a text bit by bit is taken together again when it is compared, which takes ten times as long
    const [hours, outcomes]: [string[], string[]] = [[], []];
    for (const [hour, kinds] of ascending(this.hours)) {
      const text = `${hourText(hour).replace('T', ' ')}:00:00+00`;
      const sums = OUTCOMES.map(() => 0);
      for (let kind = 0; kind < kinds.length; kind++) sums[kind % OUTCOMES.length] = (sums[kind % OUTCOMES.length] as number) + (kinds[kind] as number);
      outcomes.push(text, '\t', sums.join('\t'), '\n');
      for (const kind of KINDS) if (kinds[kind] !== 0) hours.push(text, KIND_ENDS[kind] as string, `${kinds[kind]}\n`);
    }
    const byAction = this.namesByAction();
    const days: string[] = [];
    for (const [day, names] of ascending(this.days)) {
      const text = hourText(day * DAY_HOURS).slice(0, 10);
      for (const some of byAction) {
        const met: { ends: readonly string[]; kinds: Kinds }[] = [];
        for (const name of some) {
          const kinds = names.get(name);
          if (kinds) met.push({ ends: name.ends, kinds });
        }
        for (const kind of met.length === 0 ? [] : KINDS)
          for (const { ends, kinds } of met) if (kinds[kind] !== 0) days.push(text, ends[kind] as string, `${kinds[kind]}\n`);
      }
    }
    return { block: this.block, hours: hours.join(''), days: days.join(''), outcomes: outcomes.join('') };
  }
}

/**
 * What is kept of a block, as lines of COPY in the order of the tables' indexes, against what the stream gives. A bucket that only one side has counts 0 on the other. The same lines in
 * another order: the index holds rows under keys that they have not, and a period asked of it is answered with others.
 */
export function compareCounts(derived: BlockCounts, kept: KeptLines): Found[] {
  return [
    ...compareBuckets(`block ${derived.block} hour`, derived.hours, kept.hours),
    ...compareBuckets(`block ${derived.block} day`, derived.days, kept.days),
    ...(derived.outcomes === kept.outcomes ? [] : compareBuckets(`block ${derived.block} outcome`, byOutcome(derived.outcomes), byOutcome(kept.outcomes))),
  ];
}

/** A line for each outcome of an hour. */
const byOutcome = (lines: string): string =>
  lines.replace(/^(.*)\t(.*)\t(.*)\t(.*)$/gm, (_, hour, ...figures) => OUTCOMES.map((outcome, i) => `${hour}\t${outcome}\t${figures[i]}`).join('\n'));

function compareBuckets(where: string, derivedLines: string, keptLines: string): Found[] {
  if (derivedLines === keptLines) return [];
  const [derived, kept] = [readCounts(derivedLines), readCounts(keptLines)];
  const differences: { bucket: string; due: number; n: number }[] = [];
  for (const [bucket, due] of derived) {
    const n = kept.get(bucket) ?? 0;
    if (n !== due) differences.push({ bucket, due, n });
  }
  for (const [bucket, n] of kept) if (n !== 0 && !derived.has(bucket)) differences.push({ bucket, due: 0, n });
  if (differences.length === 0)
    return [
      { code: 'COUNT_MISMATCH', seq: null, expected: `${where}: rows in the order of their keys`, found: `${where}: an index with rows under other keys` },
    ];
  return differences
    .sort((a, b) => order(a.bucket, b.bucket))
    .map(({ bucket, due, n }) => {
      const printed = `${where} ${JSON.stringify(bucket.replace(WHOLE_HOUR, '$1T$2').split('\t').map(unescaped))}`;
      return { code: 'COUNT_MISMATCH', seq: null, expected: `${printed}: ${due}`, found: `${printed}: ${n}` };
    });
}

/** Where a bucket is there more than once, each further one counts under a name that no event has. */
function readCounts(lines: string): Counts {
  const counts: Counts = new Map();
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf('\n', at);
    const line = lines.slice(at, end < 0 ? lines.length : end);
    at += line.length + 1;
    const tab = line.lastIndexOf('\t');
    const bucket = line.slice(0, tab);
    counts.set(counts.has(bucket) ? `${bucket}\tagain at ${at}` : bucket, Number(line.slice(tab + 1)));
  }
  return counts;
}

// said as the time of an event begins
const WHOLE_HOUR = /^(\d{4}-\d\d-\d\d) (\d\d):00:00\+00(?=\t)/;

function nameOf(key: string): Name {
  const bytes = Buffer.from(key, 'latin1');
  // an action has no NUL, and the length of 512 bytes at most begins with two
  const split = bytes.indexOf(0);
  const [actionBytes, typeBytes] = [bytes.subarray(0, split), bytes.subarray(split + 4)];
  const [action, resourceType] = [actionBytes, typeBytes].map((name) => escaped(name.toString('utf8'))) as [string, string];
  return { view: viewOf(bytes), action, actionBytes, typeBytes, ends: KIND_NAMES.map((kind) => `\t${action}\t${kind}\t${resourceType}\t`) };
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

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const ascending = <V>(map: Map<number, V>) => [...map].sort(([a], [b]) => a - b);

function isSame(name: DataView, row: DataView, start: number, end: number): boolean {
  const length = end - start;
  if (name.byteLength !== length) return false;
  let i = 0;
  for (; i + 4 <= length; i += 4) if (name.getInt32(i) !== row.getInt32(start + i)) return false;
  for (; i < length; i++) if (name.getUint8(i) !== row.getUint8(start + i)) return false;
  return true;
}

function madeOnce<K, V>(map: Map<K, V>, key: K, make: (key: K) => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make(key);
    map.set(key, value);
  }
  return value;
}
