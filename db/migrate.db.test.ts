import crypto from 'node:crypto';
import os from 'node:os';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import journal from '../drizzle/meta/_journal.json';
import { migrateDatabase, migrationsFolder } from './migrate';
import { databaseAt } from './test/urls';

const admin = postgres(inject('postgresUrl'), { max: 1, onnotice: () => {} });
const tag = crypto.randomBytes(4).toString('hex');
const made: { databases: string[]; roles: string[] } = { databases: [], roles: [] };

const roleUrl = (name: string) => {
  const url = new URL(inject('postgresUrl'));
  url.username = name;
  url.password = 'secret word';
  return url.href;
};
async function makeRole(name: string, options: string) {
  await admin.unsafe(`create role ${name} login ${options} password 'secret word'`);
  made.roles.push(name);
}
async function makeDatabase(name: string, options = '') {
  await admin.unsafe(`create database ${name} ${options}`);
  made.databases.push(name);
}

beforeAll(async () => {
  await makeRole(`owner_${tag}`, 'createrole');
  // An administrator's step where the three roles are in the cluster already, made by somebody else.
  await admin.unsafe(`grant indelible_reader, indelible_writer, indelible_app to owner_${tag} with admin option`);
});
afterAll(async () => {
  for (const name of made.databases) await admin.unsafe(`drop database ${name} with (force)`);
  for (const name of made.roles) await admin.unsafe(`drop owned by ${name} cascade; drop role ${name}`);
  await admin.end();
});

test('several processes that start at once on a fresh database migrate it once', async () => {
  await makeDatabase(`many_${tag}`);
  const server = { url: databaseAt(inject('loginUrl'), `many_${tag}`), ownerUrl: databaseAt(inject('postgresUrl'), `many_${tag}`), isEmbedded: true };
  await Promise.all([1, 2, 3, 4].map(() => migrateDatabase(server)));
  const sql = postgres(server.ownerUrl, { max: 1 });
  expect(await sql`select count(*)::int as n from drizzle.__drizzle_migrations`).toEqual([{ n: journal.entries.length }]);
  await sql.end();
});

test('a single DATABASE_URL: its owner, no superuser, starts in the least role and can take the others', async () => {
  await makeDatabase(`single_${tag}`, `owner owner_${tag}`);
  const url = databaseAt(roleUrl(`owner_${tag}`), `single_${tag}`);
  await migrateDatabase({ url, ownerUrl: url, isEmbedded: false });
  await migrateDatabase({ url, ownerUrl: url, isEmbedded: false }); // the next start, whose session begins in the least role
  const sql = postgres(url, { max: 1 });
  expect(await sql`select current_user::text as who`).toEqual([{ who: 'indelible_app' }]);
  await expect(sql`select 1 from audit_event`).rejects.toThrow(/permission denied/);
  await expect(sql`create table t (n int)`).rejects.toThrow(/permission denied/);
  for (const role of ['indelible_reader', 'indelible_writer']) {
    await sql.begin(async (tx) => {
      await tx`select set_config('role', ${role}, true)`;
      await expect(tx.savepoint((s) => s`create temporary table t (n int)`)).rejects.toThrow(/permission denied/);
    });
  }
  expect(await sql`select current_user::text as who`).toEqual([{ who: 'indelible_app' }]);
  await sql.end();
});

test('with DATABASE_OWNER_URL the login is granted the three roles and owns nothing', async () => {
  await makeDatabase(`apart_${tag}`, `owner owner_${tag}`);
  await makeRole(`app_${tag}`, '');
  const [url, ownerUrl] = [roleUrl(`app_${tag}`), roleUrl(`owner_${tag}`)].map((login) => databaseAt(login, `apart_${tag}`)) as [string, string];
  await migrateDatabase({ url, ownerUrl, isEmbedded: false });
  const sql = postgres(url, { max: 1 });
  expect(await sql`select current_user::text as who`).toEqual([{ who: 'indelible_app' }]);
  await sql.begin(async (tx) => {
    await tx`set local role indelible_reader`;
    expect(await tx`select count(*)::int as n from event_view`).toEqual([{ n: 0 }]);
  });
  await sql`set role none`;
  await expect(sql`alter table audit_event disable trigger append_only`).rejects.toThrow(/must be owner/);
  await sql.end();
});

test('says in plain words what an administrator can mend', async () => {
  const at = (url: string, name = 'postgres') => ({ url: databaseAt(url, name), ownerUrl: databaseAt(url, name), isEmbedded: false });
  await makeDatabase(`latin_${tag}`, `encoding 'LATIN1' template template0`);
  await expect(migrateDatabase(at(inject('postgresUrl'), `latin_${tag}`))).rejects.toMatchObject({ code: 'DATABASE_ENCODING' });
  await makeRole(`weak_${tag}`, '');
  await makeDatabase(`foreign_${tag}`);
  await expect(migrateDatabase(at(roleUrl(`weak_${tag}`), `foreign_${tag}`))).rejects.toMatchObject({ code: 'DATABASE_RIGHTS' });
  await expect(migrateDatabase(at(roleUrl('nobody_here')))).rejects.toMatchObject({ code: 'DATABASE_LOGIN' });
  await expect(migrateDatabase(at('postgres://x:y@127.0.0.1:9/z'))).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
});

test('finds its migrations from wherever it was started', () => {
  const found = migrationsFolder();
  expect(migrationsFolder([`${found}/../node_modules/next/dist/bin`, os.tmpdir()])).toBe(found);
  expect(() => migrationsFolder(['/nowhere/at/all'])).toThrow(/MIGRATIONS_MISSING/);
});
