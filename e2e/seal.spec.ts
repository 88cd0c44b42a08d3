// What the seal hands out at the doors of the web, checked here as a stranger would: with the public key, the checkpoint and the proof alone.
import fs from 'node:fs';
import { openCheckpoint } from '../core/checkpoint';
import { leafHash } from '../core/merkle';
import { verifyInclusion } from '../core/proof';
import { parseVkey } from '../core/vkey';
import { importedTrail, skipWithoutLogs } from './cloudtrail';
import { expectFits } from './fits';
import { open } from './open';
import { expect, expectAccessible, test } from './quiet';
import { indelible, superuser } from './server';
import { asOfficer } from './sign-in';

skipWithoutLogs();
test.beforeAll(() => importedTrail('shown'));

test('an event is proven from its hash, the proof and the checkpoint', async ({ page, context }) => {
  await asOfficer(context);
  const get = (path: string) => page.request.get(`/api/v1/trails/shown/${path}`);
  await expect.poll(async () => (await (await get('seal')).json()).sealedSize, { timeout: 30_000 }).toBeGreaterThan(2900);
  const proof = await (await get('proof?seq=2000')).json();
  const [line] = (await (await get('export?format=jsonl&from=2023-07-10T00:00:00Z&to=2023-07-11T00:00:00Z')).text())
    .split('\n')
    .filter((one) => one.startsWith('{"seq":2000,'));
  const vkey = parseVkey(String((await indelible('vkey', '--trail', 'shown')).json.vkey));
  const opened = openCheckpoint(proof.note, vkey ? [vkey] : [], 'audit.example.com/shown');
  if (!opened.ok) throw new Error(`the checkpoint is no good: ${opened.error}`);
  const { size, root } = opened.checkpoint;
  const hashes = (proof.hashes as string[]).map((hash) => Buffer.from(hash, 'hex'));
  const leaf = leafHash(Buffer.from(JSON.parse(line as string).event_hash, 'hex'));
  expect(verifyInclusion(leaf, 2000, size, hashes, root)).toBe(true);
  expect(verifyInclusion(leaf, 2001, size, hashes, root), 'of no other place').toBe(false);

  const checkpoint = await get(`checkpoint?size=${size}`);
  expect(checkpoint.headers()['content-disposition']).toBe(`attachment; filename="shown-${size}.checkpoint"`);
  expect(await checkpoint.text()).toBe(proof.note);
  const sql = superuser();
  const acts = await sql`select details::text as details from audit_event where action = 'checkpoint.downloaded' order by seq desc limit 1`;
  await sql.end();
  expect(JSON.parse(acts[0]?.details)).toMatchObject({ size, root: root.toString('hex') });
});

test('what the doors of the seal refuse, and why', async ({ page, context, playwright, baseURL }) => {
  const stranger = await playwright.request.newContext({ baseURL: baseURL as string });
  for (const path of ['trails/shown/seal', 'trails/shown/proof?seq=1', 'trails/shown/checkpoint', 'runs/1/incident'])
    expect((await stranger.get(`/api/v1/${path}`)).status(), path).toBe(401);
  await stranger.dispose();
  await asOfficer(context);
  const refused = async (path: string, status: number, words: RegExp) => {
    const answer = await page.request.get(`/api/v1/${path}`);
    expect(answer.status(), path).toBe(status);
    expect(await answer.text(), path).toMatch(words);
  };
  await refused('trails/nowhere/seal', 404, /no such trail/);
  await refused('trails/nowhere/proof?seq=1', 404, /no such trail/);
  await refused('trails/shown/proof', 400, /seq is the number of an event, in digits/);
  await refused('trails/shown/proof?seq=-1', 400, /seq is the number of an event, in digits/);
  await refused('trails/shown/proof?seq=900000000', 200, /"waiting"/);
  await refused('trails/shown/checkpoint?size=many', 400, /size is a number of events, in digits/);
  await refused('trails/shown/checkpoint?size=900000000', 404, /CHECKPOINT_NONE/);
  await refused('runs/999999/incident', 404, /FINDING_UNKNOWN/);
  for (const path of ['trails/shown/checkpoint', 'runs/1/incident'])
    expect((await page.request.head(`/api/v1/${path}`)).status(), 'nobody takes anything out by asking whether it is there').toBe(405);
});

test('a finding is taken out as a file, and that is an event', async ({ page, context }) => {
  await importedTrail('incident');
  const sql = superuser();
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`; // no trigger fires
    await tx`update audit_event set actor_id = 'somebody-else' where seq = 1500 and trail_id = (select trail_id from trail where alias = 'incident')`;
  });
  await indelible('verify', '--trail', 'incident');
  await asOfficer(context);
  await open(page, '/incident/integrity');
  await page.getByRole('region', { name: 'Runs' }).getByRole('link').first().click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Incident file' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^incident-incident-run-\d+-event-hash-1500\.txt$/);
  const text = fs.readFileSync(await download.path(), 'utf8');
  expect(text).toContain('trail      audit.example.com/incident');
  expect(text).toContain('"somebody-else"');
  const acts = await sql`select details::text as details from audit_event where action = 'incident.downloaded' order by seq desc limit 1`;
  await sql.end();
  expect(JSON.parse(acts[0]?.details)).toMatchObject({ trail: 'audit.example.com/incident', code: 'EVENT_HASH', seq: 1500 });
});

test('whoever has the old key alone is told of the new one, and of no break', async ({ page, context }) => {
  await indelible('trail', 'create', 'rotated');
  const { json: rotated } = await indelible('key', 'rotate', '--trail', 'rotated');
  const verified = await indelible('verify', '--trail', 'rotated', '--vkey', String(rotated.old));
  expect(verified).toMatchObject({ code: 1, json: { state: 'holds', counts: { KEY_ROTATED: 1 } } });
  await asOfficer(context);
  await open(page, '/rotated/integrity');
  const keys = page.getByRole('region', { name: 'Verifier key' });
  await expect(keys).toContainText(String(rotated.new));
  await expect(keys.getByRole('list', { name: 'Earlier keys' })).toContainText(String(rotated.old));
  const run = page.getByRole('region', { name: 'Runs' }).getByRole('row', { name: /events hold, sealed to 1; new key/ });
  await expect(run).not.toContainText('Broken');
  await run.getByRole('link').click();
  await expect(page.getByRole('main').getByText(/^All 2 events hold.* compare its words, then verify with both\.$/)).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Incident file' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^incident-rotated-run-\d+-key-rotated\.txt$/);
  expect(fs.readFileSync(await download.path(), 'utf8')).toMatch(/# note 1: the signature in line 6 by key \d verifies\n/);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await expectFits(page, width, 'the run');
  }
  await expectAccessible(page);
});
