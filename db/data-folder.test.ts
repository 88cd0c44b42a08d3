import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dataFolder } from './data-folder';

const isRoot = process.getuid?.() === 0;
let parent: string;
let home: string;
let elsewhere: string;
let said: string[];
const folder = () => dataFolder(home, (line) => said.push(line), elsewhere);

beforeEach(() => {
  parent = fs.mkdtempSync(path.join(os.tmpdir(), 'data folder '));
  fs.chmodSync(parent, 0o755);
  home = path.join(parent, 'private', 'home');
  elsewhere = path.join(parent, 'var lib');
  fs.mkdirSync(home, { recursive: true });
  said = [];
});
afterEach(() => fs.rmSync(parent, { recursive: true, force: true }));

test('a home that can be reached holds its database itself', () => {
  expect(folder()).toBe(path.join(home, 'postgres'));
  expect(said).toEqual([]);
});

test.runIf(isRoot)('under a 0700 folder the database lies elsewhere, which is said once and kept', () => {
  fs.chmodSync(path.join(parent, 'private'), 0o700);
  const first = folder();
  expect(path.dirname(first)).toBe(elsewhere);
  expect(said.join()).toContain(first);
  fs.chmodSync(path.join(parent, 'private'), 0o755); // later reachable: must not become a second, empty cluster
  expect(folder()).toBe(first);
  expect(said).toHaveLength(1);
});

test.runIf(isRoot)('a copied or moved home does not work on the first one’s database', () => {
  fs.chmodSync(path.join(parent, 'private'), 0o700);
  const first = folder();
  const original = home;
  home = path.join(parent, 'private', 'copy');
  fs.cpSync(original, home, { recursive: true });
  expect(folder).toThrow(/DATA_FOLDER.*copied or moved/);
  home = original;
  fs.rmSync(first, { recursive: true });
  expect(folder).toThrow(/DATA_FOLDER.*is not there/);
});

test.skipIf(isRoot)('an ordinary user’s own folder is always reached', () => {
  fs.chmodSync(path.join(parent, 'private'), 0o700);
  expect(folder()).toBe(path.join(home, 'postgres'));
});
