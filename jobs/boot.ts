import { runtime } from '@/db/runtime';
import { acquireServer, type ServerUse } from '@/db/server';
import { ensureHost } from '@/lib/home';

type Boot = { host: string; stop: () => Promise<void> };

/** What every command needs before its first line: a migrated database, the host, its keys and its first two trails. `stop` closes what was opened. */
export const bootForCommand = (name: string, say: (line: string) => void): Promise<Boot> => boot({ role: 'command', name, say });

/** The same for the web server, which owns the embedded database for good. */
export const bootForServer = (name: string, say: (line: string) => void): Promise<Boot> => boot({ role: 'server', name, say });

async function boot(use: ServerUse): Promise<Boot> {
  const host = ensureHost(); // before a database is made that nobody can name
  await acquireServer(use);
  const { stop } = await runtime();
  return { host, stop };
}
