import { type SQL, sql } from 'drizzle-orm';
import type { PostgresJsSession } from 'drizzle-orm/postgres-js';
import type { TransactionSql } from 'postgres';
import type { Database } from './client';
import { withAwayDigest } from './database-away';
import { runtime } from './runtime';
import { type Scope, scopeSetting } from './scope';

export type Tx = Parameters<Parameters<Database['transaction']>[0]>[0];

// SET takes no snapshot, so what fn does first decides what it sees. One message: role, scope and isolation cost a single round trip. No value here is a
// caller's text: roles are constants and a scope holds integers.
const reader = (scope: Scope) => `set transaction isolation level repeatable read, read only; set local role indelible_reader; ${trails(scope)}`;
const writer = (scope: Scope) =>
  `set transaction isolation level read committed, read write; set local role indelible_writer; set local synchronous_commit = on; ${trails(scope)}`;
const app = `set transaction isolation level read committed, read write; set local role indelible_app`;
const trails = (scope: Scope) => `set local indelible.trails = '${scopeSetting(scope)}'`;

/** One snapshot of the scope's trails for everything `fn` reads, so that rows, count and chart of a screen tie out. Writes are refused. */
export const readTransaction = <T>(scope: Scope, fn: (tx: Tx) => Promise<T>): Promise<T> => begin(reader(scope), fn);

/** Adds events and moves the head, nothing else. For features/trail/mutations. */
export const writeTransaction = <T>(scope: Scope, fn: (tx: Tx) => Promise<T>): Promise<T> => begin(writer(scope), fn);

/** Reads and writes the mutable tables (accounts, runs, bundles, catalogue); sees no event. */
export const appTransaction = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => begin(app, fn);

async function begin<T>(setup: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  const { db } = await runtime();
  const whenCommitted: (() => void)[] = [];
  const result = await db
    .transaction(async (tx) => {
      afterCommits.set(tx, whenCommitted);
      await tx.execute(sql.raw(setup));
      return fn(tx);
    })
    .catch((cause: unknown) => {
      throw withAwayDigest(cause);
    });
  for (const step of whenCommitted) step();
  return result;
}

const afterCommits = new WeakMap<Tx, (() => void)[]>();

/** Runs `step` once the transaction has committed, and never if it does not. A savepoint's own `tx` is not known here: its steps are left out. */
export function afterCommit(tx: Tx, step: () => void) {
  afterCommits.get(tx)?.push(step);
}

/**
 * Runs `fn` as the writer inside a transaction that runs as somebody else, and gives the role and scope back: what a mutation of the mutable tables calls when it
 * appends the event that tells of it. Sets synchronous_commit for the whole transaction: an acknowledged event is on disk.
 */
export async function asWriter<T>(tx: Tx, scope: Scope, fn: () => Promise<T>): Promise<T> {
  const before = await takeRole(tx, 'indelible_writer', scopeSetting(scope));
  let result: T;
  try {
    result = await fn();
  } catch (cause) {
    // If a statement failed, the transaction or savepoint is lost and takes the role with it; if not, the caller may go on and must not do so as the writer.
    await tx.execute(takeBack(before)).catch(() => {});
    throw cause;
  }
  await tx.execute(takeBack(before));
  return result;
}

/** Runs `fn` as the app inside a transaction of the reader's, and on its state; gives the role back. */
export async function asApp<T>(tx: Tx, fn: () => Promise<T>): Promise<T> {
  await tx.execute(sql.raw('set local role indelible_app'));
  const result = await fn(); // where it fails the transaction is lost, and takes the role with it
  await tx.execute(sql.raw('set local role indelible_reader'));
  return result;
}

type Taken = { role: string; trails: string };

async function takeRole(tx: Tx, role: string, trails: string): Promise<Taken> {
  const [before] = await tx.execute<Taken>(sql`
    select current_setting('role') as role, coalesce(current_setting('indelible.trails', true), '') as trails,
      set_config('role', ${role}, true), set_config('indelible.trails', ${trails}, true), set_config('synchronous_commit', 'on', true)`);
  return before as Taken;
}

const takeBack = ({ role, trails }: Taken): SQL => sql`select set_config('role', ${role}, true), set_config('indelible.trails', ${trails}, true)`;

/** The postgres.js transaction under a Drizzle one: for COPY … FROM STDIN, which Drizzle has not. */
export const sqlOf = (tx: Tx): TransactionSql => (tx._.session as unknown as PostgresJsSession<never, never, never>).client as unknown as TransactionSql;
