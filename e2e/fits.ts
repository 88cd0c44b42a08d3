import { expect, type Page } from '@playwright/test';

/** Nothing sticks out of the page to the side: a chart follows the width of the window a moment later. @param what names it where it does not hold */
export const expectFits = (page: Page, width: number, what: string) =>
  expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth), { message: `nothing sticks out of ${what} at ${width}` })
    .toBeLessThanOrEqual(width);

/** The same on a phone, and the window is as wide as before behind it. */
export async function expectFitsPhone(page: Page, what: string) {
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page, 390, what);
  await page.setViewportSize({ width: 1440, height: 900 });
}
