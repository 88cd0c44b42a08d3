import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import { dataFolder } from './data-folder';
import { startEmbeddedPostgres } from './embedded-postgres';

export type OwnServer = { url: string; ownerUrl: string; stop: () => Promise<void> };
type Options = { home: string; say: (line: string) => void; superuser: string; login: string };

const DATABASE = 'indelible';
const LOGIN = 'indelible_login';
const RESTARTS_A_MINUTE = 5;

/** The embedded server that this process owns, with its database. Should PostgreSQL die by itself, it is started again on the same port. */
export async function startOwnServer({ home, say, superuser, login }: Options): Promise<OwnServer> {
  const root = dataFolder(home, say);
  const lostAt: number[] = [];
  let isStopping = false;
  let current = start({ mayCreate: !hasSigned(home) });

  function start(options: { port?: number; mayCreate: boolean }) {
    return startEmbeddedPostgres({
      ...options,
      root,
      password: superuser,
      log: (lines) => {
        for (const line of lines.split('\n')) if (line.includes('PANIC:')) log.error({ postgres: line }, 'PostgreSQL reports');
      },
      onLost: (exitCode) => {
        if (isStopping) return;
        current = current.then((server) => again(server.port, exitCode));
        current.catch((err) => log.error({ err }, 'the embedded PostgreSQL cannot be started again'));
      },
    });
  }

  async function again(port: number, exitCode: number | null) {
    log.error({ exitCode }, 'the embedded PostgreSQL went away; starting it again');
    lostAt.push(Date.now());
    if (lostAt.filter((at) => at > Date.now() - 60_000).length > RESTARTS_A_MINUTE)
      throw new Error(`it went away more than ${RESTARTS_A_MINUTE} times in a minute`);
    await sleep(200);
    return start({ port, mayCreate: false });
  }

  const server = await current;
  const stop = async () => {
    isStopping = true;
    const running = await current.catch(() => null); // it went away and could not be started again
    await running?.stop();
  };
  try {
    await ensureDatabase(server.url);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { url: addressOf(server.url, LOGIN, login), ownerUrl: addressOf(server.url, 'postgres', superuser), stop };
}

/** A guard file lies beside the key of each trail from before its first event on. */
const hasSigned = (home: string) => {
  const keys = path.join(home, 'keys');
  return fs.existsSync(keys) && fs.readdirSync(keys).some((name) => name.endsWith('.guard'));
};

function addressOf(server: string, user: string, password: string): string {
  const url = new URL(server);
  Object.assign(url, { username: user, password, pathname: `/${DATABASE}` });
  return url.href;
}

/** The login is made by the migrations (db/roles.ts). */
async function ensureDatabase(url: string) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [found] = await sql`select from pg_database where datname = ${DATABASE}`;
    if (!found) await sql.unsafe(`create database ${DATABASE}`);
  } catch (cause) {
    if ((cause as { code?: string }).code !== '28P01') throw cause;
    throw new AppError('KEY_MISSING', {
      cause,
      hint: 'the embedded database has another password than keys/database-superuser.key: put the keys back from the backup of INDELIBLE_HOME, with which it was made',
    });
  } finally {
    await sql.end();
  }
}
