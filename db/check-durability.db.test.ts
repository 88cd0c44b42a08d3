import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { checkDurability } from './check-durability';
import { startEmbeddedPostgres } from './embedded-postgres';
import { bindRuntime, openRuntime } from './runtime';

test('a server that may forget what it acknowledged is refused, and named are the settings', async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'durability-test-'));
  fs.chmodSync(root, 0o755);
  const server = await startEmbeddedPostgres({ root });
  const runtime = openRuntime({ url: server.url, ownerUrl: server.url, isEmbedded: true, stop: async () => {} });
  bindRuntime(runtime);
  const superuser = postgres(server.url, { max: 1 });
  const set = async (name: string) => {
    await superuser.unsafe(`alter system set ${name} = off`);
    await superuser`select pg_reload_conf()`;
    await expect.poll(async () => (await superuser.unsafe(`show ${name}`))[0]?.[name]).toBe('off');
  };
  try {
    await checkDurability();
    await set('fsync');
    await expect.poll(() => checkDurability().catch(({ code, hint }) => `${code}: ${hint}`)).toContain('DATABASE_FORGETFUL: fsync is off');
    await set('full_page_writes');
    await expect.poll(() => checkDurability().catch(({ hint }) => hint)).toContain('fsync and full_page_writes are off');
  } finally {
    await superuser.end();
    await runtime.stop();
    await server.stop();
    fs.rmSync(root, { recursive: true, force: true });
  }
});
