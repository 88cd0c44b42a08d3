import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bundled } from './test/program';

vi.setConfig({ testTimeout: 90_000 }); // several processes start in each

const user = bundled('db/test/use-server.ts');
let home: string;
let children: ChildProcess[];

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'server test ')); // a space in its name
  fs.chmodSync(home, 0o711);
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await expect.poll(() => processes(), { timeout: 10_000 }).toEqual([]); // none is left behind, however the owners ended
  fs.rmSync(home, { recursive: true, force: true });
});

/** Another process that acquires the server of this home. */
function use(role: 'server' | 'command', name: string) {
  const child = spawn(process.execPath, ['--conditions=react-server', user, role, name], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, INDELIBLE_HOME: home, DATABASE_URL: '' },
  });
  children.push(child);
  const lines: string[] = [];
  let rest = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    lines,
    gone,
    pid: child.pid as number,
    errors: () => errors,
    /** The addresses, once it has them. */
    server: async (): Promise<{ url: string; ownerUrl: string }> => {
      const answer = () => lines.find((line) => line.startsWith('{'));
      await expect.poll(answer, { timeout: 60_000 }).toBeTruthy(); // a new cluster on a busy machine
      return JSON.parse(answer() as string);
    },
    end: () => child.stdin.end(),
    kill: () => child.kill('SIGKILL'),
  };
}

/** The command lines of all servers and watchdogs of this home. */
function processes(): string[] {
  return fs
    .readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map(commandLine)
    .filter((command) => command.includes(`-D\0${home}`));
}

function commandLine(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // ended while we looked
  }
}

async function answers(url: string): Promise<string> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return (await sql`select current_user || '@' || current_database() as who`)[0]?.who;
  } finally {
    await sql.end();
  }
}

const serverJson = () => JSON.parse(fs.readFileSync(path.join(home, 'server.json'), 'utf8'));

test('the owner is named in server.json, others connect to its url, and nothing is left when it ends', async () => {
  const owner = use('server', 'Indelible');
  const { url, ownerUrl } = await owner.server();
  expect(serverJson()).toMatchObject({ pid: owner.pid, url: ownerUrl, state: 'running', role: 'server' });
  expect(fs.statSync(path.join(home, 'server.json')).mode & 0o777).toBe(0o600);
  expect(await answers(url)).toBe('indelible_login@indelible');
  expect(await answers(ownerUrl)).toBe('postgres@indelible');

  const command = use('command', 'indelible import');
  expect((await command.server()).url).toBe(url);
  command.end();
  expect(await command.gone).toBe(0);
  expect(await answers(url)).toBe('indelible_login@indelible'); // a guest does not close the house

  const second = use('server', 'Indelible');
  expect(await second.gone).not.toBe(0);
  expect(second.errors()).toMatch(new RegExp(`ALREADY_RUNNING.*process ${owner.pid}`));

  owner.end();
  expect(await owner.gone).toBe(0);
  expect(fs.existsSync(path.join(home, 'server.json'))).toBe(false);
});

test('of commands that start at once one owns the server, and it keeps it for the others', async () => {
  const commands = ['import', 'verify', 'export'].map((name) => use('command', `indelible ${name}`));
  const servers = await Promise.all(commands.map((c) => c.server()));
  expect(new Set(servers.map((s) => s.url)).size).toBe(1);
  const owner = commands.find((c) => c.pid === serverJson().pid);
  const [first, second] = commands.filter((c) => c !== owner);
  owner?.end();
  await expect.poll(() => owner?.lines.join('\n')).toMatch(/keeping the database for indelible/);
  expect(await answers(servers[0]?.url ?? '')).toBe('indelible_login@indelible');
  first?.kill(); // a killed guest keeps nobody
  second?.end();
  expect(await owner?.gone).toBe(0);
});

test('a web server waits for the command that has the database, and says for whom', async () => {
  const command = use('command', 'indelible import');
  const { url } = await command.server();
  const server = use('server', 'Indelible');
  await expect.poll(() => server.lines.join('\n'), { timeout: 10_000 }).toContain(`waiting for indelible import (process ${command.pid})`);
  expect(await answers(url)).toBe('indelible_login@indelible');
  command.end();
  await server.server();
  expect(serverJson()).toMatchObject({ pid: server.pid, role: 'server' });
  server.end();
  expect(await server.gone).toBe(0);
});

test.each(['server', 'command'] as const)('after kill -9 of a %s that owns it the next one takes over, with the data', async (role) => {
  const owner = use(role, 'first');
  const { ownerUrl } = await owner.server();
  const sql = postgres(ownerUrl, { max: 1 });
  await sql`create table kept as select 1 as n`;
  await sql.end();
  const guest = use('command', 'guest');
  await guest.server();
  owner.kill();
  await owner.gone;
  const next = use('server', 'next');
  const again = await next.server();
  const check = postgres(again.ownerUrl, { max: 1 });
  expect([...(await check`select n from kept`)]).toEqual([{ n: 1 }]);
  await check.end();
  expect(serverJson().pid).toBe(next.pid);
  expect(processes().filter((command) => command.includes('bin/postgres\0'))).toHaveLength(3); // of ONE server: the postmaster, and the two shells that watch it
  next.end();
  expect(await next.gone).toBe(0);
});

test('a PostgreSQL that was killed is started again on its port', async () => {
  const owner = use('server', 'Indelible');
  const { url, ownerUrl } = await owner.server();
  const postmaster = Number(fs.readFileSync(path.join(home, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(postmaster, 'SIGKILL');
  await expect.poll(() => answers(url).catch(() => 'away'), { timeout: 15_000 }).toBe('away');
  await expect.poll(() => answers(url).catch(() => 'away'), { timeout: 15_000 }).toBe('indelible_login@indelible');
  expect(serverJson().url).toBe(ownerUrl);
  owner.end();
  expect(await owner.gone).toBe(0);
});

test('a database that is gone is not made anew, empty, where something was signed', async () => {
  fs.mkdirSync(path.join(home, 'keys'), { mode: 0o700 });
  fs.writeFileSync(path.join(home, 'keys/main.guard'), '');
  const command = use('command', 'indelible verify');
  expect(await command.gone).not.toBe(0);
  expect(command.errors()).toMatch(/DATA_MISSING: the database in .* is gone/);
  expect(fs.existsSync(path.join(home, 'postgres/data'))).toBe(false);
});
