import type { Page } from '@playwright/test';
import { ITS_PERIOD, importedTrail, skipWithoutLogs } from './cloudtrail';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { asOfficer } from './sign-in';

skipWithoutLogs();
test.beforeEach(async ({ context }) => {
  await importedTrail('shown');
  await asOfficer(context);
});

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-seq') ?? null);
const panel = (page: Page) => page.getByRole('complementary', { name: /^Event / });

test('the ledger by keys alone', async ({ page }) => {
  await open(page, `/shown/events?${ITS_PERIOD}&q=outcome:denied`);
  const seqs = await page.locator('tr[data-seq]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-seq')));
  expect(seqs.length).toBeGreaterThan(10);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press('j');
  expect(await focused(page)).toBe(seqs[0]);
  await press('j', 'j', 'k');
  expect(await focused(page)).toBe(seqs[1]);
  await press('Enter');
  await expect(page).toHaveURL(new RegExp(`open=${seqs[1]}$`));
  await expect(panel(page)).toContainText('denied');
  await press(']');
  await expect(page).toHaveURL(new RegExp(`open=${seqs[2]}$`));
  await press('[');
  await expect(page).toHaveURL(new RegExp(`open=${seqs[1]}$`));
  await press('Escape');
  await expect(panel(page)).toHaveCount(0);
  await expect(page).not.toHaveURL(/open=/);

  await press('/');
  await expect(page.getByLabel('Query')).toBeFocused();
  await page.keyboard.type(' jjj?'); // in a field keys are letters
  await expect(page.getByLabel('Query')).toHaveValue('outcome:denied jjj?');
  await press('Escape');
  await expect(page.getByLabel('Query')).toHaveCount(0);
  await press('/');
  await page.getByLabel('Query').fill('outcome:denied -action:s3.*');
  await press('Enter');
  await expect(page.getByRole('button', { name: 'action does not start with s3.', exact: true })).toBeVisible();
  await expect(page.getByText(/^\d+ events$/)).toBeVisible();

  await press('j', 'x');
  await expect(page).toHaveURL(/-action/);
});

test('help, palette and the pages by keys', async ({ page }) => {
  await open(page, '/shown/resources');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await expect(help).toBeVisible();
  for (const label of ['Search or go to', 'This help', 'Events', 'Integrity']) await expect(help.getByText(label, { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);

  const go: [key: string, path: string, title: string][] = [
    ['e', 'events', 'Events'],
    ['p', 'reports', 'Reports'],
    ['i', 'integrity', 'Integrity'],
    ['d', 'evidence', 'Evidence'],
    ['m', 'import', 'Import'],
    ['r', 'resources', 'Resources'],
  ];
  for (const [key, path, title] of go) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect(page).toHaveURL(new RegExp(`/shown/${path}$`));
    await expect(page.getByRole('heading', { name: title, level: 1 })).toBeVisible();
  }

  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search or go to' });
  await expect(palette).toBeVisible();
  await page.keyboard.type('2,000');
  await expect(palette.getByText('Event 2,000')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/shown/events/2000');
  await expect(page.getByText(/^Holds: four steps|^Steps 1–2 hold/)).toBeVisible();
  await page.keyboard.press('[');
  await expect(page).toHaveURL('/shown/events/1999');
  await expect(page.getByText(/^Holds: four steps|^Steps 1–2 hold/)).toBeVisible(); // no key before there is something to see
  await page.keyboard.press(']');
  await expect(page).toHaveURL('/shown/events/2000');
  await page.keyboard.press('t'); // at once, the page may still be on its way
  const zones = page.getByRole('dialog', { name: 'Time zone' });
  await expect(zones.getByPlaceholder('City or zone')).toBeFocused();
  await page.keyboard.type('Tokyo');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/shown\/events\/2000\?zone=Asia(%2F|\/)Tokyo$/);
  await expect(zones).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Time zone: Tokyo UTC+9' })).toBeVisible();
});

test('what is typed into the list of zones stays when the page takes the place of its skeleton', async ({ page }) => {
  await open(page, '/shown/resources');
  await page.waitForLoadState('networkidle'); // the skeleton is fetched ahead
  let arrive = () => {};
  const held = new Promise<void>((done) => {
    arrive = done;
  });
  await page.route('**/shown/integrity*', async (route) => {
    if (!route.request().headers()['next-router-prefetch']) await held;
    await route.continue();
  });
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(page).toHaveURL('/shown/integrity');
  const there = page.getByRole('heading', { name: 'Verifier key' });
  await expect(there).toHaveCount(0);
  await page.keyboard.press('t');
  const search = page.getByRole('dialog', { name: 'Time zone' }).getByPlaceholder('City or zone');
  await expect(search).toBeFocused();
  await page.keyboard.type('Tok');
  arrive();
  await expect(there).toBeVisible();
  await page.keyboard.type('yo');
  await expect(search).toHaveValue('Tokyo');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/shown\/integrity\?zone=Asia(%2F|\/)Tokyo$/);
});
