// An epoch is one by the files in the home. What the database alone says of it makes none, hides none and hinders none.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type EventRow, hashRow } from '@/core/event';
import { scopeOf, type TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { readTransaction } from '@/db/transaction';
import { listTrails } from '@/features/access/queries';
import type { EpochLoss } from '@/features/trail/epoch-model';
import { unprovenWords } from '@/features/trail/epoch-words';
import { followingEpoch } from '@/features/trail/epochs';
import { readGuard } from '@/features/trail/guard-file';
import { listStrayTrails } from '@/features/trail/lost-trails';
import { createEpoch } from '@/features/trail/mutations/create-trail';
import { ownOrigins } from '@/features/trail/mutations/record-act';
import { getEpochs } from '@/features/trail/queries/get-epochs';
import { getEvent } from '@/features/trail/queries/get-event';
import { readRefusal, writeRefusal } from '@/features/trail/refusal-file';
import { finishEpoch, getEpochState } from './mutations/begin-epoch';
import { sealTrail } from './mutations/seal-trail';
import { beginLostEpoch, eachHasLostTrail, type LostTrail, otherProcess } from './test/lost-trail';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const database = await freshDatabase();
const { superuser: sql } = database;
const OWN = 'audit.example.com/indelible';
let at: LostTrail;

/** Nine events are signed: `newest`. */
eachHasLostTrail(database, 'forged', async (made) => {
  at = made;
  await at.signAll();
});
afterEach(() => sql`delete from trail where trail_id > 900`);

const forge = async (origin: string, alias: string, trailId: number) => {
  await sql`insert into trail (trail_id, origin, alias, log_vkey, is_synthetic) overriding system value values (${trailId}, ${origin}, ${alias}, 'none', false)`;
  return { trailId: trailId as TrailId, origin };
};
const begin = () => beginLostEpoch(at.trail.origin);
const epochFile = (kind: string) => at.keyFile(kind).replace(`.${kind}`, `_e2.${kind}`);

test('a row of its name is none: the trail before is as whole as it was, no banner says otherwise, and it is told as other rows of others are', async () => {
  const { origin, alias } = at.trail;
  const row = await forge(`${origin}/e2`, `${alias}_e2`, 901);
  const own = await forge(`${OWN}/e2`, 'indelible_e2', 902);
  expect(await getEpochState(origin)).toMatchObject({
    state: 'none',
    reason: expect.stringContaining(
      `The database names an epoch ${origin}/e2 under the alias ${alias}_e2, and nothing in INDELIBLE_HOME says that it was made here: put back a newer home`,
    ),
  });
  expect(await getEpochs(scopeOf(row.trailId), row)).toEqual({ previous: null, next: null });
  expect(await getEpochs(at.trail.scope, at.trail)).toEqual({ previous: null, next: null });
  expect(ownOrigins()).toEqual([OWN]); // whose events the screens show as what the product did
  expect((await listTrails()).map((one) => one.origin)).not.toContain(row.origin);
  expect((await listStrayTrails()).foreign.map((one) => one.origin)).toEqual([row.origin, own.origin]);
  await at.append(1);
  expect(await at.reason()).toBeNull();
});

test('beside a trail that lost what was signed such a row is named, and with the row goes what is in the way', async () => {
  const { origin, alias } = at.trail;
  await at.restore('old');
  await otherProcess(database, async () => {
    await forge(`${origin}/e2`, `${alias}_e2`, 903);
    expect(await getEpochState(origin)).toMatchObject({ state: 'none', reason: expect.stringContaining('says that it was made here') });
    fs.writeFileSync(epochFile('key'), `${'0'.repeat(64)}\n`); // of one that was killed before its guard
    expect(await getEpochState(origin)).toMatchObject({ state: 'none', reason: expect.stringContaining('says that it was made here') });
    fs.rmSync(epochFile('key'));
    await sql`delete from trail where trail_id = 903`;
    expect(await begin()).toMatchObject({ origin: `${origin}/e2` });
    expect((await getEpochs(scopeOf(903 as TrailId), { trailId: 903 as TrailId, origin: `${origin}/e2` })).previous?.origin).toBe(origin);
  });
});

const rowOf = async (origin: string) => (await listTrails()).find((one) => one.origin === origin) as Awaited<ReturnType<typeof listTrails>>[number];

test('a loss that somebody made smaller, with a hash that is right for it, is told by nobody', async () => {
  await at.restore('old');
  await otherProcess(database, async () => {
    await begin();
    const e2 = await rowOf(`${at.trail.origin}/e2`);
    const scope = scopeOf(e2.trailId);
    expect((await getEpochs(scope, e2)).previous?.loss).toMatchObject({ signed: 9, here: 6, firstLost: 6, lastLost: 8, reason: 'the disk is gone' });
    const row = (await readTransaction(scope, (tx) => getEvent(tx, e2, 0)))?.row as EventRow;
    const smaller = { ...row, details: row.details.replace('"first_lost":6', '"first_lost":8') };
    const hash = hashRow(e2.origin, smaller);
    await sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update audit_event set details = ${smaller.details}::text::json, event_hash = ${hash} where trail_id = ${e2.trailId} and seq = 0`;
    });
    expect((await readTransaction(scope, (tx) => getEvent(tx, e2, 0)))?.check.state).toBe('holds');
    expect((await getEpochs(scope, e2)).previous).toMatchObject({ origin: at.trail.origin, loss: null });
  });
});

test('the loss of an epoch that an earlier version began is told, and what that did not write is not known', async () => {
  await at.restore('old');
  await otherProcess(database, async () => {
    const { origin, trailId, scope } = at.trail;
    const guard = readGuard(origin) as { size: number; root: Buffer };
    const last = (await readTransaction(scope, (tx) => getEvent(tx, { trailId, origin }, 5)))?.row.eventHash as Buffer;
    const said = { previous: origin, signed_size: guard.size, signed_root: guard.root.toString('hex'), size: 6, last_event_hash: last.toString('hex') };
    const made = await createEpoch(`${origin}/e2`, { synthetic: false }, { ...said, first_lost: 6, last_lost: 8, reason: 'the disk is gone' }, 'system');
    await finishEpoch(made as NonNullable<typeof made>);
    const e2 = await rowOf(`${origin}/e2`);
    const loss = (await getEpochs(scopeOf(e2.trailId), e2)).previous?.loss as EpochLoss;
    expect(loss).toMatchObject({ signed: 9, here: 6, firstLost: 6, isBound: false, lastLost: 8, proven: null, found: null });
    expect(unprovenWords(loss)).toBe('How much of the 6 that are left was compared with what was signed is not told.');
  });
});

test('a guard that cannot be read opens no trail that is closed', async () => {
  const { origin } = at.trail;
  await at.restore('old');
  await otherProcess(database, async () => {
    await begin();
    await at.restore('newest');
    expect(await at.reason()).toBeNull();
    const guard = epochFile('guard');
    fs.renameSync(guard, `${guard}.kept`);
    fs.mkdirSync(guard); // as a file of another user: there, and not to be read
    try {
      expect(followingEpoch(origin)).toBe(`${origin}/e2`);
      await expect(at.append(1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED', hint: expect.stringContaining(`it goes on in ${origin}/e2`) });
    } finally {
      fs.rmdirSync(guard);
      fs.renameSync(`${guard}.kept`, guard);
    }
    expect(followingEpoch('audit.example.com/X')).toBeNull(); // no key file can have such a name
  });
});

test('a refusal of a row that bore the name before closes no epoch: the signer writes none of it, and one that lies there is put aside', async () => {
  const { origin, alias } = at.trail;
  await at.restore('old');
  await otherProcess(database, async () => {
    const row = await forge(`${origin}/e2`, `${alias}_e2`, 904);
    expect(await sealTrail(row)).toMatchObject({ ok: false, reason: expect.stringContaining('key file') });
    expect(fs.existsSync(epochFile('refused'))).toBe(false);
    await sql`delete from trail where trail_id = 904`;

    const refusal = { since: '2026-11-26T12:00:00.000000Z', reason: `the key file keys/${alias}_e2.key is missing: nothing can be signed` };
    writeRefusal(`${origin}/e2`, refusal);
    expect(await begin()).toMatchObject({ origin: `${origin}/e2` });
    expect(readRefusal(`${origin}/e2`)).toBeNull();
    const aside = fs.readdirSync(path.dirname(at.keyFile('key'))).filter((name) => name.startsWith(`${alias}_e2.refused.`));
    expect(aside).toHaveLength(1);
    expect(JSON.parse(fs.readFileSync(epochFile(aside[0]?.slice(`${alias}_e2.`.length) as string), 'utf8'))).toEqual(refusal);
  });
});

test('it is put aside by a trail that is made: where that fails it stands as it stood', async () => {
  const { origin } = at.trail;
  await at.restore('old');
  await otherProcess(database, async () => {
    await forge(`${origin}/e2`, `${at.trail.alias}_other`, 905);
    writeRefusal(`${origin}/e2`, { since: '2026-11-26T12:00:00.000000Z', reason: 'of the row before' });
    await expect(createEpoch(`${origin}/e2`, { synthetic: false }, {}, 'system')).rejects.toMatchObject({ cause: { constraint_name: 'trail_origin_key' } });
    expect(readRefusal(`${origin}/e2`)?.reason).toBe('of the row before');
  });
});

test('one that knows of events that were acknowledged stays', async () => {
  const { origin } = at.trail;
  await at.restore('old');
  await otherProcess(database, async () => {
    writeRefusal(`${origin}/e2`, { since: '', reason: 'events are gone', known: [{ nextSeq: 3, lastHash: 'a'.repeat(64) }] });
    await expect(begin()).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
    expect(readRefusal(`${origin}/e2`)?.known).toHaveLength(1);
  });
});
