import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createExclusively, createFolder, isDiskFull, replaceFile } from './files';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'files-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true });
});

it.each(['writeFileSync', 'fsyncSync'] as const)('leaves no draft where %s finds the disk full, and the file as it was', (at) => {
  const file = path.join(folder, 'a');
  fs.writeFileSync(file, 'before');
  vi.spyOn(fs, at).mockImplementation(() => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  });
  for (const write of [() => replaceFile(file, 'after'), () => createExclusively(path.join(folder, 'b'), 'new')]) {
    let thrown: unknown;
    try {
      write();
    } catch (error) {
      thrown = error;
    }
    expect(isDiskFull(thrown)).toBe(true);
  }
  expect(fs.readdirSync(folder)).toEqual(['a']);
  expect(fs.readFileSync(file, 'utf8')).toBe('before');
});

it('syncs the folder above one that another process made, which may not have come so far', () => {
  const made = path.join(folder, 'made');
  fs.mkdirSync(made);
  const opened = vi.spyOn(fs, 'openSync');
  createFolder(made);
  expect(opened.mock.calls.map(([file]) => file)).toEqual([folder]);
});
