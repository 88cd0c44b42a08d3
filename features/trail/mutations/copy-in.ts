import { setImmediate as breathe } from 'node:timers/promises';
import { sqlOf, type Tx } from '@/db/transaction';

/**
 * COPY … FROM STDIN inside the caller's transaction: about one and a half times as fast as INSERT … SELECT unnest(…).
 * @param statement trusted SQL
 * @param chunks made one by one, each on its way to the server while the next is made
 */
export async function copyIn(tx: Tx, statement: string, chunks: Iterable<Buffer>): Promise<void> {
  const query = sqlOf(tx).unsafe(statement);
  const stream = await query.writable();
  const done = new Promise<void>((finished, failed) => {
    // What the server says after the last byte (a trigger, a constraint, a full disk) postgres.js tells to the query, which was answered with the stream, and so to nobody:
    // the transaction would wait for ever, the head locked.
    (query as unknown as { reject: (cause: unknown) => void }).reject = failed;
    stream.once('error', failed);
    stream.once('finish', finished); // the server has taken all of it
  });
  done.catch(() => {}); // thrown below
  for (const chunk of chunks) {
    stream.write(chunk);
    await breathe(); // lets the socket send
    if (stream.destroyed) break;
  }
  stream.end();
  await done;
}
