// How long the check of one resource takes (docs/verify.md): its events and their proofs are a matter of milliseconds, whatever else the trail holds.
import { beforeAll, expect, test, vi } from 'vitest';
import { loadScaleTrail } from '@/bench/scale-trail';
import { scopeOf, type TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { sealTrail } from '../sealing/mutations/seal-trail';
import { headMacKey } from '../trail/mutations/keys';
import { verifyAll } from './test/verify-all';
import { type ResourceVerdict, verifyResource } from './verify-resource';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const { superuser: sql } = await freshDatabase();
const origin = 'audit.example.com/scale';
const EVENTS = 40_000;
let trailId: TrailId;

beforeAll(async () => {
  trailId = await loadScaleTrail(sql, EVENTS, origin, { end: '2026-04-10T00:00:00Z', months: 1 });
  expect(await sealTrail({ trailId, origin })).toMatchObject({ ok: true, size: EVENTS });
});

const asked = () => ({ trail: { trailId, origin }, scope: scopeOf(trailId), headKey: headMacKey() });

async function check(resource: { type: string; id: string }): Promise<ResourceVerdict> {
  const walk = verifyResource({ ...asked(), resource });
  for (;;) {
    const step = await walk.next();
    if (step.done) return step.value;
  }
}

// the quickest of a few, as what else runs on the machine takes its time from any of them; by the walk beside them, as machines differ
test('ten events of a resource are read and proven in less than 100 ms and a quarter of what a walk through the trail takes', async () => {
  const [resource] = await sql<{ type: string; id: string }[]>`select resource_type as type, resource_id as id from audit_event where trail_id = ${trailId}
    group by 1, 2 having count(*) = 10 order by 1, 2 limit 1`;
  const [checks, walks]: [number[], number[]] = [[], []];
  for (let i = 0; i < 5; i++) {
    const verdict = await check(resource as { type: string; id: string });
    expect(verdict).toMatchObject({ state: 'holds', checked: 10, proven: 10, view: 'whole' });
    checks.push(verdict.eventsMs);
    const began = performance.now();
    expect((await verifyAll(asked())).checked).toBe(EVENTS);
    walks.push(performance.now() - began);
  }
  expect(Math.min(...checks)).toBeLessThan(100);
  expect(Math.min(...checks)).toBeLessThan(Math.min(...walks) / 4);
});
