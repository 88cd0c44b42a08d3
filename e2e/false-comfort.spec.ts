// Good news that somebody wrote into the database himself, and a trail that he took out of it.
import fs from 'node:fs';
import path from 'node:path';
import { importedTrail, skipWithoutLogs } from './cloudtrail';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { indelible, superuser } from './server';
import { asOfficer } from './sign-in';

skipWithoutLogs();

test('a run that no event tells of gives no headline, and a trail that is gone is missed on the pages of the others', async ({ page, context }) => {
  await importedTrail('comfort');
  await asOfficer(context);
  const sql = superuser();
  const [{ id } = { id: 0 }] = await sql<{ id: number }[]>`select trail_id as id from trail where alias = 'comfort'`;
  const result = {
    from: 0,
    to: 118_237,
    checked: 118_237,
    counts: {},
    state: 'holds',
    toEventHash: null,
    sealedTo: 118_237,
    provenTo: 118_237,
    findings: 0,
    kept: 0,
    event: null,
    notRecorded: null,
  };
  await sql`insert into run (kind, trail_id, state, params, result, from_seq, to_seq, started_at, finished_at)
    values ('verify', ${id}, 'done', '{}', ${sql.json(result)}, 0, 118237, now(), now())`;
  await open(page, '/comfort/integrity');
  await expect(page.getByRole('main').getByText(/^The trail does not tell of run \d+/)).toBeVisible();
  await expect(page.getByRole('main').getByText('The trail does not tell of this run')).toBeVisible();
  await expect(page.getByText(/118,237 events hold/)).toHaveCount(0);

  const guard = path.join(process.env.E2E_HOME as string, 'keys', 'vanished.guard');
  fs.copyFileSync(path.join(path.dirname(guard), 'comfort.guard'), guard);
  fs.writeFileSync(guard, fs.readFileSync(guard, 'utf8').replace('/comfort\n', '/vanished\n'));
  await sql`insert into trail (origin, alias, log_vkey, is_synthetic) values ('other.example/x', 'x', 'none', false)`;
  // whoever writes such a row takes no other trail's place with it
  await sql`insert into trail (origin, alias, log_vkey, is_synthetic) values ('vanished', 'y', 'none', false)`;
  try {
    await open(page, '/comfort/events');
    await expect(page.getByText(/^The database names a trail vanished under the alias y, which was never made here\./)).toBeVisible();
    await expect(page.getByText(/^The database names a trail other\.example\/x under the alias x, which was never made here\./)).toBeVisible();
    await expect(page.getByText(/^[\d,]+ events were signed under the key of vanished, and the trail is gone from the database\./)).toBeVisible();
    await expectAccessible(page);
    const listed = await indelible('trail', 'list');
    expect(listed).toMatchObject({ code: 1, json: { gone: [{ alias: 'vanished' }] } });
    expect(listed.stderr).toContain('the trail is gone from the database');
  } finally {
    fs.rmSync(guard);
    await sql`delete from trail where alias in ('x', 'y')`;
    await sql`delete from run where trail_id = ${id} and to_seq = 118237`; // a verification of our own trail would name it
    await sql.end();
  }
});
