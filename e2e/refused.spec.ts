// A server that is started again on a database from before the last signature, and without the guard of the trail that everything is recorded in: each page says why nothing is
// accepted and what to do, and what it says leads out.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import postgres from 'postgres';
import { expectFitsPhone } from './fits';
import { freePort } from './free-port';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { ADMIN } from './server';
import { signIn } from './sign-in';

test.describe.configure({ timeout: 300_000 }); // three starts, on a machine that may be busy

let home: string;
let port: number;
let running: ChildProcess | null = null;
const url = (address: string) => `http://127.0.0.1:${port}${address}`;
const env = () => ({
  ...process.env,
  INDELIBLE_HOST: 'audit.example.com',
  INDELIBLE_HOME: home,
  INDELIBLE_URL: url(''),
  INDELIBLE_ADMIN_EMAIL: ADMIN.email,
  INDELIBLE_ADMIN_PASSWORD: ADMIN.password,
  PORT: String(port),
  DATABASE_URL: '',
  DATABASE_OWNER_URL: '',
});

test.beforeAll(async () => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'refused test '));
  fs.chmodSync(home, 0o711); // as root, PostgreSQL runs as another user and has to get in
  port = await freePort();
});
test.afterAll(async () => {
  await stop();
  fs.rmSync(home, { recursive: true, force: true });
});

/** @returns waits for a line of what it says */
async function start() {
  const child = spawn(process.execPath, ['scripts/launch.mjs', 'start'], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
  running = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const says = (what: RegExp) =>
    expect.poll(() => what.test(output) || (child.exitCode !== null && `ended with ${child.exitCode}: ${output}`), { timeout: 120_000 }).toBe(true);
  await says(/^Indelible runs at /m);
  return says;
}

async function stop() {
  const child = running;
  running = null;
  if (!child || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

const indelible = (...args: string[]): Promise<{ code: number; json: Record<string, unknown> }> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['scripts/launch.mjs', 'indelible', ...args, '--json'], { env: env() }, (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), json: JSON.parse(stdout || '{}') }),
    );
  });

const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint'];
const MAIN = "(select trail_id from trail where alias = 'main')";

/** As the database's superuser. */
async function inDatabase(statements: (table: string) => string[]) {
  const sql = postgres(JSON.parse(fs.readFileSync(path.join(home, 'server.json'), 'utf8')).url, { max: 1, onnotice: () => {} });
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`create schema if not exists backup`;
    for (const table of TABLES) for (const statement of statements(table)) await tx.unsafe(statement);
  });
  await sql.end();
}
const keep = (name: string) => inDatabase((table) => [`create table backup.${name}_${table} as select * from ${table} where trail_id = ${MAIN}`]);
const restore = (name: string) =>
  inDatabase((table) => [`delete from ${table} where trail_id = ${MAIN}`, `insert into ${table} select * from backup.${name}_${table}`]);

const warnings = (page: Page) => page.getByRole('region', { name: 'Warnings' });

test('an old database and a guard that is gone: the server starts, every page says why nothing is accepted, and the way out is one', async ({
  page,
  browser,
  complaints,
}) => {
  await start();
  await keep('older');
  for (const from of ['0', '1']) expect(await indelible('verify', '--trail', 'main', '--from', from)).toMatchObject({ code: 0 }); // each is an event of the trail
  for (const trail of ['main', 'indelible']) expect(await indelible('checkpoint', '--trail', trail)).toMatchObject({ code: 0 });
  await open(page, url('/sign-in'));
  await signIn(page);
  await page.waitForURL('**/events');
  await expect(page.getByText(/^Nothing is appended/)).toHaveCount(0);
  await keep('newer');
  await restore('older');
  await page.goto('about:blank'); // an open page would complain of a server that is gone
  await stop();
  fs.rmSync(path.join(home, 'keys/indelible.guard'));

  const says = await start();
  await says(/"origin":"audit\.example\.com\/main","reason":"\d+ events were signed/);
  await says(/"origin":"audit\.example\.com\/indelible","reason":"the guard file is missing/);
  for (const address of ['/main/events', '/main/integrity', '/main/evidence', '/settings']) {
    await open(page, url(address));
    await expect(warnings(page), address).toContainText(
      /Nothing is appended to (this trail|the trail main) since .*: \d+ events were signed, and the database has \d+: events are gone/,
    );
    await expect(warnings(page), address).toContainText('If a backup was restored, restore one that reaches at least this far.');
    await expect(warnings(page), address).toContainText('Nothing is appended to the trail indelible.');
    await expectAccessible(page);
    await expectFitsPhone(page, address);
  }
  await open(page, url('/indelible/integrity'));
  await expect(warnings(page)).toContainText('the guard file is missing: nobody can say what was signed last.');
  await expect(warnings(page)).toContainText('“indelible guard adopt --trail indelible” verifies the trail wholly and begins its guard');

  // who comes now is told why he cannot come in
  const stranger = await browser.newContext();
  complaints.watch(stranger);
  const door = await stranger.newPage();
  await open(door, url('/sign-in'));
  await signIn(door);
  await expect(door.getByText('Nobody can sign in at the moment: the log of what is done here takes no event (SIGNER_REFUSED)')).toBeVisible();
  await expectAccessible(door);

  // and the advice can be followed, also with the server down
  for (const one of [page, door]) await one.goto('about:blank');
  await stop();
  expect(await indelible('verify', '--trail', 'indelible')).toMatchObject({ code: 0, json: { counts: {} } });
  expect(await indelible('guard', 'adopt', '--trail', 'indelible', '--confirm', 'audit.example.com/indelible')).toMatchObject({ code: 0 });
  await start();
  await restore('newer');
  await open(door, url('/sign-in'));
  await signIn(door);
  await door.waitForURL('**/events');
  await open(door, url('/main/integrity'));
  await expect(door.getByText(/^Nothing is appended/)).toHaveCount(0, { timeout: 60_000 });
  await stranger.close();
});

test('a key that is gone and a refusal that is damaged: the trail whose they are says so on its pages, the others go on', async ({ page }) => {
  if (running === null) await start();
  for (const args of [
    ['trail', 'create', 'payments'],
    ['checkpoint', '--trail', 'payments'],
  ])
    expect(await indelible(...args)).toMatchObject({ code: 0 });
  const [key, refused] = ['payments.key', 'payments.refused'].map((name) => path.join(home, 'keys', name)) as [string, string];
  fs.renameSync(key, `${key}.aside`);
  await page.goto('about:blank');
  await stop();
  const says = await start();
  await says(
    /The trail payments is not sealed and takes no event: the key file keys\/payments\.key is missing: nothing can be signed\. Put it back from the backup/,
  );
  await open(page, url('/sign-in'));
  await signIn(page); // what is recorded in another trail goes on
  await page.waitForURL('**/events');
  for (const address of ['/payments/events', '/payments/integrity', '/payments/evidence']) {
    await open(page, url(address));
    await expect(warnings(page), address).toContainText(
      /Nothing is appended to this trail.*: the key file keys\/payments\.key is missing: nothing can be signed\. Put it back/,
    );
    await expectAccessible(page);
  }
  await open(page, url('/payments/integrity'));
  await expect(page.getByRole('region', { name: 'Verifier key' })).toContainText('There is no key file on this machine that can be read');
  await open(page, url('/main/events'));
  await expect(warnings(page)).toContainText('Nothing is appended to the trail payments. Its own pages say why');
  await expect(warnings(page)).not.toContainText('Nothing is appended to this trail');
  expect(await indelible('checkpoint', '--trail', 'main')).toMatchObject({ code: 0 });
  expect(fs.existsSync(key)).toBe(false);
  fs.renameSync(`${key}.aside`, key);
  await open(page, url('/payments/integrity'));
  await expect(page.getByText(/^Nothing is appended/)).toHaveCount(0, { timeout: 60_000 });

  fs.writeFileSync(refused, '{"since":');
  for (const address of ['/payments/events', '/payments/integrity', '/settings']) {
    await open(page, url(address));
    await expect(warnings(page), address).toContainText(
      /Nothing is appended to the trail payments|Nothing is appended to this trail: the file keys\/payments\.refused is damaged/,
    );
  }
  await open(page, url('/payments/integrity'));
  await expect(warnings(page)).toContainText('“indelible guard adopt --trail payments” verifies the trail wholly, records that what lies here is the history');
  await expectAccessible(page);
  expect(await indelible('guard', 'adopt', '--trail', 'payments', '--confirm', 'audit.example.com/payments')).toMatchObject({
    code: 0,
    json: { damaged_refusal_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  await expect(page.getByText(/^Nothing is appended/)).toHaveCount(0, { timeout: 60_000 });
});

test('signed events that no backup has: the trail goes on in a new epoch, and the pages of both say what was lost and where', async ({ page }) => {
  if (running === null) await start();
  await restore('older');
  await page.goto('about:blank');
  await stop();
  await start();
  const begun = await indelible('trail', 'epoch', '--trail', 'main', '--reason', 'the disk failed');
  expect(begun).toMatchObject({ code: 0, json: { trail: 'audit.example.com/main/e2', alias: 'main_e2', previous: 'audit.example.com/main' } });
  await open(page, url('/sign-in'));
  await signIn(page);
  await page.waitForURL('**/events');
  const look = async (address: string, words: (string | RegExp)[]) => {
    await open(page, url(address));
    for (const one of words) await expect(page.getByText(one).first(), address).toBeVisible({ timeout: 30_000 });
    await expectAccessible(page);
    await expectFitsPhone(page, address);
  };
  await look('/main_e2/integrity', [
    'A new epoch: this trail goes on where audit.example.com/main lost events that were signed.',
    /events were signed there\. When this one was begun, .* left: .* lost\. That no backup had what was signed is the word of whoever began it\..* A verification before it found .*TRUNCATED.*\. The reason that was given: “the disk failed”/,
    'It lost events that were signed, and goes on in audit.example.com/main/e2.',
  ]);
  await page.getByRole('link', { name: 'Previous epoch' }).click();
  await page.waitForURL('**/main/integrity');
  await look('/main/integrity', [
    /Nothing is appended to this trail.*: events are gone, or an old database was restored; it goes on in audit\.example\.com\/main\/e2\./,
    'This trail lost events that were signed, and goes on in audit.example.com/main/e2.',
  ]);
  await expect(page.getByRole('link', { name: 'Next epoch' })).toHaveAttribute('href', '/main_e2/integrity');
  await look('/main/events', [/never appended to again: send events to that one, whose event 0 says what is lost/]);
});
