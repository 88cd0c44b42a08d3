// Constant memory whatever a file's size: the imports run in processes of their own, which say how much they took at most.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createGzip } from 'node:zlib';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';

vi.setConfig({ testTimeout: 240_000 });

const { env } = await freshDatabase();
const root = path.resolve(import.meta.dirname, '../../..');
const worker = path.join(root, 'node_modules/.cache', `import-worker-${process.pid}.mjs`);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'large-import-'));
const LIMIT_MB = 300;
const SIZE = 100e6;

beforeAll(async () => {
  buildSync({
    entryPoints: [path.join(root, 'features/capture/test/import-worker.ts')],
    outfile: worker,
    bundle: true,
    packages: 'external',
    conditions: ['react-server'],
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  await ensureFirstTrails();
});
afterAll(() => {
  fs.rmSync(worker, { force: true });
  fs.rmSync(folder, { recursive: true, force: true });
});

async function write(name: string, chunks: Iterable<string>): Promise<string> {
  const place = path.join(folder, name);
  const file = fs.createWriteStream(place);
  const target: NodeJS.ReadWriteStream | fs.WriteStream = name.endsWith('.gz') ? createGzip({ level: 1 }) : file;
  if (target !== file) (target as NodeJS.ReadWriteStream).pipe(file);
  for (const chunk of chunks) if (!target.write(chunk)) await once(target, 'drain');
  target.end();
  await once(file, 'close');
  return place;
}

function importIn(alias: string, format: string, file: string): { counts: Record<string, number>; maxRssMb: number } {
  return JSON.parse(
    execFileSync(process.execPath, ['--conditions=react-server', worker, alias, format, file], {
      cwd: root,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    }),
  );
}

test('100 MB of auth.log, nearly all of it lines that stand for no event', async () => {
  const block = Array.from(
    { length: 5000 },
    (_, n) => `Mar 27 13:06:56 web-1 CRON[${n}]: pam_unix(cron:session): session opened for user root by (uid=0)\n`,
  ).join('');
  function* lines() {
    for (let i = 0; i * block.length < SIZE; i++)
      yield `${block}Mar 27 13:06:56 web-1 sshd[${i}]: Failed password for root from 192.0.2.7 port ${1 + i} ssh2\n`;
  }
  const { counts, maxRssMb } = importIn('main', 'authlog', await write('auth.log', lines()));
  expect(counts).toMatchObject({ rejected: 0, skipped: Math.ceil(SIZE / block.length) * 5000, appended: Math.ceil(SIZE / block.length) });
  expect(maxRssMb).toBeLessThan(LIMIT_MB);
});

test('a packed CloudTrail file of 150 MB on one line, with a record of 80 MB that cannot be one', async () => {
  const record = (n: number) =>
    `{"eventID":"00000000-0000-4000-8000-${String(n).padStart(12, '0')}","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventTime":"2026-11-01T00:00:00Z","requestParameters":{"key":"${'k'.repeat(20_000)}"}}`;
  const long = 'x'.repeat(1_000_000);
  function* file() {
    yield '{"Records":[';
    for (let n = 0; n < 1750; n++) yield `${record(n)},`;
    yield '{"eventID":"';
    for (let i = 0; i < 80; i++) yield long;
    yield '"},';
    for (let n = 1750; n < 3500; n++) yield `${record(n)}${n < 3499 ? ',' : ''}`;
    yield ']}';
  }
  const { counts, maxRssMb } = importIn('main', 'cloudtrail', await write('large.json.gz', file()));
  expect(counts).toMatchObject({ read: 3501, appended: 3500, rejected: 1 });
  expect(maxRssMb).toBeLessThan(LIMIT_MB);
});
