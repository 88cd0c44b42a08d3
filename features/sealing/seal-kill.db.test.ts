// Processes that append and seal, killed with -9 wherever they are: nothing that was released is lost or contradicted, and the next one goes on by the same code.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { createTrail, ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { sealTrail } from './mutations/seal-trail';
import { sealState } from './state';
import { naiveCheckpoints } from './test/naive-tree';

const { superuser: sql, home, env } = await freshDatabase();
const root = path.resolve(import.meta.dirname, '../..');
const workerFile = path.join(root, 'node_modules/.cache', `seal-worker-${process.pid}.mjs`);

beforeAll(async () => {
  buildSync({
    entryPoints: [path.join(root, 'features/sealing/test/seal-worker.ts')],
    outfile: workerFile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  await ensureFirstTrails();
});
afterAll(() => fs.rmSync(workerFile, { force: true }));

type Released = { size: number; note: string } | { refused: string };

/** Runs until it has released some notes, a moment longer, and is killed. @returns what it said until then */
async function killedAfter(alias: string, notes: number, ms: number): Promise<Released[]> {
  const child = spawn(process.execPath, [workerFile, alias, '9'], { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const released: Released[] = [];
  const lines = readline.createInterface({ input: child.stdout });
  const left = new Promise<void>((done) => child.once('close', () => done()));
  const hasReleased = new Promise<void>((done) => {
    lines.on('line', (line) => {
      if (line !== 'ready') released.push(JSON.parse(line));
      if (released.length >= notes) done();
    });
  });
  await Promise.race([hasReleased, left]);
  await sleep(ms);
  child.kill('SIGKILL');
  await left;
  return released;
}

test('kill -9 between any two steps loses nothing and signs nothing twice', { timeout: 300_000 }, async () => {
  const made = await createTrail('killed', { synthetic: false }, 'system');
  if (!made.ok) throw new Error(made.reason);
  const { trail } = made;
  const all: Released[] = [];
  for (let round = 0; round < 6; round++) {
    // two at once: one is killed while the other seals, and takes the lock over
    const both = await Promise.all([killedAfter('killed', 2, 19 * round), killedAfter('killed', 1 + (round % 3), 97 - 15 * round)]);
    all.push(...both.flat());
  }
  expect(all.filter((one) => 'refused' in one)).toEqual([]);
  expect(all.length).toBeGreaterThan(12);
  const { size } = sealState(trail.origin);
  for (const one of all) if ('size' in one) expect(one.size).toBeLessThanOrEqual(size as number);

  const [row] = await sql<{ n: number }[]>`select next_seq::int as n from trail_head where trail_id = ${trail.trailId}`;
  expect(await sealTrail(trail)).toMatchObject({ ok: true, size: row?.n, isWhole: true });
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  const kept = new Map((await sql`select size::int as size, note from checkpoint where trail_id = ${trail.trailId}`).map((one) => [one.size, one.note]));
  for (const one of all) if ('size' in one) expect(kept.get(one.size)).toBe(one.note);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});
