import postgres, { type TransactionSql } from 'postgres';
import { runtime } from './runtime';

/**
 * One transaction as the owner of the tables, past the roles and not past the triggers: for the one command that puts right what no role of the product may change
 * (features/sealing/mutations/rebuild-tiles.ts). On disk when it returns.
 */
export async function ownerTransaction<T>(fn: (sql: TransactionSql) => Promise<T>): Promise<T> {
  const { ownerUrl } = await runtime();
  const sql = postgres(ownerUrl, { max: 1, connect_timeout: 10, fetch_types: false, onnotice: () => {}, connection: { application_name: 'indelible owner' } });
  try {
    await sql`set role none`; // the login may start in a lesser role
    const result = await sql.begin('isolation level read committed, read write', async (tx) => {
      await tx`set local synchronous_commit = on`;
      return fn(tx);
    });
    return result as T;
  } finally {
    await sql.end({ timeout: 2 });
  }
}
