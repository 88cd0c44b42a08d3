// 390 px: every page can be used with a thumb.
import { devices, type Page } from '@playwright/test';
import { ITS_PERIOD, importedTrail, skipWithoutLogs } from './cloudtrail';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { asOfficer, signIn } from './sign-in';

const { defaultBrowserType: _, ...iPhone } = devices['iPhone 14'];
test.use({ ...iPhone, viewport: { width: 390, height: 844 }, userAgent: undefined });
skipWithoutLogs();

/** Nothing wider than the screen, and nothing to press smaller than 24 px (WCAG 2.2, 2.5.8). */
async function expectUsable(page: Page) {
  expect(await page.evaluate(beyondTheEdge), `${page.url()} is as wide as the screen`).toEqual([]);
  expect(await page.evaluate(smallTargets), `targets of ${page.url()}`).toEqual([]);
  await expectAccessible(page);
}

/** What makes the page wider than the screen, none where it is not. */
function beyondTheEdge(): string[] {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  return [...document.querySelectorAll<HTMLElement>('main *, header *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
    .map((element) => `${element.outerHTML.slice(0, 160)} to ${Math.round(element.getBoundingClientRect().right)}`)
    .slice(0, 10);
}

/** What can be pressed, is in view and gives less than 24 × 24 px, probed where a thumb would land; words inside a sentence are let off, as WCAG does. */
function smallTargets(): string[] {
  const small: string[] = [];
  for (const control of document.querySelectorAll<HTMLElement>('a[href], button, input:not([type=hidden]), select, summary, [role=button]')) {
    const box = control.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || control.tabIndex < 0 || control.closest('[inert], .sr-only')) continue;
    if (box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth) continue;
    const style = getComputedStyle(control);
    if (style.visibility === 'hidden' || style.clipPath !== 'none') continue;
    if (style.display === 'inline' && (control.parentElement?.textContent ?? '').trim() !== (control.textContent ?? '').trim()) continue;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const isHit = (dx: number, dy: number) => {
      const at = document.elementFromPoint(x + dx, y + dy);
      return at !== null && (control.contains(at) || at.closest('label')?.contains(control) === true);
    };
    if (!isHit(0, 0)) continue; // something lies over it: it is not what one would press
    const reach = (dx: number, dy: number) => {
      let n = 0;
      while (n < 12 && isHit(dx * (n + 1), dy * (n + 1))) n++;
      return n;
    };
    const [width, height] = [reach(-1, 0) + reach(1, 0) + 1, reach(0, -1) + reach(0, 1) + 1];
    if ((width < 23 || height < 23) && !isUnderABar(control, x, y))
      small.push(`${control.outerHTML.slice(0, 120)} ${width}×${height} at ${Math.round(x)},${Math.round(y)}`);
  }
  return small;

  /** A large target whose middle lies at the edge of a bar that stays in its place: scrolled, it is whole. */
  function isUnderABar(control: HTMLElement, x: number, y: number): boolean {
    const { width, height } = control.getBoundingClientRect();
    if (width < 24 || height < 24) return false;
    return [-12, 12].some((dy) => {
      for (let at = document.elementFromPoint(x, y + dy); at && !at.contains(control); at = at.parentElement)
        if (['fixed', 'sticky'].includes(getComputedStyle(at).position)) return true;
      return false;
    });
  }
}

test.beforeAll(() => importedTrail('shown'));

test('signing in, the ledger, and an event of it', async ({ page }) => {
  await open(page, `/shown/events?${ITS_PERIOD}&q=outcome:failure,denied`);
  await expectUsable(page);
  await signIn(page);
  await expect(page.getByRole('main').getByText('300 events', { exact: true })).toBeVisible(); // while the page streams it stands twice
  const first = page
    .getByRole('list')
    .getByRole('link', { name: /bert-jan/ })
    .first();
  await expect(first).toBeVisible();
  await expectUsable(page);

  await first.tap();
  const panel = page.getByRole('complementary', { name: /^Event / });
  await expect(panel.getByText(/^bert-jan tried to/)).toBeVisible();
  await expectUsable(page);
  await panel.getByRole('link', { name: 'Open event' }).tap();
  await expect(page).toHaveURL(/\/shown\/events\/\d+$/);
  await expect(page.getByText(/^Holds: four steps|^Steps 1–2 hold/)).toBeVisible();
  await expectUsable(page);
});

test.describe('signed in', () => {
  test.beforeEach(({ context }) => asOfficer(context));

  test('verifying, and the menu', async ({ page }) => {
    await open(page, '/shown/events');
    await page.getByRole('navigation', { name: 'Main pages' }).getByRole('link', { name: 'Integrity' }).tap();
    await expect(page.getByRole('heading', { name: 'Integrity' })).toBeVisible();
    await expect(page.getByRole('button', { name: /^Verify/ })).toBeVisible();
    await expectUsable(page);
    await page.getByRole('button', { name: /^Verify/ }).tap();
    await page.getByRole('button', { name: 'Start' }).tap();
    await expect(page.getByText(/^All [\d,]+ events hold/)).toBeVisible({ timeout: 60_000 });
    await expectUsable(page);
    await page.getByRole('button', { name: 'Menu', exact: true }).tap();
    await page.getByRole('dialog').getByRole('link', { name: 'Import' }).tap();
    await expect(page.getByRole('heading', { name: 'Import', exact: true })).toBeVisible();
    await expectUsable(page);
  });

  const paths = ['resources', 'reports', `reports/privileged?${ITS_PERIOD}`, `reports/failed-access?${ITS_PERIOD}`, 'evidence', 'evidence/new'];
  for (const path of [...paths.map((one) => `/shown/${one}`), '/settings'])
    test(path.replace(/\?.*/, ''), async ({ page }) => {
      await open(page, path);
      await page.waitForLoadState('networkidle');
      await expectUsable(page);
    });
});
