import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { TrailId } from '@/db/scope';

/** What every query of a report is bounded by. `asOf` is the last seq that counts: the same report run again later gives the same rows. */
export type ReportRange = { trailId: TrailId; from: string; to: string; asOf: number };

/**
 * A list as one parameter, so that a query's text (and so its hash) does not depend on how long the list is. Cast directly: `::text::text[]` would be read again for every row.
 */
export function textArray(list: readonly string[]): SQL {
  const literal = `{${list.map((text) => `"${text.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
  return sql`${literal}::text[]`;
}

export const timeArray = (list: readonly string[]): SQL => sql`${`{${list.join(',')}}`}::timestamptz[]`;

/** Half-open period, one trail, nothing newer than as-of. The trail with `=`: that gives the indexes their order. */
export const within = ({ to, ...range }: ReportRange): SQL => sql`${since(range)} and e.occurred_at < ${to}::timestamptz`;

/** The same without its end, for what has a narrower one: of two ends the index may take the wider and walk through all that lies between. */
export const since = ({ trailId, from, asOf }: Omit<ReportRange, 'to'>): SQL =>
  sql`e.trail_id = ${trailId}::int and e.occurred_at >= ${from}::timestamptz and e.seq <= ${asOf}::bigint`;

/** A time as the 27 characters of the specification. */
export const timeText = (column: SQL): SQL => sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const dialect = new PgDialect();

/** The text that PostgreSQL gets, with $n for every value: what "About this report" shows and hashes. */
export const queryText = (query: SQL): string => dialect.sqlToQuery(query).sql.replace(/\s+/g, ' ').trim();
