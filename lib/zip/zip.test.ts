import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PartWriter } from './part';
import { readZip } from './test/read-zip';
import { writeZip } from './write-zip';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'indelible-zip-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
let made = 0;
const fresh = () => path.join(folder, `f${made++}`);
const sha256 = (bytes: Buffer) => crypto.createHash('sha256').update(bytes).digest('hex');

async function pack(bytes: Buffer, step: number) {
  const writer = await PartWriter.open(fresh());
  for (let at = 0; at < bytes.length; at += step) {
    writer.write(bytes.subarray(at, at + step));
    await writer.drain();
  }
  return writer.end();
}

const block = 512 * 1024;
const words = Buffer.from(Array.from({ length: 200_000 }, (_, i) => `line ${i} of ${i % 7}\n`).join(''));
const noise = crypto.randomBytes(3 * block + 1);

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a byte', Buffer.from('x')],
  ['exactly a block', words.subarray(0, block)],
  ['many blocks', words],
  ['what cannot be packed', noise],
])('%s comes out as it went in, from one deflate stream', async (_, bytes) => {
  for (const step of [7777, block, bytes.length + 1]) {
    const part = await pack(bytes, step);
    expect(part).toMatchObject({ size: bytes.length, sha256: sha256(bytes) });
    const name = fresh();
    await writeZip(name, [{ name: 'a/b.txt', content: part }]);
    expect(readZip(fs.readFileSync(name))[0]?.bytes.equals(bytes)).toBe(true);
  }
});

test('a zip is read by a stranger, and its hash is the file', async () => {
  const name = `${fresh()}.zip`;
  const written = await writeZip(name, [
    { name: 'bag/tag.txt', content: Buffer.from('hello\n') },
    { name: 'bag/data/words.txt', content: await pack(words, 9999) },
    { name: 'bag/data/empty.txt', content: Buffer.alloc(0) },
  ]);
  const file = fs.readFileSync(name);
  expect(written).toEqual({ sizeBytes: file.length, sha256: sha256(file) });
  expect(readZip(file).map(({ name, method }) => [name, method])).toEqual([
    ['bag/tag.txt', 0],
    ['bag/data/words.txt', 8],
    ['bag/data/empty.txt', 0],
  ]);
  expect(execFileSync('unzip', ['-t', name]).toString()).toContain('No errors detected');
  const listed = execFileSync('python3', [
    '-c',
    `import zipfile,sys\nz=zipfile.ZipFile(sys.argv[1])\nprint(z.testzip(), [i.date_time[:3] for i in z.infolist()])`,
    name,
  ]);
  expect(listed.toString()).toBe('None [(1980, 1, 1), (1980, 1, 1), (1980, 1, 1)]\n');
});

test('the reader of these tests refuses what it should', async () => {
  const name = fresh();
  await writeZip(name, [{ name: 'a', content: Buffer.from('hello') }]);
  const file = fs.readFileSync(name);
  expect(() => readZip(Buffer.concat([file, Buffer.from('x')]))).toThrow();
  for (let i = 0; i < file.length; i++) {
    const changed = Buffer.from(file);
    changed[i] = (changed[i] as number) ^ 1;
    expect(() => readZip(changed), `byte ${i}`).toThrow();
  }
});

test('a cancelled zip leaves no open file', async () => {
  const stop = new AbortController();
  stop.abort(new Error('cancelled'));
  await expect(writeZip(fresh(), [{ name: 'a', content: Buffer.from('x') }], { signal: stop.signal })).rejects.toThrow('cancelled');
});

test.each(['', 'a/', 'ä', 'a b'])('an entry is not named %j', async (name) => {
  await expect(writeZip(fresh(), [{ name, content: Buffer.from('x') }])).rejects.toThrow('no name');
});
