/**
 * SPEC §10's filters over rows as COPY sends them, for who counts every row of a stream: what `matchesFilter` says of the event, without making the event. Texts compare by
 * their bytes, numbers and times as numbers; what is rarely asked (prefix, contains, ids) is read as text.
 */
import { COLUMN, type CopyColumn, type CopyRow } from './copy-row';
import { type Filter, type Members, matchesFilter } from './filter';
import { microsFromTime } from './postgres-time';

export type RowTest = (row: CopyRow) => boolean;

/** The filter must come from parseFilter, or be as good. */
export function rowFilter(filter: Filter): RowTest {
  if ('and' in filter) return allOf(filter.and.map(rowFilter));
  if ('or' in filter) {
    const none = allOf(filter.or.map(rowFilter).map(not));
    return not(none);
  }
  if ('not' in filter) return not(rowFilter(filter.not));
  if ('eq' in filter && isText(filter.eq[0])) return isOneOf(COLUMN[filter.eq[0]], [filter.eq[1]]);
  if ('in' in filter && isText(filter.in[0])) return isOneOf(COLUMN[filter.in[0]], filter.in[1]);
  if ('lt' in filter || 'gte' in filter) {
    const [member, bound] = 'lt' in filter ? filter.lt : filter.gte;
    const column = COLUMN[member as CopyColumn];
    const exact = typeof bound === 'number' ? bound : microsFromTime(bound);
    const number = Number(exact);
    // beyond 2^53 two numbers next to each other are one: there they are compared as they are
    const isBelow = (row: CopyRow, value: number) =>
      Number.isSafeInteger(number) && Number.isSafeInteger(value) ? value < number : (row.integer(column) as number | bigint) < exact;
    return 'lt' in filter
      ? (row) => (row.lengths[column] as number) >= 0 && isBelow(row, row.number(column))
      : (row) => (row.lengths[column] as number) >= 0 && !isBelow(row, row.number(column));
  }
  if ('contains' in filter && filter.contains[1] === '' && isText(filter.contains[0])) {
    const column = COLUMN[filter.contains[0]];
    return ({ lengths }) => (lengths[column] as number) >= 0;
  }
  const members = new RowMembers();
  return (row) => {
    members.row = row;
    return matchesFilter(filter, members.all, members.all);
  };
}

const TEXTS = [
  'actor_type',
  'actor_id',
  'action',
  'resource_type',
  'resource_id',
  'outcome',
  'ip_address',
  'user_agent',
  'request_id',
  'session_id',
  'source',
] as const;
const isText = (member: string): member is (typeof TEXTS)[number] => (TEXTS as readonly string[]).includes(member);

const not =
  (test: RowTest): RowTest =>
  (row) =>
    !test(row);

const allOf = (tests: readonly RowTest[]): RowTest => {
  return (row) => {
    for (let i = 0; i < tests.length; i++) if (!(tests[i] as RowTest)(row)) return false;
    return true;
  };
};

const FEW = 4;

function isOneOf(column: number, values: readonly (string | number)[]): RowTest {
  const texts = values.filter((value) => typeof value === 'string').map((value) => Buffer.from(value));
  if (texts.length <= FEW) {
    return (row) => {
      for (let i = 0; i < texts.length; i++) if (row.equals(column, texts[i] as Buffer)) return true;
      return false;
    };
  }
  // by a few bytes, so that nearly every row is compared with one of them or none
  const places: Buffer[][] = Array.from({ length: PLACES }, () => []);
  for (const text of texts) places[placeOf(text, 0, text.length)]?.push(text);
  return (row) => {
    const length = row.lengths[column] as number;
    if (length < 0) return false;
    const some = places[placeOf(row.bytes, row.starts[column] as number, length)] as Buffer[];
    for (let i = 0; i < some.length; i++) if (row.equals(column, some[i] as Buffer)) return true;
    return false;
  };
}

const PLACES = 64;

const placeOf = (bytes: Uint8Array, start: number, length: number): number =>
  length === 0 ? 0 : (length + (bytes[start] as number) * 7 + (bytes[start + length - 1] as number) * 31) % PLACES;

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
