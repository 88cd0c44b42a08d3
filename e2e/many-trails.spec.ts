// Many trails in trouble at once: no page drowns in their banners, none of them is hidden, and the switcher says which they are.
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { indelible, superuser } from './server';
import { asOfficer } from './sign-in';

const NAMES = ['many-a', 'many-b', 'many-c', 'many-d', 'many-e', 'many-f', 'many-g'];

test('of many trails in trouble the first stand in full and the others are counted and a click away; the switcher marks each', async ({ page, context }) => {
  for (const name of NAMES) expect(await indelible('trail', 'create', name)).toMatchObject({ code: 0 });
  const sql = superuser();
  try {
    await sql`
      insert into run (kind, trail_id, state, params, result, started_at, heartbeat_at, finished_at)
      select 'verify', trail_id, 'failed', '{"schedule": "nightly", "settles": {}}', '{"error": {"code": "KEY_MISSING"}}', now(), now(), now()
      from trail where alias = any(${NAMES})`;
    await asOfficer(context);
    const warnings = page.getByRole('region', { name: 'Warnings' });
    const notes = warnings.getByRole('note');
    const fold = notes.filter({ hasText: /^And \d+ more trails in trouble/ });
    await expect(async () => {
      await open(page, '/main/events');
      await expect(fold).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 30_000 }); // what every page of everybody asks is kept for two seconds
    await expect(notes).toHaveCount(4); // three and the line that counts; main itself is well
    await expectAccessible(page);
    await fold.click();
    for (const name of NAMES) await expect(notes.filter({ hasText: `Trail ${name}: The nightly verification` })).toBeVisible();
    await expectAccessible(page);
    await fold.click();
    await expect(notes).toHaveCount(4);

    await page.getByRole('button', { name: /^Trail main, .* Switch trail$/ }).click();
    const list = page.getByRole('listbox');
    for (const name of NAMES)
      await expect(list.getByRole('group', { name: 'In trouble' }).getByRole('option', { name: new RegExp(`^${name} `) })).toContainText(
        'verification could not run',
      );
    await expect(list.getByRole('option').filter({ hasText: 'audit.example.com/main ·' })).not.toContainText('verification');
    const more = page.getByText(/^\d+ more below$/);
    await expect(more).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('combobox', { name: 'Find a trail' }).fill('many-g');
    await expect(list.getByRole('option')).toHaveCount(1);
    await expect(more).toHaveCount(0);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/many-g/events');
    await expect(notes.filter({ hasText: /^The nightly verification, run \d+, could not run/ })).toBeVisible(); // its own, beside what is folded

    // on a phone the same lies over the drawer it is opened from
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(notes).toHaveCount(5);
    await page.getByRole('button', { name: 'Menu', exact: true }).click();
    await page.getByRole('button', { name: /^Trail many-g, .* Switch trail$/ }).click();
    await list.getByRole('option', { name: /many-a / }).click();
    await page.waitForURL('**/many-a/events');
    await expect(page.getByRole('heading', { name: 'Menu' })).toHaveCount(0);
    await expectAccessible(page);
  } finally {
    await sql`delete from run where trail_id in (select trail_id from trail where alias = any(${NAMES})) and state = 'failed'`;
    await sql.end();
  }
});
