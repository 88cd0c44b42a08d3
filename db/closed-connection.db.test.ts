import net from 'node:net';
import { expect, test } from 'vitest';
import { openPool } from './client';
import { freshDatabase } from './test/database';

const database = await freshDatabase();

/** A way to the server that ends each connection cleanly when it is told to, as a pooler does that shuts down. */
async function openWay() {
  const target = new URL(database.url);
  const sockets = new Set<net.Socket>();
  const way = net.createServer((client) => {
    const server = net.connect(Number(target.port), target.hostname);
    for (const socket of [client, server]) socket.on('error', () => {});
    client.pipe(server).pipe(client);
    sockets.add(client);
  });
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String((way.address() as net.AddressInfo).port);
  const endAll = () => {
    for (const socket of sockets) socket.end();
    sockets.clear();
  };
  return { url: url.href, endAll, close: () => way.close() };
}

test('a transaction whose connection has closed is rejected with all its statements, and the pool goes on', async () => {
  const way = await openWay();
  const pool = openPool(way.url, 1);
  let late: Promise<unknown> | undefined;
  const transaction = pool.begin(async (tx) => {
    await tx`select 1`;
    way.endAll();
    await new Promise((resolve) => setTimeout(resolve, 200)); // the end has reached the driver
    late = tx`select 1`;
    await late;
  });
  await expect(transaction).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  await expect.poll(() => late !== undefined).toBe(true);
  await expect(late).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  expect([...(await pool.begin((tx) => tx`select 2 as two`))]).toEqual([{ two: 2 }]);
  await pool.end({ timeout: 1 });
  way.close();
});
