import { expect, test } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { checkHome } from './check-home';

const { superuser: sql } = await freshDatabase();

test('a database that has trails and none of this host belongs to another home', async () => {
  expect(await checkHome('audit.example.com')).toEqual([]);
  await ensureFirstTrails();
  expect(await checkHome('audit.example.com')).toEqual([]);
  await sql`update trail set origin = replace(origin, 'audit.', 'other.') where alias = 'main'`;
  expect(await checkHome('audit.example.com')).toEqual([]);
  await sql`update trail set origin = replace(origin, 'audit.', 'other.')`;
  await expect(checkHome('audit.example.com')).rejects.toMatchObject({ code: 'HOST_OTHER', hint: expect.stringContaining('other.example.com/main') });
});
