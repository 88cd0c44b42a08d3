// Somebody with every right in the database changes one event, with the triggers off. The product names it.
import fs from 'node:fs';
import path from 'node:path';
import { importedTrail, skipWithoutLogs } from './cloudtrail';
import { expectFits } from './fits';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { indelible, superuser } from './server';
import { asOfficer } from './sign-in';

skipWithoutLogs();

test('an event changed behind our back is named, in words, wherever it is shown', async ({ page, context }) => {
  await importedTrail('tampered');
  const sql = superuser();
  const [victim] = await sql`
    select seq::int, resource_id from audit_event join trail using (trail_id)
    where alias = 'tampered' and action like 'iam.Create%' and outcome = 'success' and resource_id <> '' order by seq limit 1`;
  const seq = victim?.seq as number;
  const named = seq.toLocaleString('en-GB');
  await asOfficer(context);

  await open(page, '/tampered/integrity');
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('main').getByText('All 2,901 events hold')).toBeVisible({ timeout: 60_000 });
  const covers = page.getByRole('region', { name: 'What this verdict covers' });
  for (const part of [
    /Range0 to 2,900, 2,901 events read/,
    /Sealed to2,900/,
    /Anchorednowhere/,
    /Not yet sealed/,
    /Sealed valuesnone/,
    /Keys trusted[0-9a-f]{8}/,
  ])
    await expect(covers).toContainText(part);
  await expectAccessible(page);

  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`; // no trigger fires
    const { count } = await tx`update audit_event set actor_id = 'arn:aws:iam::123837392027:user/benjamin'
      where trail_id = (select trail_id from trail where alias = 'tampered') and seq = ${seq}`;
    expect(count).toBe(1);
  });
  await sql.end();

  await page.getByRole('button', { name: 'Verify again' }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('main').getByText('One event was altered. The other 2,901 hold.')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('main').getByText(/found nothing in 0 – 2,900: what is found at [\d,]+ came later\./)).toBeVisible();
  await expect(page.getByText(`1 break: ${named}`).first()).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Trail and pages' }).getByRole('link', { name: /Integrity 1 open finding/ })).toBeVisible();
  const finding = page.getByRole('region', { name: 'Findings' }).getByRole('listitem');
  await expect(finding).toHaveCount(1);
  await expect(finding).toContainText('EVENT_HASH');
  await expect(finding).toContainText(`Event ${named} was altered`);
  await expect(finding).toContainText('critical');
  const detail = page.getByRole('region', { name: `Event ${named} was altered` });
  for (const title of ['What happened', 'How we know', 'What to do next']) await expect(detail.getByRole('heading', { name: title })).toBeVisible();
  await expect(detail).toContainText('Somebody with write access to the database changed this event');
  await expect(detail.getByRole('region', { name: 'The finding as reported' })).toContainText(`"seq":${seq}`);
  await expect(page.getByRole('region', { name: 'Still good' })).toContainText(/Last good before.*Keys trusted[0-9a-f]{8}/);
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Open event' }).click();
  await expect(page).toHaveURL(`/tampered/events/${seq}`);
  await expect(page.getByRole('main').getByText('This event was altered after it was written.')).toBeVisible();
  await expect(page.getByRole('main').getByText('Does not hold at step 1.')).toBeVisible();
  await expect(page.getByRole('main').getByText('The halves do not give the stored hash')).toBeVisible();
  await expectAccessible(page);

  await open(page, `/tampered/events?from=2023-07-10T00:00:00Z&to=2023-07-11T00:00:00Z&open=${seq}`);
  await expect(page.getByRole('complementary', { name: `Event ${named}` }).getByText('This event was altered after it was written.')).toBeVisible();
  await open(page, '/tampered/integrity');
  await expect(page.getByRole('main').getByText('One event was altered. The other 2,901 hold.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Runs' }).getByText('Broken: 1 finding in 2,902 events')).toBeVisible();
  await expectAccessible(page);
});

test('a name of a thousand letters breaks where it is shown, and pushes no page sideways', async ({ page, context }) => {
  await importedTrail('named');
  const sql = superuser();
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_event set resource_id = ${`<b>${'x'.repeat(1_000)}`} where trail_id = (select trail_id from trail where alias = 'named') and seq = 1500`;
  });
  await sql.end();
  await indelible('verify', '--trail', 'named');
  await asOfficer(context);
  await open(page, '/named/integrity');
  await page.getByRole('region', { name: 'Runs' }).getByRole('link', { name: /^\d+$/ }).first().click();
  await expect(page.getByRole('region', { name: 'Findings' })).toBeVisible();
  for (const address of [page.url(), '/named/events/1500'])
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await open(page, address);
      await expect(page.getByText('<b>xxx').first()).toBeVisible();
      await expectFits(page, width, address);
    }
});

test('a run of the schedule is named in the history, a row in its name is not; one that could not run is missed on every page', async ({ page, context }) => {
  await importedTrail('watched');
  const sql = superuser();
  const [trail] = await sql`select trail_id from trail where alias = 'watched'`;
  const id = trail?.trail_id as number;
  await asOfficer(context);

  // a home that has known the trail for weeks and lost what it kept of its starts: all of them are due
  const keys = path.join(process.env.E2E_HOME as string, 'keys');
  const weeksAgo = new Date(Date.now() - 30 * 86_400_000);
  fs.utimesSync(path.join(keys, 'watched.key'), weeksAgo, weeksAgo);
  fs.writeFileSync(path.join(keys, 'watched.starts'), '');
  await open(page, '/watched/integrity');
  const runs = page.getByRole('region', { name: 'Runs' });
  await expect(async () => {
    await page.reload();
    await expect(runs.getByRole('row', { name: /Weekly, deep/ })).toContainText('2,901 events hold', { timeout: 2_000 });
  }).toPass({ timeout: 60_000 });

  // one that somebody puts into the queue in the schedule's name is worked on, and told of nobody
  const [forged] = await sql`
    insert into run (kind, trail_id, state, params) values ('verify', ${id}, 'queued', '{"schedule": "weekly", "settles": {}}') returning run_id::int as run`;
  const row = runs.getByRole('row', { name: new RegExp(`^${forged?.run} `) });
  await expect(async () => {
    await page.reload();
    await expect(row).toContainText('2,902 events hold', { timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
  await expect(row).toContainText('command line, or not known');
  await expect(runs.getByText('Weekly, everything')).toHaveCount(0);

  // the row of the schedule's is taken away: the run stays
  await sql`delete from run where trail_id = ${id} and params ->> 'schedule' = 'weekly-deep'`;
  await page.reload();
  const gone = runs.getByRole('row', { name: /Weekly, deep/ });
  await expect(page.getByRole('region', { name: 'Anchors' }).getByRole('row', { name: /^Checkpoint file of this machine/ })).toContainText(
    /2,90\d events\s*none$/,
  );
  await expect(runs).toContainText('Schedule: nightly within 00:00–05:00 UTC, everything weekly, and after about 100,000 events');
  await expect(gone).toContainText('2,901 events hold, sealed to 2,900; row gone or false');
  await gone.getByRole('link').click();
  await expect(
    page.getByRole('main').getByText(/^All 2,901 events hold, .* So the trail tells it: the row of run \d+ is gone from the database, or says otherwise\.$/),
  ).toBeVisible();
  await expectAccessible(page);

  const [failed] = await sql`
    insert into run (kind, trail_id, state, params, result, started_at, heartbeat_at, finished_at)
    values ('verify', ${id}, 'failed', '{"schedule": "nightly", "settles": {}}', '{"error": {"code": "KEY_MISSING"}}', now(), now(), now()) returning run_id::int as run`;
  const banner = page.getByRole('note').filter({ hasText: `The nightly verification, run ${failed?.run}, could not run today` });
  for (const address of ['/watched/events', '/watched/reports']) {
    await expect(async () => {
      await open(page, address);
      await expect(banner).toContainText('(KEY_MISSING)', { timeout: 2_000 });
    }).toPass({ timeout: 30_000 }); // what every page of everybody asks is kept for two seconds
  }
  const fold = page.getByRole('note').filter({ hasText: 'more trails in trouble' });
  // of no trail, and of another one
  for (const address of ['/settings', '/indelible/events']) {
    await open(page, address);
    await expect(banner.or(fold).first()).toBeVisible();
    if (await fold.isVisible()) await fold.click(); // trails of other journeys are in trouble too
    await expect(banner).toContainText('Trail watched:');
  }
  await banner.getByRole('link', { name: `Run ${failed?.run}` }).click();
  await expect(page).toHaveURL(`/watched/integrity/runs/${failed?.run}`);
  await expect(page.getByRole('main').getByText('by the schedule (nightly)')).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Verify again' }).click();
  await page.getByRole('checkbox', { name: 'Deep' }).check();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('main').getByText(/^All [\d,]+ events hold/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('main').getByText(/^Run \d+ by Officer, .* checked 0 – [\d,]+, deep\./)).toBeVisible();
  await expect(async () => {
    await open(page, '/watched/events');
    await expect(page.getByRole('heading', { name: 'Events' })).toBeVisible();
    await expect(banner).toHaveCount(0, { timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  await sql.end();
});
