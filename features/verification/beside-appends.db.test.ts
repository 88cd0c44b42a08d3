// Verifications beside two processes that append and months that are rolled: nothing may be found, and no append may wait long.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { createTrail, ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { headMacKey } from '@/features/trail/mutations/keys';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { verifyAll } from './test/verify-all';

const { superuser: sql, home, env } = await freshDatabase();
const root = path.resolve(import.meta.dirname, '../..');
const workerFile = path.join(root, 'node_modules/.cache', `append-worker-verify-${process.pid}.mjs`);
const children: ChildProcess[] = [];

beforeAll(async () => {
  buildSync({
    entryPoints: [path.join(root, 'features/trail/test/append-worker.ts')],
    outfile: workerFile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  await ensureFirstTrails();
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  fs.rmSync(workerFile, { force: true });
});

test('two processes append and months are made while verification follows verification: each sees a whole trail', { timeout: 180_000 }, async () => {
  const made = await createTrail('busy', { synthetic: false }, 'system');
  if (!made.ok) throw new Error(made.reason);
  const { trail } = made;
  let acknowledged = 0;
  const left = [1, 2].map(() => {
    const child = spawn(process.execPath, [workerFile, 'busy', '25', '5'], { cwd: root, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'ready') child.stdin.write('go\n');
      else acknowledged++;
    });
    return new Promise<number | null>((done) => child.once('close', done));
  });
  let isOver = false;
  const ends = Promise.all(left).finally(() => {
    isOver = true;
  });
  const rolls = (async () => {
    for (let month = 1; month <= 12 && !isOver; month++) {
      await sql`select ensure_partition(make_timestamptz(2100, ${month}, 1, 0, 0, 0, 'UTC'))`;
      await sleep(200);
    }
  })();
  const sizes: number[] = [];
  while (!isOver) {
    const verdict = await verifyAll({ trail, scope: trail.scope, headKey: headMacKey() });
    expect(verdict.findings).toEqual([]);
    expect(verdict.state).toBe('consistent');
    sizes.push(verdict.checked);
  }
  expect(await ends).toEqual([0, 0]);
  await rolls;
  expect(acknowledged).toBe(50);
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(new Set(sizes).size).toBeGreaterThan(2);
  expect((await verifyAll({ trail, scope: trail.scope, headKey: headMacKey() })).checked).toBe(1 + 2 * 25 * 5);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});
