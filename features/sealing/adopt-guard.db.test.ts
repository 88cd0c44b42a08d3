// A guard for a trail that never had one: what is taken over, and every reason not to.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { makeLogKey } from '@/core/vkey';
import { freshDatabase } from '@/db/test/database';
import { program } from '@/db/test/program';
import { writeTransaction } from '@/db/transaction';
import { readGuard, writeGuard } from '@/features/trail/guard-file';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { headMacKey } from '@/features/trail/mutations/keys';
import { readRefusal } from '@/features/trail/refusal-file';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { verifyAll } from '@/features/verification/test/verify-all';
import { readAdopting } from './adoption-file';
import { readCheckpointFile, writeCheckpointFile } from './checkpoint-file';
import { logKeyOf } from './log-key';
import { adoptGuard } from './mutations/adopt-guard';
import { sealTrail } from './mutations/seal-trail';
import { tellAdoption } from './mutations/tell-adoption';
import { tellDue } from './mutations/tell-due';
import { naiveCheckpoints, naiveRoot } from './test/naive-tree';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { superuser: sql, home, env } = await freshDatabase();
const adopter = program<object>('features/sealing/test/adopt-worker.ts', env, {
  'features/sealing/adoption-file.ts': ['writeAdopting', 'forgetAdopting'],
  'features/trail/guard-file.ts': ['writeGuard'],
  'features/sealing/checkpoint-file.ts': ['writeCheckpointFile'],
  'features/sealing/mutations/write-seal.ts': ['insertCheckpoint'],
  'features/trail/mutations/record-act.ts': ['recordActNow'],
});
const EVENTS = 301;
let made = 0;
let trail: NewTrail;

const append = (count: number) => writeTransaction(trail.scope, (tx) => appendEvents(tx, trail.trailId, apiDrafts(count)));
const guardFile = () => path.join(home, 'keys', `${trail.alias}.guard`);
const rootAt = async (size: number) =>
  naiveRoot(
    (await sql<{ hash: Buffer }[]>`select event_hash as hash from audit_event where trail_id = ${trail.trailId} order by seq limit ${size}`).map(
      ({ hash }) => hash,
    ),
  );
const attack = (text: string) =>
  sql.begin(async (tx) => {
    await tx.unsafe("set local session_replication_role = 'replica'");
    await tx.unsafe(text.replaceAll('$T', String(trail.trailId)));
  });
const keep = async (size: number, root: Buffer) =>
  attack(
    `insert into checkpoint values ($T, ${size}, '\\x${root.toString('hex')}', $n$${signCheckpoint(trail.origin, size, root, logKeyOf(trail.origin))}$n$, now())`,
  );

beforeAll(async () => {
  await ensureFirstTrails();
});
beforeEach(async () => {
  trail = await makeTrail(`old-${++made}`);
  await append(EVENTS - 1);
  fs.rmSync(guardFile()); // as a version before the seal left it
});

/** Nothing was written, and the trail is as closed as before. */
async function expectRefused(reason: string) {
  const outcome = await adoptGuard(trail);
  expect(outcome.ok ? 'adopted' : outcome.reason).toContain(reason);
  expect(readGuard(trail.origin)).toBe('missing');
  await expect(append(1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
}

test('what lies there is hashed again, guarded, sealed and told; then the trail goes on as every other', async () => {
  expect(await sealTrail(trail)).toMatchObject({ ok: false, reason: expect.stringContaining('guard file is missing') });
  await expect(append(1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED', hint: expect.stringContaining(`indelible guard adopt --trail ${trail.alias}`) });
  const root = await rootAt(EVENTS);
  expect(await adoptGuard(trail)).toEqual({ ok: true, size: EVENTS, root, lost: [] });
  expect(readGuard(trail.origin)).toEqual({ origin: trail.origin, size: EVENTS, root });
  expect(readRefusal(trail.origin)).toBeNull();
  expect(readCheckpointFile(trail.origin)).toBe(signCheckpoint(trail.origin, EVENTS, root, logKeyOf(trail.origin)));
  const acts = await sql`select details::jsonb as details, actor_type as by from audit_event e join trail t using (trail_id)
    where t.alias = 'indelible' and action = 'guard.adopted' and resource_id = ${trail.origin}`;
  expect(acts.map((act) => ({ ...act }))).toEqual([{ details: { size: EVENTS, root: root.toString('hex') }, by: 'system' }]);

  await append(20);
  expect(await sealTrail(trail)).toMatchObject({ ok: true, size: EVENTS + 20 });
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
  expect(await verifyAll({ trail, scope: trail.scope, headKey: headMacKey() })).toMatchObject({ findings: [], state: 'holds', sealedTo: EVENTS + 20 });
  expect(await adoptGuard(trail)).toMatchObject({ ok: false, reason: expect.stringContaining('there is a guard file') });
});

test('a smaller checkpoint that is known already stays the one of its size', async () => {
  await keep(100, await rootAt(100));
  writeCheckpointFile(trail.origin, signCheckpoint(trail.origin, 100, await rootAt(100), logKeyOf(trail.origin)));
  expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: EVENTS });
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
});

test('a guard that is there, whole or damaged, is never written over', async () => {
  fs.writeFileSync(guardFile(), 'torn');
  expect(await adoptGuard(trail)).toMatchObject({ ok: false, reason: expect.stringContaining('damaged') });
  expect(fs.readFileSync(guardFile(), 'utf8')).toBe('torn');
});

test('events that are gone below a known checkpoint, in the database or in the file', async () => {
  await keep(400, Buffer.alloc(32, 1));
  await expectRefused('400 events is known, and the database has 301');
  await attack('delete from checkpoint where trail_id = $T');
  writeCheckpointFile(trail.origin, signCheckpoint(trail.origin, 302, Buffer.alloc(32, 1), logKeyOf(trail.origin)));
  await expectRefused('302 events is known, and the database has 301');
});

test('a known checkpoint with another root, whoever signed it', async () => {
  await attack(`insert into checkpoint values ($T, 100, '\\x${'ab'.repeat(32)}', 'none', now())`);
  await expectRefused('says another root for 100 events');
  await attack('delete from checkpoint where trail_id = $T');
  writeCheckpointFile(trail.origin, signCheckpoint(trail.origin, EVENTS, Buffer.alloc(32, 1), logKeyOf(trail.origin)));
  await expectRefused('says another root for 301 events');
  writeCheckpointFile(trail.origin, signCheckpoint(trail.origin, EVENTS, await rootAt(EVENTS), makeLogKey(Buffer.alloc(32, 9))));
  await expectRefused('a checkpoint file beside the key does not hold (key)');
});

test('a row that does not hold, a head that is not ours, tiles of another tree', async () => {
  await attack(`update audit_event set actor_id = 'x' || actor_id where trail_id = $T and seq = 7`);
  await expectRefused('event 7 is not to be sealed');
  await attack(`update audit_event set actor_id = substr(actor_id, 2) where trail_id = $T and seq = 7`);
  await attack(`insert into tile values ($T, 0, 0, 256, '\\x${'cd'.repeat(8192)}')`);
  await expectRefused('the stored tiles of the tree are not those of the rows');
  await attack('delete from tile where trail_id = $T; update trail_head set mac = mac || mac where trail_id = $T');
  const outcome = await adoptGuard(trail);
  expect(outcome.ok ? 'adopted' : outcome.reason).toContain('HEAD_FORGED');
});

test('the trail that the adoption is recorded in comes first', async () => {
  fs.renameSync(path.join(home, 'keys/indelible.guard'), path.join(home, 'keys/kept'));
  await expectRefused('adopt that one first');
  fs.renameSync(path.join(home, 'keys/kept'), path.join(home, 'keys/indelible.guard'));
  expect(await adoptGuard(trail)).toMatchObject({ ok: true });
});

describe('kill -9 in the middle of an adoption', () => {
  const acts = async () =>
    (
      await sql`select details::jsonb as details from audit_event e join trail t using (trail_id)
        where t.alias = 'indelible' and action = 'guard.adopted' and resource_id = ${trail.origin}`
    ).map(({ details }) => details);
  const isDue = () => readAdopting(trail.origin).length > 0;
  const killedAt = async (stopAt: string) => {
    const dead = adopter.start([trail.alias], { stopAt });
    expect(await dead.left, stopAt).toBe(null);
    expect(dead.lines).toEqual([]);
  };

  test.each(['before writeAdopting', 'after writeAdopting', 'before writeGuard'])('%s: nothing has happened, and nothing is said of it', async (stopAt) => {
    await killedAt(stopAt);
    expect(readGuard(trail.origin)).toBe('missing');
    await tellAdoption(trail);
    expect(await acts()).toEqual([]);
    // the next one takes over what lies there then, and says that
    expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: EVENTS });
    expect(await acts()).toEqual([{ size: EVENTS, root: (await rootAt(EVENTS)).toString('hex') }]);
    expect(isDue()).toBe(false);
  });

  test('a guard that was put back from a backup instead was not adopted, and nobody says so', async () => {
    await killedAt('after writeAdopting');
    writeGuard({ origin: trail.origin, size: EVENTS - 2, root: await rootAt(EVENTS - 2) });
    expect(await sealTrail(trail)).toMatchObject({ ok: true, size: EVENTS });
    expect(isDue()).toBe(false);
    await tellAdoption(trail);
    expect(await acts()).toEqual([]);
  });

  const told = [
    'after writeGuard',
    'before writeCheckpointFile',
    'after insertCheckpoint',
    'before recordActNow',
    'after recordActNow',
    'before forgetAdopting',
  ];
  test.each(told)('%s: the next start or command records it, once', async (stopAt) => {
    await killedAt(stopAt);
    expect(isDue()).toBe(true);
    const act = { size: EVENTS, root: (await rootAt(EVENTS)).toString('hex') };
    await tellDue(trail);
    await tellDue(trail);
    expect(await acts()).toEqual([act]);
    expect(isDue()).toBe(false);
    expect(await sealTrail(trail)).toMatchObject({ ok: true, size: EVENTS });
    expect(await adoptGuard(trail)).toMatchObject({ ok: false, reason: expect.stringContaining('there is a guard file') });
    expect(await acts()).toEqual([act]);
    expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  });

  test('after writeGuard: a seal records it too, of what was adopted and not of what came since', async () => {
    await killedAt('after writeGuard');
    const root = (await rootAt(EVENTS)).toString('hex');
    await sealTrail(trail); // the guard's size is released, the refusal goes
    await append(3);
    expect(await sealTrail(trail)).toMatchObject({ ok: true, size: EVENTS + 3 });
    expect(await acts()).toEqual([{ size: EVENTS, root }]);
    expect(isDue()).toBe(false);
  });
});
