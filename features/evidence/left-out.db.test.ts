import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { aliasOf } from '@/features/trail/epoch-name';
import { writeGuard } from '@/features/trail/guard-file';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { ownOrigins } from '@/features/trail/mutations/record-act';
import { listLeftOut } from './left-out';
import { leftOutText } from './prepare';

const { home } = await freshDatabase();
const OWN = 'audit.example.com/indelible';
const [second, third] = [`${OWN}/e2`, `${OWN}/e3`];
const trails = ['audit.example.com/main', 'audit.example.com/main/e2', OWN, second, third].map((origin) => ({ origin, alias: aliasOf(origin) }));
const sign = (origin: string, size: number) => writeGuard({ origin, size, root: Buffer.alloc(32, 1) });

test('an epoch of the own trail that is here, and to which the guard files do not lead, is left out aloud, and those behind it', async () => {
  await ensureFirstTrails();
  sign(second, 3);
  sign(third, 0); // begun, and nothing signed in it yet
  expect(ownOrigins()).toEqual([OWN, second]);
  expect(listLeftOut(trails)).toEqual([]);
  sign(third, 2);
  expect(ownOrigins()).toEqual([OWN, second, third]);
  expect(listLeftOut(trails)).toEqual([]);
  expect(leftOutText([])).toBeNull();

  fs.rmSync(path.join(home, 'keys', 'indelible_e2.guard'));
  expect(ownOrigins()).toEqual([OWN]);
  expect(listLeftOut(trails)).toEqual(['indelible_e2', 'indelible_e3']);
  expect(listLeftOut(trails.slice(0, 3))).toEqual([]);
  expect(leftOutText(listLeftOut(trails))).toMatch(
    /^What the product's own trail tells of bundles in indelible_e2 and indelible_e3 is left out: no guard file/,
  );
});
