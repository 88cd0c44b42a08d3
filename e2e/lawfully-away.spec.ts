// A month that was archived and events that were disposed of, each with its signed act: every page says so, and calls nothing missing.
import { execFileSync } from 'node:child_process';
import { modulesOf, readQr } from '../components/ui/test/read-qr';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { indelible, superuser } from './server';
import { asOfficer } from './sign-in';

type Filled = { trailId: number; stubs: [number, string, string, string][] };

test('what is lawfully away is dotted on the strip, counted in the sentence and told on its own page', async ({ page, context }) => {
  const env = { ...process.env, INDELIBLE_HOME: process.env.E2E_HOME, INDELIBLE_HOST: 'audit.example.com', DATABASE_URL: '', DATABASE_OWNER_URL: '' };
  const out = execFileSync(process.execPath, ['--conditions=react-server', '--import', 'tsx', 'e2e/fill-away.ts'], { env, encoding: 'utf8' });
  const { trailId, stubs } = JSON.parse(out.trim().split('\n').at(-1) as string) as Filled;
  await asOfficer(context);
  await open(page, '/away/integrity');
  await expect(page.getByText('Sealed to 619').first()).toBeVisible({ timeout: 60_000 });
  // the code for paper says what the page says of the key, and what the command line prints
  const code = await page.getByRole('img', { name: 'The verifier key as a QR code' }).evaluate((svg) => svg.outerHTML);
  const vkey = readQr(modulesOf(code));
  await expect(page.getByRole('button', { name: 'Copy the verifier key' })).toHaveText(vkey);
  expect((await indelible('vkey', '--trail', 'away')).json.vkey).toBe(vkey);

  const sql = superuser();
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`; // no trigger fires
    await tx`delete from audit_event where trail_id = ${trailId} and (seq < 40 or seq in (80, 95))`;
    for (const [seq, header, payload, event] of stubs)
      await tx`insert into event_stub values (${trailId}, ${seq}, decode(${header}, 'hex'), decode(${payload}, 'hex'), decode(${event}, 'hex'))`;
  });

  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(
    page.getByText('All 578 events that are here hold, 0 to 619: sealed to 619, not anchored. 40 events are archived and 2 disposed of, lawfully.'),
  ).toBeVisible({ timeout: 60_000 });
  const coverage = page.getByRole('region', { name: 'Coverage' });
  await expect(coverage.getByText('archived or disposed, lawfully')).toBeVisible();
  await expect(coverage.getByRole('link', { name: /^Mar 26: 0–39, verified .*, 40 archived, lawfully$/ })).toBeVisible();
  await expectAccessible(page);

  await open(page, '/away/integrity');
  await expect(page.getByText('1 month, 1 in part')).toBeVisible();
  await expectAccessible(page);

  // while a run works, the month of which nothing is here is no month that waits
  const [run] = await sql`insert into run (kind, trail_id, state, params, done, total, from_seq, to_seq, owner, started_at, heartbeat_at)
    values ('verify', ${trailId}, 'running', '{}', 200, 579, 0, 240, '{"role":"command","host":"elsewhere"}', now(), now() + interval '10 minutes') returning run_id as id`;
  await open(page, '/away/integrity');
  const months = page.getByRole('list', { name: 'Months checked' }).getByRole('listitem');
  await expect(months.filter({ hasText: 'Mar 26' }).getByRole('img', { name: 'archived' })).toBeVisible();
  await expect(months.filter({ hasText: 'Jun 26' }).getByRole('img', { name: 'now' })).toBeVisible();
  await expectAccessible(page);
  await sql`delete from run where run_id = ${run?.id}`;
  await sql.end();

  // no total of a report takes what is away for nothing
  const year = 'from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z';
  const reports: [string, string[]][] = [
    [
      `privileged?${year}`,
      ['No privileged action by people is here in this period.', 'None at any other time either.', 'are counted in the totals of the tabs'],
    ],
    [`privileged?tab=system&${year}`, ['acts by 1 system actor', 'are counted in the totals of the tabs']],
    [`failed-access?${year}`, ['No event of this period that is here failed or was denied.', 'What is archived or disposed of is not looked through.']],
  ];
  for (const [report, words] of reports) {
    await open(page, `/away/reports/${report}`);
    for (const said of words) await expect(page.getByRole('main').getByText(said).first(), report).toBeVisible();
    await expectAccessible(page);
  }

  // nor do those of Events
  await open(page, '/away/events?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z');
  await expect(page.getByText('exact, without those that are archived or disposed of')).toBeVisible();
  await expectAccessible(page);

  await open(page, '/away/events/7');
  await expect(page.getByRole('main').getByText('Event 7 is archived: its row is not in the database any more.')).toBeVisible();
  await page.getByRole('link', { name: 'Event 120, the act' }).click();
  await expect(page).toHaveURL(/\/away\/events\/120$/);
  await open(page, '/away/events/95');
  await expect(page.getByRole('main').getByText('Event 95 was disposed of. Its hashes stand here, what it said is gone.')).toBeVisible();
  await expect(page.getByRole('main').getByText('Its hash is the one that was signed')).toBeVisible();
  await expectAccessible(page);

  // the events beside them are as good as any, and say what is not there
  const chain = page.locator('section', { has: page.getByRole('heading', { name: 'Place in the chain' }) });
  for (const { seq, away, word, says } of [
    { seq: 40, away: 39, word: 'archived', says: 'The row of 39 is not here. Event 40 names the hash that was signed at that number' },
    { seq: 81, away: 80, word: 'disposed of', says: 'The row of 80 is not here. Event 81 names the hash that was signed at that number' },
    { seq: 96, away: 95, word: 'disposed of', says: 'The row of 95 is not here. Event 96 names the hash that was signed at that number' },
    { seq: 94, away: 95, word: 'disposed of', says: 'The row of 95 is not here. Its two halves, made over the hash of this event' },
  ]) {
    await open(page, `/away/events/${seq}`);
    await expect(page.getByText(/^Holds: four steps checked here/)).toBeVisible();
    if (seq > away) await expect(page.getByText(`It links to event ${away}, whose row is not here`)).toBeVisible();
    await expect(chain.getByText(says)).toBeVisible();
    await expect(chain.getByText(word, { exact: true })).toBeVisible();
    await expect(page.getByText(/is missing|not there yet|Do not repair|does not link/i)).toHaveCount(0);
    await expectAccessible(page);
  }
  await chain.getByRole('link', { name: '95', exact: true }).click();
  await expect(page).toHaveURL(/\/away\/events\/95$/);
  await open(page, '/away/events/40');
  await page.getByRole('link', { name: 'Previous event, 39' }).click();
  await expect(page.getByText('Event 39 is archived: its row is not in the database any more.')).toBeVisible();
  // nor is it called missing in the panel beside the list
  await open(page, '/away/events?from=1970-01-01T00:00:00Z&open=39');
  await expect(page.getByText('No row bears its number.')).toBeVisible();
  await page.getByRole('link', { name: 'its own page' }).click();
  await expect(page).toHaveURL(/\/away\/events\/39$/);
});

test('a tree that was changed proves nothing of an event, of one beside what is away, or of one that was disposed of', async ({ page, context }) => {
  const sql = superuser();
  /** Of the first two tiles: the same once more puts it back. */
  const turnLeaf = (seq: number) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      const [tile, at] = [Math.floor(seq / 256), (seq % 256) * 32];
      await tx`update tile set hashes = set_byte(hashes, ${at}, 255 - get_byte(hashes, ${at}))
        where trail_id = (select trail_id from trail where alias = 'away') and level = 0 and n = ${tile}`;
    });
  await asOfficer(context);
  try {
    await turnLeaf(300);
    await open(page, '/away/events/300');
    await expect(page.getByText('Does not hold at step 3.')).toBeVisible();
    await expect(page.getByText('The sealed tree gives no proof')).toBeVisible();
    await expect(
      page.getByText(/^TILES_BROKEN: the tiles of the tree do not lead event 300 to the root that was signed for \d+ events: run a verification\.$/),
    ).toBeVisible();
    await expect(page.getByText('It is not the event that was sealed')).toHaveCount(0);
    await turnLeaf(300);

    await turnLeaf(39);
    await open(page, '/away/events/40');
    await expect(page.getByText('Does not hold at step 2.')).toBeVisible();
    await expect(page.getByText('It cannot be linked to event 39')).toBeVisible();
    await turnLeaf(39);

    await turnLeaf(95);
    await open(page, '/away/events/95');
    await expect(page.getByText('Event 95 is not here, and nothing shows that the hash in its place is the one that was signed.')).toBeVisible();
    await expect(page.getByText(/^TILES_BROKEN: .*Do not repair anything\.$/)).toBeVisible();
    await expectAccessible(page);
    await turnLeaf(95);
  } finally {
    await sql.end();
  }
});
