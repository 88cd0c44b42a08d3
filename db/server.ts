import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimFile, readClaim, releaseClaim, updateClaim } from '@/lib/claim';
import { env } from '@/lib/env';
import { AppError } from '@/lib/errors';
import { ensureSecret, home, homeFolder } from '@/lib/home';
import { isRunning, type ProcessId, thisProcess } from '@/lib/process';
import { type OwnServer, startOwnServer } from './own-server';

/** Which PostgreSQL this process uses, and as whom. */
export type DatabaseServer = {
  /** What the pool logs in with: `indelible_login` of the embedded server, else DATABASE_URL. */
  url: string;
  /** For migrations and db/owner.ts; the same as `url` where a single DATABASE_URL is given. */
  ownerUrl: string;
  isEmbedded: boolean;
  /** Stops the embedded server if this process owns it, else says goodbye to the owner. */
  stop: () => Promise<void>;
};

export type ServerUse = {
  /** `server`: the web server, which owns the embedded server for good; `command`: for a command's own time. */
  role: 'server' | 'command';
  /** Who we are to somebody who waits for us: `indelible import`. */
  name: string;
  /** Lines for the person who waits. */
  say?: (line: string) => void;
};

/** What `<home>/server.json` says, beside the owner's pid and its start. `url` is the superuser's, on the database `indelible`. */
type Words = { role: ServerUse['role']; name: string; state: 'starting' | 'running' | 'stopping'; url?: string; loginUrl?: string };

// Instrumentation, route handlers and server actions are separate bundles with separate module instances: globalThis is all they share.
const shared = globalThis as { indelibleServer?: Promise<DatabaseServer> };

/**
 * The server of this process, acquired once: DATABASE_URL, or the embedded one that runs for this home, or one that we start and own.
 * A failed try is made again at the next call. @throws AppError ALREADY_RUNNING for a second web server on one home
 */
export function acquireServer(use: ServerUse): Promise<DatabaseServer> {
  shared.indelibleServer ??= acquire(use).catch((cause) => {
    shared.indelibleServer = undefined;
    throw cause;
  });
  return shared.indelibleServer;
}

/** The server of this process. Who did not say before what it is, is taken for the web server. */
export const databaseUrl = (): Promise<DatabaseServer> => acquireServer({ role: 'server', name: 'Indelible' });

async function acquire(use: ServerUse): Promise<DatabaseServer> {
  const { DATABASE_URL, DATABASE_OWNER_URL } = env();
  const server = DATABASE_URL
    ? { url: DATABASE_URL, ownerUrl: DATABASE_OWNER_URL ?? DATABASE_URL, isEmbedded: false, stop: async () => {} }
    : await acquireEmbedded(use, path.join(home(), 'server.json'));
  return {
    ...server,
    stop: async () => {
      shared.indelibleServer = undefined;
      await server.stop();
    },
  };
}

async function acquireEmbedded(use: ServerUse, file: string): Promise<DatabaseServer> {
  const words: Words = { role: use.role, name: use.name, state: 'starting' };
  let waitsFor = 0;
  const patientUntil = Date.now() + 3_000; // a server that was just told to go is given time to
  for (;;) {
    const owner = await claimFile(file, words);
    if (!owner) return own(file, words, use);
    if (use.role === 'server') {
      if (owner.role === 'server' && owner.state !== 'stopping' && Date.now() > patientUntil) {
        throw new AppError('ALREADY_RUNNING', {
          hint: `${owner.name} (process ${owner.pid}) already runs on ${path.dirname(file)}: stop it first, or choose another INDELIBLE_HOME`,
        });
      }
      if (waitsFor !== owner.pid && owner.role === 'command') use.say?.(`waiting for ${owner.name} (process ${owner.pid}), which has the database, to finish`);
      waitsFor = owner.pid;
    } else {
      const joined = await join(file, use);
      if (joined) return joined;
    }
    await sleep(50);
  }
}

async function own(file: string, words: Words, use: ServerUse): Promise<DatabaseServer> {
  let server: OwnServer;
  try {
    server = await startOwnServer({ home: path.dirname(file), say: use.say ?? (() => {}), superuser: password('superuser'), login: password('login') });
  } catch (cause) {
    releaseClaim(file);
    throw cause;
  }
  const running = { ...words, state: 'running', url: server.ownerUrl, loginUrl: server.url } as const;
  updateClaim(file, running);
  const stop = async () => {
    updateClaim(file, { ...running, state: 'stopping' });
    if (use.role === 'command') await waitForUsers(file, running, use);
    await server.stop();
    releaseClaim(file);
  };
  return { url: server.url, ownerUrl: server.ownerUrl, isEmbedded: true, stop };
}

const password = (name: string) => ensureSecret(`database-${name}.key`, 24).toString('hex');

/**
 * Uses the owner's server. First we say that we do, then we look whether the owner still keeps it: the owner does both in the other order, so one of us sees the other.
 * @returns null when the owner is starting, stopping or gone: try again
 */
async function join(file: string, use: ServerUse): Promise<DatabaseServer | null> {
  const note = path.join(homeFolder('users'), `${process.pid}.json`);
  fs.writeFileSync(note, JSON.stringify({ ...thisProcess(), name: use.name }), { mode: 0o600 });
  const leave = () => fs.rmSync(note, { force: true });
  const owner = readClaim<Words>(file);
  if (owner?.state !== 'running' || !owner.url || !owner.loginUrl) {
    leave();
    return null;
  }
  return { url: owner.loginUrl, ownerUrl: owner.url, isEmbedded: true, stop: async () => leave() };
}

/** A command that owns the server keeps it until the commands that joined are done. */
async function waitForUsers(file: string, running: Words, use: ServerUse) {
  let named = '';
  for (;;) {
    const [user] = livingUsers();
    if (!user) return;
    if (named !== user.name) use.say?.(`keeping the database for ${user.name} (process ${user.pid}), which still uses it`);
    named = user.name;
    updateClaim(file, running);
    await sleep(100);
    updateClaim(file, { ...running, state: 'stopping' });
  }
}

function livingUsers(): (ProcessId & { name: string })[] {
  const folder = homeFolder('users');
  return fs.readdirSync(folder).flatMap((name) => {
    const note = path.join(folder, name);
    try {
      const user = JSON.parse(fs.readFileSync(note, 'utf8'));
      if (isRunning(user)) return [user];
      fs.rmSync(note, { force: true });
    } catch {
      // it left while we looked, or has not finished writing: it looks at us afterwards, and the next round sees it
    }
    return [];
  });
}
