import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { handOver, MAX_UPLOAD_BYTES, makeSpool, readSpool, receiveFile, removeSpool, spooledFiles, sweepSpools } from './spool';

const { home } = await freshDatabase(); // for its INDELIBLE_HOME

const upload = { userId: 'u-1', alias: 'main', settings: { format: 'cloudtrail', source: 'cloudtrail' } } as const;

async function* bytes(...chunks: string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

test('files of an upload lie in a folder of its own until a run takes them over', async () => {
  const id = makeSpool(upload);
  expect(readSpool(id)).toEqual(upload);
  expect(await receiveFile(id, 'one.json', bytes('{"a"', ':1}'), 7)).toEqual({ ok: true, bytes: 7 });
  expect(await receiveFile(id, '../../two.json', bytes('x'), null)).toEqual({ ok: true, bytes: 1 });
  const files = spooledFiles(id);
  expect(files.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['one.json', 7],
    ['../../two.json', 1],
  ]);
  for (const file of files) expect(path.dirname(file.path)).toBe(path.join(home, 'uploads', id));
  expect(fs.readFileSync(files[0]?.path as string, 'utf8')).toBe('{"a":1}');
  expect(fs.statSync(files[0]?.path as string).mode & 0o077).toBe(0);
  const folder = handOver(id);
  expect(readSpool(id)).toBeNull();
  removeSpool(folder);
  expect(fs.existsSync(folder)).toBe(false);
});

test('a file that does not come whole, or cannot fit, leaves nothing', async () => {
  const id = makeSpool(upload);
  expect(await receiveFile(id, 'short', bytes('abc'), 4)).toEqual({ ok: false, error: 'CUT_OFF' });
  async function* broken() {
    yield Buffer.from('abc');
    throw new Error('aborted');
  }
  expect(await receiveFile(id, 'broken', broken(), null)).toEqual({ ok: false, error: 'CUT_OFF' });
  async function* full() {
    yield Buffer.from('abc');
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  }
  expect(await receiveFile(id, 'full', full(), null)).toEqual({ ok: false, error: 'DISK_FULL' });
  expect(await receiveFile(id, 'large', bytes('abc'), MAX_UPLOAD_BYTES + 1)).toEqual({ ok: false, error: 'TOO_LARGE' });
  expect(
    await receiveFile(id, 'huge for this disk', bytes('abc'), Math.min(MAX_UPLOAD_BYTES, fs.statfsSync(home).bavail * fs.statfsSync(home).bsize)),
  ).toMatchObject({ ok: false });
  expect(spooledFiles(id)).toEqual([]);
  expect(fs.readdirSync(path.join(home, 'uploads', id))).toEqual(['upload.json']);
});

test('only our own folders are removed, and abandoned ones after a day', async () => {
  const [old, used, young] = [makeSpool(upload), makeSpool(upload), makeSpool(upload)].map((id) => path.join(home, 'uploads', id)) as [string, string, string];
  const longAgo = new Date(Date.now() - 25 * 3_600_000);
  for (const folder of [old, used]) fs.utimesSync(folder, longAgo, longAgo);
  sweepSpools(new Set([used]));
  expect([old, used, young].map((folder) => fs.existsSync(folder))).toEqual([false, true, true]);
  for (const foreign of [home, path.join(home, 'keys'), path.join(home, 'uploads'), path.join(home, 'uploads', '..', 'keys'), '/']) removeSpool(foreign);
  expect(fs.existsSync(young)).toBe(true);
  for (const id of ['', '..', '../keys', 'x', '00000000-0000-4000-8000-000000000000']) expect(readSpool(id)).toBeNull();
});
