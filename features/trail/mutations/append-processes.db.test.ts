// Several operating-system processes on one trail: what locks inside one process cannot show.
import { beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { program } from '@/db/test/program';
import type { Acknowledged } from '../test/append-worker';
import { makeTrail } from '../test/make-trail';
import { naiveVerify } from '../test/naive-verify';
import { ensureFirstTrails } from './create-trail';

const { superuser: sql, home, env } = await freshDatabase();
const appender = program<Acknowledged>('features/trail/test/append-worker.ts', env);

beforeAll(async () => {
  await ensureFirstTrails();
});

const startWorker = (alias: string, batches: number, perBatch: number) => appender.start([alias, String(batches), String(perBatch)]);

/** Every event that a process was told of stands in the trail with the hash that it was told. */
async function expectKept(trailId: number, acknowledged: Acknowledged[]) {
  const rows = new Map(
    (await sql`select seq::int as seq, encode(event_hash, 'hex') as hash from audit_event where trail_id = ${trailId}`).map((row) => [row.seq, row.hash]),
  );
  for (const { seqs, hashes } of acknowledged) for (const [i, seq] of seqs.entries()) expect(rows.get(seq), `event ${seq}`).toBe(hashes[i]);
}

test('eight processes from an empty trail make one chain without fork or gap', { timeout: 180_000 }, async () => {
  const trail = await makeTrail('eight');
  const workers = Array.from({ length: 8 }, () => startWorker('eight', 12, 7));
  await Promise.all(workers.map(({ ready }) => ready));
  for (const { go } of workers) go();
  expect(await Promise.all(workers.map(({ left }) => left))).toEqual(Array(8).fill(0));
  const acknowledged = workers.flatMap(({ lines }) => lines);
  const seqs = acknowledged.flatMap((batch) => batch.seqs).sort((a, b) => a - b);
  expect(seqs).toEqual(Array.from({ length: 8 * 12 * 7 }, (_, i) => i + 1));
  await expectKept(trail.trailId, acknowledged);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});

test('kill -9 in the middle loses no acknowledged event and leaves no half batch', { timeout: 180_000 }, async () => {
  const trail = await makeTrail('killed');
  const workers = Array.from({ length: 4 }, () => startWorker('killed', 100_000, 50));
  await Promise.all(workers.map(({ ready }) => ready));
  for (const { go } of workers) go();
  const batchesOf = () => workers.reduce((sum, { lines }) => sum + lines.length, 0);
  for (const [i, { kill }] of workers.entries()) {
    const due = batchesOf() + 10 + i; // each dies at another point of the others' work
    while (batchesOf() < due) await new Promise((done) => setTimeout(done, 5));
    await kill();
  }
  // the servers of the dead may still be at their last statement
  while ((await sql`select from pg_stat_activity where datname = current_database() and usename = 'indelible_login' and state <> 'idle'`).length > 0) {
    await new Promise((done) => setTimeout(done, 20));
  }
  await expectKept(
    trail.trailId,
    workers.flatMap(({ lines }) => lines),
  );
  const sizes = await sql`select count(*)::int as events from audit_event where trail_id = ${trail.trailId} and seq > 0 group by request_id`;
  expect(new Set(sizes.map(({ events }) => events))).toEqual(new Set([50]));
  expect(sizes.length).toBeGreaterThanOrEqual(batchesOf());
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);

  const next = startWorker('killed', 1, 3);
  await next.ready;
  next.go();
  expect(await next.left).toBe(0);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});
