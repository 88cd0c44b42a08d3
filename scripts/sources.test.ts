import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashSources } from './sources.mjs';

let root: string;
const write = (name: string, text: string) => {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), text);
};
const hash = () => hashSources(root, ['core', 'package.json', 'not-there']);

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'sources '));
  write('core/a.ts', 'a');
  write('package.json', '{}');
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

test('a build is stale when a source changed its content or its name, not when it was only touched', () => {
  const before = hash();
  fs.utimesSync(path.join(root, 'core/a.ts'), 0, 0);
  expect(hash()).toBe(before);
  write('core/a.ts', 'b');
  expect(hash()).not.toBe(before);
  write('core/a.ts', 'a');
  expect(hash()).toBe(before);
  fs.renameSync(path.join(root, 'core/a.ts'), path.join(root, 'core/b.ts'));
  expect(hash()).not.toBe(before);
});

test('tests and what stands elsewhere do not count', () => {
  const before = hash();
  write('core/a.test.ts', 'x');
  write('core/testdata/x.json', 'x');
  write('docs/x.md', 'x');
  expect(hash()).toBe(before);
});
