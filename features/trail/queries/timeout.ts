import { sql } from 'drizzle-orm';
import type { Tx } from '@/db/transaction';

export const setStatementTimeout = (tx: Tx, ms: number) => tx.execute(sql.raw(`set local statement_timeout = ${Math.trunc(ms)}`));

/** The SQLSTATE, or the network's code, of an error of the driver or of Drizzle around it; null for any other. */
export function stateOf(cause: unknown): string | null {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code;
  }
  return null;
}
