import { type AnyColumn, inArray, type SQL, sql } from 'drizzle-orm';
import type { Filter } from '@/core/filter';
import { eventView as e } from '@/db/schema/audit-event';

/**
 * THE filter builder: list, count, chart, export, bundle and reports ask with this one, and a property test holds it to core's matchesFilter.
 *
 * A condition over `eventView` in SQL's three values: a member that is absent is NULL there, which matches nothing, and `not` of it is true (IS NOT TRUE).
 * `=`, starts_with and strpos decide; an escaped LIKE stands beside the last two only to lead to an index, and never alone, because it cannot decide otherwise than they.
 * Parameters stay parameters; for COPY, which takes none, call `.inlineParams()` on the whole statement.
 */
export function filterToSql(filter: Filter): SQL {
  return sql`(${condition(filter)})`; // whole in itself: what stands beside it may be joined by `and` or by `or`
}

function condition(filter: Filter): SQL {
  if ('and' in filter) return joined(filter.and, sql` and `, sql`true`);
  if ('or' in filter) return joined(filter.or, sql` or `, sql`false`);
  if ('not' in filter) return sql`${filterToSql(filter.not)} is not true`;
  if ('eq' in filter) return equal(filter.eq[0], [filter.eq[1]]);
  if ('in' in filter) return equal(filter.in[0], filter.in[1]);
  if ('prefix' in filter) return prefix(filter.prefix[0], filter.prefix[1]);
  if ('contains' in filter) return contains(filter.contains[0], filter.contains[1]);
  if ('lt' in filter) return ordered(filter.lt[0], sql`<`, filter.lt[1]);
  return ordered(filter.gte[0], sql`>=`, filter.gte[1]);
}

type Scalar = string | number;

const TEXTS: Record<string, AnyColumn> = {
  actor_type: e.actorType,
  actor_id: e.actorId,
  action: e.action,
  resource_type: e.resourceType,
  resource_id: e.resourceId,
  outcome: e.outcome,
  ip_address: e.ipAddress,
  user_agent: e.userAgent,
  request_id: e.requestId,
  session_id: e.sessionId,
  source: e.source,
  redaction: e.redaction,
};
const INTEGERS: Record<string, AnyColumn> = { seq: e.seq, v: e.v, source_seq: e.sourceSeq };
const TIMES: Record<string, AnyColumn> = { recorded_at: e.recordedAt, occurred_at: e.occurredAt };
const UUIDS: Record<string, AnyColumn> = { id: e.id, source_epoch: e.sourceEpoch };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

function joined(parts: readonly Filter[], word: SQL, empty: SQL): SQL {
  if (parts.length === 0) return empty;
  return sql.join(parts.map(filterToSql), word);
}

function equal(member: string, values: readonly Scalar[]): SQL {
  const text = TEXTS[member];
  if (text) return among(text, values.filter(isStorable));
  const integer = INTEGERS[member];
  if (integer) return among(integer, values);
  const uuid = UUIDS[member];
  if (uuid)
    return among(
      uuid,
      values.filter((value) => UUID.test(String(value))),
    ); // an id's text is lower case: another form equals none
  const time = TIMES[member];
  const known = time ? values.filter((value) => isTime(String(value))) : [];
  if (time) return known.length === 0 ? sql`false` : sql`${time} in (${sql.join(known.map(instant), sql`, `)})`;
  const derived = textOf(member);
  return derived ? among(derived, values.filter(isStorable)) : sql`false`;
}

function among(column: AnyColumn | SQL, values: readonly Scalar[]): SQL {
  if (values.length === 0) return sql`false`;
  return values.length === 1 ? sql`${column} = ${values[0]}` : inArray(column as AnyColumn, values as Scalar[]);
}

function prefix(member: string, text: string): SQL {
  const column = textOf(member);
  if (!column || !isStorable(text)) return sql`false`;
  const decides = sql`starts_with(${column}, ${text})`;
  return text !== '' && member in TEXTS ? sql`${decides} and ${column} like ${`${escapeLike(text)}%`}` : decides;
}

function contains(member: string, text: string): SQL {
  const column = textOf(member);
  if (!column || !isStorable(text)) return sql`false`;
  const decides = sql`strpos(${column}, ${text}) > 0`;
  if (text === '') return sql`${column} is not null`; // strpos(x, '') is 1, and 1 for an empty x as well, but why rest on that
  // The index holds both texts in one expression: what one of them contains, both together contain. Under three characters there is no trigram to look for.
  const isIndexed = (member === 'action' || member === 'resource_id') && [...text].length >= 3;
  return isIndexed ? sql`${decides} and (${e.action} || ' ' || ${e.resourceId}) like ${`%${escapeLike(text)}%`}` : decides;
}

function ordered(member: string, operator: SQL, value: Scalar): SQL {
  const integer = INTEGERS[member];
  if (integer) return sql`${integer} ${operator} ${value}`;
  const time = TIMES[member];
  return time && isTime(String(value)) ? sql`${time} ${operator} ${instant(value)}` : sql`false`;
}

/** The text of a member as it is hashed; null for a member no event has as text. */
function textOf(member: string): AnyColumn | SQL | null {
  const text = TEXTS[member];
  if (text) return text;
  const uuid = UUIDS[member];
  if (uuid) return sql`${uuid}::text`;
  const time = TIMES[member];
  if (time) return sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  if (member === 'salt') return sql`translate(rtrim(encode(${e.headerSalt}, 'base64'), '='), '+/', '-_')`;
  if (member === 'trail') return sql`(select t.origin from trail t where t.trail_id = ${e.trailId})`;
  return null;
}

const instant = (value: Scalar) => sql`${String(value)}::timestamptz`;
/** PostgreSQL holds neither U+0000 nor half a surrogate pair, so no event's text has one. */
const isStorable = (value: Scalar) => typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
const isTime = (text: string) => TIME.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().slice(0, 19) === text.slice(0, 19);
const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&');
