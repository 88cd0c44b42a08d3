import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { copyOut } from '@/db/copy-out';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@/db/embedded-postgres';
import { migrateDatabase } from '@/db/migrate';
import { bindRuntime, openRuntime, type Runtime } from '@/db/runtime';
import { mintScope, type TrailId } from '@/db/scope';
import { insertEvents, insertTrail } from '@/db/test/events';
import { appTransaction } from '@/db/transaction';
import { followRun } from './follow';
import { createRun } from './mutations/create-run';
import { getRun } from './queries';
import type { RunKind } from './run-kind';
import { startRunner } from './runner';

vi.setConfig({ testTimeout: 90_000 });

// A server of this file's own, which it can stop.
let root: string;
let server: EmbeddedPostgres;
let runtime: Runtime;
let trailId: TrailId;
const settings = { fsync: 'off', full_page_writes: 'off' };

beforeAll(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'outage-test-'));
  fs.chmodSync(root, 0o755);
  server = await startEmbeddedPostgres({ root, settings });
  const url = new URL(server.url);
  url.username = 'indelible_login';
  url.password = 'a password for tests';
  const here = { url: url.href, ownerUrl: server.url, isEmbedded: true, stop: async () => {} };
  await migrateDatabase(here);
  runtime = openRuntime(here);
  bindRuntime(runtime);
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  trailId = await insertTrail(sql, 'main');
  await insertEvents(sql, { trailId, events: 20_000, start: '2026-09-20T00:00:00Z', stepSeconds: 60 });
  await sql.end();
});
afterAll(async () => {
  await runtime.stop();
  await server.stop();
  fs.rmSync(root, { recursive: true, force: true });
});

test('the database goes away in the middle of a run: the runner lives, whoever looks is told, the run is taken up again and ends', async () => {
  let attempts = 0;
  let stopped = () => {};
  const isStopped = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  /** Reads as a verification does, on a connection of its own; the first time the server goes while it reads. Five times the trail, more than any buffer on the way holds. */
  const read: RunKind = async (_, { signal, report }) => {
    const isFirst = attempts++ === 0;
    let bytes = 0;
    const query = `select e.* from event_view e, generate_series(1, 5) where trail_id = ${trailId}`;
    for await (const chunk of copyOut({ scope: mintScope([trailId]), query, signal })) {
      bytes += chunk.length;
      report({ done: bytes });
      if (isFirst) await isStopped;
    }
    return { bytes };
  };
  const runner = startRunner({ verify: read });
  const runId = await appTransaction((tx) => createRun(tx, { kind: 'verify', trailId, params: {}, startedBy: null }));
  const seen: string[] = [];
  const following = (async () => {
    for await (const message of followRun(trailId, runId, new AbortController().signal)) seen.push(message.type === 'away' ? 'away' : message.state);
  })();
  await expect.poll(async () => (await getRun(trailId, runId))?.done, { timeout: 15_000 }).toBeGreaterThan(0);

  await server.stop();
  stopped();
  await expect.poll(() => seen, { timeout: 15_000 }).toContain('away');
  await sleep(3000);
  server = await startEmbeddedPostgres({ root, settings, port: server.port });

  await following;
  expect(seen.at(-1)).toBe('done');
  const run = await getRun(trailId, runId);
  expect(run).toMatchObject({ state: 'done' });
  expect(attempts).toBe(2);
  expect(run?.done).toBeGreaterThan(5 * 20_000 * 300);
  await runner.stop();
});
