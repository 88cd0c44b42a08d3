// Verifications beside two processes that append and months that are rolled: nothing may be found, and no append may wait long.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { program } from '@/db/test/program';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { headMacKey } from '@/features/trail/mutations/keys';
import type { Acknowledged } from '@/features/trail/test/append-worker';
import { makeTrail } from '@/features/trail/test/make-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { verifyAll } from './test/verify-all';

const { superuser: sql, home, env } = await freshDatabase();
const appender = program<Acknowledged>('features/trail/test/append-worker.ts', env);

beforeAll(async () => {
  await ensureFirstTrails();
});

test('two processes append and months are made while verification follows verification: each sees a whole trail', { timeout: 180_000 }, async () => {
  const trail = await makeTrail('busy');
  const workers = [1, 2].map(() => appender.start(['busy', '25', '5']));
  for (const { ready, go } of workers) void ready.then(go);
  let isOver = false;
  const ends = Promise.all(workers.map(({ left }) => left)).finally(() => {
    isOver = true;
  });
  const rolls = (async () => {
    for (let month = 1; month <= 12 && !isOver; month++) {
      await sql`select ensure_partition(make_timestamptz(2100, ${month}, 1, 0, 0, 0, 'UTC'))`;
      await sleep(200);
    }
  })();
  const sizes: number[] = [];
  while (!isOver) {
    const verdict = await verifyAll({ trail, scope: trail.scope, headKey: headMacKey() });
    expect(verdict.findings).toEqual([]);
    expect(verdict.state).toBe('consistent');
    sizes.push(verdict.checked);
  }
  expect(await ends).toEqual([0, 0]);
  await rolls;
  expect(workers.flatMap(({ lines }) => lines)).toHaveLength(50);
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(new Set(sizes).size).toBeGreaterThan(2);
  expect((await verifyAll({ trail, scope: trail.scope, headKey: headMacKey() })).checked).toBe(1 + 2 * 25 * 5);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});
