import { expect, type Page, test } from '@playwright/test';
import { ADMIN, superuser } from './server';

const email = 'leaver@example.com';

/** An account of its own: the others' sessions must outlive what is done to this one. */
async function signInAsLeaver(page: Page, to: string) {
  const sql = superuser();
  await sql`
    insert into app_user (email, name, role, password_hash) select ${email}, 'A Leaver', 'officer', password_hash from app_user where email = ${ADMIN.email}
    on conflict do nothing`;
  await sql`update app_user set disabled_at = null, failed_count = 0, locked_until = null where email = ${email}`;
  await sql.end();
  await page.goto(`/sign-in?callbackUrl=${encodeURIComponent(to)}`);
  await page.waitForFunction(() => Object.keys(document.querySelector('form') ?? {}).some((key) => key.startsWith('__reactProps')));
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a session ends at the next request once its account is disabled or its version raised', async ({ page }) => {
  const sql = superuser();
  for (const end of [
    () => sql`update app_user set session_version = session_version + 1 where email = ${email}`,
    () => sql`update app_user set disabled_at = now() where email = ${email}`,
  ]) {
    await signInAsLeaver(page, '/settings');
    await page.waitForURL('**/settings');
    await expect(page.getByText('A Leaver').first()).toBeVisible();
    await end();
    await page.goto('/settings');
    await expect(page).toHaveURL(/\/sign-in/);
    expect((await page.request.get('/api/v1/runs/1')).status(), 'routes of machines ask too').toBe(401);
    await page.context().clearCookies();
  }
  await sql.end();
});

test('an address of another house is no way out of the sign-in', async ({ page }) => {
  await signInAsLeaver(page, 'https://elsewhere.example/settings');
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  expect(new URL(page.url()).hostname).toBe('127.0.0.1');
});

test('theme and zone are remembered, and written by the server, so that nothing flashes', async ({ page }) => {
  await signInAsLeaver(page, '/settings');
  await page.waitForURL('**/settings');
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await page.getByRole('button', { name: /^Time zone/ }).click();
  await page.getByPlaceholder('City or zone').fill('Tokyo');
  await page.keyboard.press('Enter');
  await page.waitForURL(/zone=Asia%2FTokyo|zone=Asia\/Tokyo/);
  const html = await (await page.request.get('/settings')).text();
  expect(html).toMatch(/<html[^>]*data-theme="dark"/);
  expect(html).toContain('Time zone: Tokyo UTC+9');
});
