import type { BrowserContext, Page } from '@playwright/test';
import { open } from './open';
import { ADMIN, superuser } from './server';

/** Types e-mail and password where the page asks for them. */
export async function signIn(page: Page, { email, password } = ADMIN) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const sessions = new Map<string, Awaited<ReturnType<BrowserContext['cookies']>>>();

/** Gives the context the session of the first administrator, who signs in once for all the tests that are about something else. */
export const asOfficer = (context: BrowserContext) => asPerson(context, ADMIN.email);

/** The same for an auditor, who looks on. */
export async function asAuditor(context: BrowserContext) {
  await makeAccount('auditor@example.com', 'An Auditor', 'auditor');
  await asPerson(context, 'auditor@example.com');
}

async function asPerson(context: BrowserContext, email: string) {
  let cookies = sessions.get(email);
  if (!cookies) {
    const page = await context.newPage();
    await open(page, '/sign-in');
    await signIn(page, { email, password: ADMIN.password });
    await page.waitForURL('**/events');
    await page.close();
    cookies = await context.cookies();
    sessions.set(email, cookies);
  }
  await context.addCookies(cookies);
}

/** An account with the administrator's password, where there is none of that address yet. */
export async function makeAccount(email: string, name: string, role: 'officer' | 'auditor') {
  const sql = superuser();
  await sql`
    insert into app_user (email, name, role, password_hash) select ${email}, ${name}, ${role}, password_hash from app_user where email = ${ADMIN.email}
    on conflict do nothing`;
  await sql.end();
}
