// An import, the server and a second command meet on one home, and each is killed with -9: nothing is lost, nothing is left behind, the next one goes on.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bundled } from '@/db/test/program';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const EVENTS = 8_000;
const root = path.resolve(import.meta.dirname, '..');
const user = bundled('db/test/use-server.ts');
let home: string;
let log: string;
let children: ChildProcess[];

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'kill test '));
  fs.chmodSync(home, 0o711);
  log = path.join(home, 'events.jsonl');
  const lines = Array.from({ length: EVENTS }, (_, n) => {
    const occurred_at = new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();
    return JSON.stringify({ id: `record-${n}`, occurred_at, actor_type: 'user', actor_id: 'anna', action: 'record.read', outcome: 'success', details: { n } });
  });
  fs.writeFileSync(log, `${lines.join('\n')}\n`);
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await expect.poll(() => processesOfHome(), { timeout: 15_000 }).toEqual([]);
  fs.rmSync(home, { recursive: true, force: true });
});

const processesOfHome = () =>
  fs.readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`-D\0${home}`);
    } catch {
      return false;
    }
  });

function start(command: string[]) {
  const child = spawn(process.execPath, command, {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, DATABASE_URL: '', DATABASE_OWNER_URL: '', INDELIBLE_HOST: 'audit.example.com', INDELIBLE_HOME: home },
  });
  children.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output, gone, kill: () => child.kill('SIGKILL') };
}

const indelible = (...args: string[]) => start(['scripts/launch.mjs', 'indelible', ...args, '--json']);
const server = () => start(['--conditions=react-server', user, 'server', 'npm start']);
const importAll = () => indelible('import', '--format', 'jsonl', '--trail', 'main', log);

async function answer({ output, gone }: ReturnType<typeof start>) {
  const code = await gone;
  return { code, ...JSON.parse(output.stdout || '{}'), stderr: output.stderr };
}
const owner = () => JSON.parse(fs.readFileSync(path.join(home, 'server.json'), 'utf8') || '{}');
const eventsOfMain = async () => (await answer(indelible('trail', 'list'))).trails.find((t: { alias: string }) => t.alias === 'main').events;

/** Everything is there once, and the chain holds. */
async function expectWhole(already: number) {
  const again = await answer(importAll());
  expect(again).toMatchObject({ code: 0, read: EVENTS, rejected: 0 });
  expect(again.appended + again.duplicates).toBe(EVENTS);
  expect(again.duplicates).toBeGreaterThanOrEqual(already);
  expect(await answer(indelible('verify', '--trail', 'main'))).toMatchObject({ code: 0, state: 'consistent', findings: [] });
}

test('an import that was killed while a server waited for it: the server takes over, a second import goes on', async () => {
  const first = importAll();
  await expect.poll(() => fs.existsSync(path.join(home, 'server.json')) && owner().state, { timeout: 60_000 }).toBe('running');
  const waiting = server();
  await expect.poll(() => waiting.output.stdout, { timeout: 30_000 }).toContain(`waiting for indelible import (process ${first.child.pid})`);
  first.kill();
  await first.gone;
  await expect.poll(() => waiting.output.stdout, { timeout: 30_000 }).toContain('"ownerUrl"');
  expect(owner()).toMatchObject({ pid: waiting.child.pid, role: 'server' });
  await expectWhole((await eventsOfMain()) - 1); // event 0 is the system's
  waiting.child.stdin.end();
  expect(await waiting.gone).toBe(0);
});

test('a server that was killed under a running import: the import says so, and is made whole by the next', async () => {
  const house = server();
  await expect.poll(() => house.output.stdout, { timeout: 60_000 }).toContain('"ownerUrl"');
  const { ownerUrl } = JSON.parse(house.output.stdout.split('\n').find((line) => line.startsWith('{')) as string);
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  const guest = importAll();
  const headOfMain = async () =>
    Number((await sql`select next_seq from trail_head join trail using (trail_id) where alias = 'main' for update of trail_head`)[0]?.next_seq);
  await expect.poll(headOfMain, { timeout: 60_000, interval: 20 }).toBeGreaterThan(1); // a batch is there
  await sql`begin`;
  const next = await headOfMain(); // and now nobody adds another: the import is in the middle
  expect(next).toBeLessThan(EVENTS);
  house.kill();
  const cut = await answer(guest);
  expect(cut.code, cut.stderr).toBe(2);
  expect(cut.error).toEqual({
    code: 'RUN_INTERRUPTED',
    message: expect.stringMatching(/^RUN_INTERRUPTED: the database went away, .*: run the command again\n/),
  });
  expect(cut.error.message).not.toContain('    at '); // no stack for whoever waits
  expect(JSON.stringify(cut)).not.toContain('Failed query'); // a statement with its values is for nobody's eyes
  await sql.end({ timeout: 0 });
  await expectWhole(next - 1);
});

test('two imports of one file at once: every record once', async () => {
  const both = await Promise.all([answer(importAll()), answer(importAll())]);
  for (const one of both) expect(one, one.stderr).toMatchObject({ code: 0, read: EVENTS, rejected: 0 });
  expect(both[0].appended + both[1].appended).toBe(EVENTS);
  expect(await eventsOfMain()).toBe(EVENTS + 1);
});
