import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import postgres, { type Sql } from 'postgres';

/** The first administrator of the server that playwright.config.ts starts. */
export const ADMIN = { email: 'officer@example.com', password: 'correct horse battery' };

const home = () => process.env.E2E_HOME as string;

/** Runs a command of the command line against the server of these tests; resolves to its --json object and exit code. */
export function indelible(...args: string[]): Promise<{ code: number; json: Record<string, unknown>; stderr: string }> {
  const env = { ...process.env, INDELIBLE_HOME: home(), DATABASE_URL: '', DATABASE_OWNER_URL: '' };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['scripts/launch.mjs', 'indelible', ...args, '--json'], { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error && (typeof error.code !== 'number' || error.code > 1)) return reject(new Error(`indelible ${args.join(' ')}: ${stderr || error.message}`));
      resolve({ code: Number(error?.code ?? 0), json: JSON.parse(stdout || '{}'), stderr });
    });
  });
}

/** The database as its superuser: what an attacker with every right in it can do. End it. */
export function superuser(): Sql {
  const { url } = JSON.parse(fs.readFileSync(path.join(home(), 'server.json'), 'utf8'));
  return postgres(url, { max: 1, onnotice: () => {} });
}
