// A database restored behind the last signature, and no backup has what is lost: the trail goes on in a new epoch that says so, and nowhere else.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { scopeOf } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { program } from '@/db/test/program';
import { writeTransaction } from '@/db/transaction';
import { listTrails } from '@/features/access/queries';
import { readGuard } from '@/features/trail/guard-file';
import { listStrayTrails } from '@/features/trail/lost-trails';
import { lostWords } from '@/features/trail/lost-words';
import { appendEvents } from '@/features/trail/mutations/append';
import { createTrail } from '@/features/trail/mutations/create-trail';
import { headMacKey } from '@/features/trail/mutations/keys';
import { readRefusal } from '@/features/trail/refusal-file';
import { apiDrafts } from '@/features/trail/test/drafts';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { named, verifyAll } from '@/features/verification/test/verify-all';
import { adoptGuard, adoptionFault } from './mutations/adopt-guard';
import { finishEpoch, getEpochState } from './mutations/begin-epoch';
import { sealTrail } from './mutations/seal-trail';
import { withSealingLock } from './sealing-lock';
import { APPENDED, beginLostEpoch, eachHasLostTrail, type LostTrail, otherProcess, SIGNED } from './test/lost-trail';
import { naiveCheckpoints } from './test/naive-tree';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const database = await freshDatabase();
const { superuser: sql, home, env } = database;
const beginner = program<{ made?: object | null; state?: string }>('features/sealing/test/epoch-worker.ts', env, {
  'features/trail/log-seed.ts': ['ensureSeed'],
  'features/trail/guard-file.ts': ['ensureGuard', 'writeGuard'],
  'features/trail/mutations/create-trail.ts': ['createEpoch'],
  'features/trail/mutations/record-act.ts': ['recordAct'],
  'features/sealing/checkpoint-file.ts': ['writeCheckpointFile'],
});
const MORE = 4;
/** What docs/backup.md gives to a superuser for an epoch of which nothing is signed, between begin and commit. */
const rowsAway = () => {
  const [, statements = ''] = /```sql\nbegin;([\s\S]*?)commit;\n```/.exec(fs.readFileSync('docs/backup.md', 'utf8')) ?? [];
  return statements.replaceAll('<host>/main/e2', `${at.trail.origin}/e2`);
};
let at: LostTrail;

/** Nine events are signed, and the database has six of them: `old`. Nobody that is left remembers the others. */
eachHasLostTrail(database, 'lost', async (made) => {
  at = made;
  await at.signAll();
  await at.restore('old');
});

const rowOf = async (origin: string) => (await listTrails()).find((row) => row.origin === origin);
const appendTo = async (origin: string, count = MORE) => {
  const { trailId } = (await rowOf(origin)) as { trailId: LostTrail['trail']['trailId'] };
  return writeTransaction(scopeOf(trailId), (tx) => appendEvents(tx, trailId, apiDrafts(count)));
};
const begin = (origin = at.trail.origin) => beginLostEpoch(origin);
const firstEvents = async (origin: string) =>
  sql`select action, details::jsonb as details from audit_event e join trail t using (trail_id) where t.origin = ${origin} and seq = 0`;
const addedActs = async (origin: string) =>
  sql`select 1 from audit_event e join trail t using (trail_id) where t.alias = 'indelible' and action = 'trail.added' and resource_id = ${origin}`;

async function expectWhole(origin: string, size: number) {
  const trail = (await rowOf(origin)) as NonNullable<Awaited<ReturnType<typeof rowOf>>>;
  expect(await sealTrail(trail)).toMatchObject({ ok: true, size, isWhole: true });
  expect(await naiveVerify(sql, origin, home)).toEqual([]);
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  expect(await verifyAll({ trail, scope: scopeOf(trail.trailId), headKey: headMacKey() })).toMatchObject({ findings: [], state: 'holds', sealedTo: size });
}

test('event 0 names what is lost, the new epoch takes events and holds; the trail before is as it was, and never appended to', async () => {
  await otherProcess(database, async () => {
    const { origin, trailId, alias } = at.trail;
    await expect(at.append(1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED', hint: expect.stringContaining(`indelible trail epoch --trail ${alias}`) });
    const [guard, key] = [readGuard(origin), fs.readFileSync(at.keyFile('key'))];
    const [last] = await sql`select event_hash as hash from audit_event where trail_id = ${trailId} and seq = ${SIGNED - 1}`;
    const next = `${origin}/e2`;
    expect(await begin()).toMatchObject({ origin: next, alias: `${alias}_e2` });

    const [first] = await firstEvents(next);
    const epoch = {
      previous: origin,
      signed_size: APPENDED,
      signed_root: (guard as { root: Buffer }).root.toString('hex'),
      size: SIGNED,
      last_event_hash: last?.hash.toString('hex'),
      first_lost: SIGNED,
      last_lost: APPENDED - 1,
      reason: 'the disk is gone',
      uid: 1000,
    };
    expect(first).toMatchObject({
      action: 'trail.created',
      details: { hash_version: 1, synthetic: false, log_vkey: expect.stringContaining(`${next}+`), epoch },
    });
    expect(await addedActs(next)).toHaveLength(1);

    await appendTo(next);
    await expectWhole(next, 1 + MORE);

    await expect(at.append(1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED', hint: expect.stringContaining(`it goes on in ${next}`) });
    expect([readGuard(origin), fs.readFileSync(at.keyFile('key'))]).toEqual([guard, key]);
    const before = await verifyAll({ trail: at.trail, scope: at.trail.scope, headKey: headMacKey() });
    expect([before.state, named(before)]).toEqual(['broken', [`TRUNCATED@${SIGNED}`]]);

    // not even where what was lost is found again
    await at.restore('newest');
    expect(await at.reason()).toBeNull();
    await expect(at.append(1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED', hint: expect.stringContaining(`: it goes on in ${next}`) });
    expect(await getEpochState(origin)).toMatchObject({ state: 'begun', trail: { origin: next } });
  });
});

test('an epoch that is lost as well goes on in the next, also where its row is gone; each names the one before', async () => {
  await otherProcess(database, async () => {
    const { origin } = at.trail;
    await begin();
    const e2 = `${origin}/e2`;
    await appendTo(e2);
    await expectWhole(e2, 1 + MORE);
    const { trailId } = (await rowOf(e2)) as { trailId: number };
    await sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      for (const table of ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint', 'trail'])
        await tx.unsafe(`delete from ${table} where trail_id = ${trailId}`);
    });
    expect(await getEpochState(origin)).toMatchObject({ state: 'lost', origin: e2, trail: null });
    const e3 = `${origin}/e3`;
    expect(await begin()).toMatchObject({ origin: e3 });
    expect((await firstEvents(e3))[0]?.details.epoch).toMatchObject({ previous: e2, signed_size: 1 + MORE, size: 0, first_lost: 0, last_lost: MORE });
    await expectWhole(e3, 1);
    const gone = (await listStrayTrails()).gone.find((one) => one.origin === e2);
    expect(gone && lostWords(gone)).toMatch(new RegExp(`the trail is gone from the database\\. It goes on in ${at.trail.alias}_e3\\.$`));
    await expect(at.append(1)).rejects.toMatchObject({ hint: expect.stringContaining('goes on in') });
  });
});

describe('no epoch is begun', () => {
  test('of an honest trail, nor of one that goes on with the newer state', async () => {
    await otherProcess(database, async () => {
      await at.restore('newest');
      expect(await getEpochState(at.trail.origin)).toMatchObject({
        state: 'none',
        reason: expect.stringContaining('signed events is there, and the trail goes on; whether those before it are, a verification says'),
      });
      await at.append(1);
      expect(await at.reason()).toBeNull();
    });
  });

  test('where events alone are lost that were not signed: guard adopt is the way on, and the other way round it is not', async () => {
    const { trail, keyFile } = at;
    expect(await adoptionFault(trail)).toMatch(/signed events cannot be given up: 9 events were signed, and the database has 6.*indelible trail epoch --trail/);
    await at.restore('newest');
    await at.append(1); // acknowledged here
    await at.restore('newest');
    await expect(at.append(1)).rejects.toMatchObject({ code: 'HEAD_FORGED' });
    const state = await getEpochState(trail.origin);
    expect(state).toMatchObject({ state: 'none', reason: expect.stringContaining(`indelible guard adopt --trail ${trail.alias}`) });
    expect(fs.existsSync(keyFile('key').replace('.key', '_e2.key'))).toBe(false);
  });

  test('of a trail whose guard is gone or damaged', async () => {
    fs.writeFileSync(at.keyFile('guard'), 'torn');
    expect(await getEpochState(at.trail.origin)).toMatchObject({ state: 'none', reason: expect.stringContaining('damaged') });
    fs.rmSync(at.keyFile('guard'));
    expect(await getEpochState(at.trail.origin)).toMatchObject({ state: 'none', reason: expect.stringContaining('missing') });
  });

  test.each([
    ['in name alone', "origin = origin || 'x', alias = alias || 'x'", 'was renamed'],
    ['with the key that its row names', "origin = origin || 'x', alias = alias || 'x', log_vkey = 'none'", 'was renamed'],
    ['whose row alone is gone', null, 'which no row names'],
  ])('of a trail that was renamed, with all its rows: %s', async (_, change, said) => {
    await at.restore('newest');
    const { trailId, origin } = at.trail;
    await sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx.unsafe(`${change === null ? 'delete from trail' : `update trail set ${change}`} where trail_id = ${trailId}`);
    });
    expect((await listStrayTrails()).gone.map((one) => one.origin)).toContain(origin);
    expect(await getEpochState(origin)).toMatchObject({ state: 'none', reason: expect.stringMatching(new RegExp(`^${origin}: .*${said}.*give`)) });
  });

  test('of a trail that a person names: no name of his is that of an epoch', async () => {
    expect(await createTrail(`${at.trail.alias}_e2`, { synthetic: false }, 'system')).toMatchObject({ ok: false });
    expect(await createTrail(`${at.trail.alias}/e2`, { synthetic: false }, 'system')).toMatchObject({ ok: false });
  });
});

describe('kill -9 in the middle', () => {
  const epochs = async () => (await sql`select origin from trail where origin like ${`${at.trail.origin}/%`}`).map(({ origin }) => origin);

  test.each([
    ['before ensureSeed', false],
    ['after ensureSeed', false],
    ['after ensureGuard', false],
    ['after recordAct', false],
    ['after createEpoch', true],
    ['before writeGuard', true],
    ['after writeGuard', true],
    ['after writeCheckpointFile', true],
  ])('%s: run again, the same command finishes it, once', async (stopAt, isMade) => {
    const { origin, alias } = at.trail;
    const dead = beginner.start([alias], { stopAt });
    expect(await dead.left, stopAt).toBe(null);
    expect(dead.lines).toEqual([]);
    expect(await epochs()).toEqual(isMade ? [`${origin}/e2`] : []);
    const key = path.join(home, 'keys', `${alias}_e2.key`);
    const kept = fs.existsSync(key) ? fs.readFileSync(key, 'utf8') : null;
    const again = beginner.start([alias]);
    expect(await again.left).toBe(0);
    expect(again.lines).toEqual([isMade ? { state: 'begun' } : { made: expect.objectContaining({ origin: `${origin}/e2` }) }]);
    if (kept !== null) expect(fs.readFileSync(key, 'utf8')).toBe(kept);
    expect(await epochs()).toEqual([`${origin}/e2`]);
    expect(await addedActs(`${origin}/e2`)).toHaveLength(1);
    await appendTo(`${origin}/e2`);
    await expectWhole(`${origin}/e2`, 1 + MORE);
  });

  test('a newer state restored before its first signature: nothing of it is signed, by no seal and no second command, and the trail goes on', async () => {
    await otherProcess(database, async () => {
      const { origin, alias } = at.trail;
      expect(await beginner.start([alias], { stopAt: 'after createEpoch' }).left).toBe(null);
      await at.restore('newest');
      const e2 = (await rowOf(`${origin}/e2`)) as NonNullable<Awaited<ReturnType<typeof rowOf>>>;
      const whole = expect.stringContaining(`signed events of ${origin} is there again`);
      expect(await sealTrail(e2)).toMatchObject({ ok: false, reason: whole });
      await expect(finishEpoch(e2)).rejects.toMatchObject({ code: 'SIGNER_REFUSED', hint: whole });
      expect(readGuard(e2.origin)).toMatchObject({ size: 0 });
      expect(await at.reason()).toBeNull();
      await at.append(1);
      expect(await at.reason()).toBeNull();

      // whether it is whole nobody can say without its guard
      const guard = fs.readFileSync(at.keyFile('guard'));
      fs.rmSync(at.keyFile('guard'));
      expect(await sealTrail(e2)).toMatchObject({ ok: false, reason: expect.stringContaining('nobody can say') });
      fs.writeFileSync(at.keyFile('guard'), guard);
      expect(await sealTrail(e2)).toMatchObject({ ok: false, reason: whole });
    });
  });

  test('grown and lost again before its first signature: what event 0 says is not what is lost, and nothing of it is signed', async () => {
    await otherProcess(database, async () => {
      const { alias } = at.trail;
      expect(await beginner.start([alias], { stopAt: 'after createEpoch' }).left).toBe(null);
      await at.restore('newest');
      await at.append(1);
      expect(await at.reason()).toBeNull();
    });
    await otherProcess(database, async () => {
      await at.restore('old');
      const e2 = (await rowOf(`${at.trail.origin}/e2`)) as NonNullable<Awaited<ReturnType<typeof rowOf>>>;
      const stale = `its event 0 does not say what is lost now: it names ${APPENDED} signed events of ${at.trail.origin}, and its guard names ${APPENDED + 1}`;
      expect(await sealTrail(e2)).toMatchObject({ ok: false, reason: expect.stringContaining(stale) });
      await expect(finishEpoch(e2)).rejects.toMatchObject({ code: 'SIGNER_REFUSED', hint: expect.stringMatching(/Restore a state of the database in which/) });
      expect(readGuard(e2.origin)).toMatchObject({ size: 0 });
    });
  });

  const begunUnsigned = async () => {
    expect(await beginner.start([at.trail.alias], { stopAt: 'after createEpoch' }).left).toBe(null);
    return (await rowOf(`${at.trail.origin}/e2`)) as NonNullable<Awaited<ReturnType<typeof rowOf>>>;
  };
  const refusedFor = (said: string) => ({ code: 'SIGNER_REFUSED', hint: expect.stringContaining(said) });

  test('no sealer signs it first by itself, whatever was there meanwhile: the same command does', async () => {
    await otherProcess(database, async () => {
      const e2 = await begunUnsigned();
      const unfinished = { ok: false, reason: `${e2.origin} was begun, and is not finished: nothing of it is signed yet` };
      expect(await sealTrail(e2)).toEqual(unfinished);
      await at.restore('newest');
      expect(await sealTrail(e2)).toMatchObject({ ok: false, reason: expect.stringContaining('is there again') });
      fs.rmSync(path.join(home, 'keys', `${at.trail.alias}_e2.refused`)); // or another reason in its place
      await at.restore('old');
      expect(await sealTrail(e2)).toEqual(unfinished);
      expect(readGuard(e2.origin)).toMatchObject({ size: 0 });
      await finishEpoch(e2);
      await expectWhole(e2.origin, 1);
    });
  });

  test('a sealer that comes by while the command is at work waits for it, and says nothing of an epoch that is not finished', async () => {
    await otherProcess(database, async () => {
      const next = `${at.trail.origin}/e2`;
      const one = await withSealingLock(next, async () => {
        const begun = beginner.start([at.trail.alias]);
        await begun.ready;
        for (let waited = 0; waited < 2_000 && !(await rowOf(next)); waited += 20) await sleep(20); // as long as another has the lock there is none
        if (await rowOf(next)) begun.child.kill('SIGSTOP');
        return begun;
      });
      let row = await rowOf(next);
      for (; !row; row = await rowOf(next)) await sleep(1);
      one.child.kill('SIGSTOP'); // at work, or done
      await sealTrail(row, AbortSignal.timeout(500)).catch(() => {});
      expect(readRefusal(next)).toBeNull();
      one.child.kill('SIGCONT');
      expect(await one.left).toBe(0);
      expect(one.lines).toMatchObject([{ made: { origin: next } }]);
      await expectWhole(next, 1);
    });
  });

  test('of a trail before that was renamed, whole, nothing is signed; nor where less is left than event 0 says, nor where that was edited', async () => {
    await otherProcess(database, async () => {
      const { trailId, alias, origin } = at.trail;
      const e2 = await begunUnsigned();
      await at.restore('newest');
      await sql`update trail set alias = 'elsewhere' where trail_id = ${trailId}`;
      await expect(finishEpoch(e2)).rejects.toMatchObject(refusedFor('nobody can say: the database names a trail'));
      await sql`update trail set alias = ${alias} where trail_id = ${trailId}`;
      await at.restore('old');
      await at.deleteRow(SIGNED - 1);
      await expect(finishEpoch(e2)).rejects.toMatchObject(refusedFor(`it says that ${origin} has ${SIGNED} events, and it has ${SIGNED - 1}`));
      await sql.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx`update audit_event set details = replace(details::text, '"size":6', '"size":5')::json where trail_id = ${e2.trailId} and seq = 0`;
      });
      expect(await sealTrail(e2)).toMatchObject({ ok: false, reason: expect.stringContaining('it cannot be shown to be as it was written') });
      expect(readGuard(e2.origin)).toMatchObject({ size: 0 });
    });
  });

  test('one that is not wanted any more goes with its files and its rows, and can be begun anew', async () => {
    await otherProcess(database, async () => {
      const e2 = await begunUnsigned();
      await at.restore('newest');
      await at.append(1);
      expect(await at.reason()).toBeNull();
      await expect(finishEpoch(e2)).rejects.toMatchObject(refusedFor(`move keys/${e2.alias}.* out of INDELIBLE_HOME`));

      const keys = path.join(home, 'keys');
      for (const name of fs.readdirSync(keys)) if (name.startsWith(`${e2.alias}.`)) fs.rmSync(path.join(keys, name), { recursive: true });
      await sql.begin((tx) => tx.unsafe(rowsAway()));
      const names = [...(await listTrails()), ...Object.values(await listStrayTrails()).flat()].map(({ origin }) => origin);
      expect(names).not.toContain(e2.origin);
    });
    await otherProcess(database, async () => {
      await at.restore('old');
      await begin();
      expect((await firstEvents(`${at.trail.origin}/e2`))[0]?.details.epoch).toMatchObject({ signed_size: APPENDED + 1 });
      await expectWhole(`${at.trail.origin}/e2`, 1);
    });
  });

  test('no guard of it is adopted while the trail before is whole again; once that lost it, and once it was signed, it is', async () => {
    await otherProcess(database, async () => {
      expect(await beginner.start([at.trail.alias], { stopAt: 'after createEpoch' }).left).toBe(null);
      const e2 = (await rowOf(`${at.trail.origin}/e2`)) as NonNullable<Awaited<ReturnType<typeof rowOf>>>;
      const guard = path.join(home, 'keys', `${at.trail.alias}_e2.guard`);
      fs.rmSync(guard);
      await at.restore('newest');
      const whole = expect.stringMatching(/is there again: that one goes on.*send events to that one/);
      expect(await adoptionFault(e2)).toEqual(whole);
      expect(await adoptGuard(e2)).toMatchObject({ ok: false, reason: whole });
      expect(fs.existsSync(guard)).toBe(false);
      await at.restore('old');
      expect(await adoptGuard(e2)).toMatchObject({ ok: true, size: 1 });
      fs.rmSync(guard);
      await at.restore('newest');
      expect(await adoptionFault(e2)).toBeNull(); // its first signature was given: the trail before ended then
    });
  });

  test('a newer state restored before it was made is no epoch: the trail goes on by itself', async () => {
    await otherProcess(database, async () => {
      expect(await beginner.start([at.trail.alias], { stopAt: 'after ensureGuard' }).left).toBe(null);
      await at.restore('newest');
      expect(await at.reason()).toBeNull();
      await at.append(1);
      expect(await getEpochState(at.trail.origin)).toMatchObject({ state: 'none' });
    });
  });
});

test('two at once make one', async () => {
  const both = [1, 2].map(() => beginner.start([at.trail.alias]));
  expect(await Promise.all(both.map(({ left }) => left))).toEqual([0, 0]);
  const said = both.flatMap(({ lines }) => lines);
  expect(said.filter(({ made: one }) => one)).toHaveLength(1);
  await expectWhole(`${at.trail.origin}/e2`, 1);
});
