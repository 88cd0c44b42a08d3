import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { fillDemo, twelveMonthsBefore } from './fill';
import { generateDemo, twelveMonthsAfter } from './generate';

const database = await freshDatabase();
const nowMs = Date.UTC(2026, 10, 25, 9, 30, 12, 345);
const startMs = twelveMonthsBefore(nowMs);
const count = 1500; // the first five days
const batchSize = 100;

type Row = { seq: string; id: string; occurred_at: string; recorded_at: string; action: string; source: string | null; redaction: string | null };
const rows = () =>
  database.superuser<Row[]>`
    select seq, id, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at, (extract(epoch from recorded_at) * 1000)::bigint as recorded_at, action, source, redaction
    from audit_event e join trail t using (trail_id) where alias = 'main' order by seq`;

it('a fill that is killed goes on where it stopped, and the demo is the one that an undisturbed fill makes', { timeout: 240_000 }, async () => {
  const killedAt = await fillAndKill();
  expect(killedAt).toBeGreaterThan(0);
  const after = (await rows()).length - 1;
  expect(after % batchSize).toBe(0); // whole batches, and none that was acknowledged is lost
  expect(after).toBeGreaterThanOrEqual(killedAt);
  expect(after).toBeLessThan(count);

  // a day later, in another process: the twelve months still end when the first fill began
  const progress: number[] = [];
  const result = await fillDemo({ count, nowMs: nowMs + 86_400_000, batchSize, onProgress: ({ done }) => progress.push(done) });
  expect(result).toMatchObject({ appended: count - after, total: count, isComplete: true });
  expect(progress[0]).toBe(after);

  const expected = [];
  for (const arrival of generateDemo({ startMs, endMs: twelveMonthsAfter(startMs) })) if (expected.push(arrival) === count) break;
  const [first, ...demo] = await rows();
  expect(first).toMatchObject({ seq: '0', action: 'trail.created', recorded_at: String(startMs) });
  expect(demo.map((row) => [row.id, row.occurred_at, Number(row.recorded_at), row.source, row.redaction])).toEqual(
    expected.map(({ draft, arrivesAtMs }) => [draft.id, draft.occurred_at, Math.floor(arrivesAtMs), draft.source, 'default-1']),
  );
  expect(await fillDemo({ count, batchSize })).toMatchObject({ appended: 0, isComplete: true });
});

it('stops between two batches when it is told to', async () => {
  const controller = new AbortController();
  const result = await fillDemo({ count: count + 1000, batchSize, signal: controller.signal, onProgress: ({ done }) => done > count && controller.abort() });
  expect(result).toMatchObject({ appended: batchSize, isComplete: false });
});

it('makes months that are real partitions, and a chain that holds', async () => {
  expect(await fillDemo({ count: 2600, batchSize: 500 })).toMatchObject({ isComplete: true });
  const months =
    await database.superuser`select to_char(month, 'YYYY-MM') as month, first_seq, last_seq from trail_segment join trail using (trail_id) where alias = 'main' order by 1`;
  expect(months.map((row) => row.month)).toEqual(['2025-11', '2025-12']);
  const held =
    await database.superuser`select to_char(recorded_at at time zone 'UTC', 'YYYY-MM') as month, min(seq) as first_seq, max(seq) as last_seq from audit_event join trail using (trail_id) where alias = 'main' group by 1 order by 1`;
  expect(months.map((row) => ({ ...row }))).toEqual(held.map((row) => ({ ...row })));
  expect(await naiveVerify(database.superuser, 'audit.example.com/main', database.home)).toEqual([]);
});

it('drops the secret of a web hook before it is hashed', async () => {
  const [row] =
    await database.superuser`select details::text as details from audit_event where action = 'merchant.update' and details::text like '%webhook_secret%' limit 1`;
  expect(JSON.parse(row?.details).changes.webhook_secret).toEqual({ new: '[REDACTED]', old: '[REDACTED]' });
});

/** Kills the process -9 after some batches. @returns how many events its last line had acknowledged */
function fillAndKill(): Promise<number> {
  const script = path.join(import.meta.dirname, 'test/fill-process.ts');
  const child = spawn(process.execPath, ['--conditions=react-server', '--import', 'tsx', script, String(count), String(nowMs), String(batchSize)], {
    env: { ...process.env, ...database.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let acknowledged = 0;
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      acknowledged = Number(chunk.toString().trim().split('\n').at(-1)) || acknowledged;
      if (acknowledged >= 3 * batchSize) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('exit', () => resolve(acknowledged));
  });
}
