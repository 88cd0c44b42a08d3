import { type Database, openDatabase } from './client';
import { migrateDatabase } from './migrate';
import { type DatabaseServer, databaseUrl } from './server';

export type Runtime = {
  /** Nothing is to be asked of it outside a transaction of db/transaction.ts: a statement without a role is refused. */
  db: Database;
  /** For connections of one's own (db/copy-out.ts), same login. */
  url: string;
  /** For what no role of the product may do: db/owner.ts. */
  ownerUrl: string;
  isEmbedded: boolean;
  /** Closes the connections and leaves the server: a launcher hands it to the web server in the same process. */
  close: () => Promise<void>;
  /** Closes the connections, then the embedded server if it is ours. */
  stop: () => Promise<void>;
};

// Instrumentation, route handlers and server actions are separate bundles with separate module instances: globalThis is all they share.
const shared = globalThis as { indelibleRuntime?: Promise<Runtime> };

/** The one database of this process, migrated. A failed boot is tried again at the next call. */
export function runtime(): Promise<Runtime> {
  shared.indelibleRuntime ??= boot().catch((cause) => {
    shared.indelibleRuntime = undefined;
    throw cause;
  });
  return shared.indelibleRuntime;
}

/** Makes `use` what runtime() answers from now on: tests bind each file to a database of its own. */
export function bindRuntime(use: Runtime) {
  shared.indelibleRuntime = Promise.resolve(use);
}

async function boot(): Promise<Runtime> {
  const server = await databaseUrl();
  try {
    await migrateDatabase(server);
  } catch (cause) {
    await server.stop();
    throw cause;
  }
  return openRuntime(server);
}

/** The pool on a database that is migrated. */
export function openRuntime(server: DatabaseServer): Runtime {
  const { db, sql } = openDatabase(server.url, 10);
  const close = async () => {
    shared.indelibleRuntime = undefined;
    await sql.end({ timeout: 2 });
  };
  return {
    db,
    url: server.url,
    ownerUrl: server.ownerUrl,
    isEmbedded: server.isEmbedded,
    close,
    stop: async () => {
      await close();
      await server.stop();
    },
  };
}
