import { checkDurability } from '@/db/check-durability';
import { runtime } from '@/db/runtime';
import { acquireServer, type ServerUse } from '@/db/server';
import { ensureFirstAdmin, type FirstAdmin } from '@/features/access/mutations/ensure-first-admin';
import { listTrails } from '@/features/access/queries';
import { tellAdoptionIfDue } from '@/features/sealing/mutations/tell-adoption';
import { isHeld } from '@/features/trail/held';
import { listLostTrails } from '@/features/trail/lost-trails';
import { lostWords } from '@/features/trail/lost-words';
import { env } from '@/lib/env';
import { ensureHost } from '@/lib/home';
import { checkHome } from './check-home';
import { makeFirstTrails } from './first-trails';

export type Boot = {
  host: string;
  /** Closes the connections and leaves the server to whoever goes on in this process. */
  close: () => Promise<void>;
  /** Closes the connections, and the embedded server where this process owns it. */
  stop: () => Promise<void>;
};

/** What every command needs before its first line: a migrated database, the host, its keys and its first two trails. */
export const bootForCommand = (name: string, say: (line: string) => void): Promise<Boot> => boot({ role: 'command', name, say });

/** The same for the web server, which owns the embedded database for good. `admin`: the first account, if it was made just now. */
export async function bootForServer(name: string, say: (line: string) => void): Promise<Boot & { admin: FirstAdmin | null }> {
  const booted = await boot({ role: 'server', name, say });
  try {
    const { INDELIBLE_ADMIN_EMAIL, INDELIBLE_ADMIN_PASSWORD } = env();
    const email = INDELIBLE_ADMIN_EMAIL ?? `admin@${booted.host.replace(/:\d+$/, '')}`;
    const admin = await ensureFirstAdmin({ email, password: INDELIBLE_ADMIN_PASSWORD }).catch((cause: unknown) => {
      if (!isHeld(cause)) throw cause;
      say(`The first account is not made: ${cause.message}. It is tried again at the next start.`); // who comes to the pages is told why
      return null;
    });
    return { ...booted, admin };
  } catch (cause) {
    await booted.stop();
    throw cause;
  }
}

async function boot(use: ServerUse & { say: (line: string) => void }): Promise<Boot> {
  const host = ensureHost(); // before a database is made that nobody can name
  const server = await acquireServer(use);
  const { close } = await runtime();
  const stop = async () => {
    await close();
    await server.stop();
  };
  try {
    await checkDurability();
    await checkHome(host);
    for (const lost of await listLostTrails()) use.say(`BROKEN: ${lostWords(lost)} Keep the database and its backups as they are.`);
    await makeFirstTrails(host, use.say);
    for (const trail of await listTrails()) await tellAdoptionIfDue(trail);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { host, close, stop };
}
