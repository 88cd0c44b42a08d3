import { expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { appendEvents } from '../mutations/append';
import { ensureFirstTrails } from '../mutations/create-trail';
import { systemDraft } from '../mutations/system-draft';
import { apiDrafts } from '../test/drafts';
import { makeTrail } from '../test/make-trail';
import { getCoverage } from './get-coverage';

vi.setConfig({ testTimeout: 60_000 });
await freshDatabase();

let run = 0;
const told = (count: number, details: Record<string, unknown>) =>
  Array.from({ length: count }, () =>
    systemDraft({
      action: 'verification.finished',
      occurredAt: '2026-11-20T00:00:00.000000Z',
      resourceType: 'run',
      resourceId: `${++run}`,
      details: { counts: {}, ...details } as never,
    }),
  );
const part = { state: 'consistent', to_given: true };
const MANY = 250;

test.each([
  ['found', told(1, { from: 0, to: 21, state: 'broken', counts: { EVENT_HASH: 1 } }), told(MANY, { ...part, from: 0, to: 9 }), { breakCount: 1 }],
  ['verified', told(1, { ...part, from: 0, to: 21 }), [], { breakCount: 0, verifiedTo: 20 }],
])('what a run %s stands behind any number of runs of another sort', async (name, first, whole, said) => {
  await ensureFirstTrails();
  const trail = await makeTrail(name);
  const drafts = [
    ...apiDrafts(20),
    ...first,
    ...told(MANY, { ...part, from: 3, to: 9 }),
    ...told(MANY, { ...part, from: 0, to: 9, keys_given: true }),
    ...whole,
  ];
  await writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, drafts));
  await sealTrail(trail);
  expect(await getCoverage(trail.scope, trail, drafts.length + 1)).toMatchObject({ ...said, events: drafts.length + 1 });
});
