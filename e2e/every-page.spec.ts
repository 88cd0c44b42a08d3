// axe finds nothing on any page, in light and in dark, and no page complains in the console under its policy. Dialogs, panels and broken states stand in the journeys.
import { ITS_PERIOD, importedTrail, skipWithoutLogs } from './cloudtrail';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { indelible } from './server';
import { asOfficer } from './sign-in';

skipWithoutLogs();

test('sign-in', async ({ page }) => {
  await open(page, '/sign-in');
  await expectAccessible(page);
});

test.describe('signed in', () => {
  test.beforeAll(async () => {
    await importedTrail('shown');
    await indelible('verify', '--trail', 'shown');
    const filter = JSON.stringify({ eq: ['outcome', 'denied'] });
    await indelible('bundle', 'create', '--trail', 'shown', '--level', 'selection', '--out', test.info().outputPath('shown.zip'), '--filter', filter);
  });
  test.beforeEach(({ context }) => asOfficer(context));

  const pages: [name: string, path: string, says: RegExp][] = [
    ['events', `events?${ITS_PERIOD}&q=outcome:failure,denied`, /300 events/],
    ['an event', 'events/2000', /Holds: four steps|Steps 1–2 hold/],
    ['resources', 'resources', /resource/i],
    ['reports', 'reports', /Privileged actions/],
    ['privileged actions', `reports/privileged?${ITS_PERIOD}`, /529 privileged actions/],
    ['failed access', `reports/failed-access?${ITS_PERIOD}`, /300 failed or denied/],
    ['integrity', 'integrity', /events hold/],
    ['evidence', 'evidence', /Download/],
    ['a new bundle', `evidence/new?${ITS_PERIOD}&q=outcome:denied`, /60 events match/],
    ['import', 'import', /2,900/],
    ['a page that is not there', 'nothing', /no such page/],
  ];
  for (const [name, path, says] of pages)
    test(name, async ({ page, complaints }) => {
      if (path === 'nothing') complaints.expect(/status of 404/);
      await open(page, `/shown/${path}`);
      await expect(page.getByRole('main').or(page.locator('body')).first()).toContainText(says);
      await expectAccessible(page);
    });

  const behind: [name: string, from: string, address: RegExp][] = [
    ['a resource', 'resources', /^\/shown\/resources\/./],
    ['a run', 'integrity', /^\/shown\/integrity\/runs\/\d+$/],
    ['a bundle', 'evidence', /^\/shown\/evidence\/[0-9a-f-]{36}$/],
  ];
  for (const [name, from, address] of behind)
    test(name, async ({ page }) => {
      await page.goto(`/shown/${from}`);
      await page.waitForLoadState('networkidle');
      const links = await page.locator('main a[href]').evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
      const link = links.find((one) => address.test(one));
      expect(link, links.join(' ')).toBeDefined();
      await open(page, link as string);
      await page.waitForLoadState('networkidle');
      await expectAccessible(page);
    });

  test('settings', async ({ page }) => {
    await open(page, '/settings');
    await expectAccessible(page);
  });
});
