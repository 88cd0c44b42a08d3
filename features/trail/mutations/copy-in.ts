import { sqlOf, type Tx } from '@/db/transaction';

/** COPY … FROM STDIN inside the caller's transaction: about one and a half times as fast as INSERT … SELECT unnest(…). @param statement trusted SQL */
export async function copyIn(tx: Tx, statement: string, bytes: Buffer): Promise<void> {
  const query = sqlOf(tx).unsafe(statement);
  const stream = await query.writable();
  await new Promise<void>((done, failed) => {
    // What the server says after the last byte (a trigger, a constraint, a full disk) postgres.js tells to the query, which was answered with the stream, and so to nobody:
    // the transaction would wait for ever, the head locked.
    (query as unknown as { reject: (cause: unknown) => void }).reject = failed;
    stream.once('error', failed);
    stream.once('finish', done); // the server has taken all of it
    stream.end(bytes);
  });
}
