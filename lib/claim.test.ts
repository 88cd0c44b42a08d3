import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimFile, readClaim, releaseClaim, updateClaim } from './claim';
import { processStart, thisProcess } from './process';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'claim test '));
  file = path.join(folder, 'server.json');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs a claim in another process: prints `mine` or the owner's pid, then waits for its input to end. */
function claimElsewhere() {
  const script = `import { claimFile } from ${JSON.stringify(path.join(import.meta.dirname, 'claim.ts'))};
    const owner = await claimFile(process.argv[1], {});
    console.log(owner ? owner.pid : 'mine');
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answer = new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())));
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return { pid: child.pid as number, answer, gone, end: () => child.stdin.end(), kill: () => child.kill('SIGKILL') };
}

test('the first owns it, is named to the second, and lets go', async () => {
  expect(await claimFile(file, { name: 'first' })).toBeNull();
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(await claimFile(file, { name: 'second' })).toEqual({ ...thisProcess(), name: 'first' });
  updateClaim(file, { name: 'first', url: 'u' });
  expect(readClaim(file)).toMatchObject({ url: 'u' });
  releaseClaim(file);
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('of many that find a dead owner one follows, and the others name it', async () => {
  fs.writeFileSync(file, JSON.stringify({ pid: process.pid, start: 'long ago' })); // our own number, but of an earlier process
  const others = Array.from({ length: 6 }, claimElsewhere);
  const answers = await Promise.all(others.map((o) => o.answer));
  const winner = others[answers.indexOf('mine')];
  expect(answers.filter((a) => a === 'mine')).toHaveLength(1);
  expect(new Set(answers)).toEqual(new Set(['mine', String(winner?.pid)]));
  expect(fs.readdirSync(folder)).toEqual(['server.json']);
  for (const other of others) other.end();
  await Promise.all(others.map((o) => o.gone));
});

test('an owner that was killed is followed, also one that died holding the gate', async () => {
  const owner = claimElsewhere();
  expect(await owner.answer).toBe('mine');
  expect((await claimFile(file, {}))?.pid).toBe(owner.pid);
  owner.kill();
  await owner.gone;
  const gate = `${file}.${(await import('node:crypto')).createHash('sha256').update(fs.readFileSync(file)).digest('hex').slice(0, 16)}`;
  fs.writeFileSync(gate, JSON.stringify({ pid: 1, start: 'never' }));
  expect(await claimFile(file, {})).toBeNull();
  expect(fs.readdirSync(folder)).toEqual(['server.json']);
});

test('text that is no claim holds nobody back', async () => {
  fs.writeFileSync(file, '');
  expect(await claimFile(file, {})).toBeNull();
});

test('a process is told apart from a zombie and from none', async () => {
  expect(processStart(process.pid)).toBe(processStart(process.pid));
  expect(processStart(2 ** 22 + 1)).toBeNull();
  expect(processStart(0)).toBeNull();
});
