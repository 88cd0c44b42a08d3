// Which pair of copies can be put back (docs/backup.md): the home as it was before the database, or behind it.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { readGuard } from '@/features/trail/guard-file';
import { headMacKey } from '@/features/trail/mutations/keys';
import { naiveVerify } from '@/features/trail/test/naive-verify';
import { verifyAll } from '@/features/verification/test/verify-all';
import { eachHasLostTrail, type LostTrail, otherProcess } from './test/lost-trail';
import { naiveCheckpoints } from './test/naive-tree';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const database = await freshDatabase();
const { superuser: sql, home } = database;
const FOLDERS = ['keys', 'checkpoints'];
let at: LostTrail;

eachHasLostTrail(database, 'copied', (made) => {
  at = made;
});

const copied = () => path.join(home, '..', `${path.basename(home)}-of-${at.trail.alias}`);
const copyHome = () => {
  for (const folder of FOLDERS) fs.cpSync(path.join(home, folder), path.join(copied(), folder), { recursive: true });
};
const putBackHome = () => {
  for (const folder of FOLDERS) {
    fs.rmSync(path.join(home, folder), { recursive: true });
    fs.cpSync(path.join(copied(), folder), path.join(home, folder), { recursive: true });
  }
  fs.rmSync(copied(), { recursive: true });
};
const grow = async (count: number) => {
  await at.append(count);
  expect(await at.reason()).toBeNull();
};

test('the home first, then the database: the older guard is caught up from the rows, to the same notes', async () => {
  copyHome();
  await grow(4);
  await at.keep('backup'); // with the checkpoint and the tiles of what was signed in between
  await grow(2);
  putBackHome();
  await at.restore('backup');
  await otherProcess(database, async () => {
    await grow(1);
    expect(readGuard(at.trail.origin)).toMatchObject({ size: 14 });
    expect(await naiveCheckpoints(sql, at.trail.trailId)).toEqual([]);
    expect(await naiveVerify(sql, at.trail.origin, home)).toEqual([]);
    const { trail } = at;
    expect(await verifyAll({ trail, scope: trail.scope, headKey: headMacKey() })).toMatchObject({ state: 'holds', findings: [], sealedTo: 14 });
  });
});

test('the database first, and a seal before the home is copied: the guard says that events are gone', async () => {
  await grow(4);
  await at.keep('backup');
  await grow(2);
  copyHome();
  putBackHome();
  await at.restore('backup');
  await otherProcess(database, async () => {
    await expect(at.append(1)).rejects.toMatchObject({
      code: 'SIGNER_REFUSED',
      hint: expect.stringContaining('15 events were signed, and the database has 13'),
    });
  });
});
