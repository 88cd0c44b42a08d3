// A refusal whose file is damaged may have known of events that are gone: it is never taken for one that knew of nothing. Its own trail stands still until a person says what holds.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { program } from '@/db/test/program';
import { readGuard } from '@/features/trail/guard-file';
import type { NewTrail } from '@/features/trail/mutations/create-trail';
import { readRefusal } from '@/features/trail/refusal-file';
import { refusalAdvice } from '@/features/trail/refusal-words';
import { readSealFiles } from '@/features/trail/seal-state';
import { makeTrail } from '@/features/trail/test/make-trail';
import { readAdopting } from './adoption-file';
import { adoptGuard, adoptionFault } from './mutations/adopt-guard';
import { sealTrail } from './mutations/seal-trail';
import { tellDue } from './mutations/tell-due';
import { sealState } from './state';
import { APPENDED, eachHasLostTrail, type LostTrail, otherProcess, SIGNED } from './test/lost-trail';
import { naiveCheckpoints } from './test/naive-tree';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const database = await freshDatabase();
const { superuser: sql, env } = database;
const adopter = program<object>('features/sealing/test/adopt-worker.ts', env, {
  'features/sealing/adoption-file.ts': ['writeAdopting', 'forgetAdopting'],
  'features/trail/guard-file.ts': ['writeGuard'],
  'features/trail/refusal-file.ts': ['putAside', 'clearRefusal'],
  'features/trail/mutations/record-act.ts': ['recordActNow'],
});
let trail: NewTrail;
let at: LostTrail;

eachHasLostTrail(database, 'damaged', (made) => {
  at = made;
  trail = at.trail;
});

const looker = <T>(fn: () => Promise<T>) => otherProcess(database, fn);
const words = () => `the file keys/${trail.alias}.refused is damaged: nobody can say of which events it knew`;
const damage = (content: string | Uint8Array = '{"since":"2026-11-26T00:00:00.000000Z","rea') => {
  fs.writeFileSync(at.keyFile('refused'), content);
  return crypto.createHash('sha256').update(content).digest('hex');
};
const aside = (sha256: string) => at.keyFile(`refused.${sha256.slice(0, 16)}`);

test.each([
  ['empty', ''],
  ['torn', '{"since":"2026-11-26T00:00:00.000000Z","reason":"events are go'],
  ['not UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
  ['nothing', 'null'],
  ['another shape', '{"since":"2026-11-26T00:00:00.000000Z","known":[]}'],
  ['a marker that is none', '{"since":"","reason":"x","known":[{"nextSeq":9,"lastHash":"ab"}]}'],
  ['more than is understood', '{"since":"","reason":"x","known":[],"isFull":true}'],
])('%s: the trail refuses, says which file and what to do, signs nothing, and no other trail does so', async (_, content) => {
  damage(content);
  await looker(async () => {
    // before anybody has sealed
    await expect(at.append(1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED', hint: expect.stringContaining(`${words()}. It may have named events`) });
    for (let i = 0; i < 2; i++) expect(await at.reason()).toBe(words());
  });
  expect(sealState(trail.origin).size).toBe(SIGNED);
  expect(readSealFiles(trail.origin).refusal).toEqual({ since: '', reason: words() }); // what every page shows
  expect(refusalAdvice(words(), trail.alias)).toMatch(/restore a state of the database that has them\. Then “indelible guard adopt --trail damaged-\d+”/);
  expect(fs.readFileSync(at.keyFile('refused'))).toEqual(Buffer.from(content)); // nor is it written over
  const other = await makeTrail(`beside-${trail.alias}`);
  expect(await sealTrail(other)).toMatchObject({ ok: true, size: 1 });
  expect(readSealFiles(other.origin).refusal).toBeNull();
});

test('the file put back, it is what it was', async () => {
  await at.restore('old');
  expect(await at.reason()).toContain('events 6 to 8 were appended here');
  const text = fs.readFileSync(at.keyFile('refused'));
  damage();
  await looker(async () => expect(await at.reason()).toBe(words()));
  fs.writeFileSync(at.keyFile('refused'), text);
  await looker(async () => expect(await at.reason()).toContain('events 6 to 8 were appended here'));
  await at.restore('whole');
  await looker(async () => expect(await at.reason()).toBeNull());
});

test('the true rows there, a person says so: the act names the damaged file, which is kept, and all go on', async () => {
  const sha256 = damage();
  expect(await adoptionFault(trail)).toBeNull();
  const adopted = await looker(() => adoptGuard(trail));
  expect(adopted).toMatchObject({ ok: true, size: APPENDED, lost: [], damaged: sha256 });
  expect(await at.acts()).toEqual([{ size: APPENDED, root: expect.any(String), damaged_refusal_sha256: sha256 }]);
  expect(
    crypto
      .createHash('sha256')
      .update(fs.readFileSync(aside(sha256)))
      .digest('hex'),
  ).toBe(sha256);
  expect([readRefusal(trail.origin), readAdopting(trail.origin)]).toEqual([null, []]);
  await at.append(2);
  expect(await at.reason()).toBeNull();
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  expect(await adoptionFault(trail)).toContain('there is a guard file');

  // damaged again with nothing appended since: another act
  const again = damage('torn anew');
  expect(await looker(() => adoptGuard(trail))).toMatchObject({ ok: true, size: APPENDED + 2, damaged: again });
  expect(await at.acts()).toMatchObject([{ damaged_refusal_sha256: sha256 }, { damaged_refusal_sha256: again }]);
});

test('what a process knew beside the damaged file binds all the same, and is given up by name', async () => {
  damage();
  await at.restore('old');
  await expect(at.append(1)).rejects.toMatchObject({ code: 'HEAD_FORGED' });
  const [known] = readRefusal(trail.origin)?.known ?? [];
  expect(known).toMatchObject({ nextSeq: APPENDED });
  await looker(async () => {
    expect(await at.reason()).toBe(words());
    expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: SIGNED, lost: [known], damaged: expect.any(String) });
    expect(await at.reason()).toBeNull();
  });
  expect(await at.acts()).toMatchObject([{ size: SIGNED, lost: [{ size: APPENDED }], damaged_refusal_sha256: expect.any(String) }]);
  await at.append(1); // here they were remembered
  expect(await at.reason()).toBeNull();
});

test('who remembers what only the damaged file had known refuses behind the adoption', async () => {
  await at.restore('old');
  damage();
  await looker(async () => expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: SIGNED, lost: [] }));
  expect(await at.reason()).toContain('events 6 to 8 were appended here');
});

test('a folder of what is known that cannot be read, or holds what says nothing, is a refusal too, and no adoption goes past it', async () => {
  fs.writeFileSync(at.keyFile('known'), '');
  const unread = `the folder keys/${trail.alias}.known cannot be read (ENOTDIR)`;
  await looker(async () => expect([await at.reason(), await adoptionFault(trail)]).toEqual([unread, unread]));
  await expect(at.append(1)).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
  fs.rmSync(at.keyFile('known'));
  fs.rmSync(at.keyFile('refused'), { force: true });
  fs.mkdirSync(at.keyFile('known'));
  fs.writeFileSync(`${at.keyFile('known')}/.nfs0001`, ''); // the file system's own
  await looker(() => at.append(1));
  fs.writeFileSync(`${at.keyFile('known')}/9.ab`, '');
  await looker(async () => expect(await at.reason()).toMatch(/known holds 9\.ab, which says nothing/));
  fs.rmSync(`${at.keyFile('known')}/9.ab`);
  expect(await at.reason()).toBeNull();
});

describe('kill -9 in the middle of the adoption', () => {
  test.each([
    'before writeAdopting',
    'after writeAdopting',
    'after writeGuard',
    'before putAside',
    'after putAside',
    'before clearRefusal',
    'before recordActNow',
    'after recordActNow',
    'before forgetAdopting',
  ])('%s: it is told, or the trail refuses still', async (stopAt) => {
    const sha256 = damage();
    const before = readGuard(trail.origin);
    const dead = adopter.start([trail.alias], { stopAt });
    expect(await dead.left, stopAt).toBe(null);
    await tellDue(trail);
    const found = await at.reason();
    if (/writeAdopting/.test(stopAt)) {
      expect([found, await at.acts(), readGuard(trail.origin)]).toEqual([words(), [], before]);
      await looker(async () => expect(await adoptGuard(trail)).toMatchObject({ ok: true, damaged: sha256 }));
    } else expect(found).toBeNull();
    expect(await at.acts()).toMatchObject([{ size: APPENDED, damaged_refusal_sha256: sha256 }]);
    expect([readAdopting(trail.origin), fs.existsSync(aside(sha256))]).toEqual([[], true]);
    await at.append(1);
    expect(await at.reason()).toBeNull();
    expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
  });
});
