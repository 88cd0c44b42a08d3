// Events that were appended and acknowledged are gone before they were signed: what the process knew that appended them outlives it and binds every other, until the rows are there again or a
// person has given them up.
import fs from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { program } from '@/db/test/program';
import { readGuard } from '@/features/trail/guard-file';
import type { NewTrail } from '@/features/trail/mutations/create-trail';
import { headMacKey } from '@/features/trail/mutations/keys';
import { readRefusal, writeRefusal } from '@/features/trail/refusal-file';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { verifyAll } from '@/features/verification/test/verify-all';
import { readAdopting } from './adoption-file';
import { adoptGuard, adoptionFault } from './mutations/adopt-guard';
import { rotateKey } from './mutations/rotate-key';
import { tellDue } from './mutations/tell-due';
import { sealState } from './state';
import { APPENDED, eachHasLostTrail, otherProcess as inOtherProcess, type LostTrail, SIGNED } from './test/lost-trail';
import { naiveCheckpoints } from './test/naive-tree';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const database = await freshDatabase();
const { superuser: sql, home, env } = database;
const adopter = program<object>('features/sealing/test/adopt-worker.ts', env, {
  'features/sealing/adoption-file.ts': ['writeAdopting', 'forgetAdopting'],
  'features/trail/guard-file.ts': ['writeGuard'],
  'features/trail/lost-file.ts': ['writeLost'],
  'features/trail/refusal-file.ts': ['clearRefusal'],
  'features/trail/mutations/record-act.ts': ['recordActNow'],
});
let trail: NewTrail;
let at: LostTrail;

eachHasLostTrail(database, 'lost', (made) => {
  at = made;
  trail = at.trail;
});

const append = (count: number) => at.append(count);
const reason = () => at.reason();
const keyFile = (kind: string) => at.keyFile(kind);
const keep = (name: string) => at.keep(name);
const restore = (name: string) => at.restore(name);
const otherProcess = <T>(fn: () => Promise<T>) => inOtherProcess(database, fn);
const acts = () => at.acts();
const eventHash = async (seq: number) =>
  ((await sql`select event_hash as hash from audit_event where trail_id = ${trail.trailId} and seq = ${seq}`) as unknown as [{ hash: Buffer }])[0].hash;

const GONE = 'HEAD_FORGED: events 6 to 8 were appended here and acknowledged, and the head row stands at 6: the newest are gone';

test('a second process refuses for the same, signs nothing, appends nothing and rotates no key; the true rows put back, it goes on', async () => {
  await restore('old');
  expect(await reason()).toBe(GONE);
  await otherProcess(async () => {
    expect(await reason()).toBe(GONE);
    await expect(append(1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
    await expect(rotateKey(trail)).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
    expect(await reason()).toBe(GONE);
  });
  expect([sealState(trail.origin).size, readRefusal(trail.origin)?.known?.map(({ nextSeq }) => nextSeq)]).toEqual([SIGNED, [APPENDED]]);
  await restore('whole');
  await otherProcess(async () => {
    expect(await reason()).toBeNull(); // and the rotation that was begun is finished
    expect(readRefusal(trail.origin)).toBeNull();
    await append(2);
  });
  expect(await reason()).toBeNull();
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  expect(await naiveVerify(sql, trail.origin, home)).toEqual([]);
});

test('whatever it refused for first, what it knew is kept', async () => {
  await sql`update trail_head set mac = ${Buffer.alloc(32, 7)} where trail_id = ${trail.trailId}`;
  expect(await reason()).toContain('the MAC of the head row');
  await restore('old');
  await otherProcess(async () => expect(await reason()).toBe(GONE));
});

test('a process that found it at an append and is no more: its refusal stands', async () => {
  await restore('old');
  await expect(append(1)).rejects.toMatchObject({ code: 'HEAD_FORGED' });
  await otherProcess(async () => expect(await reason()).toBe(GONE));
});

test('another history does not take the place of what was appended: neither as long nor longer, nor is it signed by who knew of the first', async () => {
  await restore('old');
  await otherProcess(() => append(APPENDED - SIGNED)); // nobody has looked yet
  await keep('other');
  await expect(append(1)).rejects.toMatchObject({ code: 'HEAD_FORGED' });
  const another = 'HEAD_FORGED: another event 8 was appended here and acknowledged than the one that the head row names';
  await otherProcess(async () => expect(await reason()).toBe(another));
  const putBack = at.takeRefusal();
  await otherProcess(() => append(2));
  const gone = 'HEAD_FORGED: event 8 that was appended here and acknowledged is gone, or another stands in its place';
  expect(await reason()).toBe(gone); // by its own memory
  putBack();
  await otherProcess(async () => expect(await reason()).toBe(gone));
  expect(sealState(trail.origin).size).toBe(SIGNED);
  await restore('whole');
  await otherProcess(async () => expect(await reason()).toBeNull());
});

test('two processes that append at once, and one that refused meanwhile for something else, are honest', async () => {
  await otherProcess(() => append(3));
  expect(await reason()).toBeNull(); // this one knows of nine, and there are twelve
  await otherProcess(() => append(3));
  const hash = await eventHash(APPENDED - 1);
  const known = { nextSeq: APPENDED, lastHash: hash.toString('hex') };
  const before = { nextSeq: 1, lastHash: (await eventHash(0)).toString('hex') };
  writeRefusal(trail.origin, { since: '2026-11-25T00:00:00.000000Z', reason: 'gone since', known: [known] });
  writeRefusal(trail.origin, { since: '2026-11-26T00:00:00.000000Z', reason: 'gone since', known: [before, known] });
  expect(readRefusal(trail.origin)).toMatchObject({ since: '2026-11-25T00:00:00.000000Z', reason: 'gone since', known: [before, known] });
  await otherProcess(async () => expect(await reason()).toBeNull());
  expect(readRefusal(trail.origin)).toBeNull();
});

test('what a refusal knows that cannot be read is not taken for nothing', async () => {
  fs.mkdirSync(keyFile('refused')); // as a file of another user
  expect(await reason()).toBe(`the file keys/${trail.alias}.refused cannot be read (EISDIR)`);
  await expect(append(1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
  expect(sealState(trail.origin).size).toBe(SIGNED);
  fs.rmdirSync(keyFile('refused'));
  expect(await reason()).toBeNull();
});

describe('where no backup has them', () => {
  const lost = async () => readRefusal(trail.origin)?.known?.[0] as { nextSeq: number; lastHash: string };

  test('a person gives them up: the act names them, and also who remembers them goes on', async () => {
    expect(await adoptionFault(trail)).toContain('there is a guard file');
    await restore('old');
    expect(await reason()).toBe(GONE);
    const { nextSeq, lastHash } = await lost();
    await otherProcess(async () => {
      expect(await adoptionFault(trail)).toBeNull();
      expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: SIGNED, lost: [{ nextSeq, lastHash }] });
      expect(await adoptionFault(trail)).toContain('there is a guard file');
    });
    const { root } = readGuard(trail.origin) as { root: Buffer };
    expect(await acts()).toEqual([{ size: SIGNED, root: root.toString('hex'), lost: [{ size: APPENDED, last_event_hash: lastHash }] }]);
    expect(readRefusal(trail.origin)).toBeNull();
    await append(2); // here they were remembered
    expect(await reason()).toBeNull();
    expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
    expect(await verifyAll({ trail, scope: trail.scope, headKey: headMacKey() })).toMatchObject({ findings: [], state: 'holds', sealedTo: SIGNED + 2 });
    // once, and not for the next time
    await append(1);
    await restore('old');
    expect(await reason()).toContain('8 events were signed, and the database has 6');
  });

  test('events that were signed are not to be given up, and nothing is where nothing is lost', async () => {
    await restore('old');
    expect(await reason()).toBe(GONE);
    await restore('whole');
    await otherProcess(async () => expect(await adoptGuard(trail)).toMatchObject({ ok: false, reason: expect.stringContaining('It goes on by itself') }));
    expect(await reason()).toBeNull(); // signed
    await restore('old');
    expect(await reason()).toContain('9 events were signed');
    await otherProcess(async () => expect(await adoptGuard(trail)).toMatchObject({ ok: false, reason: expect.stringContaining('has 6') }));
    expect(await acts()).toEqual([]);
    expect(await reason()).toContain('9 events were signed');
  });

  test('a guard that is gone as well is begun where the rows end, and the act says what is lost', async () => {
    await restore('old');
    expect(await reason()).toBe(GONE);
    const { lastHash } = await lost();
    fs.rmSync(keyFile('guard'));
    expect(await reason()).toContain('guard file is missing');
    await otherProcess(async () => expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: SIGNED, lost: [{ nextSeq: APPENDED, lastHash }] }));
    expect(await acts()).toMatchObject([{ size: SIGNED, lost: [{ last_event_hash: lastHash }] }]);
    await append(1);
    expect(await reason()).toBeNull();
  });

  test.each([
    'before writeAdopting',
    'after writeAdopting',
    'after writeGuard',
    'before writeLost',
    'after writeLost',
    'before clearRefusal',
    'after recordActNow',
    'before forgetAdopting',
  ])('killed %s, it is told or still refused, never neither', async (stopAt) => {
    await restore('old');
    await otherProcess(() => append(1)); // more than is signed, so that the guard moves
    await keep('more');
    await expect(append(1)).rejects.toMatchObject({ code: 'HEAD_FORGED' });
    const dead = adopter.start([trail.alias], { stopAt });
    expect(await dead.left, stopAt).toBe(null);
    await tellDue(trail);
    const found = await reason();
    if (/Adopting$/.test(stopAt) && !stopAt.includes('forget')) {
      expect([found, await acts()]).toEqual([expect.stringContaining('events 7 to 8 were appended here'), []]);
      await otherProcess(async () => expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: SIGNED + 1 }));
    } else expect(found).toBeNull();
    expect(await acts()).toMatchObject([{ size: SIGNED + 1, lost: [{ size: APPENDED }] }]);
    expect(readAdopting(trail.origin)).toEqual([]);
    await append(1);
    expect(await reason()).toBeNull();
    expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  });
});
