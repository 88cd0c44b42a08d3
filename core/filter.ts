/**
 * SPEC §10, filter grammar: which events a list, an export or a bundle holds.
 *
 *   {"and":[…]} {"or":[…]} {"not":…} {"eq":[member,value]} {"in":[member,[…]]} {"prefix":[member,text]} {"contains":[member,text]} {"lt":[member,value]} {"gte":[member,value]}
 *
 * Case-sensitive, no Unicode normalisation. {"and":[]} is everything, {"or":[]} nothing. v, seq and source_seq compare as integers and take no prefix or contains; lt and gte
 * take seq, recorded_at and occurred_at alone, times in their 27 characters. A member that is absent matches nothing, and `not` of that is true.
 */
import { parseJson } from './json';
import { escapeToken } from './json-pointer';

export type FilterValue = string | number;
export type Filter =
  | { and: Filter[] }
  | { or: Filter[] }
  | { not: Filter }
  | { eq: [string, FilterValue] }
  | { in: [string, FilterValue[]] }
  | { prefix: [string, string] }
  | { contains: [string, string] }
  | { lt: [string, FilterValue] }
  | { gte: [string, FilterValue] };

/** `proven`: over header members only, because the recipient sees nothing else of the events that do not match. */
export type FilterLevel = 'selection' | 'proven';
/** `error`: the operator or member at fault, `filter` for a part as a whole; `pointer`: where (RFC 6901). */
export type FilterFault = { ok: false; error: string; pointer: string; reason: string };

const HEADER = ['v', 'salt', 'trail', 'seq', 'id', 'recorded_at', 'occurred_at', 'actor_type', 'actor_id', 'action', 'resource_type', 'resource_id', 'outcome'];
const PAYLOAD = ['ip_address', 'user_agent', 'request_id', 'session_id', 'source', 'source_epoch', 'source_seq', 'redaction'];
const INTEGERS = new Set(['v', 'seq', 'source_seq']);
const ORDERED = new Set(['seq', 'recorded_at', 'occurred_at']);
const MAX_DEPTH = 64;

const isHeader = new Set(HEADER);
const isMember = new Set([...HEADER, ...PAYLOAD]);

class Fault extends Error {
  constructor(
    readonly error: string,
    readonly pointer: string,
    reason: string,
  ) {
    super(reason);
  }
}

/** @param json a value as a JSON reader gives it */
export function parseFilter(json: unknown, level: FilterLevel = 'selection'): { ok: true; filter: Filter } | FilterFault {
  try {
    return { ok: true, filter: parse(json, level, '', 0) };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { ok: false, error: fault.error, pointer: fault.pointer, reason: fault.message };
  }
}

/** The same from JSON text, read as strictly as every text that is hashed: no member twice, no number that a double rounds. */
export function parseFilterText(text: string, level: FilterLevel = 'selection'): { ok: true; filter: Filter } | FilterFault {
  const json = parseJson(text);
  return json.ok ? parseFilter(json.value, level) : { ok: false, error: 'filter', pointer: json.pointer, reason: json.reason };
}

function parse(json: unknown, level: FilterLevel, at: string, depth: number): Filter {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Fault('filter', at, 'a filter is an object with one operator');
  if (depth > MAX_DEPTH) throw new Fault('filter', at, `filters stand at most ${MAX_DEPTH} deep`);
  const [operator, ...others] = Object.keys(json);
  if (operator === undefined || others.length > 0) throw new Fault('filter', at, 'a filter has exactly one operator');
  const operand = (json as Record<string, unknown>)[operator];
  const here = `${at}/${escapeToken(operator)}`;
  if (operator === 'not') return { not: parse(operand, level, here, depth + 1) };
  if (operator === 'and' || operator === 'or') {
    if (!Array.isArray(operand)) throw new Fault(operator, here, `"${operator}" takes an array of filters`);
    const parts = operand.map((part, i) => parse(part, level, `${here}/${i}`, depth + 1));
    return operator === 'and' ? { and: parts } : { or: parts };
  }
  if (!['eq', 'in', 'prefix', 'contains', 'lt', 'gte'].includes(operator)) throw new Fault(operator, here, `there is no operator "${operator}"`);
  if (!Array.isArray(operand) || operand.length !== 2 || typeof operand[0] !== 'string')
    throw new Fault(operator, here, `"${operator}" takes a member and a value`);
  const member = operand[0];
  checkMember(operator, member, level, `${here}/0`);
  const value: unknown = operand[1];
  if (operator !== 'in') return { [operator]: [member, checkValue(operator, member, value, `${here}/1`)] } as Filter;
  if (!Array.isArray(value)) throw new Fault('in', here, '"in" takes a member and an array of values');
  return { in: [member, value.map((one, i) => checkValue('in', member, one, `${here}/1/${i}`))] };
}

function checkMember(operator: string, member: string, level: FilterLevel, at: string) {
  if (!isMember.has(member)) throw new Fault(member, at, `there is no member "${member}" that a filter can compare`);
  if (level === 'proven' && !isHeader.has(member)) throw new Fault(member, at, `"${member}" is not a header member; asserted is the most we can offer`);
  if ((operator === 'prefix' || operator === 'contains') && INTEGERS.has(member))
    throw new Fault(member, at, `"${member}" is an integer and takes no "${operator}"`);
  if ((operator === 'lt' || operator === 'gte') && !ORDERED.has(member))
    throw new Fault(member, at, `"${operator}" takes seq, recorded_at and occurred_at alone`);
}

function checkValue(operator: string, member: string, value: unknown, at: string): FilterValue {
  if (INTEGERS.has(member)) {
    if (!Number.isSafeInteger(value)) throw new Fault(member, at, `"${member}" compares with an integer`);
    return value as number;
  }
  if (typeof value !== 'string') throw new Fault(member, at, `"${member}" compares with a text`);
  if (!value.isWellFormed()) throw new Fault(member, at, 'half of a surrogate pair is no text');
  if ((operator === 'lt' || operator === 'gte') && !isTime(value)) throw new Fault(member, at, 'a time is written as 2026-11-23T13:01:27.000000Z');
  return value;
}

function isTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text) || text < '1970') return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19);
}

/** What a half of an event holds, by member name; values other than texts and integers are never compared. */
export type Members = { readonly [member: string]: unknown };

/** `payload` null: the half is withheld, its members count as absent. The filter must come from parseFilter. */
export function matchesFilter(filter: Filter, header: Members, payload: Members | null): boolean {
  if ('and' in filter) return filter.and.every((part) => matchesFilter(part, header, payload));
  if ('or' in filter) return filter.or.some((part) => matchesFilter(part, header, payload));
  if ('not' in filter) return !matchesFilter(filter.not, header, payload);
  if ('eq' in filter) return found(filter.eq[0]) === filter.eq[1];
  if ('in' in filter) return filter.in[1].some((value) => found(filter.in[0]) === value);
  if ('prefix' in filter) return textOf(filter.prefix[0])?.startsWith(filter.prefix[1]) ?? false;
  if ('contains' in filter) return textOf(filter.contains[0])?.includes(filter.contains[1]) ?? false;
  const [member, bound] = 'lt' in filter ? filter.lt : filter.gte;
  const value = found(member);
  if (value === undefined || typeof value !== typeof bound) return false;
  // Texts of 27 characters each compare as the moments they are.
  return 'lt' in filter ? (value as FilterValue) < bound : (value as FilterValue) >= bound;

  function found(name: string): unknown {
    const half = isHeader.has(name) ? header : payload;
    return half && Object.hasOwn(half, name) ? half[name] : undefined;
  }
  function textOf(name: string): string | undefined {
    const value = found(name);
    return typeof value === 'string' ? value : undefined;
  }
}
