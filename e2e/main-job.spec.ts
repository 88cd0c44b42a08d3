// The whole job once, on real logs: import, find, timeline, reports, verification, evidence. Each step goes on from where the one before it stands.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { CLOUDTRAIL, ITS_PERIOD, skipWithoutLogs } from './cloudtrail';
import { listening, open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { scrollToEnd } from './scroll';
import { superuser } from './server';
import { asAuditor, signIn } from './sign-in';
import { output, pasted } from './unpack';

test.describe.configure({ mode: 'serial' });
skipWithoutLogs();

const BERT_JAN = 'arn:aws:iam::123837392027:user/bert-jan';
const fact = (page: Page, label: string): Locator =>
  page
    .locator('dl > div', { has: page.getByText(label, { exact: true }) })
    .locator('dd')
    .first();
const rows = (page: Page) => page.getByRole('table', { name: 'Events, newest first' }).locator('tbody tr');

/** Every different value of a column. */
const cells = async (page: Page, column: string) => {
  const all = await rows(page)
    .locator(`[data-cell="${column}"]`)
    .evaluateAll((found) => found.map((cell) => cell.getAttribute('data-text')));
  return [...new Set(all)].sort();
};

let page: Page;
test.beforeAll(async ({ browser }) => {
  page = await (await browser.newContext()).newPage();
});
test.afterAll(() => page.context().close());
test.beforeEach(({ complaints }) => complaints.watch(page.context()));

test('a wrong password is told, and the right one leads to where one wanted to go', async () => {
  await open(page, '/main/import');
  await expect(page.getByText('audit.example.com')).toBeVisible();
  await signIn(page, { email: 'officer@example.com', password: 'correct horse' });
  await expect(page.getByText('E-mail and password do not match.')).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue('officer@example.com');
  await signIn(page);
  await expect(page).toHaveURL(/\/main\/import$/);
  await expect(page.getByText('Nothing has been imported into main yet.')).toBeVisible();
});

test('all files of a folder of CloudTrail go in, with progress and figures', async () => {
  await listening(page);
  await page.getByLabel('Folder of log files').setInputFiles(CLOUDTRAIL);
  await expect(page.getByRole('radio', { name: /AWS CloudTrail/ })).toBeChecked();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Import 55 files, 3.7 MB' }).click();
  await expect(page.getByRole('progressbar').or(page.getByRole('link', { name: 'See its events' }))).toBeVisible();
  await expect(page.getByText('2,900 records read, all of them new.')).toBeVisible({ timeout: 60_000 });
  await expect(fact(page, 'Read')).toHaveText('2,900');
  await expect(fact(page, 'New')).toHaveText('2,900');
  await expect(fact(page, 'Rejected')).toHaveText('0');
  await expect(page.getByText(/2,901 events · not yet verified/).first()).toBeVisible();
});

test('its link leads to the period of the import', async () => {
  await page.getByRole('link', { name: 'See its events' }).click();
  await expect(page).toHaveURL(`/main/events?${ITS_PERIOD.replaceAll(':', '%3A')}`);
  await expect(page.getByText('2,900 events', { exact: true })).toBeVisible();
});

test('a query finds exactly the events that it names', async () => {
  // the page has just come: a person's hand would be slower than its key is ready
  await expect(async () => {
    await page.keyboard.press('/');
    await expect(page.getByLabel('Query')).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.getByLabel('Query').fill(`actor:${BERT_JAN} outcome:failure,denied`);
  await page.keyboard.press('Enter');
  await expect(page.getByText('239 events', { exact: true })).toBeVisible();
  await expect(page.getByText('15 denied, 224 failed, none succeeded')).toBeVisible();
  const chart = page.getByRole('group', { name: 'Events per minute. 239 in 56 bars.' });
  await expect(chart).toBeVisible();
  const bars = await chart.getByRole('link').evaluateAll((links) => links.map((link) => Number(/: (\d+)\./.exec(link.getAttribute('aria-label') ?? '')?.[1])));
  expect(bars.reduce((sum, n) => sum + n, 0)).toBe(239);

  await scrollToEnd(page);
  await expect(page.getByText('End of the list, 239 rows shown')).toBeVisible();
  expect(await rows(page).count()).toBe(239);
  expect(await cells(page, 'actor')).toEqual([BERT_JAN]);
  expect(await cells(page, 'outcome')).toEqual(['denied', 'failure']);
});

test('an event opens beside the list, and has a page of its own that the browser checks', async () => {
  await page.evaluate(() => window.scrollTo(0, 0));
  await rows(page).first().click();
  const panel = page.getByRole('complementary', { name: /^Event / });
  await expect(panel.getByText(/^bert-jan tried to/)).toBeVisible();
  await expect(panel.getByText('row 1', { exact: true })).toBeVisible();
  await panel.getByRole('button', { name: 'Raw' }).click();
  await expect(panel.getByText('"actor_type":"user"').first()).toBeVisible();
  await expectAccessible(page);
  await panel.getByRole('link', { name: 'Open event' }).click();
  await expect(page).toHaveURL(/\/main\/events\/\d+$/);
  await expect(page.getByText(/^Holds: four steps checked here at|^Steps 1–2 hold/)).toBeVisible();
  const line = await page.getByRole('region', { name: 'Command line that checks the link' }).textContent();
  const printed = (await pasted(line ?? '')).slice(0, 64);
  const grouped = printed.replaceAll(/.{8}(?=.)/g, '$& '); // as paper shows it
  await expect(page.getByRole('button', { name: /^Copy event hash/ })).toContainText(grouped);
});

test('from the event to what else happened to its resource', async () => {
  await page
    .getByRole('link', { name: /^s3 \/ / })
    .first()
    .click();
  await expect(page).toHaveURL(/\/main\/resources\/s3\//);
  const sentence = page.getByText(/touched this s3 \d+ times/);
  const times = /(\d+) times/.exec((await sentence.textContent()) ?? '')?.[1];
  await expect(page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
  await page.getByRole('link', { name: 'Its events' }).click();
  await expect(page).toHaveURL(/\/main\/events\?/);
  await expect(page.getByRole('main').getByText(`${times} events`, { exact: true })).toBeVisible();
});

test('privileged actions: the figures of the catalogue, and behind each just its events', async () => {
  await open(page, '/main/reports');
  await page.getByRole('link', { name: 'Privileged actions' }).click();
  await expect(page.getByText('No privileged action by people in this period.').first()).toBeVisible();
  await page.getByRole('link', { name: 'Show the seven days up to then' }).click();
  await expect(page.getByText('529 privileged actions by 1 person; none names a ticket.')).toBeVisible();
  const parts = { Configuration: 365, 'Secrets and keys': 68, 'Rights and elevation': 73, Accounts: 8, 'Audit settings': 15 };
  for (const [name, count] of Object.entries(parts))
    await expect(page.getByRole('listitem').filter({ hasText: new RegExp(`^${name}\\s*${count}$`) })).toBeVisible();
  await expect(page.getByText(/^529 in the query, 529 in the chart, 529 in the table, 529 by actor\. 365 \+ 68 \+ 73 \+ 8 \+ 15 = 529\./)).toBeVisible();
  await expect(page.getByRole('link', { name: /^Services\s*5$/ })).toBeVisible();

  const bar = page.getByRole('link', { name: /^Mon 10 Jul 2023: 529\./ });
  await bar.click();
  await expect(page).toHaveURL(/\/main\/events\?/);
  await expect(page.getByText('529 events', { exact: true })).toBeVisible();
});

test('failed access: who failed how often, from where', async () => {
  await open(page, `/main/reports/failed-access?${ITS_PERIOD}`);
  await expect(page.getByText('300 failed or denied: 4 actors reached 5 in 30 minutes.')).toBeVisible();
  await expect(page.getByText('240 failed, 60 denied')).toBeVisible();
  await page.getByRole('group', { name: 'Threshold' }).getByRole('button', { name: '10' }).click();
  await expect(page.getByText(/actors? reached 10 in 30 minutes/)).toBeVisible();
  await fact(page, 'Failed or denied').getByRole('link').click();
  await expect(page).toHaveURL(/\/main\/events\?/);
  await expect(page.getByText('300 events', { exact: true })).toBeVisible();
});

let run: string;
test('verify everything: progress, a verdict in words, still there after a reload', async () => {
  await page.getByRole('navigation', { name: 'Trail and pages' }).getByRole('link', { name: 'Integrity' }).click();
  await expect(page.getByText('Nobody has verified this trail yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByRole('radio', { name: /^All/ })).toBeChecked();
  await expect(page.getByRole('dialog').getByText('2,901 events')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page).toHaveURL(/\/main\/integrity\/runs\/\d+$/);
  run = new URL(page.url()).pathname;
  // while a page comes in pieces a text of it may stand twice, once hidden behind all
  const verdict = page.getByRole('main').getByText('All 2,901 events hold, 0 to 2,900: sealed to 2,900, not anchored.');
  await expect(page.getByRole('progressbar').or(verdict)).toBeVisible();
  await expect(verdict).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('region', { name: 'What this verdict covers' }).getByText('event 2,901 of this trail')).toBeVisible();
  await page.reload();
  await expect(verdict).toBeVisible();
  await expect(page.getByText(/2,902 events · verified 0 to 2,900 today .* · 1 newer not yet verified/).first()).toBeVisible();
  await expectAccessible(page);
});

test('another person sees the same run', async ({ page: other, context }) => {
  await asAuditor(context);
  await open(other, run);
  await expect(other.getByRole('main').getByText('All 2,901 events hold')).toBeVisible();
  await other.getByRole('banner').getByRole('link', { name: 'Integrity' }).click();
  await expect(other.getByRole('region', { name: 'Runs' }).getByRole('row').filter({ hasText: '2,901 events hold, sealed to 2,900' })).toBeVisible();
});

test('a run that takes its time: seen by both, still there after a reload, stopped by the one who may', async ({ page: other, context }) => {
  const goOn = await holdVerification();
  await open(page, '/main/integrity');
  await page.getByRole('button', { name: /^Verify/ }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page).toHaveURL(/\/main\/integrity\/runs\/\d+$/);
  const bar = (where: Page) => where.getByRole('progressbar', { name: 'Verification' });
  await expect(bar(page)).toBeVisible();
  await page.reload();
  await expect(bar(page)).toBeVisible();
  await listening(page);
  await asAuditor(context);
  await open(other, new URL(page.url()).pathname);
  await expect(bar(other)).toBeVisible();
  await expect(other.getByRole('button', { name: 'Cancel' })).toHaveCount(0); // an auditor looks on
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop here' }).click();
  for (const where of [page, other])
    await expect(where.getByRole('main').getByText(/Stopped at [\d,]+; nothing is said of what follows|Stopped before the first event/)).toBeVisible();
  await goOn();
  await other.goto('/main/integrity');
  await expect(other.getByRole('region', { name: 'Runs' }).getByRole('row').nth(1)).toContainText('Cancelled');
});

/** The database keeps every verification waiting for the index of ids. @returns lets it go on */
async function holdVerification(): Promise<() => Promise<void>> {
  const sql = superuser();
  const held = await sql.reserve();
  await held`begin`;
  await held`alter view key_view rename to key_view_held`;
  return async () => {
    await held`rollback`;
    held.release();
    await sql.end();
  };
}

test('evidence of a filtered view: made, downloaded, checked by hand', async () => {
  await open(page, `/main/events?${ITS_PERIOD}&q=${encodeURIComponent(`actor:${BERT_JAN} outcome:failure,denied`)}`);
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /Evidence bundle/ }).click();
  await expect(page.getByText('239 events match')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Make bundle of 239 events' }).click();
  await expect(page.getByText('The bundle of 239 events is ready.')).toBeVisible({ timeout: 60_000 });

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('link', { name: /^Download \d/ })
      .first()
      .click(),
  ]);
  const folder = fs.mkdtempSync(path.join(test.info().outputPath(), 'bundle '));
  const zip = path.join(folder, download.suggestedFilename());
  await download.saveAs(zip);
  expect(await output('unzip', ['-t', zip])).toContain('No errors detected');
  await output('unzip', ['-q', zip], folder);
  const bag = path.join(folder, path.basename(zip, '.zip'));
  for (const manifest of ['manifest-sha256.txt', 'tagmanifest-sha256.txt']) {
    const checked = (await output('sha256sum', ['-c', '--strict', manifest], bag)).trim().split('\n');
    expect(checked.length).toBeGreaterThan(1);
    expect(checked.every((line) => line.endsWith(': OK'))).toBe(true);
  }
  const lines = fs.readFileSync(path.join(bag, 'data/events.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(239);
  const record = JSON.parse(lines[100] as string);
  const sum = async (text: string) => {
    const file = path.join(folder, 'half');
    fs.writeFileSync(file, text);
    return (await output('sha256sum', [file])).slice(0, 64);
  };
  const halves = `${await sum(record.header)} ${await sum(record.payload)}`;
  expect((await pasted(`printf 'audit-chain/v1\\n%s\\n%s\\n%s\\n%s\\n' ${record.seq} ${record.prev} ${halves} | sha256sum`)).slice(0, 64)).toBe(
    record.event_hash,
  );
  const fromReadme = /printf 'audit-chain[^\n]*' \d+ .*sha256sum/.exec(fs.readFileSync(path.join(bag, 'README.txt'), 'utf8'))?.[0] ?? '';
  expect((await pasted(fromReadme)).slice(0, 64)).toBe(JSON.parse(lines[0] as string).event_hash);
});

test('each download of it is an event', async () => {
  await page.getByRole('link', { name: 'Open', exact: true }).click();
  await expect(page).toHaveURL(/\/main\/evidence\/[0-9a-f-]{36}$/);
  const bundleId = page.url().slice(-36);
  const custody = page.getByRole('region', { name: 'Custody' });
  await expect(custody.getByRole('cell', { name: 'downloaded' })).toHaveCount(1);
  const [again] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /^Download \d/ }).click()]);
  const bytes = fs.readFileSync(await again.path());
  // what is handed out is what is listed
  await expect(page.getByRole('button', { name: /^Copy hash of the zip/ })).toHaveAttribute('title', createHash('sha256').update(bytes).digest('hex'));
  await page.reload();
  await expect(custody.getByRole('cell', { name: 'downloaded' })).toHaveCount(2);
  await custody.getByRole('row').last().getByRole('link').click();
  await expect(page).toHaveURL(/\/indelible\/events\/\d+$/);
  await expect(page.getByText('bundle.downloaded').first()).toBeVisible();
  await open(page, `/indelible/events?q=action:bundle.*%20resource:bundle/${bundleId}`);
  await expect(page.getByText('3 events', { exact: true })).toBeVisible();
  await open(page, '/main/evidence');
  await expect(page.getByText('downloaded 2 times')).toBeVisible();
});
