// The trail `indelible`, in which everything done in the product is recorded, takes no event: what is needed to find out why and to go on starts all the same.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { acquireServer } from '@/db/server';
import { checkSignIn } from '@/features/access/mutations/check-sign-in';
import { listTrails } from '@/features/access/queries';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { bootForServer } from '@/jobs/boot';
import { setEnv } from '@/lib/env';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 }); // processes, and perhaps a build of the command line, on a busy machine

// a server of our own that writes through: the commands refuse one that does not, and find it by the home
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'held test '));
fs.chmodSync(home, 0o711);
const env = { DATABASE_URL: '', DATABASE_OWNER_URL: '', INDELIBLE_HOST: 'audit.example.com', INDELIBLE_HOME: home };
const account = { INDELIBLE_ADMIN_EMAIL: 'ines@example.com', INDELIBLE_ADMIN_PASSWORD: 'correct horse battery' };
const root = path.resolve(import.meta.dirname, '..');
const origin = 'audit.example.com/indelible';
const TABLES = ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint'];
const guard = path.join(home, 'keys/indelible.guard');
let sql: Sql;
let stop: () => Promise<void>;
let guardText: string;

beforeAll(async () => {
  setEnv({ ...env, ...account });
  const server = await acquireServer({ role: 'server', name: 'a test' });
  const booted = await bootForServer('a test', () => {});
  sql = postgres(server.ownerUrl, { max: 1, onnotice: () => {} });
  stop = async () => {
    await sql.end();
    await booted.stop();
  };
  await sql`create schema backup`;
  await keep('begin', 'seq < 1');
  await signIn();
  for (const trail of await listTrails()) expect(await sealTrail(trail)).toMatchObject({ ok: true, isWhole: true });
  await keep('whole', 'true');
});
afterAll(async () => {
  await stop?.();
  fs.rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  guardText = fs.readFileSync(guard, 'utf8');
});
afterEach(async () => {
  await restore('whole');
  fs.writeFileSync(guard, guardText);
});

const signIn = () =>
  checkSignIn({ email: account.INDELIBLE_ADMIN_EMAIL, password: account.INDELIBLE_ADMIN_PASSWORD }, { ip: null, userAgent: null }, new Date());

async function keep(name: string, rows: string) {
  for (const table of TABLES) {
    const condition = table === 'audit_event' || table === 'event_key' ? rows : 'true';
    await sql.unsafe(
      `create table backup.${name}_${table} as select * from ${table} where trail_id = (select trail_id from trail where origin = '${origin}') and ${condition}`,
    );
  }
}
const restore = (name: string) =>
  sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const table of TABLES) {
      await tx.unsafe(`delete from ${table} where trail_id = (select trail_id from trail where origin = '${origin}')`);
      await tx.unsafe(`insert into ${table} select * from backup.${name}_${table}`);
    }
  });

// biome-ignore lint/suspicious/noExplicitAny: the shapes are what is tested
async function indelible(code: number, ...args: string[]): Promise<any> {
  const ended = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: home, env: { ...process.env, ...env } };
    execFile(process.execPath, [path.join(root, 'scripts/launch.mjs'), 'indelible', ...args, '--json'], options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
  expect(ended.code, `${args.join(' ')}: ${ended.stdout}${ended.stderr}`).toBe(code);
  return JSON.parse(ended.stdout);
}
const adopt = (code: number) => indelible(code, 'guard', 'adopt', '--trail', 'indelible', '--confirm', origin);

/** A start of the web server. @returns what it said */
async function start(): Promise<string[]> {
  const said: string[] = [];
  expect((await bootForServer('a test', (line) => said.push(line))).admin).toBeNull();
  return said;
}

describe('the server and the commands start where indelible takes no event', () => {
  test('because its guard is gone: verified and adopted, it goes on', async () => {
    fs.rmSync(guard);
    expect(await start()).toEqual([]); // nothing was to be recorded
    await expect(signIn()).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
    expect(await indelible(0, 'vkey', '--trail', 'main')).toMatchObject({ vkey: expect.any(String) });
    expect(await indelible(0, 'verify', '--trail', 'indelible')).toMatchObject({ counts: {} });
    await adopt(0);
    expect(await signIn()).toMatchObject({ ok: true });
    fs.rmSync(path.join(home, 'checkpoints/indelible')); // what is put back behind this test is older
  });

  test('because somebody wrote to its end marker: a verification names it', async () => {
    await sql`update trail_head set mac = ${Buffer.alloc(32, 7)} where trail_id = (select trail_id from trail where origin = ${origin})`;
    expect(await start()).toEqual([]);
    await expect(signIn()).rejects.toMatchObject({ code: 'HEAD_FORGED' });
    expect(await indelible(1, 'verify', '--trail', 'indelible')).toMatchObject({ state: 'broken', counts: { HEAD_FORGED: 1 } });
    expect((await adopt(2)).error.code).toBe('GUARD_NOT_ADOPTED');
    expect((await indelible(2, 'checkpoint', '--trail', 'indelible')).error).toMatchObject({
      code: 'SIGNER_REFUSED',
      message: expect.stringContaining('HEAD_FORGED'),
    });
    expect(await indelible(0, 'checkpoint', '--trail', 'main')).toMatchObject({ size: expect.any(Number) });
  });

  test('because it was restored from before the acts of the first start: what cannot be recorded now is said', async () => {
    await restore('begin');
    await sql`delete from action_catalogue`;
    const said = await start();
    expect(said).toEqual([
      expect.stringMatching(/^The catalogue of actions is not published.*(HEAD_FORGED|SIGNER_REFUSED).*tried again at the next start/),
      expect.stringMatching(/^Which redaction rules are in force is not recorded.*tried again at the next start/),
    ]);
    expect(await sql`select 1 from action_catalogue`).toEqual([]); // not without its act
    expect(await indelible(1, 'verify', '--trail', 'indelible')).toMatchObject({ state: 'broken' });
    expect((await adopt(2)).error.code).toBe('GUARD_NOT_ADOPTED');
    await sql`delete from app_user`; // and nobody has an account
    expect((await start()).at(-1)).toMatch(/^The first account is not made: .*account\.created cannot be recorded/);
  });
});
