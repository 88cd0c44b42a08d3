import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { NO_TRAILS } from '@/db/scope';
import { freshDatabase } from '@/db/test/database';
import type { Tx } from '@/db/transaction';
import { whileReaderStays } from '@/lib/reader';
import { readWithin } from './read-within';

const { superuser } = await freshDatabase();
const sleepers = async () => {
  const [row] =
    await superuser`select count(*)::int as n from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and datname = current_database() and pid <> pg_backend_pid()`;
  return row?.n;
};
const sleeping = (tx: Tx) => tx.execute(sql`select pg_sleep(30)`);

test('who leaves cancels what the server still reads for him, and the connection serves on', async () => {
  const leaving = new AbortController();
  const reading = readWithin(NO_TRAILS, 60_000, sleeping, leaving.signal);
  const ended = expect(reading).rejects.toMatchObject({ code: 'DB_TIMEOUT' });
  while ((await sleepers()) !== 1) await sleep(20);
  leaving.abort();
  await ended;
  expect(await sleepers()).toBe(0);
  expect(await readWithin(NO_TRAILS, 1_000, (tx) => tx.execute(sql`select 1 as one`), null)).toMatchObject([{ one: 1 }]);
});

test('whoever leaves the request that is being answered is known without being named', async () => {
  const leaving = new AbortController();
  const reading = whileReaderStays(leaving.signal, () => readWithin(NO_TRAILS, 60_000, sleeping));
  const ended = expect(reading).rejects.toMatchObject({ code: 'DB_TIMEOUT' });
  while ((await sleepers()) !== 1) await sleep(20);
  leaving.abort();
  await ended;
  expect(await sleepers()).toBe(0);
  await expect(whileReaderStays(leaving.signal, () => readWithin(NO_TRAILS, 60_000, sleeping))).rejects.toMatchObject({ name: 'AbortError' });
});

test('leaving between two statements ends the next', async () => {
  const leaving = new AbortController();
  const reading = readWithin(
    NO_TRAILS,
    60_000,
    async (tx) => {
      await tx.execute(sql`select 1`);
      leaving.abort();
      await sleep(100);
      return sleeping(tx);
    },
    leaving.signal,
  );
  await expect(reading).rejects.toMatchObject({ code: 'DB_TIMEOUT' });
});

test('leaving after the answer cancels nothing', async () => {
  const leaving = new AbortController();
  await readWithin(NO_TRAILS, 1_000, (tx) => tx.execute(sql`select 1`), leaving.signal);
  const next = readWithin(NO_TRAILS, 1_000, (tx) => tx.execute(sql`select pg_sleep(0.3)`), null);
  leaving.abort();
  await expect(next).resolves.toBeDefined();
});

test('what takes longer than it may is ended', async () => {
  await expect(readWithin(NO_TRAILS, 100, sleeping, null)).rejects.toMatchObject({ code: 'DB_TIMEOUT' });
});
