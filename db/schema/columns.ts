import { customType } from 'drizzle-orm/pg-core';

/** Raw bytes: digests, salts and MACs stay Buffers inside, hex is for boundaries. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** Byte order, not a language's: the order of indexes and prefix searches must not depend on the customer's locale. */
export const textC = customType<{ data: string; driverData: string }>({ dataType: () => 'text COLLATE "C"' });

/**
 * `json` read and written as its text. Canonical text IS what was hashed, so parsing it here would lose the bytes (db/client.ts keeps the driver from doing so).
 * Not jsonb, which stores its own form.
 */
export const jsonText = customType<{ data: string; driverData: string }>({ dataType: () => 'json' });

/**
 * A moment as the 27 characters of SPEC §2 (`2026-11-10T00:00:01.500000Z`): a Date would lose the microseconds. A value that is no such moment (infinity, BC, a
 * year of five digits) comes back as PostgreSQL prints it, because whoever reads the trail must be able to show a row that somebody tampered with.
 */
export const instant = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  fromDriver: instantText,
});

/** PostgreSQL's text of a timestamptz in a session whose TimeZone is UTC → the 27 characters. For raw queries; columns do it by themselves. */
export function instantText(text: string): string {
  const m = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/.exec(text);
  return m ? `${m[1]}T${m[2]}.${(m[3] ?? '').padEnd(6, '0')}Z` : text;
}
