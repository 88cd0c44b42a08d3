import type { BrowserContext, Page } from '@playwright/test';
import { open } from './open';
import { ADMIN } from './server';

/** Types e-mail and password where the page asks for them. */
export async function signIn(page: Page, { email, password } = ADMIN) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

let officer: Awaited<ReturnType<BrowserContext['cookies']>> | undefined;

/** Gives the context the session of the officer, who signs in once for all the tests that are about something else. */
export async function asOfficer(context: BrowserContext) {
  if (!officer) {
    const page = await context.newPage();
    await open(page, '/sign-in');
    await signIn(page);
    await page.waitForURL('**/events');
    await page.close();
    officer = await context.cookies();
  }
  await context.addCookies(officer);
}
