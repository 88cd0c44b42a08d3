// `trail epoch` as it is typed, of a trail of customers and of the product's own, both set back by one restored database.

import { beforeAll, describe, expect, test, vi } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { makeLogKey } from '@/core/vkey';
import { bindRuntime, openRuntime } from '@/db/runtime';
import { scopeOf } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { checkSignIn } from '@/features/access/mutations/check-sign-in';
import { recordSignOut } from '@/features/access/mutations/record-sign-out';
import { hashPassword } from '@/features/access/password';
import { listTrails } from '@/features/access/queries';
import { driveNow } from '@/features/runs/drive-now';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { startSealer } from '@/features/sealing/sealer';
import { makeLostTrail, SIGNED } from '@/features/sealing/test/lost-trail';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { ownOrigin, recordActNow } from '@/features/trail/mutations/record-act';
import { apiDrafts } from '@/features/trail/test/drafts';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { listWaiting } from '@/features/trail/waiting-acts';
import { startTeller } from '@/features/trail/waiting-teller';
import { listAskers } from '@/features/verification/queries/askers';
import { verifyResult } from '@/features/verification/schema';
import { verifyRun } from '@/features/verification/verify-run';
import { checkHome } from '@/jobs/check-home';
import { makeFirstTrails } from '@/jobs/first-trails';
import { command } from './trail-epoch';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const database = await freshDatabase();
const { superuser: sql, home, url, superuserUrl } = database;
const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint'];
const MAIN = 'audit.example.com/main';
const OWN = 'audit.example.com/indelible';

const rowOf = async (origin: string) => {
  const row = (await listTrails()).find((one) => one.origin === origin);
  if (!row) throw new Error(`no ${origin}`);
  return row;
};
const append = async (origin: string, count: number) => {
  const { trailId } = await rowOf(origin);
  return writeTransaction(scopeOf(trailId), (tx) => appendEvents(tx, trailId, apiDrafts(count)));
};
const epoch = (trail: string, reason: string | undefined = 'the disk of the database burnt, and its newest backup with it') =>
  command.run({ values: { trail, reason } as never, positionals: [] }, { say: () => {}, signal: new AbortController().signal, fileOf: (name) => name });
const signIn = () => checkSignIn({ email: 'ines@example.com', password: 'a long password' }, { ip: null, userAgent: null }, new Date());
const verify = async (origin: string) => {
  const { trailId } = await rowOf(origin);
  return verifyResult.parse((await driveNow({ kind: 'verify', trailId, params: {} }, { verify: verifyRun })).result);
};
const actionsOf = async (origin: string) =>
  (await sql`select action from audit_event e join trail t using (trail_id) where t.origin = ${origin} order by seq`).map(({ action }) => action);
const sealAll = async () => {
  for (const trail of await listTrails()) await sealTrail(trail);
};

beforeAll(async () => {
  await makeFirstTrails('audit.example.com', () => {});
  await ensureFirstTrails();
  const hash = await hashPassword('a long password');
  const [made] =
    await sql`insert into app_user (email, name, role, password_hash) values ('ines@example.com', 'Ines', 'admin', ${hash}) returning user_id as id`;
  await recordActNow({ action: 'account.created', actor: 'system', resourceType: 'account', resourceId: made?.id, details: { role: 'admin' } });
  const asked = { action: 'verification.started', actor: { userId: made?.id }, resourceType: 'run', resourceId: '901', details: { trail: MAIN } };
  await recordActNow(asked);
  await append(MAIN, 5);
  await sealAll();
  await sql`create schema backup`;
  for (const table of TABLES) await sql.unsafe(`create table backup.${table} as select * from ${table}`);
  await append(MAIN, 5);
  await signIn();
  await sealAll();
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const table of TABLES) await tx.unsafe(`delete from ${table}; insert into ${table} select * from backup.${table}`);
  });
  bindRuntime(openRuntime({ url, ownerUrl: superuserUrl, isEmbedded: true, stop: async () => {} })); // a process that never saw more
});

test('the whole way: own trail first, then the other; what waited is told there, sign-ins and sealer go on, and each is verified for what it is', async () => {
  await expect(epoch('nobody')).rejects.toThrow('there is no trail "nobody"');
  await expect(epoch('main', '  ')).rejects.toThrow('--reason');
  await expect(signIn()).rejects.toMatchObject({ code: 'SIGNER_REFUSED', hint: expect.stringContaining('indelible trail epoch --trail indelible') });
  const ines = (await sql`select user_id as id from app_user`)[0]?.id;
  await recordSignOut(ines);
  await sealAll();

  // nothing of it happens unrecorded
  await expect(epoch('main')).rejects.toMatchObject({ code: 'SIGNER_REFUSED', hint: expect.stringContaining('“indelible trail epoch --trail indelible”') });
  expect((await listTrails()).map(({ alias }) => alias)).toEqual(['main', 'indelible']);

  const own = await epoch('indelible');
  const owns = (await actionsOf(OWN)).length;
  expect(own.json).toMatchObject({ trail: `${OWN}/e2`, alias: 'indelible_e2', previous: OWN, signed: owns + 1, size: owns, first_lost: owns });
  expect(ownOrigin()).toBe(`${OWN}/e2`);
  expect(await actionsOf(`${OWN}/e2`)).toEqual(['trail.created', 'trail.added', 'auth.logout']);
  expect((await epoch(OWN)).json).toMatchObject({ trail: `${OWN}/e2`, earlier: true });
  expect(await signIn()).toMatchObject({ ok: true });

  // who asked for a run stands in the trail before, and is believed under a note by its own key alone
  const signed = await sql<{ size: number; root: Buffer; note: string }[]>`select size::int as size, root, note from checkpoint c join trail t using (trail_id)
    where t.origin = ${OWN}`;
  const keepNote = (size: number, note: string) =>
    sql`update checkpoint c set note = ${note} from trail t where t.trail_id = c.trail_id and t.origin = ${OWN} and size = ${size}`;
  const stranger = makeLogKey(Buffer.alloc(32, 7));
  for (const { size, root } of signed) await keepNote(size, signCheckpoint(OWN, size, root, stranger));
  expect(await listAskers(MAIN, [901])).toEqual(new Map());
  for (const { size, note } of signed) await keepNote(size, note);
  expect(await listAskers(MAIN, [901])).toEqual(new Map([[901, 'Ines']]));

  const { json, text } = await epoch('main');
  expect(json).toMatchObject({ trail: `${MAIN}/e2`, alias: 'main_e2', previous: MAIN, signed: 11, size: 6, first_lost: 6 });
  expect(text).toContain('of 11 events that were signed, those from 6 on');
  const [zero] = await sql`select details::jsonb as details from audit_event e join trail t using (trail_id) where t.origin = ${`${MAIN}/e2`} and seq = 0`;
  expect(zero?.details.epoch).toMatchObject({
    found: { TRUNCATED: 1 },
    run: expect.any(Number),
    first_lost: 6,
    last_lost: 10,
    proven_size: 6,
    uid: process.getuid?.(),
  });
  await expect(append(MAIN, 1)).rejects.toMatchObject({ hint: expect.stringContaining(`it goes on in ${MAIN}/e2`) });

  const running = [startSealer(listTrails), startTeller(100)];
  try {
    await append(`${MAIN}/e2`, 300);
    const sealed = async () =>
      (await sql`select max(size)::int as size from checkpoint c join trail t using (trail_id) where t.origin = ${`${MAIN}/e2`}`)[0]?.size;
    await expect.poll(sealed, { timeout: 30_000 }).toBe(301);
  } finally {
    for (const one of running) await one.stop();
  }
  await sealAll();
  for (const origin of [`${MAIN}/e2`, `${OWN}/e2`]) {
    expect(await verify(origin)).toMatchObject({ state: 'holds', counts: {} });
    expect(await naiveVerify(sql, origin, home)).toEqual([]);
  }
  expect(await verify(`${OWN}/e2`)).toMatchObject({ isStateLeftOut: true }); // what explains the account lies in the trail before
  for (const origin of [MAIN, OWN]) expect(await verify(origin)).toMatchObject({ state: 'broken', counts: { TRUNCATED: 1 } });
  expect(await actionsOf(OWN)).toHaveLength(owns); // never appended to again
  // a verdict of the old one is told in no other: it waits
  expect(listWaiting().every(({ action, origin }) => action === 'verification.finished' && [MAIN, OWN].includes(origin))).toBe(true);
  expect(await actionsOf(`${MAIN}/e2`)).toHaveLength(302);
});

test('a start finds all it needs in the new epoch of the own trail', async () => {
  const said: string[] = [];
  expect(await checkHome('audit.example.com')).toEqual([]);
  expect(await makeFirstTrails('audit.example.com', (line) => said.push(line))).toBe(true);
  expect(said).toEqual([]);
  expect((await actionsOf(`${OWN}/e2`)).filter((action) => action === 'rules.published')).toHaveLength(1);
});

test('of a trail that is whole none is begun', async () => {
  await expect(epoch('main_e2')).rejects.toMatchObject({
    code: 'EPOCH_NOT_BEGUN',
    hint: expect.stringContaining('signed events is there, and the trail goes on; whether those before it are, a verification says'),
  });
});

describe('event 0 claims no more of what is left than was compared with what was signed', () => {
  let made = 0;
  /** Nine events are signed: the state `newest`; of `old` the database has six, all of them signed. */
  const lostTrail = async (state: 'old' | 'newest') => {
    const at = await makeLostTrail(database, `left-${++made}`);
    await at.signAll();
    await at.restore(state);
    const attack = async (...statements: string[]) => {
      await sql.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        for (const one of statements) await tx.unsafe(one.replaceAll('$T', String(at.trail.trailId)));
      });
      bindRuntime(openRuntime({ url, ownerUrl: superuserUrl, isEmbedded: true, stop: async () => {} })); // which is refused an append
    };
    return { ...at, attack };
  };
  const epochOf = async (origin: string) =>
    (await sql`select details::jsonb as details from audit_event e join trail t using (trail_id) where t.origin = ${`${origin}/e2`} and seq = 0`)[0]?.details
      .epoch;

  test('an edited event below the cut is what is lost first', async () => {
    const { trail, attack } = await lostTrail('old');
    await attack('update audit_event set actor_id = actor_id || 2 where trail_id = $T and seq = 2');
    const { json, text } = await epoch(trail.alias);
    const said = { size: SIGNED, first_lost: 2, proven_size: SIGNED, found: { EVENT_HASH: 1, TRUNCATED: 1 } };
    expect(json).toMatchObject(said);
    expect(await epochOf(trail.origin)).toMatchObject(said);
    expect(text).toContain('those from 2 on are lost, or are not what was signed. A verification before it found 1 EVENT_HASH, 1 TRUNCATED.');
  });

  test('of what leads to no signed root it says that nothing was shown', async () => {
    const { trail, attack } = await lostTrail('old');
    await attack('delete from tile where trail_id = $T', 'delete from checkpoint where trail_id = $T');
    const { json, text } = await epoch(trail.alias);
    expect(json).toMatchObject({ size: SIGNED, first_lost: SIGNED, proven_size: 0 });
    expect(await epochOf(trail.origin)).toMatchObject({ first_lost: SIGNED, proven_size: 0 });
    expect(text).toContain(`Of the ${SIGNED} that are left, none was shown to be what was signed.`);
  });

  test('more findings than are kept: the number is a bound', async () => {
    const { trail, attack } = await lostTrail('old');
    await attack("insert into sealed_value (trail_id, seq, pointer, disclosure) select $T, 1, '/' || n, 'nothing' from generate_series(1, 10000) n");
    const { json, text } = await epoch(trail.alias);
    expect(json).toMatchObject({ size: SIGNED, first_lost: SIGNED, first_lost_is_bound: true, found: { DISCLOSURE_MISMATCH: 10_000, TRUNCATED: 1 } });
    expect(await epochOf(trail.origin)).toMatchObject({ first_lost: SIGNED, first_lost_is_bound: true });
    expect(text).toContain('not every finding was kept, and earlier events may be among them');
  });

  test('what is there changes behind the verification: nothing is begun of two states', async () => {
    const { trail, attack } = await lostTrail('old');
    await attack(
      `create function take_away() returns trigger language plpgsql security definer set session_replication_role = replica as
        'begin delete from audit_event where trail_id = $T and seq >= 3; return null; end'`,
      `create trigger taker after update on run for each row when (new.state = 'done' and new.trail_id = $T) execute function take_away()`,
    );
    await expect(epoch(trail.alias)).rejects.toMatchObject({
      code: 'EPOCH_NOT_BEGUN',
      hint: expect.stringContaining('6 events were there before it and 3 behind it'),
    });
    expect(await epochOf(trail.origin)).toBeUndefined();
    await sql.unsafe('drop trigger taker on run');
    expect((await epoch(trail.alias)).json).toMatchObject({ size: 3, first_lost: 3, proven_size: expect.any(Number) });
  });

  test('a last signed event whose hash is none', async () => {
    const { trail, attack } = await lostTrail('newest');
    await attack("update audit_event set event_hash = '\\x00' where trail_id = $T and seq = 8");
    expect((await epoch(trail.alias)).json).toMatchObject({ signed: 9, size: 9, first_lost: 8, found: { EVENT_HASH: 1 } });
  });

  test('tiles alone that are gone or others: none is begun, and the words say what is to be put back', async () => {
    for (const damage of [
      'delete from tile where trail_id = $T',
      "update tile set hashes = overlay(hashes placing '\\xabab'::bytea from 1) where trail_id = $T",
    ]) {
      const { trail, attack } = await lostTrail('newest');
      await attack(damage);
      const hint = expect.stringMatching(/does not say that events are lost.*The events are those that were signed: .*the table of tiles/);
      await expect(epoch(trail.alias)).rejects.toMatchObject({ code: 'EPOCH_NOT_BEGUN', hint });
    }
  });

  test('a last signed event with another hash, with an event behind it and without tiles', async () => {
    const { trail, attack, append: add } = await lostTrail('newest');
    await add(1);
    await attack("update audit_event set event_hash = sha256('') where trail_id = $T and seq = 8", 'delete from tile where trail_id = $T');
    expect((await epoch(trail.alias)).json).toMatchObject({ signed: 9, size: 10, first_lost: 8, found: { EVENT_HASH: 1, CHAIN_LINK: 1 } });
  });
});
