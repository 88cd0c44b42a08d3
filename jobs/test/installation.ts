import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, expect } from 'vitest';
import { acquireServer } from '@/db/server';
import { checkSignIn } from '@/features/access/mutations/check-sign-in';
import { setEnv } from '@/lib/env';
import { bootForServer } from '../boot';

/**
 * An installation of its own for the file's tests, started as the web server starts it: its database writes through (the commands refuse one that does not), and they find it by
 * the home. `sql` is a superuser; there is an empty schema `backup`.
 */
export async function installation() {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'start test '));
  fs.chmodSync(home, 0o711);
  const env = { DATABASE_URL: '', DATABASE_OWNER_URL: '', INDELIBLE_HOST: 'audit.example.com', INDELIBLE_HOME: home };
  const account = { email: 'ines@example.com', password: 'correct horse battery' };
  setEnv({ ...env, INDELIBLE_ADMIN_EMAIL: account.email, INDELIBLE_ADMIN_PASSWORD: account.password });
  const server = await acquireServer({ role: 'server', name: 'a test' });
  const booted = await bootForServer('a test', () => {});
  const sql = postgres(server.ownerUrl, { max: 1, onnotice: () => {} });
  afterAll(async () => {
    await sql.end();
    await booted.stop();
    fs.rmSync(home, { recursive: true, force: true });
  });
  await sql`create schema backup`;

  const signIn = () => checkSignIn(account, { ip: null, userAgent: null }, new Date());

  /** A command as it is typed. @param code the one that it must end with @returns what --json printed */
  // biome-ignore lint/suspicious/noExplicitAny: the shapes are what is tested
  async function indelible(code: number, ...args: string[]): Promise<any> {
    const launcher = path.resolve(import.meta.dirname, '../../scripts/launch.mjs');
    const ended = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [launcher, 'indelible', ...args, '--json'], { cwd: home, env: { ...process.env, ...env } }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
    expect(ended.code, `${args.join(' ')}: ${ended.stdout}${ended.stderr}`).toBe(code);
    return JSON.parse(ended.stdout);
  }

  /** A start of the web server. @returns what it said */
  async function start(): Promise<string[]> {
    const said: string[] = [];
    expect((await bootForServer('a test', (line) => said.push(line))).admin).toBeNull();
    return said;
  }
  return { home, sql, signIn, indelible, start };
}
