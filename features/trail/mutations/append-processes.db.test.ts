// Several operating-system processes on one trail: what locks inside one process cannot show.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { naiveVerify } from '../test/naive-verify';
import { createTrail, ensureFirstTrails } from './create-trail';

const { superuser: sql, home, env } = await freshDatabase();
const root = path.resolve(import.meta.dirname, '../../..');

// Bundled once: eight processes that each compile the product would spend their time on that. Below node_modules, so that packages are found.
const workerFile = path.join(root, 'node_modules/.cache', `append-worker-${process.pid}.mjs`);

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
afterAll(() => fs.rmSync(workerFile, { force: true }));

type Acknowledged = { batch: string; seqs: number[]; hashes: string[] };
type Worker = { child: ChildProcess; acknowledged: Acknowledged[]; ready: Promise<void>; left: Promise<number | null> };

function startWorker(alias: string, batches: number, perBatch: number): Worker {
  const child = spawn(process.execPath, [workerFile, alias, String(batches), String(perBatch)], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const acknowledged: Acknowledged[] = [];
  const ready = new Promise<void>((done, failed) => {
    readline.createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (line === 'ready') done();
      else acknowledged.push(JSON.parse(line));
    });
    child.once('exit', () => failed(new Error('the process left before it was ready')));
  });
  const left = new Promise<number | null>((done) => child.once('close', done));
  return { child, acknowledged, ready, left };
}

async function freshTrail(name: string) {
  const made = await createTrail(name, { synthetic: false }, 'system');
  if (!made.ok) throw new Error(made.reason);
  return made.trail;
}

/** Every event that a process was told of stands in the trail with the hash that it was told. */
async function expectKept(trailId: number, acknowledged: Acknowledged[]) {
  const rows = new Map(
    (await sql`select seq::int as seq, encode(event_hash, 'hex') as hash from audit_event where trail_id = ${trailId}`).map((row) => [row.seq, row.hash]),
  );
  for (const { seqs, hashes } of acknowledged) for (const [i, seq] of seqs.entries()) expect(rows.get(seq), `event ${seq}`).toBe(hashes[i]);
}

test('eight processes from an empty trail make one chain without fork or gap', { timeout: 180_000 }, async () => {
  const trail = await freshTrail('eight');
  const workers = Array.from({ length: 8 }, () => startWorker('eight', 12, 7));
  await Promise.all(workers.map(({ ready }) => ready));
  for (const { child } of workers) child.stdin?.write('go\n');
  expect(await Promise.all(workers.map(({ left }) => left))).toEqual(Array(8).fill(0));
  const acknowledged = workers.flatMap((worker) => worker.acknowledged);
  const seqs = acknowledged.flatMap((batch) => batch.seqs).sort((a, b) => a - b);
  expect(seqs).toEqual(Array.from({ length: 8 * 12 * 7 }, (_, i) => i + 1));
  await expectKept(trail.trailId, acknowledged);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});

test('kill -9 in the middle loses no acknowledged event and leaves no half batch', { timeout: 180_000 }, async () => {
  const trail = await freshTrail('killed');
  const workers = Array.from({ length: 4 }, () => startWorker('killed', 100_000, 50));
  await Promise.all(workers.map(({ ready }) => ready));
  for (const { child } of workers) child.stdin?.write('go\n');
  const batchesOf = () => workers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  for (const [i, { child, left }] of workers.entries()) {
    const due = batchesOf() + 10 + i; // each dies at another point of the others' work
    while (batchesOf() < due) await new Promise((done) => setTimeout(done, 5));
    child.kill('SIGKILL');
    await left;
  }
  // the servers of the dead may still be at their last statement
  while ((await sql`select from pg_stat_activity where datname = current_database() and usename = 'indelible_login' and state <> 'idle'`).length > 0) {
    await new Promise((done) => setTimeout(done, 20));
  }
  await expectKept(
    trail.trailId,
    workers.flatMap((worker) => worker.acknowledged),
  );
  const sizes = await sql`select count(*)::int as events from audit_event where trail_id = ${trail.trailId} and seq > 0 group by request_id`;
  expect(new Set(sizes.map(({ events }) => events))).toEqual(new Set([50]));
  expect(sizes.length).toBeGreaterThanOrEqual(batchesOf());
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);

  const next = startWorker('killed', 1, 3);
  await next.ready;
  next.child.stdin?.write('go\n');
  expect(await next.left).toBe(0);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});
