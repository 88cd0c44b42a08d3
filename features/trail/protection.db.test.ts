// When the banner may be gone, on real connections and real folders.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bindRuntime, openRuntime } from '@/db/runtime';
import * as place from '@/db/server-place';
import { freshDatabase } from '@/db/test/database';
import { setEnv } from '@/lib/env';
import { hasOwnerLogin, isProtectedFromDatabaseAdmin } from './protection';

const database = await freshDatabase();
const { home } = database;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-sockets-'));
const PORT = 5432;
let port: number;
const relays: net.Server[] = [];

/** The test's server, reached in other ways. */
function relay(where: net.ListenOptions): Promise<net.AddressInfo> {
  const to = new URL(database.url);
  const server = net.createServer((socket) => {
    const behind = net.connect(Number(to.port), to.hostname);
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const)
      one.on('error', () => other.destroy()).pipe(other);
  });
  relays.push(server);
  return new Promise((resolve) => server.listen(where, () => resolve(server.address() as net.AddressInfo)));
}

beforeAll(async () => {
  ({ port } = await relay({ host: '::', port: 0 }));
  await relay({ path: path.join(folder, `.s.PGSQL.${PORT}`) });
});
afterAll(() => {
  for (const server of relays) server.close();
  bindRuntime(database.runtime);
  fs.rmSync(folder, { recursive: true, force: true });
});

const { username, password, pathname } = new URL(database.url);
const urlAt = (host: string, end = '') => `postgres://${username}:${password}@${host}${pathname}${end}`;

/** What is answered where this is DATABASE_URL, and whether the database answers there. */
async function at(url: string): Promise<[answers: boolean, isProtected: boolean]> {
  const runtime = openRuntime({ url, ownerUrl: url, isEmbedded: false, stop: async () => {} });
  bindRuntime(runtime);
  try {
    const answers = await runtime.db.execute('select').then(
      () => true,
      () => false,
    );
    return [answers, await isProtectedFromDatabaseAdmin()];
  } finally {
    await runtime.close();
  }
}

const lan = Object.values(os.networkInterfaces())
  .flat()
  .find((one) => one && !one.internal && one.family === 'IPv4')?.address;

describe('a server that is given', () => {
  test('on this machine: the banner stays, whatever its address looks like', async () => {
    const hosts = ['localhost', '127.0.0.1', '127.0.0.2', '0.0.0.0', ...(lan ? [lan] : []), os.hostname()];
    for (const host of hosts) expect([host, ...(await at(urlAt(`${host}:${port}`)))]).toEqual([host, true, false]);
  });

  test('on a socket: the banner stays', async () => {
    const settings = { PGHOST: folder, PGUSER: username, PGPASSWORD: decodeURIComponent(password), PGPORT: String(PORT) };
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
    expect(await at(`postgres://${pathname}`)).toEqual([true, false]);
    expect(await place.findServerPlace(`postgres://${pathname}`)).toEqual({ remote: null, local: null, said: '127.0.0.1' });
    vi.unstubAllEnvs();
  });

  test('at addresses that the client understands or not: the banner stays', async () => {
    const urls = [`[::1]:${port}`, `[::ffff:127.0.0.1]:${port}`, encodeURIComponent(folder), `127.0.0.1:${port},localhost:${port}`].map((host) => urlAt(host));
    for (const url of [...urls, urlAt(`192.0.2.77:${port}`, `?host=${folder}&connect_timeout=1`)]) expect([url, (await at(url))[1]]).toEqual([url, false]);
  });

  test('that cannot be asked: the banner stays', async () => {
    const url = `postgres://nobody:no@127.0.0.1:${port}/none`;
    const runtime = openRuntime({ url, ownerUrl: url, isEmbedded: false, stop: async () => {} });
    bindRuntime(runtime);
    expect(await isProtectedFromDatabaseAdmin()).toBe(false);
    await runtime.close();
  });

  test('one login or two', async () => {
    const { url } = database;
    const runtime = openRuntime({ url, ownerUrl: url, isEmbedded: false, stop: async () => {} });
    bindRuntime(runtime);
    expect(await hasOwnerLogin()).toBe(false);
    setEnv({ ...database.env, DATABASE_OWNER_URL: '' });
    expect(await hasOwnerLogin()).toBe(true);
    setEnv(database.env);
    await runtime.close();
  });
});

describe.skipIf(process.getuid?.() !== 0)('the embedded server', () => {
  const cluster = path.join(home, 'postgres', 'data');
  const keys = path.join(home, 'keys');
  const SERVER = 65_533; // an OS user of no meaning here

  beforeAll(() => {
    bindRuntime(database.runtime);
    fs.mkdirSync(cluster, { recursive: true });
    fs.mkdirSync(keys, { recursive: true, mode: 0o700 });
    fs.chmodSync(home, 0o711);
    fs.chownSync(cluster, SERVER, SERVER);
  });
  const isGone = () => isProtectedFromDatabaseAdmin();

  test('as another user, the keys out of its reach: the banner is gone', async () => expect(await isGone()).toBe(true));

  test('started by the owner of the keys: the banner stays, also for a root who only looks', async () => {
    for (const file of [home, keys]) fs.chownSync(file, SERVER, SERVER);
    expect(await isGone()).toBe(false);
    for (const file of [home, keys]) fs.chownSync(file, 0, 0);
    expect(await isGone()).toBe(true);
  });

  test('keys that others may read, or whose folder others may exchange: the banner stays', async () => {
    fs.chmodSync(keys, 0o755);
    expect(await isGone()).toBe(false);
    fs.chmodSync(keys, 0o700);
    fs.chmodSync(home, 0o777);
    expect(await isGone()).toBe(false);
    fs.chmodSync(home, 0o711);
    fs.chownSync(home, SERVER, SERVER);
    expect(await isGone()).toBe(false);
    fs.chownSync(home, 0, 0);
    expect(await isGone()).toBe(true);
  });

  test('that cannot be looked at: the banner stays', async () => {
    vi.spyOn(fs, 'statSync').mockReturnValue(undefined as never);
    expect(await isGone()).toBe(false);
    vi.restoreAllMocks();
  });
});
