// The routes of machines: who is not signed in, may not, asks for what is not there or sends what cannot be read gets a status and a reason, and nothing happens.
import http from 'node:http';
import type { APIRequestContext, BrowserContext } from '@playwright/test';
import { importedTrail, skipWithoutLogs } from './cloudtrail';
import { expect, test } from './quiet';
import { ADMIN, indelible } from './server';
import { asAuditor, asOfficer, makeAccount, signIn } from './sign-in';

const NOBODY = '00000000-0000-4000-8000-000000000000';
/** What the page of a server carries that found nothing behind its skeleton. */
const NOT_FOUND = 'NEXT_HTTP_ERROR_FALLBACK;404';
const settings = { format: 'jsonl', source: 'door' };

/** Status, then the words of the answer. */
async function answerOf(asked: ReturnType<APIRequestContext['get']>): Promise<string> {
  const answer = await asked;
  return `${answer.status()} ${(await answer.text()).trim()}`;
}

const beginUpload = async (request: APIRequestContext, trail: string): Promise<string> =>
  `/api/v1/imports/${(await (await request.post('/api/v1/imports', { data: { trail, settings } })).json()).upload}`;

test('nobody gets in without a session', async ({ request }) => {
  for (const path of ['runs/1', 'runs/1/findings', `bundles/${NOBODY}`, 'bundles/nonsense', 'trails/main/export?format=csv', 'trails/nowhere/export'])
    expect((await request.get(`/api/v1/${path}`)).status(), path).toBe(401);
  for (const [method, path] of [
    ['POST', 'imports'],
    ['PUT', `imports/${NOBODY}?name=a.log`],
    ['POST', `imports/${NOBODY}`],
    ['DELETE', `imports/${NOBODY}`],
  ]) {
    const answer = await request.fetch(`/api/v1/${path}`, { method: method as string, data: { trail: 'main', settings } });
    expect(answer.status(), `${method} ${path}`).toBe(401);
    expect((await answer.json()).message).toBe('You are signed out. Sign in and try again.');
  }
});

test.describe('with events', () => {
  skipWithoutLogs();
  test.beforeEach(() => importedTrail('shown'));

  test('what is not there is not found, what cannot be read is named', async ({ page, context }) => {
    await asOfficer(context);
    const get = (path: string) => answerOf(page.request.get(`/api/v1/${path}`));
    expect(await get('runs/first')).toMatch(/^404 /);
    expect(await get('runs/999999')).toMatch(/^404 /);
    expect(await get('runs/999999/findings')).toMatch(/^404 /);
    expect(await get('bundles/nonsense')).toBe('404 BUNDLE_UNKNOWN: there is no such bundle');
    expect(await get(`bundles/${NOBODY}`)).toBe('404 BUNDLE_UNKNOWN: there is no such bundle');
    expect(await get('trails/nowhere/export?format=csv')).toBe('404 TRAIL_UNKNOWN: there is no such trail');
    expect(await get('trails/shown/export')).toBe('400 FORMAT: format is csv or jsonl');
    expect(await get('trails/shown/export?format=xls')).toBe('400 FORMAT: format is csv or jsonl');
    expect(await get('trails/shown/export?format=csv&q=outcome:perhaps')).toBe('400 QUERY: q: "perhaps" is no outcome: success, failure, denied.');
    expect(await get('trails/shown/export?format=csv&from=yesterday')).toMatch(/^400 QUERY: from: Write a time such as/);
    expect(await get('trails/shown/export?format=csv&as_of=soon')).toBe('400 AS_OF: as_of is the number of an event, in digits');
    for (const path of [`bundles/${NOBODY}`, 'trails/shown/export?format=csv'])
      expect((await page.request.head(`/api/v1/${path}`)).status(), 'nobody takes anything out by asking whether it is there').toBe(405);
    expect((await page.request.post('/api/v1/runs/1')).status()).toBe(405);
  });

  test('a run or bundle is found under its own trail alone, and an import has no findings', async ({ page, context }) => {
    await asOfficer(context);
    const { json } = await indelible('verify', '--trail', 'shown');
    expect(['consistent', 'holds']).toContain(json.state); // as far as the seal has come
    await page.goto('/shown/integrity');
    const run = await page.getByRole('region', { name: 'Runs' }).getByRole('link').first().getAttribute('href');
    expect(run).toMatch(/^\/shown\/integrity\/runs\/\d+$/);
    expect(await (await page.request.get(run as string)).text()).not.toContain(NOT_FOUND);
    expect(await (await page.request.get((run as string).replace('/shown/', '/main/'))).text()).toContain(NOT_FOUND);
    const number = /\d+$/.exec(run as string)?.[0];
    expect(await answerOf(page.request.get(`/api/v1/runs/${number}/findings`))).toBe('200 ');
  });

  test('an export is the events asked for, and an event itself', async ({ page, context }) => {
    await asOfficer(context);
    const answer = await page.request.get('/api/v1/trails/shown/export?format=jsonl&q=outcome:denied&from=2023-07-10T00:00:00Z&to=2023-07-11T00:00:00Z');
    expect(answer.status()).toBe(200);
    expect(answer.headers()['content-disposition']).toMatch(/^attachment; filename="shown-events-\d{8}T\d{6}Z\.jsonl"$/);
    const lines = (await answer.text()).trimEnd().split('\n');
    expect(lines).toHaveLength(60);
    expect(Object.keys(JSON.parse(lines[0] as string))).toEqual(['seq', 'prev', 'header', 'payload', 'event_hash']);
    await page.goto('/indelible/events?q=action:audit.export');
    await expect(page.locator('tr[data-seq]').first()).toBeVisible();
  });
});

test('an upload is refused in words: what is missing, where, and how to go on', async ({ page, context, baseURL }) => {
  await indelible('trail', 'create', 'door');
  await asOfficer(context);
  const { request } = page;
  const wrong = await request.post('/api/v1/imports', { data: { trail: 'door', settings: { format: 'cobol' } } });
  expect(wrong.status()).toBe(422);
  expect((await wrong.json()).issues[0].path).toBe('settings.format');
  expect(await answerOf(request.post('/api/v1/imports', { headers: { 'content-type': 'application/json' }, data: '{"trail":' }))).toMatch(/^422 /);
  expect(await answerOf(request.post('/api/v1/imports', { data: { trail: 'nowhere', settings } }))).toMatch(/^404 .*There is no such trail/);
  const foreign = { 'sec-fetch-site': 'cross-site' };
  expect(await answerOf(request.post('/api/v1/imports', { headers: foreign, data: { trail: 'door', settings } }))).toMatch(/^403 .*FOREIGN/);
  for (const upload of [NOBODY, 'nonsense']) {
    expect(await answerOf(request.put(`/api/v1/imports/${upload}?name=a.log`, { data: 'a' }))).toMatch(/^404 .*There is no such upload/);
    expect(await answerOf(request.post(`/api/v1/imports/${upload}`))).toMatch(/^404 /);
    expect(await answerOf(request.delete(`/api/v1/imports/${upload}`))).toMatch(/^404 /);
  }

  const upload = await beginUpload(request, 'door');
  expect(await answerOf(request.put(upload, { data: 'a' }))).toMatch(/^422 .*Give the name of the file: \?name=/);
  expect(await answerOf(request.post(upload))).toMatch(/^422 .*No file has been sent/);
  // more than can be taken is refused before it is sent; what breaks off on its way is no file
  const address = new URL(`${upload}?name=a.log`, baseURL);
  expect(await sendBroken(context, address, 9 * 1024 ** 3)).toMatch(/^413 .*The command line imports greater files/);
  expect(await sendBroken(context, address, 5000, true)).toBe('cut off');
  await expect.poll(() => answerOf(request.post(upload))).toMatch(/^422 .*No file has been sent/);
  expect(await answerOf(request.delete(upload))).toMatch(/^200 /);
  expect(await answerOf(request.put(`${upload}?name=a.log`, { data: 'a' }))).toMatch(/^404 /);
});

test('an auditor looks on: no import, no run of another person stopped, nobody else sends into an upload', async ({ page, context, browser, complaints }) => {
  await asAuditor(context);
  expect(await answerOf(page.request.post('/api/v1/imports', { data: { trail: 'main', settings } }))).toMatch(/^403 .*An auditor looks on/);
  await page.goto('/main/integrity');
  await expect(page.getByRole('heading', { name: 'Integrity', level: 1 })).toBeVisible();

  const office = await browser.newContext();
  complaints.watch(office);
  await asOfficer(office);
  const upload = await beginUpload(office.request, 'main');
  expect(await answerOf(page.request.put(`${upload}?name=a.log`, { data: 'a' })), 'as if it were not there').toMatch(/^404 /);
  await makeAccount('colleague@example.com', 'A Colleague', 'officer');
  const colleague = await browser.newContext();
  complaints.watch(colleague);
  const desk = await colleague.newPage();
  await desk.goto('/sign-in');
  await desk.waitForFunction(() => Object.keys(document.querySelector('form') ?? {}).some((key) => key.startsWith('__reactProps')));
  await signIn(desk, { email: 'colleague@example.com', password: ADMIN.password });
  await desk.waitForURL('**/events');
  expect(await answerOf(desk.request.put(`${upload}?name=a.log`, { data: 'a' }))).toMatch(/^404 /);
  expect(await answerOf(office.request.delete(upload))).toMatch(/^200 /);
  await Promise.all([office.close(), colleague.close()]);
});

/** Announces so many bytes and sends ten of them. @returns status and words of the answer; `cut off` where we leave before there is one */
async function sendBroken(context: BrowserContext, address: URL, announcedBytes: number, isLeaving = false): Promise<string> {
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  return new Promise((resolve, reject) => {
    const request = http.request(address, { method: 'PUT', headers: { cookie, 'content-length': announcedBytes } }, async (response) => {
      let words = '';
      for await (const chunk of response) words += chunk;
      resolve(`${response.statusCode} ${words}`);
      request.destroy();
    });
    request.on('error', (error) => (isLeaving ? resolve('cut off') : reject(error)));
    request.write('0123456789', () => isLeaving && setTimeout(() => request.destroy(), 300));
  });
}
