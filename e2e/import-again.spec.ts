import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { CLOUDTRAIL, cloudTrailFiles, importedTrail, skipWithoutLogs } from './cloudtrail';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { asOfficer } from './sign-in';

skipWithoutLogs();
test.beforeEach(async ({ context, page }) => {
  await importedTrail('again');
  await asOfficer(context);
  await open(page, '/again/import');
});

test('the same files a second time change nothing, and that is said', async ({ page }) => {
  await page.getByLabel('Folder of log files').setInputFiles(CLOUDTRAIL);
  await page.getByRole('button', { name: /^Import 55 files/ }).click();
  await expect(page.getByText('Nothing new: all 2,900 records were imported before.')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: /^Trail again, 2,901 events/ })).toBeVisible(); // an import is no event of its trail
});

test('a broken gzip and a file with NUL bytes give rejects with their reasons, and cost no good record', async ({ page, request }) => {
  const folder = test.info().outputPath();
  fs.mkdirSync(folder, { recursive: true });
  const file = (name: string, content: Buffer | string) => {
    fs.writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const whole = gzipSync(fs.readFileSync(cloudTrailFiles()[3] as string));
  const line = (id: string, over: object = {}) =>
    JSON.stringify({
      eventID: `00000000-0000-4000-8000-${id}`,
      eventSource: 's3.amazonaws.com',
      eventName: 'GetObject',
      eventTime: '2023-07-10T12:00:00Z',
      ...over,
    });
  await page
    .getByLabel('Log files', { exact: true })
    .setInputFiles([
      file('cut.json.gz', whole.subarray(0, whole.length / 2)),
      file('nul.json', `${line('000000000001')}\n{"eventName":"\0"}\n${line('000000000002')}\n`),
    ]);
  await page.getByText('AWS CloudTrail').first().click();
  await page.getByRole('button', { name: /^Import 2 files/ }).click();
  await expect(page.getByText(/^\d+ records read: 2 new, \d+ imported before, 2 rejected\.$/)).toBeVisible({ timeout: 60_000 });
  const rejects = page.getByRole('region', { name: 'Rejects' }).getByRole('row');
  await expect(rejects.filter({ hasText: 'cut.json.gz' })).toContainText(/broken gzip: .* could not be read/);
  await expect(rejects.filter({ hasText: 'nul.json' })).toContainText(/2\s*NUL byte/);
  await expectAccessible(page);
  expect((await request.get('/sign-in')).status()).toBe(200);
});

test('no file at all, a year that is none, an unknown zone: said at the field, nothing sent', async ({ page }) => {
  await expect(page.getByRole('button', { name: 'Import', exact: true })).toBeDisabled();
  const file = {
    name: 'auth.log',
    mimeType: 'text/plain',
    buffer: Buffer.from('Mar 27 13:06:56 host sshd[1]: Failed password for root from 192.0.2.7 port 4 ssh2\n'),
  };
  await page.getByLabel('Log files', { exact: true }).setInputFiles(file);
  await expect(page.getByRole('radio', { name: /auth\.log/ })).toBeChecked();
  await page.getByLabel('Year of the first line').fill('17');
  await page.getByLabel('Time zone of the machine').fill('Mars/Base');
  await page.getByRole('button', { name: /^Import 1 file/ }).click();
  await expect(page.getByLabel('Year of the first line')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Time zone of the machine')).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
  await expect(page).toHaveURL('/again/import');
});
