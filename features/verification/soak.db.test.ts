// Everything at once for a while: writers, the sealer, months that are made, erasures, imports, verifications whole and in parts. An honest trail is never called broken
// (SPEC §8, the order of reading), and at the end every verifier finds it whole.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { bundled } from '@/db/test/program';
import { writeTransaction } from '@/db/transaction';
import { importRun } from '@/features/capture/import/import-run';
import { importSettings } from '@/features/capture/import/schema';
import { driveNow } from '@/features/runs/drive-now';
import { makeTrail } from '@/features/trail/test/make-trail';
import { eraseValue } from '../redaction/mutations/erase-value';
import { sealTrail } from '../sealing/mutations/seal-trail';
import { startSealer } from '../sealing/sealer';
import { naiveCheckpoints } from '../sealing/test/naive-tree';
import { appendEvents } from '../trail/mutations/append';
import { ensureFirstTrails } from '../trail/mutations/create-trail';
import { headMacKey } from '../trail/mutations/keys';
import { apiDraft } from '../trail/test/drafts';
import { naiveVerify } from '../trail/test/naive-verify';
import { setPartProgram } from './part-program';
import { verifyAll } from './test/verify-all';
import { verifyRun } from './verify-run';

const { superuser: sql, home } = await freshDatabase();
setPartProgram(pathToFileURL(bundled('features/verification/part-worker.ts')));
const SOAK_MS = Number(process.env.SOAK_MS ?? 20_000);
const LINES = 500; // of one import: it is followed by the next

test('appends, seals, months, erasures, imports and verifications at once: nothing is found', { timeout: SOAK_MS + 240_000 }, async () => {
  await ensureFirstTrails();
  const trail = await makeTrail('soak');
  // its clock is ours, so that months end while everybody reads and writes
  const rolling = await makeTrail('rolling', { synthetic: true, clock: '2025-01-30T12:00:00.000000Z' });
  const end = performance.now() + SOAK_MS;
  const done = { batches: 0, erased: 0, whole: 0, parts: 0, deep: 0, byTwo: 0, runs: 0, cancelled: 0, imports: 0, months: 0 };
  const until = async (work: () => Promise<unknown>, pauseMs = 0) => {
    while (performance.now() < end) {
      await work();
      await sleep(pauseMs);
    }
  };

  const sealed: { seq: number; pointer: string }[] = [];
  const epochs = ['11111111-2222-4333-8444-555555555555', '22222222-2222-4333-8444-555555555555', '33333333-2222-4333-8444-555555555555'];
  const numbers = new Map<number, number>();
  const numberOf = (writer: number) => {
    const next = (numbers.get(writer) ?? 0) + 1;
    numbers.set(writer, next);
    return next;
  };
  const write = (writer: number) => async () => {
    const drafts = Array.from({ length: 1 + Math.floor(Math.random() * 40) }, (_, i) => ({
      ...apiDraft({ source_epoch: epochs[writer], source_seq: numberOf(writer), details: { email: `mia-${i}@example.com` } }, `app-${writer}`),
      seals: i % 5 === 0 ? ['/details/email', '/ip_address'] : undefined,
    }));
    const results = await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts));
    for (const [i, { receipt }] of results.entries())
      if (i % 5 === 0) sealed.push({ seq: receipt.seq, pointer: i % 2 === 0 ? '/details/email' : '/ip_address' });
    done.batches++;
  };
  const erase = async () => {
    const place = sealed.splice(Math.floor(Math.random() * sealed.length), 1)[0];
    if (!place) return;
    const outcome = await eraseValue(trail, { ...place, ground: 'request', law: 'GDPR 17', country: 'DE', requestId: `dsr-${place.seq}` }, 'system');
    expect(outcome.ok).toBe(true);
    done.erased++;
  };
  let hours = Date.parse('2025-01-30T12:00:00Z') / 3_600_000;
  const writeOn = async () => {
    hours += 36;
    const drafts = Array.from({ length: 1 + Math.floor(Math.random() * 20) }, () => apiDraft({}, 'app-rolling'));
    const clock = `${new Date(hours * 3_600_000).toISOString().slice(0, 23)}000Z`;
    await writeTransaction(rolling.scope, (tx) => appendEvents(tx, rolling.trailId, drafts, { clock }));
  };
  const check = async (options: { from?: number; to?: number; deep?: boolean; seam?: number } = {}, of = trail) => {
    const verdict = await verifyAll({ trail: of, scope: of.scope, headKey: headMacKey(), ...options });
    expect(verdict.findings).toEqual([]);
    expect(['holds', 'consistent']).toContain(verdict.state);
    return verdict;
  };
  const whole = async () => {
    const verdict = await check();
    done.whole++;
    const from = Math.floor(Math.random() * verdict.to);
    await check({ from, to: from + 1 + Math.floor(Math.random() * (verdict.to - from)) });
    await check({ from });
    done.parts += 2;
    await check({ deep: true });
    done.deep++;
    const { readers } = await check({ seam: 1 + Math.floor(Math.random() * (verdict.to - 1)) });
    if (readers === 2) done.byTwo++;
  };
  const asRun = async () => {
    const stop = new AbortController();
    // in turn: one comes to its end, one is stopped
    const timer = done.runs <= done.cancelled ? undefined : setTimeout(() => stop.abort(), Math.random() * 2_000);
    const run = await driveNow({ kind: 'verify', trailId: trail.trailId, params: {}, signal: stop.signal }, { verify: verifyRun });
    clearTimeout(timer);
    expect(['done', 'cancelled']).toContain(run.state);
    expect(run.result.counts ?? {}).toEqual({});
    if (run.state === 'done') done.runs++;
    else done.cancelled++;
  };
  const load = async () => {
    const log = path.join(home, `events-${++done.imports}.jsonl`);
    const lines = Array.from({ length: LINES }, (_, n) =>
      JSON.stringify({
        occurred_at: '2026-11-20T10:00:00Z',
        actor_type: 'user',
        actor_id: `u-${n % 9}`,
        action: 'door.open',
        resource_type: 'door',
        resource_id: `d-${done.imports}-${n}`,
        outcome: 'success',
        details: {},
      }),
    );
    fs.writeFileSync(log, `${lines.join('\n')}\n`);
    const params = { settings: importSettings.parse({ format: 'jsonl' }), files: [{ path: log, name: path.basename(log) }] };
    const run = await driveNow({ kind: 'import', trailId: trail.trailId, params }, { import: importRun });
    expect(run.result.counts).toMatchObject({ read: LINES, appended: LINES });
  };
  const roll = async () => {
    await sql`select ensure_partition(make_timestamptz(2100, ${++done.months}, 1, 0, 0, 0, 'UTC'))`;
  };

  const checkRolling = async () => {
    const { to } = await check({}, rolling);
    await check({ from: Math.floor(Math.random() * to) }, rolling);
  };

  const sealer = startSealer(async () => [trail, rolling]);
  const two = until(() => sealTrail(trail).then((outcome) => expect(outcome.ok).toBe(true)), 250); // and a second one beside it
  await Promise.all([
    two,
    until(write(0)),
    until(write(1), 20),
    until(write(2), 100),
    until(writeOn, 50),
    until(checkRolling, 200),
    until(erase, 150),
    until(whole),
    until(asRun, 300),
    until(load, 500),
    until(roll, SOAK_MS / 8),
  ]);
  await sealer.stop();

  const [months] = await sql<{ n: number }[]>`select count(*)::int as n from trail_segment where trail_id = ${rolling.trailId}`;
  expect(months?.n).toBeGreaterThan(2);
  expect(await sealTrail(rolling)).toMatchObject({ ok: true, isWhole: true });
  expect((await check({}, rolling)).state).toBe('holds');
  expect(await naiveVerify(sql, rolling.origin, home)).toEqual([]);
  expect(await sealTrail(trail)).toMatchObject({ ok: true, isWhole: true });
  const last = await check();
  expect(last).toMatchObject({ state: 'holds', provenTo: last.to, sealedValues: { erased: done.erased } });
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  for (const [what, n] of Object.entries(done)) if (what !== 'cancelled') expect(n, what).toBeGreaterThan(0);
  expect(done.imports, 'one after the other').toBeGreaterThan(1);
  if (process.env.SOAK_MS) console.info(JSON.stringify({ ...done, events: last.checked }));
});
