// Figures of a block that becomes full while verifications run (SPEC §8, the order of reading): each sees the block and its figures as they were when it began, and finds nothing.
import { beforeAll, expect, test, vi } from 'vitest';
import { loadScaleTrail } from '@/bench/scale-trail';
import { scopeOf, type TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { sealTrail } from '../sealing/mutations/seal-trail';
import { appendEvents } from '../trail/mutations/append';
import { headMacKey } from '../trail/mutations/keys';
import { apiDrafts } from '../trail/test/drafts';
import { type Verdict, verifyRange } from './run';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { superuser: sql } = await freshDatabase();
const origin = 'audit.example.com/scale';
const BLOCK = 65_536;
const EVENTS = BLOCK - 200;
let trailId: TrailId;

beforeAll(async () => {
  trailId = await loadScaleTrail(sql, EVENTS, origin, { end: '2026-04-10T00:00:00Z', months: 1 });
  expect(await seal()).toMatchObject({ ok: true, size: EVENTS });
});

const seal = () => sealTrail({ trailId, origin });
const append = (count: number) => writeTransaction(scopeOf(trailId), (tx) => appendEvents(tx, trailId, apiDrafts(count)));
const counted = async () => (await sql<{ n: number }[]>`select coalesce(sum(n), 0)::int as n from count_hour where trail_id = ${trailId}`)[0]?.n;

/** A verification that has opened its snapshot. @returns goes on to its end */
async function begun(options: { deep?: boolean; from?: number } = {}): Promise<() => Promise<Verdict>> {
  const walk = verifyRange({ trail: { trailId, origin }, scope: scopeOf(trailId), headKey: headMacKey(), ...options });
  expect((await walk.next()).done).toBe(false);
  return async () => {
    for (;;) {
      const step = await walk.next();
      if (step.done) return step.value;
    }
  };
}

test('a verification that began before the block was full, one between its last event and its figures, and one behind them', async () => {
  const early = [await begun(), await begun({ deep: true }), await begun({ from: 1_000 })];
  await append(400);
  const full = EVENTS + 400;
  const between = await begun();
  expect(await counted()).toBe(0);
  expect(await seal()).toMatchObject({ ok: true, size: full });
  expect(await counted()).toBe(BLOCK);
  const late = await begun();
  for (const end of early) expect(await end()).toMatchObject({ findings: [], state: 'holds', to: EVENTS });
  expect(await between()).toMatchObject({ findings: [], state: 'holds', to: full, provenTo: EVENTS });
  expect(await late()).toMatchObject({ findings: [], state: 'holds', to: full, provenTo: full });
});
