import { expect, test } from 'vitest';
import { openPool } from './client';
import { freshDatabase } from './test/database';

const database = await freshDatabase();

test('a statement in a transaction whose connection has closed is rejected, and the next transaction goes on', async () => {
  const pool = openPool(database.url, 1);
  const cut = pool.begin(async (tx) => {
    const [own] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await database.superuser`select pg_terminate_backend(${own?.pid as number})`;
    await expect.poll(async () => (await database.superuser`select 1 from pg_stat_activity where pid = ${own?.pid as number}`).length).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 100)); // the socket's end has reached us
    await tx`select 1`;
  });
  await expect(cut).rejects.toMatchObject({ code: expect.stringMatching(/CONNECTION_CLOSED|57P01/) });
  expect(await pool.begin((tx) => tx`select 2 as two`)).toEqual([{ two: 2 }]);
  await pool.end();
});
