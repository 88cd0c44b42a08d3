// Tiles of the tree altered or deleted by a superuser, and no backup of them: they are rebuilt from the events where these are the ones that were signed, and only there.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { newObject } from '@/core/json';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { program } from '@/db/test/program';
import { writeGuard } from '@/features/trail/guard-file';
import { readRefusal } from '@/features/trail/refusal-file';
import { END, SIGNED, sealedTrail } from '@/features/verification/test/sealed-trail';
import { logKeyOf } from './log-key';
import { rebuildTiles } from './mutations/rebuild-tiles';
import { sealTrail } from './mutations/seal-trail';
import { tellDue } from './mutations/tell-due';
import { proveInclusion } from './prove';
import { readRebuilding } from './rebuild-file';
import { signLogAct } from './sign-log-act';
import { naiveCheckpoints } from './test/naive-tree';
import type { Released } from './test/seal-worker';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const it = await sealedTrail();
const { superuser: sql, home, env } = it.database;
const STOPS = {
  'features/sealing/rebuild-file.ts': ['writeRebuilding', 'forgetRebuilding'],
  'features/sealing/mutations/write-seal.ts': ['putTiles'],
  'db/owner.ts': ['ownerTransaction'],
  'features/trail/mutations/record-act.ts': ['recordActNow'],
};
const rebuilder = program<object>('features/sealing/test/rebuild-worker.ts', env, STOPS);
const sealer = program<Released>('features/sealing/test/seal-worker.ts', env);
const killedSealer = program<Released>('features/sealing/test/seal-worker.ts', env, { 'features/trail/guard-file.ts': ['writeGuard'] });
const OTHER = `'\\x${'ab'.repeat(32)}'::bytea`;

const put = (level: number, n: number, at: number) =>
  it.attack(`update tile set hashes = overlay(hashes placing ${OTHER} from ${at * 32 + 1}) where trail_id = $T and level = ${level} and n = ${n}`);
const tiles = async () =>
  (
    await sql<{ tile: string }[]>`select level || '/' || n || ' ' || width || ' ' || encode(hashes, 'hex') as tile from tile
      where trail_id = ${it.trail.trailId} order by level, n`
  ).map(({ tile }) => tile);
const acts = async (origin = it.trail.origin): Promise<unknown[]> =>
  (
    await sql`select details::jsonb as details from audit_event e join trail t using (trail_id)
      where t.alias = 'indelible' and action = 'tiles.rebuilt' and resource_id = ${origin} order by e.seq`
  ).map(({ details }) => details);
const files = ['keys/sealed.guard', 'checkpoints/sealed'].map((name) => path.join(home, name));
let [kept, before]: [string[], unknown[]] = [[], []];

beforeAll(() => {
  for (const file of files) fs.copyFileSync(file, `${file}.as-it-was`);
});
beforeEach(async () => {
  for (const file of files) fs.copyFileSync(`${file}.as-it-was`, file);
  for (const left of ['keys/sealed.refused', 'keys/sealed.known', 'keys/sealed.acts']) fs.rmSync(path.join(home, left), { recursive: true, force: true });
  [kept, before] = [await tiles(), await acts()];
});

/** What the act of this test says. */
const told = async () => (await acts()).slice(before.length);
const ACT = { size: SIGNED, root: expect.stringMatching(/^[0-9a-f]{64}$/), uid: 1000, further: 0 };

async function expectWhole() {
  expect(await sealTrail(it.trail)).toMatchObject({ ok: true, isWhole: true });
  expect(await naiveCheckpoints(sql, it.trail.trailId)).toEqual([]);
  expect(await it.verify({ deep: true })).toMatchObject({ findings: [], state: 'holds', sealedTo: (await it.rows()).length });
  expect(await proveInclusion(it.trail, 350)).toMatchObject({ seq: 350 });
}

describe('where the events are what was signed', () => {
  test.each([
    ['a leaf altered', () => put(0, 1, 94), ['0/1'], 0, SIGNED],
    ['a leaf of the last tile altered', () => put(0, 2, 80), ['0/2'], 0, SIGNED],
    ['a hash above the leaves altered', () => put(1, 0, 1), ['1/0'], 0, SIGNED],
    ['a tile deleted', () => it.attack('delete from tile where trail_id = $T and level = 0 and n = 1'), ['0/1'], 0, SIGNED],
    ['all of them deleted', () => it.attack('delete from tile where trail_id = $T'), ['0/0', '0/1', '0/2', '1/0'], 0, SIGNED],
    [
      'a tile cut',
      () => it.attack('update tile set width = 80, hashes = substr(hashes, 1, 2560) where trail_id = $T and level = 0 and n = 2'),
      ['0/2'],
      0,
      SIGNED,
    ],
    ['the width of a full tile changed', () => it.attack('update tile set width = 80 where trail_id = $T and level = 0 and n = 1'), ['0/1'], 0, SIGNED],
    [
      'the last tile filled up with what was never signed',
      () => it.attack(`update tile set width = 256, hashes = hashes || decode(repeat('cd', ${168 * 32}), 'hex') where trail_id = $T and level = 0 and n = 2`),
      [],
      1,
      SIGNED,
    ],
    ['tiles beyond the tree', () => it.attack(`insert into tile values ($T, 0, 9223372036854775807, 256, ${OTHER}), ($T, 7, 0, 1, ${OTHER})`), [], 2, END], // a seal is tried first, and they do not hinder it
  ] as const)('%s: the tiles are those that were signed again, and the act says which were not', async (_, damage, names, further, size) => {
    await damage();
    expect(await tiles()).not.toEqual(kept);
    const root = it.rootAt(await it.rows(), size);
    expect(await rebuildTiles(it.trail, 1000)).toEqual({ ok: true, size, root, tiles: names, further, refused: null, isTold: true });
    expect(await told()).toEqual([{ ...ACT, size, tiles: names, count: names.length, further, root: root.toString('hex') }]);
    expect(readRefusal(it.trail.origin)).toBeNull();
    await expectWhole();
  });

  test('without it the trail has stopped for good, and the signer says so', async () => {
    await it.attack('delete from tile where trail_id = $T');
    expect(await sealTrail(it.trail)).toMatchObject({ ok: false });
    expect(readRefusal(it.trail.origin)).not.toBeNull();
    expect(await rebuildTiles(it.trail, 1000)).toMatchObject({ ok: true, refused: null });
    expect(readRefusal(it.trail.origin)).toBeNull();
  });

  test('tiles that are what was signed stay as they are, and nothing is said of them', async () => {
    expect(await rebuildTiles(it.trail, 1000)).toMatchObject({ ok: true, tiles: [], further: 0 });
    expect([await tiles(), await told()]).toEqual([kept, []]);
  });

  test('a checkpoint in the database that no key of the trail signed, or one that was called stolen, stops nothing', async () => {
    await put(0, 1, 94);
    const root = Buffer.alloc(32, 1);
    const stolen = makeLogKey(Buffer.alloc(32, 9));
    const add = (size: number, note: string) => it.attack(`insert into checkpoint values ($T, ${size}, '\\x${root.toString('hex')}', $n$${note}$n$, now())`);
    await add(200, 'no note at all');
    await add(250, signCheckpoint(it.trail.origin, 250, root, stolen));
    const file = path.join(home, `keys/sealed.${vkeyOf(it.trail.origin, stolen.publicKey).split('+')[1]}.key`);
    fs.writeFileSync(file, `${Buffer.alloc(32, 9).toString('hex')}\n`, { mode: 0o600 });
    try {
      expect(await rebuildTiles(it.trail, 1000)).toMatchObject({
        ok: false,
        isOfRows: true,
        reason: 'a checkpoint of the database says another root for 250 events than the rows have',
      });
      const details = Object.assign(newObject(), { vkey: vkeyOf(it.trail.origin, stolen.publicKey), last_trusted_size: 100 });
      signLogAct(it.trail.origin, 'key.compromised', details).keep();
      expect(await rebuildTiles(it.trail, 1000)).toMatchObject({ ok: true, tiles: ['0/1'] });
    } finally {
      fs.rmSync(file);
    }
  });

  test('the trail that the act belongs to is rebuilt first and told then', async () => {
    const [own] = await sql<{ trailId: number; origin: string }[]>`select trail_id as "trailId", origin from trail where alias = 'indelible'`;
    const trail = { trailId: own?.trailId as typeof it.trail.trailId, origin: own?.origin as string };
    expect(await sealTrail(trail)).toMatchObject({ ok: true });
    await sql`delete from tile where trail_id = ${trail.trailId}`;
    await put(0, 1, 94);
    expect(await rebuildTiles(trail, 1000)).toMatchObject({ ok: true, tiles: ['0/0'], refused: null, isTold: true });
    expect(await acts(trail.origin)).toMatchObject([{ tiles: ['0/0'] }]);
  });
});

describe('where they are not', () => {
  /** Neither a tile nor a word. */
  async function expectNothing(reason: string, isOfRows = true) {
    const now = await tiles();
    expect(await rebuildTiles(it.trail, 1000)).toEqual({ ok: false, isOfRows, reason: expect.stringContaining(reason) });
    expect([await tiles(), await told(), readRebuilding(it.trail.origin).due]).toEqual([now, [], []]);
  }

  test('a row altered beside the tiles: by its hash', async () => {
    await put(0, 1, 94);
    await it.attack(`update audit_event set actor_id = 'x' || actor_id where trail_id = $T and seq = 350`);
    await expectNothing('event 350 is not what was signed: EVENT_HASH');
  });

  test('history rewritten with every hash right, and the tiles with it: by the roots that were signed', async () => {
    const rows = await it.rewrite(250, () => ({ actorId: 'mallory' }));
    await it.rewriteTiles(rows);
    await expectNothing('a checkpoint of the database says another root for 300 events than the rows have');
    await it.attack('delete from checkpoint where trail_id = $T');
    await expectNothing('the guard file says another root for 600 events than the rows have');
  });

  test('signed events that are gone from the middle or the end', async () => {
    await put(0, 0, 3);
    await it.attack('delete from audit_event where trail_id = $T and seq = 120');
    await expectNothing('event 120 is not here as a row');
    await it.attack('delete from audit_event where trail_id = $T and seq >= 120');
    await expectNothing('event 120 is not here as a row: 600 were signed');
  });

  test('a guard that is missing, damaged, or says that nothing was signed', async () => {
    await put(0, 1, 94);
    writeGuard({ origin: it.trail.origin, size: 0, root: Buffer.alloc(32) });
    await expectNothing('nothing of it was signed yet', false);
    fs.writeFileSync(files[0] as string, 'torn');
    await expectNothing('the guard file is damaged', false);
    fs.rmSync(files[0] as string);
    await expectNothing('the guard file is missing', false);
  });

  test('files beside the key that are older than the database: what was signed since is not cut back', async () => {
    expect(await sealTrail(it.trail)).toMatchObject({ ok: true, size: END });
    for (const file of files) fs.copyFileSync(`${file}.as-it-was`, file);
    await put(0, 1, 94);
    await expectNothing(`the guard file is older than the database: ${END} events were signed`, false);
    await it.attack(`update checkpoint set size = 9000 where trail_id = $T and size = ${SIGNED}; delete from checkpoint where trail_id = $T and size = ${END}`);
    expect(await rebuildTiles(it.trail, 1000)).toMatchObject({ ok: true, tiles: ['0/1'] }); // its note is of another size
  });

  test('a checkpoint file beside the key that says otherwise', async () => {
    await put(0, 1, 94);
    fs.writeFileSync(files[1] as string, signCheckpoint(it.trail.origin, 599, Buffer.alloc(32, 1), logKeyOf(it.trail.origin)));
    await expectNothing('a checkpoint file beside the key says another root for 599 events');
  });
});

test('beside a process that appends and seals all the while, one works at a time, and there is one history', async () => {
  const one = sealer.start(['sealed', '9']);
  await expect.poll(() => one.lines.length, { timeout: 30_000 }).toBeGreaterThan(2);
  for (const n of [0, 1, 0, 1]) {
    await put(0, n, 3); // no proof of the newest events needs it
    const seen = one.lines.length;
    expect(await rebuildTiles(it.trail, 1000)).toMatchObject({ ok: true, tiles: [`0/${n}`], refused: null });
    await expect.poll(() => one.lines.length, { timeout: 30_000 }).toBeGreaterThan(seen);
  }
  expect(one.child.exitCode).toBeNull();
  await one.kill();
  expect(one.lines.filter((line) => 'refused' in line)).toEqual([]);
  await expectWhole();
});

describe('kill -9 in the middle', () => {
  const killedAt = async (stopAt: string) => {
    await put(0, 1, 94);
    const dead = rebuilder.start(['sealed'], { stopAt });
    expect(await dead.left, stopAt).toBe(null);
    expect(dead.lines).toEqual([]);
  };
  /** The server has noticed that the process is gone. */
  const settled = () =>
    expect
      .poll(
        async () => {
          await tellDue(it.trail);
          return readRebuilding(it.trail.origin).due;
        },
        { timeout: 30_000 },
      )
      .toEqual([]);

  test.each(['before writeRebuilding', 'after writeRebuilding', 'before putTiles', 'after putTiles'])(
    '%s: nothing has happened, and nothing is said of it',
    async (at) => {
      await killedAt(at);
      await settled();
      expect(await tiles()).not.toEqual(kept);
      expect(await told()).toEqual([]);
      expect(await rebuildTiles(it.trail, 1000)).toMatchObject({ ok: true, tiles: ['0/1'], isTold: true });
      expect(await told()).toMatchObject([{ tiles: ['0/1'] }]);
      await expectWhole();
    },
  );

  test.each(['after ownerTransaction', 'before recordActNow', 'after recordActNow', 'before forgetRebuilding'])(
    '%s: whoever comes next records it, once',
    async (at) => {
      await killedAt(at);
      expect((await tiles()).slice(0, 2)).toEqual(kept.slice(0, 2));
      expect(readRebuilding(it.trail.origin).due).toHaveLength(1);
      await sealTrail(it.trail);
      await tellDue(it.trail);
      expect(readRebuilding(it.trail.origin).due).toEqual([]);
      expect(await told()).toMatchObject([{ ...ACT, tiles: ['0/1'], count: 1 }]);
      expect(await rebuildTiles(it.trail, 1000)).toMatchObject({ tiles: [], further: 0 });
      await expectWhole();
    },
  );

  test('of a seal, between its tiles and the guard: nothing is cut back, and nothing is said', async () => {
    const dead = killedSealer.start(['sealed', '7', '1'], { stopAt: 'before writeGuard' });
    expect(await dead.left).toBe(null);
    const left = await tiles();
    expect(left).not.toEqual(kept);
    expect(await rebuildTiles(it.trail, 1000)).toMatchObject({ ok: true, tiles: [], further: 0 });
    expect([await tiles(), await told()]).toEqual([left, []]);
    await expectWhole();
  });

  test('a file of another one that is damaged stops the command before it changes anything, and keeps none of the others from being told', async () => {
    await killedAt('before recordActNow');
    const damaged = path.join(home, `keys/sealed.rebuilt.${'0'.repeat(16)}`);
    fs.writeFileSync(damaged, '{');
    await tellDue(it.trail);
    expect(readRebuilding(it.trail.origin)).toEqual({ due: [], unreadable: [path.basename(damaged)] });
    expect(await told()).toMatchObject([{ tiles: ['0/1'] }]);
    await put(0, 1, 94);
    const now = await tiles();
    expect(await rebuildTiles(it.trail, 1000)).toMatchObject({ ok: false, isOfRows: false, reason: expect.stringContaining(path.basename(damaged)) });
    expect(await tiles()).toEqual(now);
    fs.rmSync(damaged);
    expect(await rebuildTiles(it.trail, 1000)).toMatchObject({ ok: true, tiles: ['0/1'], isTold: true });
  });
});
