import { Readable } from 'node:stream';
import { sqlOf, type Tx } from '@/db/transaction';

/**
 * COPY … TO STDOUT inside the caller's transaction: what a second connection cannot see yet. postgres.js's own stream may stop for ever when its reader is slow, so none is
 * in between: each piece is taken as it leaves the socket, at once.
 * @param statement trusted SQL whose answer is as small as a batch
 * @param take gets the pieces, not aligned to rows; what it throws ends the transaction after the last piece
 */
export async function copyBack(tx: Tx, statement: string, take: (chunk: Buffer) => void): Promise<void> {
  const query = sqlOf(tx).unsafe(statement).simple();
  const inner = query as unknown as { resolve: (answer: unknown) => void };
  const { resolve } = inner;
  let fault: { cause: unknown } | undefined;
  inner.resolve = (answer) => {
    if (!(answer instanceof Readable)) return resolve(answer); // all of it is here
    answer.on('error', () => {}); // the query is told as well
    answer.push = (chunk: Buffer | null) => {
      if (chunk === null || fault) return true;
      try {
        take(chunk);
      } catch (cause) {
        fault = { cause };
      }
      return true;
    };
  };
  await query;
  if (fault) throw fault.cause;
}
