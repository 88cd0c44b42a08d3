// What a mistyped, cut or hostile address gets: a page that says what is wrong, never a fault of the server (every test here fails on an answer of 500 or more).
import { importedTrail, skipWithoutLogs } from './cloudtrail';
import { listening, open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { scrollToEnd } from './scroll';
import { indelible } from './server';
import { asOfficer, signIn } from './sign-in';

/** The words of a page as the server sent it, its part under `main` where there is one. */
function wordsOf(html: string): string {
  const main = html.slice(Math.max(0, html.indexOf('<main')));
  return main
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<!--.*?-->/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replace(/\s+/g, ' ');
}

test.describe('with events', () => {
  skipWithoutLogs();
  test.beforeEach(async ({ context, complaints }) => {
    await importedTrail('shown');
    await asOfficer(context);
    complaints.expect(/status of 404/); // a page that is not there
    complaints.expect(/status of 400/);
  });

  const unreadable: [address: string, says: RegExp][] = [
    ['events?q=outcome:perhaps', /success, failure or denied|outcome/],
    ['events?q="open', /The address has a part we cannot read/],
    ['events?q=actor:', /The address has a part we cannot read/],
    ['events?q=ip:300.1.2.3', /address/],
    ['events?q=%00', /The address has a part we cannot read/],
    ['events?from=yesterday', /Write a time such as/],
    ['events?from=2023-02-30T00:00:00Z', /Write a time such as/],
    ['events?from=2023-07-11T00:00:00Z&to=2023-07-10T00:00:00Z', /The period ends before it begins/],
    ['events?zone=Mars/Base', /Name a time zone of the IANA list/],
    ['events?open=-1', /An event number is written in digits/],
    ['events?open=99999999999999999999', /An event number is written in digits/],
    ['events?axis=sideways', /The time axis is occurred_at or recorded_at/],
    ['evidence/new?q="open', /The address has a part we cannot read/],
    ['reports/privileged?from=yesterday', /time/],
    ['reports/failed-access?threshold=0', /threshold/i],
    ['reports/failed-access?window=soon', /window/i],
  ];
  test('an address that cannot be read names its mistake', async ({ page }) => {
    for (const [address, says] of unreadable) {
      const answer = await page.request.get(`/shown/${address}`);
      expect.soft(answer.status(), address).toBe(200);
      const html = await answer.text();
      expect.soft(wordsOf(html), address).toMatch(says);
      expect.soft(html, `${address}: rows would answer another question`).not.toMatch(/<tr[^>]* data-seq=/);
    }
  });

  test('what cannot be read can be mended on the spot', async ({ page }) => {
    await open(page, '/shown/events?q=outcome:perhaps&from=2023-07-10T00:00:00Z&to=2023-07-11T00:00:00Z');
    await expectAccessible(page);
    await page.getByLabel('Query').fill('outcome:denied');
    await page.getByRole('button', { name: 'Ask' }).click();
    await expect(page.getByText('60 events', { exact: true })).toBeVisible();
  });

  const NO_TRAIL = /There is no such page or trail here/;
  const NO_RUN = /There is no such run in this trail/;
  const missing: [address: string, says: RegExp][] = [
    ['shown/events/999999', /no such page in this trail/],
    ['shown/events/99999999999999999999999', /no such page in this trail/],
    ['shown/events/-1', /no such page in this trail/],
    ['shown/events/nonsense', /no such page in this trail/],
    ['shown/events/%00', /no such page/],
    ['shown/integrity/runs/999999', NO_RUN],
    ['shown/integrity/runs/first', NO_RUN],
    ['shown/evidence/00000000-0000-4000-8000-000000000000', /no such page in this trail/],
    ['shown/evidence/nonsense', /no such page in this trail/],
    ['shown/nothing', /no such page/],
    ['nowhere/events', NO_TRAIL],
    ['nowhere/events/5', NO_TRAIL],
    ['nowhere/reports/privileged', NO_TRAIL],
    ['nowhere/integrity', NO_TRAIL],
    ['nowhere/evidence', NO_TRAIL],
    ['nowhere/import', NO_TRAIL],
    ['nowhere/resources', NO_TRAIL],
    ['nowhere', NO_TRAIL],
    ['%E2%98%83/events', NO_TRAIL],
  ];
  test('what does not exist is not found', async ({ page }) => {
    for (const [address, says] of missing) {
      const answer = await page.request.get(`/${address}`);
      // below a skeleton the status is sent before the trail has been asked: there the page says it
      const isBehindSkeleton = /^shown\/(events|integrity|evidence)\/./.test(address);
      expect.soft(answer.status(), address).toBe(isBehindSkeleton ? 200 : 404);
      const html = await answer.text();
      if (isBehindSkeleton) expect.soft(html, address).toContain('NEXT_HTTP_ERROR_FALLBACK;404');
      else if (says !== NO_TRAIL) expect.soft(wordsOf(html), address).toMatch(says); // of a trail that is not there the browser writes the page
    }
    for (const address of ['shown/events/999999', 'shown/integrity/runs/999999', 'shown/integrity/runs/first', 'nowhere/events']) {
      await page.goto(`/${address}`);
      await expect(page.getByText(missing.find(([one]) => one === address)?.[1] as RegExp).first()).toBeVisible();
      await expectAccessible(page);
    }
  });

  const bent: [address: string, says: RegExp][] = [
    ['shown/integrity?finding=-5&page=x', /Nobody has verified this trail yet|events hold/],
    ['shown/import?run=first', /There is no import first in this trail/],
    ['shown/import?run=99999999999999999999999', /There is no import 99999999999999999999999 in this trail/],
    ['shown/evidence?run=999999', /This trail has no bundle run 999999/],
    ['shown/evidence?run=first', /This trail has no bundle run first/],
    ['shown/resources?type=nothing&find=%00', /resource/i],
    ['shown/resources/nothing/here', /No event names this resource/],
    ['shown/resources/s3/x?a=never&b=soon&show=all-of-it', /No event names this resource/],
    ['shown/events?from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z', /No events match/],
    ['shown/reports/privileged?tab=everything', /./],
  ];
  test('what makes sense in part is answered in part', async ({ page }) => {
    for (const [address, says] of bent) {
      const answer = await page.request.get(`/${address}`);
      expect.soft(answer.status(), address).toBe(200);
      expect.soft(wordsOf(await answer.text()), address).toMatch(says);
    }
    await page.goto('/shown/events?from=2023-07-10T00:00:00Z&to=2023-07-11T00:00:00Z&open=999999');
    await expect(page.getByText(/There is no event 999,999 here/).first()).toBeVisible();
  });

  test('a list that was read to its last row says that it ends', async ({ page }) => {
    await open(page, '/shown/events?from=2023-07-10T12:30:00Z&to=2023-07-10T12:37:51Z');
    await scrollToEnd(page);
    await expect(page.getByText(/^End of the list, \d+ rows shown$/)).toBeVisible();
  });
});

test('an empty trail says on each page what is not there yet', async ({ page, context }) => {
  await indelible('trail', 'create', 'empty');
  await asOfficer(context);
  const pages: [address: string, says: RegExp][] = [
    ['events?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z', /No events match\./],
    ['reports/privileged', /No privileged action by people in this period\./],
    ['reports/failed-access', /Nothing failed and nothing was denied in this period\./],
    ['integrity', /Nobody has verified this trail yet\./],
    ['evidence', /No bundle has been made of this trail yet\./],
    ['import', /Nothing has been imported into empty yet\./],
  ];
  for (const [address, says] of pages) {
    await page.goto(`/empty/${address}`);
    await expect(page.getByRole('main').getByText(says).first()).toBeVisible();
  }
});

test('signed out, every page leads to the sign-in, and from there back', async ({ page, request }) => {
  for (const path of ['/main/events/0', '/main/reports/privileged?tab=system', '/settings', '/main/evidence', '/nowhere/events']) {
    const answer = await request.get(path, { maxRedirects: 0 });
    expect(`${path} ${answer.status()} ${answer.headers().location}`).toBe(`${path} 307 /sign-in?callbackUrl=${encodeURIComponent(path)}`);
  }
  await open(page, '/main/events/0?from=elsewhere');
  await signIn(page);
  await expect(page).toHaveURL('/main/events/0?from=elsewhere');
  await expect(page.getByText(/^Holds: four steps|^Steps 1–2 hold/)).toBeVisible();
  await listening(page);
  await page.getByRole('button', { name: /Officer/ }).click();
  await page.getByRole('menuitem', { name: /sign out/i }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto('/main/events');
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/);
  await open(page, '/sign-in?callbackUrl=https://example.org/');
  await signIn(page);
  await expect(page).toHaveURL(/^http:\/\/127\.0\.0\.1:\d+\/main\/events$/); // never to another house
});
