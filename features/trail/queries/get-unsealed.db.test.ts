// How much waits for a signature, on a real trail that is sealed by the sealer.
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { readTransaction, writeTransaction } from '@/db/transaction';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '../mutations/append';
import { ensureFirstTrails, type NewTrail } from '../mutations/create-trail';
import { readSealFiles } from '../seal-state';
import { apiDrafts } from '../test/drafts';
import { makeTrail } from '../test/make-trail';
import { getCoverage } from './get-coverage';
import { getUnsealed } from './get-unsealed';

const { superuser: sql } = await freshDatabase();
let made = 0;
let trail: NewTrail;

beforeAll(async () => {
  await ensureFirstTrails();
});
beforeEach(async () => {
  trail = await makeTrail(`t-${++made}`);
});
const append = (count: number) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(count)));
const coverage = () => getCoverage(trail.scope, trail, readSealFiles(trail.origin).sealedSize);
const unsealed = (sealedSize: number) => readTransaction(trail.scope, (tx) => getUnsealed(tx, trail.trailId, sealedSize));

test('a trail that is sealed whole has nothing that waits', async () => {
  await append(5);
  await sealTrail(trail);
  expect(readSealFiles(trail.origin)).toMatchObject({ sealedSize: 6, refusal: null, movedAtMs: expect.any(Number) });
  expect(await coverage()).toMatchObject({ events: 6, oldestUnsealedMs: null, failedRun: null });
});

test('the oldest that no signature covers gives the age, not the newest', async () => {
  await append(5);
  await sealTrail(trail);
  await append(1);
  await new Promise((done) => setTimeout(done, 300));
  await append(30);
  const { events, oldestUnsealedMs } = await coverage();
  expect(events).toBe(37);
  expect(oldestUnsealedMs).toBeGreaterThanOrEqual(300);
  expect(oldestUnsealedMs).toBeLessThan(30_000);
});

test('a size beyond the head, as after a restored backup, makes up no age', async () => {
  await append(2);
  expect(await unsealed(9)).toEqual({ events: 3, oldestUnsealedMs: null });
});

test('where the row is gone, its age is not known', async () => {
  await append(3);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from audit_event where trail_id = ${trail.trailId} and seq = 2`;
  });
  expect(await unsealed(2)).toEqual({ events: 4, oldestUnsealedMs: null });
});

test('a verification that failed is said until one has ended with a verdict', async () => {
  const add = (state: string) => sql`insert into run (kind, trail_id, params, state, finished_at)
    values ('verify', ${trail.trailId}, '{}', ${state}, '2026-11-24T02:00:00Z') returning run_id::int as id`;
  const [failed] = await add('failed');
  expect((await coverage()).failedRun).toEqual({ runId: failed?.id, at: '2026-11-24T02:00:00.000000Z' });
  await add('done');
  expect((await coverage()).failedRun).toBeNull();
});
