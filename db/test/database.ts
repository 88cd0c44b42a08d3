// A migrated database of one's own for a `*.db.test.ts`, in about 100 ms. At the top of the file:
//
//   const database = await freshDatabase();          // runtime(), readTransaction() … of this file now mean it; dropped after the file's tests
//
//   database.superuser`alter table audit_event disable trigger …`   attacks and looks behind the curtain, past every role
//   database.env                                     for processes that a test starts: { ...process.env, ...database.env }
//
// INDELIBLE_HOME is a folder of its own too (keys), the host is audit.example.com. Features create their trails by features/trail/mutations/create-trail.ts;
// tests of db/ alone use db/test/events.ts.
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, inject } from 'vitest';
import { setEnv } from '@/lib/env';
import { bindRuntime, openRuntime, type Runtime } from '../runtime';
import { databaseAt } from './urls';

export type TestDatabase = {
  /** What the product logs in with: `indelible_login`. */
  url: string;
  superuserUrl: string;
  /** A pool of the superuser's. */
  superuser: Sql;
  runtime: Runtime;
  home: string;
  env: { DATABASE_URL: string; DATABASE_OWNER_URL: string; INDELIBLE_HOME: string; INDELIBLE_HOST: string };
};

export async function freshDatabase(): Promise<TestDatabase> {
  const name = `test_${crypto.randomBytes(6).toString('hex')}`;
  const admin = postgres(inject('postgresUrl'), { max: 1, onnotice: () => {} });
  await admin`create database ${admin(name)} template indelible_template strategy file_copy`;
  await admin`revoke temporary on database ${admin(name)} from public`; // the rights on a database itself are not copied

  const url = databaseAt(inject('loginUrl'), name);
  const superuserUrl = databaseAt(inject('postgresUrl'), name);
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-home-'));
  const env = { DATABASE_URL: url, DATABASE_OWNER_URL: superuserUrl, INDELIBLE_HOME: home, INDELIBLE_HOST: 'audit.example.com' };
  setEnv(env);
  const runtime = openRuntime({ url, ownerUrl: superuserUrl, isEmbedded: true, stop: async () => {} });
  bindRuntime(runtime);
  const superuser = postgres(superuserUrl, { max: 4, onnotice: () => {}, connection: { TimeZone: 'UTC' } });

  afterAll(async () => {
    await Promise.all([runtime.stop(), superuser.end({ timeout: 2 })]);
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end();
    fs.rmSync(home, { recursive: true, force: true });
  });
  return { url, superuserUrl, superuser, runtime, home, env };
}
