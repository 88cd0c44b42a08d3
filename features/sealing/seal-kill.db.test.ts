// Processes that append, seal and rotate keys, killed with -9 wherever they are and at every step by name (ARCHITECTURE.md, The seal): nothing that was acknowledged or
// released is lost or contradicted, nothing is signed twice, and the next one goes on by the same code.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { loadScaleTrail } from '@/bench/scale-trail';
import { openCheckpoint } from '@/core/checkpoint';
import { parseVkey, type Vkey } from '@/core/vkey';
import { freshDatabase } from '@/db/test/database';
import { program } from '@/db/test/program';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import type { Acknowledged } from '@/features/trail/test/append-worker';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { listRotationNotes, readCheckpointFile } from './checkpoint-file';
import { keyStart } from './key-start';
import { ownVkeys, vkeyTextOf } from './log-key';
import { type RotatedKey, rotateKey } from './mutations/rotate-key';
import { type SealedTrail, sealTrail } from './mutations/seal-trail';
import { sealState } from './state';
import { naiveCheckpoints } from './test/naive-tree';
import type { Released } from './test/seal-worker';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const { superuser: sql, home, env } = await freshDatabase();
const SEAL_STEPS = {
  'features/sealing/mutations/write-seal.ts': ['writeTiles', 'insertCheckpoint'],
  'features/trail/guard-file.ts': ['writeGuard'],
  'features/trail/refusal-file.ts': ['clearRefusal'],
  'features/sealing/checkpoint-file.ts': ['writeCheckpointFile', 'keepRotationNote'],
  'features/sealing/mutations/count-blocks.ts': ['countBlocks'],
  'db/transaction.ts': ['writeTransaction'],
};
const sealer = program<Released>('features/sealing/test/seal-worker.ts', env, SEAL_STEPS);
const appender = program<Acknowledged>('features/trail/test/append-worker.ts', env, {
  'features/trail/mutations/event-rows.ts': ['insertRows', 'holdsRows'],
  'features/trail/mutations/event-keys.ts': ['insertKeys'],
  'features/trail/mutations/head.ts': ['lockHead', 'advanceHead'],
  'db/transaction.ts': ['writeTransaction'],
});
const rotator = program<RotatedKey>('features/sealing/test/rotate-worker.ts', env, {
  ...SEAL_STEPS,
  'features/sealing/log-key.ts': ['ensureNextKey', 'switchKey'],
  'features/sealing/sign-log-act.ts': ['signLogAct'],
  'lib/files.ts': ['keepFile', 'moveFile'],
});

beforeAll(async () => {
  await ensureFirstTrails();
});

const headOf = async ({ trailId }: SealedTrail) =>
  (await sql<{ n: number }[]>`select next_seq::int as n from trail_head where trail_id = ${trailId}`)[0]?.n as number;

/** Runs until it has released some notes, a moment longer, and is killed. @returns what it said until then */
async function killedAfter(alias: string, notes: number, ms: number): Promise<Released[]> {
  const one = sealer.start([alias, '9']);
  while (one.lines.length < notes && one.child.exitCode === null) await sleep(5);
  await sleep(ms);
  await one.kill();
  return one.lines;
}

/** The next seal reaches the head; each size was signed once, with the root of its rows, and every note that anybody saw is the one that is kept. */
async function expectOneHistory(trail: SealedTrail, seen: readonly Released[]) {
  expect(seen.filter((one) => 'refused' in one)).toEqual([]);
  const { size } = sealState(trail.origin);
  for (const one of seen) if ('size' in one) expect(one.size).toBeLessThanOrEqual(size as number);
  expect(await sealTrail(trail)).toMatchObject({ ok: true, size: await headOf(trail), isWhole: true });
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  const kept = new Map((await sql`select size::int as size, note from checkpoint where trail_id = ${trail.trailId}`).map((one) => [one.size, one.note]));
  for (const one of seen) if ('size' in one) expect(kept.get(one.size)).toBe(one.note);
  expect(kept.get(await headOf(trail))).toBe(readCheckpointFile(trail.origin));
}

test('kill -9 anywhere loses nothing and signs nothing twice', async () => {
  const trail = await makeTrail('killed');
  const all: Released[] = [];
  for (let round = 0; round < 6; round++) {
    // two at once: one is killed while the other seals, and takes the lock over
    const both = await Promise.all([killedAfter('killed', 2, 19 * round), killedAfter('killed', 1 + (round % 3), 97 - 15 * round)]);
    all.push(...both.flat());
  }
  expect(all.length).toBeGreaterThan(12);
  await expectOneHistory(trail, all);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});

describe('kill -9 between two steps, by name', () => {
  test('of an append: before its commit nothing happened, behind it the events are there', async () => {
    const trail = await makeTrail('append-steps');
    const before = [
      'before lockHead',
      'after lockHead',
      'before insertRows',
      'after insertRows',
      'before insertKeys',
      'after holdsRows',
      'after insertKeys',
      'before advanceHead',
      'after advanceHead',
    ];
    for (const stopAt of before) {
      const one = appender.start(['append-steps', '1', '3'], { stopAt });
      await one.ready;
      one.go();
      expect(await one.left, stopAt).toBe(null);
      expect(one.lines).toEqual([]);
      expect(await headOf(trail), stopAt).toBe(1);
    }
    const committed = appender.start(['append-steps', '1', '3'], { stopAt: 'after writeTransaction' });
    await committed.ready;
    committed.go();
    expect(await committed.left).toBe(null);
    expect(await headOf(trail)).toBe(4);
    expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
    await expectOneHistory(trail, []);
  });

  test('of a seal: the next one begins where it was, and gives the same note', async () => {
    const trail = await makeTrail('seal-steps');
    const seen: Released[] = [];
    // a new process begins by releasing once more what the guard names: of the notes the second is its own
    const steps = [
      ...['before writeTiles', 'after writeTiles', 'before writeGuard', 'after writeGuard', 'before writeCheckpointFile #2', 'after writeCheckpointFile #2'],
      ...['before insertCheckpoint #2', 'after insertCheckpoint #2', 'before clearRefusal'],
    ];
    await sealTrail(trail);
    for (const stopAt of steps) {
      const sealed = sealState(trail.origin).size as number;
      const dead = sealer.start(['seal-steps', '7', '1'], { stopAt });
      expect(await dead.left, stopAt).toBe(null);
      expect(dead.lines).toEqual([]);
      // from the guard on the size is decided; before it nothing is
      const isDecided = !['before writeTiles', 'after writeTiles', 'before writeGuard'].includes(stopAt);
      expect((sealState(trail.origin).size as number) > sealed, stopAt).toBe(isDecided);
      const size = await headOf(trail);
      expect(await sealTrail(trail), stopAt).toMatchObject({ ok: true, size, isWhole: true });
      seen.push({ size, note: readCheckpointFile(trail.origin) as string });
    }
    await expectOneHistory(trail, seen);
    expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
  });

  test('of signature and figures, and of the figures of two blocks: each full block is counted once, by whoever seals next', async () => {
    const origin = 'audit.example.com/count-steps';
    const [BLOCK, EVENTS] = [65_536, 2 * 65_536 + 4];
    const trailId = await loadScaleTrail(sql, EVENTS, origin, { end: '2026-04-10T00:00:00Z', months: 1 });
    // a backlog of more than a step: until its head is reached nothing of it is stored, and until all tiles are, nothing signed
    for (const [stopAt, areTilesThere] of [
      ['before writeTiles', false],
      ['after writeTiles', true],
      ['before writeGuard', true],
    ] as const) {
      const dead = sealer.start(['count-steps', '0', '1'], { stopAt });
      expect(await dead.left, stopAt).toBe(null);
      expect(sealState(origin).size, stopAt).toBe(0);
      expect((await sql`select 1 from tile where trail_id = ${trailId} limit 1`).length > 0, stopAt).toBe(areTilesThere);
    }
    const counted = async () =>
      (
        await sql`select (select coalesce(sum(n), 0) from count_hour where trail_id = ${trailId})::int as hours,
          (select coalesce(sum(n), 0) from count_day where trail_id = ${trailId})::int as days,
          (select coalesce(sum(success + failure + denied), 0) from count_outcome where trail_id = ${trailId})::int as outcomes`
      )[0];
    for (const [stopAt, n] of [
      ['before countBlocks', 0],
      ['after writeTransaction #3', BLOCK], // behind the checkpoint row and the look for what is due: the first block's
      ['after countBlocks', 2 * BLOCK],
    ] as const) {
      const dead = sealer.start(['count-steps', '0', '1'], { stopAt });
      expect(await dead.left, stopAt).toBe(null);
      expect(sealState(origin).size, stopAt).toBe(EVENTS);
      expect(await counted(), stopAt).toEqual({ hours: n, days: n, outcomes: n });
    }
    expect(await sealTrail({ trailId, origin })).toMatchObject({ ok: true, size: EVENTS });
    const rows = await sql`select (seq / 65536)::int as block, date_trunc('hour', occurred_at) as hour, actor_type, outcome, count(*)::int as n from audit_event
      where trail_id = ${trailId} and seq < ${2 * BLOCK} group by 1, 2, 3, 4 order by 1, 2, 3, 4`;
    expect(await sql`select block, hour, actor_type, outcome, n from count_hour where trail_id = ${trailId} order by 1, 2, 3, 4`).toEqual(rows);
    await expectOneHistory({ trailId, origin }, []);
  });

  const steps = [
    'before ensureNextKey',
    'after ensureNextKey',
    'before signLogAct',
    'after signLogAct',
    'after writeTransaction', // the act is in the trail, nothing is signed
    'after writeTiles',
    'before writeGuard',
    'after writeGuard',
    'after keepRotationNote',
    'after writeCheckpointFile #2',
    'before insertCheckpoint #2',
    'after insertCheckpoint #2',
    'before switchKey',
    'after keepFile',
    'before moveFile',
    'after moveFile',
    'after switchKey',
  ];
  test.each([
    ['the same command', steps, false],
    ['a sealer, and then the same command', ['after ensureNextKey', 'after writeTransaction', 'after writeGuard', 'after keepFile', 'after moveFile'], true],
  ] as const)('of a rotation: %s finishes it, with one act and one checkpoint by both keys', async (_, stopsAt, isSealedBetween) => {
    const alias = isSealedBetween ? 'rotate-beside' : 'rotate-steps';
    const trail = await makeTrail(alias);
    const { origin, trailId } = trail;
    const seen: Released[] = [];
    const seal = async () => {
      await writeTransaction(trail.scope, (tx) => appendEvents(tx, trailId, apiDrafts(2)));
      expect(await sealTrail(trail)).toMatchObject({ ok: true, isWhole: true });
      seen.push({ size: await headOf(trail), note: readCheckpointFile(origin) as string });
    };
    const keys: string[] = [vkeyTextOf(origin)];
    for (const stopAt of stopsAt) {
      const old = keys.at(-1) as string;
      await seal();
      const dead = rotator.start([alias], { stopAt });
      expect(await dead.left, stopAt).toBe(null);
      expect(dead.lines).toEqual([]);
      if (isSealedBetween) await seal();
      const rotated = await rotateKey(trail);
      expect(rotated, stopAt).toMatchObject({ old, new: vkeyTextOf(origin) });
      expect(keys, stopAt).not.toContain(rotated.new);
      keys.push(rotated.new);
      const note = noteBy(origin, rotated.size, [old, rotated.new]);
      expect(
        (await sql`select note from checkpoint where trail_id = ${trailId} and size = ${rotated.size}`).map((row) => row.note),
        stopAt,
      ).toEqual([note]);
      expect(fs.readdirSync(path.join(home, 'keys')).filter((name) => /\.(rotating|next\.key)$/.test(name))).toEqual([]);
    }
    await seal();
    expect(openCheckpoint(readCheckpointFile(origin) as string, [parseVkey(keys.at(-1) as string) as Vkey], origin).ok).toBe(true);
    const acts =
      await sql`select details::json ->> 'old' as old, details::json ->> 'new' as new from audit_event where trail_id = ${trailId} and action = 'key.rotated' order by seq`;
    expect(acts.map((act) => [act.old, act.new])).toEqual(keys.slice(1).map((key, i) => [keys[i], key]));
    expect(listRotationNotes(origin)).toHaveLength(stopsAt.length);
    expect(ownVkeys(origin)).toHaveLength(stopsAt.length + 1);
    expect(keyStart(origin).before.map(({ vkey }) => vkey)).toEqual(keys.slice(0, -1).reverse());
    await expectOneHistory(trail, seen);
    expect(await naiveVerify(sql, origin, home)).toEqual([]);
  });

  /** The one note of a size, signed by exactly these keys. */
  function noteBy(origin: string, size: number, vkeys: readonly string[]): string {
    const given = vkeys.map((text) => parseVkey(text) as Vkey);
    for (const note of listRotationNotes(origin)) {
      const opened = openCheckpoint(note, given, origin);
      if (!opened.ok || opened.checkpoint.size !== size) continue;
      expect(opened.checkpoint.signers).toHaveLength(2);
      expect(note.split('\n').filter((line) => line.startsWith('—'))).toHaveLength(2);
      return note;
    }
    throw new Error(`no note of ${size} events is signed by both keys`);
  }
});
