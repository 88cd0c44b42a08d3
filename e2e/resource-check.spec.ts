// The events of one resource, checked by their proofs: from its timeline, from Integrity, at the command line; and what that does not say.
import { importedTrail, skipWithoutLogs } from './cloudtrail';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { indelible, superuser } from './server';
import { asOfficer } from './sign-in';

skipWithoutLogs();
test.beforeAll(() => importedTrail('checked'));

test('one resource: as it was signed, altered behind our back, not there at all', async ({ page, context }) => {
  const sql = superuser();
  const [hot] = await sql<{ type: string; id: string; n: number; seq: number }[]>`
    select resource_type as type, resource_id as id, count(*)::int as n, min(seq)::int as seq from audit_event join trail using (trail_id)
    where alias = 'checked' and resource_id <> '' and resource_id !~ '^arn:|/|.{40}' group by 1, 2 having count(*) between 5 and 60 order by count(*) desc limit 1`;
  const { type = '', id = '', n = 0, seq = 0 } = hot ?? {};
  await asOfficer(context);
  const sealed = async () => (await (await page.request.get('/api/v1/trails/checked/seal')).json()).sealedSize;
  await expect.poll(sealed, { timeout: 60_000 }).toBeGreaterThan(2900);

  await open(page, `/checked/resources/${encodeURIComponent(type)}/${encodeURIComponent(id)}`);
  await page.getByRole('button', { name: 'Verify these events' }).click();
  await expect(page).toHaveURL(/\/checked\/integrity\/runs\/\d+$/);
  await expect(page.getByText(`All ${n} events of ${type} / ${id} are as they were signed: sealed to `)).toBeVisible();
  const limits = page.getByRole('region', { name: 'What this says, and what it can not' });
  await expect(limits).toContainText('That none is missing only a verification of everything can say');
  await expect(limits).toContainText('none of these is hidden from them');
  await expect(limits).toContainText(/Checked in [\d,.]+ m?s/);
  await expect(limits).toContainText(/As event [\d,]+ of audit\.example\.com\/indelible/);
  await expectAccessible(page);

  // as after three processes that it brought down: nobody takes it up but a person
  const number = Number(new URL(page.url()).pathname.split('/').at(-1));
  await sql`update run set state = 'interrupted', finished_at = null, done = 0, total = null, result = '{"interruptions": 3}' where run_id = ${number}`;
  await page.reload();
  await expect(page.getByRole('heading', { name: `Interrupted: taken up again, the check of the events of ${type} / ${id} begins anew.` })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText(`All ${n} events of ${type} / ${id} are as they were signed: sealed to `)).toBeVisible();

  expect(await indelible('verify', '--trail', 'checked')).toMatchObject({ code: 0 });
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`; // no trigger fires
    await tx`update audit_event set actor_id = 'somebody-else' where seq = ${seq} and trail_id = (select trail_id from trail where alias = 'checked')`;
  });
  await sql.end();

  await open(page, '/checked/integrity');
  await expect(page.getByText(/^All [\d,]+ events hold/)).toBeVisible();
  await page.getByRole('button', { name: 'Verify again' }).click();
  await page.getByRole('radio', { name: /One resource/ }).check();
  const sheet = page.getByRole('dialog', { name: 'Verify' });
  await sheet.getByRole('button', { name: 'Start' }).click();
  await expect(sheet.getByRole('alert')).toHaveText('Name the resource: its type and its id, as its events say them.');
  await sheet.getByLabel('Type').fill(type);
  await sheet.getByLabel('Id').fill(id);
  await expectAccessible(page);
  await sheet.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByText(`One event was altered. ${n - 1} of ${n} events are as they were signed.`)).toBeVisible();
  const findings = page.getByRole('region', { name: 'Findings' });
  await expect(findings.getByRole('listitem')).toHaveCount(1);
  await expect(findings).toContainText('EVENT_HASH');
  await expect(page.getByRole('link', { name: 'Incident file' })).toBeVisible();
  // it stands on every page, until a verification of everything finds nothing
  await expect(page.getByRole('region', { name: 'Warnings' })).toContainText(/The check of a resource, run \d+, ended with 1 finding/, { timeout: 30_000 });
  await expectAccessible(page);

  const none = await indelible('verify', '--trail', 'checked', '--resource', `${type}/nobody-has-this`);
  expect(none).toMatchObject({ code: 1, json: { resource: { type, id: 'nobody-has-this' }, checked: 0, proven: 0, state: 'not_covered', findings: [] } });
  await open(page, '/checked/integrity');
  // the verification before it found nothing, and is not the newest word
  await expect(page.getByText(/^One event was altered/)).toBeVisible();
  await expect(page.getByText(/^All [\d,]+ events hold/)).toHaveCount(0);
  const runs = page.getByRole('region', { name: 'Runs' });
  await expect(runs.getByRole('row', { name: /No event was there to check/ })).toContainText(`${type} / nobody-has-this`);
  await expect(runs.getByRole('row', { name: new RegExp(`${n} events are as signed`) })).toBeVisible();
});
