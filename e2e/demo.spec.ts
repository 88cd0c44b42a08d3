// `npm run demo` for real, on a home of its own: killed in the middle of the fill, started again, and once more when it is full. Then what its trail says of itself on every page.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { freePort } from './free-port';
import { listening, open } from './open';
import { expect, test } from './quiet';
import { signIn } from './sign-in';

test.describe.configure({ mode: 'serial', timeout: 300_000 }); // 120,000 events, on a machine that may be busy

let home: string;
let port: number;
const running = new Set<ChildProcess>();
const env = () => ({ ...process.env, INDELIBLE_HOME: home, PORT: String(port), ...Object.fromEntries(UNSET.map((name) => [name, ''])) });
const UNSET = ['INDELIBLE_HOST', 'INDELIBLE_URL', 'INDELIBLE_ADMIN_EMAIL', 'INDELIBLE_ADMIN_PASSWORD', 'DATABASE_URL', 'DATABASE_OWNER_URL'];

test.beforeAll(async () => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'demo test '));
  fs.chmodSync(home, 0o711); // as root, PostgreSQL runs as another user and has to get in
  port = await freePort();
});
test.afterAll(async () => {
  await Promise.all([...running].map((child) => stop(child, 'SIGTERM')));
  fs.rmSync(home, { recursive: true, force: true });
});

/** Starts the demo; `says` resolves with the seconds it took until the line came. */
function start() {
  const startedAt = Date.now();
  const child = spawn(process.execPath, ['scripts/launch.mjs', 'start', '--demo'], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const says = async (what: RegExp): Promise<number> => {
    await expect
      .poll(() => what.test(output) || (child.exitCode !== null && `ended with ${child.exitCode}: ${output}`), { timeout: 240_000, intervals: [50] })
      .toBe(true);
    return (Date.now() - startedAt) / 1000;
  };
  return { child, says, output: () => output };
}

function stop(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  running.delete(child);
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return gone;
}

/** A command beside the running demo. */
const command = (...args: string[]): Promise<{ code: number; json: Record<string, unknown> }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['scripts/launch.mjs', 'indelible', ...args, '--json'], { env: env() }, (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), json: JSON.parse(stdout || '{}') }),
    );
  });

const RUNS = () => new RegExp(`^Indelible runs at http://127\\.0\\.0\\.1:${port}$`, 'm');
let password = '';

test('killed in the middle of the fill it goes on where it stopped, says where it runs and how to sign in, and starts fast once it is full', async () => {
  const first = start();
  await first.says(/^ {2}20 %, /m);
  await stop(first.child, 'SIGKILL');
  expect(first.output()).not.toMatch(RUNS());
  password = /^Sign in as admin@demo\.invalid with the password (\S+) \(made now/m.exec(first.output())?.[1] ?? '';
  expect(password).not.toBe('');

  const second = start();
  const filled = await second.says(RUNS());
  const there = Number(/^Filling the demo: ([\d,]+) events are there, going on …$/m.exec(second.output())?.[1]?.replaceAll(',', ''));
  expect(there).toBeGreaterThanOrEqual(24_000); // what was told as filled before the kill is there
  expect(there).toBeLessThan(120_000);
  expect(second.output()).toMatch(/^ {2}done: 120,000 events in [\d.]+ s$/m);
  expect(await command('trail', 'list')).toMatchObject({
    code: 0,
    json: {
      trails: [
        { trail: 'demo.invalid/main', synthetic: true },
        { trail: 'demo.invalid/indelible', synthetic: false },
      ],
    },
  });
  expect(await stop(second.child, 'SIGTERM')).toBe(0);

  const third = start();
  const again = await third.says(RUNS());
  expect(third.output()).not.toMatch(/Filling|Building/);
  await third.says(/^Sign in with your account; the first one was named when it was made\.$/m);
  console.log(`demo: ${120_000 - there} of 120,000 events and the start in ${filled.toFixed(1)} s, the start of a full one ${again.toFixed(1)} s`);
});

test('every page says that its data is synthetic; imports are refused, and the Import screen makes a trail for real logs', async ({ page }) => {
  const log = path.join(home, 'events.jsonl');
  fs.writeFileSync(log, '{}\n');
  const address = (rest: string) => `http://127.0.0.1:${port}${rest}`;
  const [refused, verified, packed] = await Promise.all([
    command('import', '--format', 'jsonl', '--trail', 'main', log),
    command('verify', '--trail', 'main', '--to', '100'),
    command('bundle', 'create', '--trail', 'main', '--to', '100', '--out', path.join(home, 'some.zip')),
  ]);
  expect(refused).toEqual({ code: 2, json: { error: { code: 'IMPORT_SYNTHETIC', message: expect.stringContaining('synthetic data') } } });
  expect([verified.code, packed.code]).toEqual([0, 0]);

  await open(page, address('/main/events'));
  await signIn(page, { email: 'admin@demo.invalid', password });
  await page.waitForURL(address('/main/events'));
  await expect(tag(page).filter({ visible: true })).toHaveText('synthetic data');
  /** The tag is in every head that the server sent, the skeleton's and the page's own. @returns the page's links */
  const visit = async (rest: string): Promise<string[]> => {
    const answer = await page.request.get(address(`/main/${rest}`));
    expect(answer.status(), rest).toBe(200);
    const html = await answer.text();
    const heads = html.split('<main').slice(0, -1);
    expect(
      heads.map((head) => head.includes(`title="${SYNTHETIC}"`)),
      rest,
    ).toEqual(heads.map(() => true));
    expect(heads, rest).not.toEqual([]);
    return [...html.matchAll(/ href="\/main\/([^"]+)"/g)].map(([, href]) => href as string);
  };
  const [resources, runs, bundles] = await Promise.all([visit('resources'), visit('integrity'), visit('evidence')]);
  const behind = [/^resources\/./, /^integrity\/runs\/\d+$/, /^evidence\/[0-9a-f-]{36}$/].map((one) =>
    [...resources, ...runs, ...bundles].find((href) => one.test(href)),
  );
  expect(behind).not.toContain(undefined);
  const others = ['events/5', 'reports', 'reports/privileged', 'reports/failed-access', 'evidence/new', 'import', ...(behind as string[])];
  for (const rest of others) await visit(rest.replaceAll('&amp;', '&'));

  await open(page, address('/main/import'));
  await expect(page.getByRole('main')).toContainText('This trail holds synthetic data, so nothing is imported into it.');
  await expect(page.locator('main input[type=file]')).toHaveCount(0);
  await page.getByLabel('Name of the new trail').fill('real-logs');
  await page.getByRole('button', { name: 'Make the trail' }).click();
  await page.waitForURL(address('/real-logs/import'));
  await listening(page);
  await expect(page.locator('main input[type=file]').first()).toBeAttached();
  await expect(tag(page)).toHaveCount(0);
});

const SYNTHETIC = 'Generated data: event 0 of this trail says so. Nothing here happened.';
const tag = (page: Page) => page.getByTitle(SYNTHETIC);
