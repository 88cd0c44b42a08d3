// An epoch is one by the files in the home. What the database alone says of it makes none, hides none and hinders none.
import fs from 'node:fs';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { scopeOf, type TrailId } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import { listTrails } from '@/features/access/queries';
import { listStrayTrails } from '@/features/trail/lost-trails';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { ownOrigins } from '@/features/trail/mutations/record-act';
import { getEpochs } from '@/features/trail/queries/get-epochs';
import { beginEpoch, getEpochState } from './mutations/begin-epoch';
import { type LostTrail, makeLostTrail, otherProcess } from './test/lost-trail';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const database = await freshDatabase();
const { superuser: sql } = database;
const OWN = 'audit.example.com/indelible';
let made = 0;
let at: LostTrail;

beforeAll(async () => {
  await ensureFirstTrails();
  await sql`create schema backup`;
});
/** Ten events are signed: `newest`. */
beforeEach(async () => {
  at = await makeLostTrail(database, `forged-${++made}`);
  expect(await at.reason()).toBeNull();
  await at.keep('newest');
});
afterEach(() => sql`delete from trail where trail_id > 900`);

const forge = async (origin: string, alias: string, trailId: number) => {
  await sql`insert into trail (trail_id, origin, alias, log_vkey, is_synthetic) overriding system value values (${trailId}, ${origin}, ${alias}, 'none', false)`;
  return { trailId: trailId as TrailId, origin };
};
const begin = async () => {
  const lost = await getEpochState(at.trail.origin);
  if (lost.state !== 'lost') throw new Error(JSON.stringify(lost));
  return beginEpoch(lost, { reason: 'the disk is gone', firstLost: lost.there.size, found: null, uid: 1000 }, 'system');
};
const epochFile = (kind: string) => at.keyFile(kind).replace(`.${kind}`, `_e2.${kind}`);

test('a row of its name is none: the trail before is as whole as it was, no banner says otherwise, and it is told as other rows of others are', async () => {
  const { origin, alias } = at.trail;
  const row = await forge(`${origin}/e2`, `${alias}_e2`, 901);
  const own = await forge(`${OWN}/e2`, 'indelible_e2', 902);
  expect(await getEpochState(origin)).toMatchObject({
    state: 'none',
    reason: expect.stringContaining(`The database names an epoch ${origin}/e2 under the alias ${alias}_e2 that was never made here`),
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
    expect(await getEpochState(origin)).toMatchObject({ state: 'none', reason: expect.stringContaining('was never made here') });
    fs.writeFileSync(epochFile('key'), `${'0'.repeat(64)}\n`); // of one that was killed before its guard
    expect(await getEpochState(origin)).toMatchObject({ state: 'none', reason: expect.stringContaining('was never made here') });
    fs.rmSync(epochFile('key'));
    await sql`delete from trail where trail_id = 903`;
    expect(await begin()).toMatchObject({ origin: `${origin}/e2` });
    expect((await getEpochs(scopeOf(903 as TrailId), { trailId: 903 as TrailId, origin: `${origin}/e2` })).previous?.origin).toBe(origin);
  });
});
