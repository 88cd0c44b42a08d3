import { LOCKOUT } from '../features/access/schema';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { ADMIN, superuser } from './server';
import { asOfficer, signIn } from './sign-in';

test('ten wrong passwords lock the account, and the page says until when', async ({ page, context, browser, complaints }) => {
  const sql = superuser();
  const email = 'second@example.com';
  await sql`insert into app_user (email, name, role, password_hash) select ${email}, 'Second', 'auditor', password_hash from app_user where email = ${ADMIN.email}`;
  await open(page, '/sign-in');
  for (let tries = 1; tries < LOCKOUT.tries; tries++) {
    await signIn(page, { email, password: `wrong ${tries}` });
    await expect(page.getByText('E-mail and password do not match.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
  }
  await signIn(page, { email, password: 'wrong again' });
  const said = page.getByText(/^Locked until \d\d:\d\d after 10 tries\.$/);
  await expect(said).toBeVisible();
  const [account] =
    await sql`select to_char(locked_until at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as until, user_id from app_user where email = ${email}`;
  await sql.end();
  const zone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const clock = new Date(account?.until).toLocaleTimeString('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  await expect(said).toHaveText(`Locked until ${clock} after 10 tries.`);
  await expectAccessible(page);

  await signIn(page, { email, password: ADMIN.password });
  await expect(said).toBeVisible(); // the right one, too
  await expect(page).toHaveURL(/sign-in/);

  const office = await browser.newContext();
  complaints.watch(office);
  await asOfficer(office);
  const other = await office.newPage();
  await open(other, `/indelible/events?q=${encodeURIComponent(`action:auth.* resource:account/${account?.user_id}`)}`);
  await expect(other.getByText('12 events', { exact: true })).toBeVisible();
  await expect(other.getByText('1 denied, 10 failed')).toBeVisible();
  await expect(other.getByRole('cell', { name: 'auth.lockout' })).toBeVisible();
  await office.close();
  await context.clearCookies();
});

test('an address without an account is answered in the same way', async ({ page }) => {
  await open(page, '/sign-in');
  for (let tries = 1; tries <= LOCKOUT.tries; tries++) {
    await signIn(page, { email: 'nobody@example.com', password: `guess ${tries}` });
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
  }
  await expect(page.getByText(/^Locked until \d\d:\d\d after 10 tries\.$/)).toBeVisible();
});
