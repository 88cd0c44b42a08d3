import postgres, { type Sql } from 'postgres';
import { AppError } from '@/lib/errors';
import type { DatabaseServer } from './server';

const ROLES = ['indelible_reader', 'indelible_writer', 'indelible_app'];

/**
 * What does not travel with a copy of the database, so it is looked at on every start: who may make temporary objects, and which roles the login may take.
 * @param sql one connection as the owner
 */
export async function secureDatabase(sql: Sql, { url, isEmbedded }: Omit<DatabaseServer, 'stop'>) {
  await revokeTemporary(sql);
  await revokeLargeObjects(sql);
  if (isEmbedded) await makeLogin(sql, url);
  const login = isEmbedded ? nameOf(url) : await startInLeastRole(url);
  await grantRoles(sql, login);
}

/** Else the reader can make functions in pg_temp that see what a query sees. */
async function revokeTemporary(sql: Sql) {
  const mayStill = async () => (await sql`select has_database_privilege('indelible_reader', current_database(), 'temporary') as may`)[0]?.may;
  if (!(await mayStill())) return;
  const [row] = await sql`select current_database() as name`;
  await sql`revoke temporary on database ${sql(row?.name)} from public`;
  if (await mayStill()) {
    throw new AppError('DATABASE_RIGHTS', { hint: `the owner of the database must run: revoke temporary on database "${row?.name}" from public` });
  }
}

/** Anybody may make large objects, and fill the disk with them. Only a superuser can take that away, so a customer's own server keeps it. */
async function revokeLargeObjects(sql: Sql) {
  const [row] =
    await sql`select rolsuper and has_function_privilege('indelible_reader', 'lo_create(oid)', 'execute') as due from pg_roles where rolname = current_user`;
  if (row?.due) await sql`revoke execute on function lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea) from public`;
}

const nameOf = (url: string) => decodeURIComponent(new URL(url).username);

/** The embedded server's own login: no superuser, inherits nothing, so that a query which forgets its role is refused. */
async function makeLogin(sql: Sql, url: string) {
  const name = nameOf(url);
  const [found] = await sql`select from pg_roles where rolname = ${name}`;
  if (found) return;
  const password = decodeURIComponent(new URL(url).password);
  await sql.unsafe(`create role ${quoteName(name)} login noinherit password ${quoteText(password)}`);
}

/** A login of the customer's own inherits what it is granted, or owns the tables: its sessions start in the least of the three roles. It may set this for itself. */
async function startInLeastRole(url: string): Promise<string> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {}, connection: { application_name: 'indelible migration' } });
  try {
    const [row] = await sql`
      select session_user as login, current_database() as database, exists (
        select from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase join pg_roles r on r.oid = s.setrole
        where d.datname = current_database() and r.rolname = session_user and 'role=indelible_app' = any (s.setconfig)) as "isSet"`;
    if (!row?.isSet) {
      await sql`set role none`;
      await sql`alter role ${sql(row?.login)} in database ${sql(row?.database)} set role = 'indelible_app'`;
    }
    return row?.login;
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function grantRoles(sql: Sql, login: string) {
  const [row] = await sql`select current_setting('server_version_num')::int >= 160000 as "hasOptions"`;
  for (const role of ROLES) {
    const [held] = await sql`select pg_has_role(${login}, ${role}, ${row?.hasOptions ? 'SET' : 'MEMBER'}) as may`;
    if (!held?.may) await sql.unsafe(`grant ${role} to ${quoteName(login)}${row?.hasOptions ? ' with inherit false, set true' : ''}`);
  }
}

const quoteName = (name: string) => `"${name.replaceAll('"', '""')}"`;
const quoteText = (text: string) => `'${text.replaceAll("'", "''")}'`;
