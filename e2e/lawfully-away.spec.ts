// A month that was archived and events that were disposed of, each with its signed act: every page says so, and calls nothing missing.
import { execFileSync } from 'node:child_process';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { superuser } from './server';
import { asOfficer } from './sign-in';

type Filled = { trailId: number; stubs: [number, string, string, string][] };

test('what is lawfully away is dotted on the strip, counted in the sentence and told on its own page', async ({ page, context }) => {
  const env = { ...process.env, INDELIBLE_HOME: process.env.E2E_HOME, INDELIBLE_HOST: 'audit.example.com', DATABASE_URL: '', DATABASE_OWNER_URL: '' };
  const out = execFileSync(process.execPath, ['--conditions=react-server', '--import', 'tsx', 'e2e/fill-away.ts'], { env, encoding: 'utf8' });
  const { trailId, stubs } = JSON.parse(out.trim().split('\n').at(-1) as string) as Filled;
  await asOfficer(context);
  await open(page, '/away/integrity');
  await expect(page.getByText('Sealed to 619').first()).toBeVisible({ timeout: 60_000 });

  const sql = superuser();
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`; // no trigger fires
    await tx`delete from audit_event where trail_id = ${trailId} and (seq < 40 or seq in (80, 95))`;
    for (const [seq, header, payload, event] of stubs)
      await tx`insert into event_stub values (${trailId}, ${seq}, decode(${header}, 'hex'), decode(${payload}, 'hex'), decode(${event}, 'hex'))`;
  });
  await sql.end();

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

  await open(page, '/away/events/7');
  await expect(page.getByText('Event 7 is archived: its row is not in the database any more.')).toBeVisible();
  await page.getByRole('link', { name: 'Event 120, the act' }).click();
  await expect(page).toHaveURL(/\/away\/events\/120$/);
  await open(page, '/away/events/95');
  await expect(page.getByText('Event 95 was disposed of. Its hashes stand here, what it said is gone.')).toBeVisible();
  await expect(page.getByText('Its hash is the one that was signed')).toBeVisible();
  await expectAccessible(page);
});
