import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setEnv } from './env';
import { ensureHost, ensureSecret, home, keptHost, readSecret, secretFile } from './home';

let parent: string;
beforeEach(() => {
  parent = fs.mkdtempSync(path.join(os.tmpdir(), 'home test ')); // a space in its name
  setEnv({ INDELIBLE_HOME: path.join(parent, 'home'), INDELIBLE_HOST: '' });
});
afterEach(() => fs.rmSync(parent, { recursive: true, force: true }));

test('a secret is made once, for its owner alone, and read back the same', () => {
  expect(readSecret('main.key')).toBeNull();
  const made = ensureSecret('main.key', 32);
  expect(made).toHaveLength(32);
  expect(ensureSecret('main.key', 32)).toEqual(made);
  expect(readSecret('main.key')).toEqual(made);
  expect(fs.readFileSync(secretFile('main.key'), 'utf8')).toBe(`${made.toString('hex')}\n`);
  expect(fs.statSync(secretFile('main.key')).mode & 0o777).toBe(0o600);
  expect(fs.readdirSync(path.join(home(), 'keys'))).toEqual(['main.key']); // no draft is left behind
  expect(ensureSecret('given.key', Buffer.from('abcd', 'hex'))).toEqual(Buffer.from('abcd', 'hex'));
});

test('a secret that is no hex is refused and not overwritten', () => {
  ensureSecret('a.key', 4);
  fs.writeFileSync(secretFile('a.key'), 'zz\n');
  expect(() => ensureSecret('a.key', 4)).toThrow(/SECRET_FORM/);
});

test('a secret cannot lie outside its folder', () => {
  expect(() => secretFile('../server.json')).toThrow(/SECRET_NAME/);
});

test('the host is kept at the first run and another value is refused later', () => {
  expect(() => ensureHost()).toThrow(/HOST_MISSING.*INDELIBLE_HOST/s);
  setEnv({ INDELIBLE_HOST: 'audit.example.com' });
  expect(ensureHost()).toBe('audit.example.com');
  setEnv({ INDELIBLE_HOST: '' });
  expect(ensureHost()).toBe('audit.example.com');
  setEnv({ INDELIBLE_HOST: 'other.example.com' });
  expect(() => ensureHost()).toThrow(/HOST_CHANGED/);
  expect(keptHost()).toBe('audit.example.com');
});
