import { expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { createTrail, ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { apiDrafts } from '@/features/trail/test/drafts';
import { writeRefusal } from '../trail/guard-file';
import { startSealer } from './sealer';
import { sealState } from './state';
import { naiveCheckpoints } from './test/naive-tree';

const { superuser: sql } = await freshDatabase();

test('the sealer seals by itself, and clears a refusal of another process whose reason is gone', { timeout: 60_000 }, async () => {
  await ensureFirstTrails();
  const made = await createTrail('watched', { synthetic: false }, 'system');
  if (!made.ok) throw new Error(made.reason);
  const { trail } = made;
  const append = (count: number) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(count)));
  const sealer = startSealer(async () => [trail]);
  try {
    await append(300); // enough not to wait for five seconds
    await expect.poll(() => sealState(trail.origin).size, { timeout: 20_000 }).toBe(301);
    await append(1); // few wait a moment, and are sealed all the same
    await expect.poll(() => sealState(trail.origin).size, { timeout: 20_000 }).toBe(302);
    writeRefusal(trail.origin, { since: '2026-11-25T00:00:00.000000Z', reason: 'gone since' });
    await expect.poll(() => sealState(trail.origin).refused, { timeout: 20_000 }).toBeNull();
    await append(1);
  } finally {
    await sealer.stop();
  }
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
});
