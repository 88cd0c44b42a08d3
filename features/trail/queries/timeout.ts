import { sql } from 'drizzle-orm';
import { runtime } from '@/db/runtime';
import type { Tx } from '@/db/transaction';

/** The server's process that a transaction runs in, and when the transaction began. */
export type Backend = { pid: number; since: string };

/** No statement of this transaction may take longer. @returns whom to cancel */
export async function limitStatements(tx: Tx, ms: number): Promise<Backend> {
  const [backend] = await tx.execute<Backend>(
    sql`select pg_backend_pid() as pid, now()::text as since, set_config('statement_timeout', ${String(Math.trunc(ms))}, true)`,
  );
  return backend as Backend;
}

/** Ends the statement under way. By the transaction's start too: its connection may serve somebody else by now. */
export async function cancelBackend({ pid, since }: Backend): Promise<void> {
  const { db } = await runtime();
  await db.execute(sql`select pg_cancel_backend(pid) from pg_stat_activity where pid = ${pid} and xact_start = ${since}::timestamptz`);
}

/** The SQLSTATE, or the network's code, of an error of the driver or of Drizzle around it; null for any other. */
export function stateOf(cause: unknown): string | null {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code;
  }
  return null;
}
