import { checkDurability } from '@/db/check-durability';
import { runtime } from '@/db/runtime';
import { acquireServer, type ServerUse } from '@/db/server';
import { ensureFirstAdmin, type FirstAdmin } from '@/features/access/mutations/ensure-first-admin';
import { listTrails } from '@/features/access/queries';
import { sealStep } from '@/features/sealing/mutations/seal-trail';
import { tellDue } from '@/features/sealing/mutations/tell-due';
import { ensureFoundFolder, lookAtFound } from '@/features/trail/found-file';
import { ensureNotesFolder } from '@/features/trail/found-notes';
import { isHeld } from '@/features/trail/held';
import { listStrayTrails } from '@/features/trail/lost-trails';
import { CLOSED_FOUND, foreignWords, lostWords, unreadFoundWords, unreadUntoldWords } from '@/features/trail/lost-words';
import { readRefusal } from '@/features/trail/refusal-file';
import { listUnreadUntold } from '@/features/verification/untold-file';
import { env } from '@/lib/env';
import { ensureHost } from '@/lib/home';
import { log } from '@/lib/log';
import { checkHome } from './check-home';
import { makeFirstTrails } from './first-trails';

export type Boot = {
  host: string;
  /** Some of what is recorded at a start could not be. */
  isDue: boolean;
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
    ensureFoundFolder();
    for (const { origin } of await listTrails()) ensureNotesFolder(origin);
    const admin = await makeFirstAdmin(booted.host).catch((cause: unknown) => {
      if (!isHeld(cause)) throw cause;
      say(`The first account is not made: ${cause.message}. It is tried again every few seconds.`); // who comes to the pages is told why
      return 'due' as const;
    });
    if (admin === 'due') return { ...booted, admin: null, isDue: true };
    return { ...booted, admin };
  } catch (cause) {
    await booted.stop();
    throw cause;
  }
}

/** @returns null where there are accounts. @throws AppError where it cannot be recorded now */
export function makeFirstAdmin(host: string): Promise<FirstAdmin | null> {
  const { INDELIBLE_ADMIN_EMAIL, INDELIBLE_ADMIN_PASSWORD } = env();
  return ensureFirstAdmin({ email: INDELIBLE_ADMIN_EMAIL ?? `admin@${host.replace(/:\d+$/, '')}`, password: INDELIBLE_ADMIN_PASSWORD });
}

async function boot(use: ServerUse & { say: (line: string) => void }): Promise<Boot> {
  const host = ensureHost(); // before a database is made that nobody can name
  const server = await acquireServer(use);
  const { close } = await runtime();
  const stop = async () => {
    await close();
    await server.stop();
  };
  let isDue = false;
  try {
    await checkDurability();
    for (const keyless of await checkHome(host)) use.say(keyless);
    const { gone, foreign } = await listStrayTrails();
    for (const words of [...gone.map(lostWords), ...foreign.map(foreignWords)]) use.say(`BROKEN: ${words} Keep the database and its backups as they are.`);
    for (const trail of await listTrails()) {
      const { alias, origin } = trail;
      const { unread, isClosed } = lookAtFound(origin);
      if (unread.length > 0) use.say(`BROKEN: ${alias}: ${unreadFoundWords(unread)}`);
      if (isClosed) use.say(`${alias}: ${CLOSED_FOUND.head} ${CLOSED_FOUND.rest}`);
      const untold = listUnreadUntold(trail);
      if (untold.length > 0) use.say(`${alias}: ${unreadUntoldWords(untold)}`);
    }
    if (use.role === 'server') await askSigners(); // a command has no sealer that goes on with what it finds
    isDue = !(await makeFirstTrails(host, use.say));
    for (const trail of await listTrails()) await tellDue(trail);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { host, isDue, close, stop };
}

/** A refusal that lies here may be one whose reason is gone, and what is done at a start comes before the first seal: one step of each, and not for long. */
async function askSigners() {
  for (const trail of await listTrails()) {
    try {
      if (readRefusal(trail.origin) !== null) await sealStep(trail, AbortSignal.timeout(PATIENCE_MS));
    } catch (err) {
      log.warn({ err, origin: trail.origin }, 'why the signer refused could not be looked at');
    }
  }
}

const PATIENCE_MS = 2_000; // for another process that seals
