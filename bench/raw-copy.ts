// The limit: the same COPY as the same role through the same view, its bytes taken from the socket and dropped. Nothing of ours or of a driver touches them.
import pg from 'pg';
import { type Scope, scopeSetting } from '@/db/scope';

/** @returns bytes received */
export async function rawCopy(url: string, scope: Scope, query: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // the socket is dropped at the end, in the middle of a transaction
  await client.connect();
  await client.query("select set_config('enable_sort', 'off', false), set_config('jit', 'off', false)");
  await client.query(
    `begin isolation level repeatable read, read only; set local role indelible_reader; set local indelible.trails = '${scopeSetting(scope)}'`,
  );
  const { connection } = client as unknown as { connection: { stream: import('node:net').Socket; query: (text: string) => void } };
  const { stream } = connection;
  stream.removeAllListeners('data');
  const bytes = new Promise<number>((done, failed) => {
    let count = 0;
    stream.on('data', (chunk: Buffer) => {
      count += chunk.length;
      // ReadyForQuery, in the transaction: 'Z', its length 5, 'T'
      if (chunk.length >= 6 && chunk.subarray(-6).equals(READY)) done(count);
    });
    stream.once('error', failed);
    stream.once('close', () => failed(new Error('the connection was closed')));
  });
  connection.query(`copy (${query}) to stdout (format binary)`);
  const count = await bytes;
  stream.destroy();
  return count;
}

const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x54]);
