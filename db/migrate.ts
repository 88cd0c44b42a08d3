import fs from 'node:fs';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres, { type Sql } from 'postgres';
import { AppError } from '@/lib/errors';
import { secureDatabase } from './roles';
import type { DatabaseServer } from './server';

const MIGRATION_LOCK = 727_274; // any number, the same in every process
const OLDEST_VERSION = 150_000;

/**
 * Brings the database to the newest migration and the login to its three roles; safe when several processes start at once.
 * Drizzle's migrate() takes no lock: two at once on a fresh database failed 10 times of 10 (duplicate key in pg_type). The lock is the session's, so lock and
 * migrations share ONE connection (max: 1); ending it releases the lock. Behind a pooler in transaction mode it would land on another connection: give
 * DATABASE_OWNER_URL, straight to PostgreSQL.
 * @throws AppError DATABASE_UNREACHABLE, DATABASE_LOGIN, DATABASE_VERSION, DATABASE_ENCODING, DATABASE_RIGHTS
 */
export async function migrateDatabase(server: Omit<DatabaseServer, 'stop'>, folder = migrationsFolder()) {
  const sql = postgres(server.ownerUrl, { max: 1, connect_timeout: 10, onnotice: () => {}, connection: { application_name: 'indelible migration' } });
  try {
    await checkServer(sql);
    await sql`set role none`; // the login may start in a lesser role
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(sql), { migrationsFolder: folder });
    await secureDatabase(sql, server);
  } catch (cause) {
    throw explain(cause);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function checkServer(sql: Sql) {
  const [row] = await sql<{ version: number; name: string; encoding: string }[]>`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as name, current_setting('server_encoding') as encoding`;
  if (!row || row.version < OLDEST_VERSION) {
    throw new AppError('DATABASE_VERSION', { hint: `this is PostgreSQL ${row?.name}; 15 or newer is needed` });
  }
  if (row.encoding !== 'UTF8') {
    throw new AppError('DATABASE_ENCODING', { hint: `the database is encoded in ${row.encoding}; make one with "create database … encoding 'UTF8'"` });
  }
}

/** The few faults that an administrator can mend, in his words. */
function explain(cause: unknown): unknown {
  if (cause instanceof AppError) return cause;
  const error = ((cause as Error).cause ?? cause) as { code?: string; message?: string };
  if (error.code === '42501') {
    const hint = `the login that migrates lacks a right (${error.message}): it must own the database and be allowed to create roles, or an administrator creates indelible_reader, indelible_writer and indelible_app (nologin noinherit) and grants them to it`;
    return new AppError('DATABASE_RIGHTS', { cause, hint });
  }
  if (error.code === '28P01' || error.code === '28000' || error.code === '3D000') return new AppError('DATABASE_LOGIN', { cause, hint: error.message });
  if (['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'CONNECT_TIMEOUT', 'CONNECTION_CLOSED'].includes(error.code ?? '')) {
    return new AppError('DATABASE_UNREACHABLE', { cause, hint: `no PostgreSQL answers there (${error.code})` });
  }
  return cause;
}

/**
 * The folder `drizzle` of the product. A bundle's own place says nothing and the working directory may be anywhere, so the parents of both the script that was
 * started (dist/…, .next/standalone/server.js, node_modules/next/…) and the working directory are searched.
 * @throws AppError MIGRATIONS_MISSING
 */
export function migrationsFolder(starts = [path.dirname(process.argv[1] ?? ''), process.cwd()]): string {
  for (const start of starts) {
    for (let dir = path.resolve(start); ; dir = path.dirname(dir)) {
      const folder = path.join(dir, 'drizzle');
      if (fs.existsSync(path.join(folder, 'meta/_journal.json')) && fs.existsSync(path.join(folder, '0001_trail.sql'))) return folder;
      if (dir === path.dirname(dir)) break;
    }
  }
  throw new AppError('MIGRATIONS_MISSING', { hint: `no folder drizzle above ${starts.join(' or ')}` });
}
