import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { setEnv } from '@/lib/env';
import { keepNotes, listKeptNotes } from './found-notes';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-notes-'));
setEnv({ INDELIBLE_HOME: home });
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

const MAIN = 'audit.example.com/main';

test('notes that are kept already are not written again, and a new one among them is', () => {
  const folder = path.join(home, 'found', 'main.notes');
  // each name that comes or goes in a folder changes it, that of a draft too
  const changed = () => fs.statSync(folder, { bigint: true }).mtimeNs;
  keepNotes(MAIN, ['a', 'b']);
  fs.utimesSync(folder, 1, 1);
  const before = changed();
  keepNotes(MAIN, ['a', 'b']);
  expect(changed()).toBe(before);
  keepNotes(MAIN, ['a', 'c', 'b']);
  expect(listKeptNotes(MAIN).sort()).toEqual(['a', 'b', 'c']);
});
