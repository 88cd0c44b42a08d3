import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // a bundle, a cluster and some processes, on a busy machine

const root = path.resolve(import.meta.dirname, '..');
let home: string;
beforeAll(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'command line '));
  fs.chmodSync(home, 0o711);
});
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

type Ended = { code: number; stdout: string; stderr: string; json: () => Record<string, unknown> };

/** As `npm run -s indelible -- …` calls it, with an embedded server of this home. */
function indelible(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: os.tmpdir(), env: { ...process.env, DATABASE_URL: '', DATABASE_OWNER_URL: '', INDELIBLE_HOST: '', INDELIBLE_HOME: home, ...env } };
    execFile(process.execPath, [path.join(root, 'scripts/launch.mjs'), 'indelible', ...args], options, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr, json: () => JSON.parse(stdout) });
    });
  });
}

test('help needs no database and no host', async () => {
  const overview = await indelible(['--help']);
  expect(overview).toMatchObject({ code: 0, stderr: '' });
  expect(overview.stdout).toMatch(/trail list .*\n {2}trail create /);
  const one = await indelible(['trail', 'create', '--help']);
  expect(one).toMatchObject({ code: 0, stderr: '' });
  expect(one.stdout).toContain('trail create NAME');
  expect(fs.readdirSync(home)).toEqual([]);
});

test('mistakes are exit code 2: named on standard error, and as one object where --json asks for it', async () => {
  const unknown = await indelible(['trial', 'list']);
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toContain('there is no command "trial list"');
  const option = await indelible(['trail', 'list', '--all', '--json']);
  expect(option.code).toBe(2);
  expect(option.json()).toMatchObject({ error: { code: 'USAGE' } });
  const host = await indelible(['trail', 'list', '--json']);
  expect(host.code).toBe(2);
  expect(host.json()).toMatchObject({ error: { code: 'HOST_MISSING' } });
  const settings = await indelible(['trail', 'list'], { PORT: 'http', INDELIBLE_HOST: 'a b' });
  expect(settings.stderr).toMatch(/INDELIBLE_HOST: .*\n.*PORT: /);
});

test('on a fresh home two commands at once make one database with the first two trails', async () => {
  const fresh = { INDELIBLE_HOST: 'audit.example.com' };
  const both = await Promise.all([indelible(['trail', 'list', '--json'], fresh), indelible(['trail', 'list', '--json'], fresh)]);
  for (const one of both) {
    expect(one.code, one.stderr).toBe(0);
    expect((one.json().trails as { trail: string }[]).map((t) => t.trail)).toEqual(['audit.example.com/main', 'audit.example.com/indelible']);
  }
  expect(fs.existsSync(path.join(home, 'server.json'))).toBe(false);
});

test('a trail is made once, with a key that lies beside the database', async () => {
  const made = await indelible(['trail', 'create', 'payments', '--json']);
  expect(made.code, made.stderr).toBe(0);
  expect(made.json()).toEqual({
    trail: 'audit.example.com/payments',
    alias: 'payments',
    vkey: expect.stringMatching(/^audit\.example\.com\/payments\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/),
  });
  expect(fs.statSync(path.join(home, 'keys/payments.key')).mode & 0o777).toBe(0o600);
  expect(await indelible(['trail', 'create', 'payments'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/there is a trail "?payments"? already/i) });
  const list = await indelible(['trail', 'list', '--json']);
  expect(list.json().trails).toContainEqual({ trail: 'audit.example.com/payments', alias: 'payments', events: 1, synthetic: false });
});

test('another host, or a home without the keys that nothing works without, is refused', async () => {
  expect((await indelible(['trail', 'list'], { INDELIBLE_HOST: 'other.example.com' })).stderr).toContain('HOST_CHANGED');
  for (const name of ['head-mac.key', 'draft-mac-1.key', 'indelible.key']) {
    const [key, aside] = [path.join(home, 'keys', name), path.join(home, name)];
    fs.renameSync(key, aside);
    const missing = await indelible(['trail', 'list', '--json']);
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.json()).toMatchObject({ error: { code: 'KEY_MISSING', message: expect.stringContaining(name) } });
    expect(fs.existsSync(key)).toBe(false); // and is not made anew
    fs.renameSync(aside, key);
  }
  expect(await indelible(['trail', 'list'])).toMatchObject({ code: 0, stderr: '' });
});

test('a trail whose key is gone stops alone: every command says so, none makes it anew, and the other trails go on', async () => {
  const [key, aside] = [path.join(home, 'keys/main.key'), path.join(home, 'main.key')];
  expect((await indelible(['checkpoint', '--trail', 'main'])).code).toBe(0); // signed
  fs.renameSync(key, aside);
  const words =
    /^The trail main is not sealed and takes no event: the key file keys\/main\.key is missing: nothing can be signed\. Put it back from the backup of INDELIBLE_HOME/;
  const list = await indelible(['trail', 'list', '--json']);
  expect(list).toMatchObject({ code: 0, stderr: expect.stringMatching(words) });
  expect(list.json().trails).toHaveLength(3);
  expect(await indelible(['trail', 'create', 'beside'])).toMatchObject({ code: 0 });
  expect(await indelible(['checkpoint', '--trail', 'beside'])).toMatchObject({ code: 0 });
  expect(await indelible(['verify', '--trail', 'payments'])).toMatchObject({ code: 0 });
  expect((await indelible(['checkpoint', '--trail', 'main', '--json'])).json()).toMatchObject({
    error: { code: 'SIGNER_REFUSED', message: expect.stringContaining('is not sealed: the key file keys/main.key is missing') },
  });
  for (const args of [
    ['vkey', '--trail', 'main'],
    ['key', 'rotate', '--trail', 'main'],
    ['verify', '--trail', 'main'],
  ])
    expect((await indelible([...args, '--json'])).json()).toMatchObject({
      error: { code: 'KEY_MISSING', message: expect.stringContaining('keys/main.key is missing') },
    });
  expect((await indelible(['guard', 'adopt', '--trail', 'main', '--json'])).json()).toMatchObject({
    error: { message: expect.stringContaining('keys/main.key is missing') },
  });
  expect(fs.existsSync(key)).toBe(false);
  fs.renameSync(aside, key);
  expect(await indelible(['checkpoint', '--trail', 'main'])).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/takes no event/) });
});
