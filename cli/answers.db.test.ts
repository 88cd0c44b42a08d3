// What others write checks against: the object that each command prints and the exit code it ends with, on a PostgreSQL that is not ours to start (docs/roles.md).
import { execFile } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEmbeddedPostgres } from '@/db/embedded-postgres';
import { databaseAt } from '@/db/test/urls';
import { readZip } from '@/lib/zip/test/read-zip';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // processes, and perhaps the bundle of the command line, on a busy machine

const root = path.resolve(import.meta.dirname, '..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'answers test '));
fs.chmodSync(folder, 0o711);
const home = path.join(folder, 'home');
const origin = 'audit.example.com/main';
const HEX = expect.stringMatching(/^[0-9a-f]{64}$/);
const sha256 = (bytes: crypto.BinaryLike) => crypto.createHash('sha256').update(bytes).digest('hex');
const fileOf = (name: string) => path.join(folder, name);
let env: Record<string, string>;
let ownerUrl: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  const server = await startEmbeddedPostgres({ root: fileOf('elsewhere') }); // one that writes through: commands refuse another
  stop = server.stop;
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  await sql.unsafe("create role indelible_owner login createrole password 'of the owner'");
  await sql.unsafe("create role indelible_web login noinherit password 'of the web'");
  await sql.unsafe("create database indelible owner indelible_owner encoding 'UTF8' template template0");
  await sql.end();
  const login = (name: string, password: string) => {
    const url = new URL(databaseAt(server.url, 'indelible'));
    [url.username, url.password] = [name, password];
    return url.href;
  };
  ownerUrl = login('indelible_owner', 'of the owner');
  env = { DATABASE_URL: login('indelible_web', 'of the web'), DATABASE_OWNER_URL: ownerUrl, INDELIBLE_HOST: 'audit.example.com', INDELIBLE_HOME: home };
});
afterAll(async () => {
  await stop?.();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** As somebody calls it who stands in the folder. */
function indelible(code: number, ...args: string[]): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const command = [path.join(root, 'scripts/launch.mjs'), 'indelible', ...args, '--json'];
    execFile(process.execPath, command, { cwd: folder, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      const ended = Number(error?.code ?? 0);
      if (ended !== code) return reject(new Error(`${args.join(' ')} ended with ${ended}, not ${code}:\n${stdout}${stderr}`));
      resolve(JSON.parse(stdout)); // one object, and nothing else
    });
  });
}
const denied = JSON.stringify({ eq: ['outcome', 'denied'] });

/** The events of a file of JSON Lines, each checked by hand from the specification's §1 alone. */
function eventsOf(text: string) {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const record = JSON.parse(line) as { seq: number; prev: string; header: string; payload: string; event_hash: string };
      expect(Object.keys(record)).toEqual(['seq', 'prev', 'header', 'payload', 'event_hash']);
      expect(record).toEqual({ seq: expect.any(Number), prev: HEX, header: expect.any(String), payload: expect.any(String), event_hash: HEX });
      expect(sha256(`audit-chain/v1\n${record.seq}\n${record.prev}\n${sha256(record.header)}\n${sha256(record.payload)}\n`)).toBe(record.event_hash);
      return { ...record, header: JSON.parse(record.header) as Record<string, unknown>, payload: JSON.parse(record.payload) as Record<string, unknown> };
    });
}

test('with DATABASE_URL a command works on that server: no database of its own is made, none is announced', async () => {
  const answer = await indelible(0, 'trail', 'list');
  expect(answer).toEqual({
    trails: [
      { trail: origin, alias: 'main', events: 1, synthetic: false },
      { trail: 'audit.example.com/indelible', alias: 'indelible', events: expect.any(Number), synthetic: false },
    ],
  });
  expect(fs.readdirSync(home)).toContain('keys');
  for (const name of ['postgres', 'postgres-folder', 'server.json']) expect(fs.existsSync(path.join(home, name)), name).toBe(false);
  const sql = postgres(ownerUrl, { max: 1 });
  expect(await sql`select origin from trail order by origin`).toEqual([{ origin: 'audit.example.com/indelible' }, { origin }]);
  expect(await sql`select tableowner::text as owner from pg_tables where tablename = 'audit_event'`).toEqual([{ owner: 'indelible_owner' }]);
  await sql.end();
});

test('import: what was read and what became of it; rejects are named by file and line and end with 1', async () => {
  const event = (n: number) => ({
    id: `record-${n}`,
    occurred_at: `2026-01-0${n}T10:00:00Z`,
    actor_type: 'user',
    actor_id: 'anna',
    action: 'record.read',
    outcome: n > 3 ? 'denied' : 'success',
  });
  const lines = [1, 2, 3, 4, 5].map((n) => JSON.stringify(event(n)));
  fs.writeFileSync(
    fileOf('events.jsonl'),
    `${[...lines.slice(0, 2), '{"id":', ...lines.slice(2), JSON.stringify({ ...event(6), outcome: 'perhaps' })].join('\n')}\n`,
  );
  const answer = await indelible(1, 'import', '--format', 'jsonl', '--trail', origin, 'events.jsonl');
  expect(answer).toEqual({
    ...{ read: 7, appended: 5, duplicates: 0, rejected: 2 },
    rejects: [
      { file: 'events.jsonl', line: 3, reason: expect.stringMatching(/./) },
      { file: 'events.jsonl', line: 7, reason: expect.stringMatching(/outcome/) },
    ],
  });
});

test('import of an auth.log needs year and zone, and reads its times by them', async () => {
  const line = 'Mar 27 13:06:56 gate sshd[1291]: Failed password for bert from 192.0.2.7 port 5022 ssh2';
  fs.writeFileSync(fileOf('auth.log'), `${line}\n`);
  const command = ['import', '--format', 'authlog', '--trail', 'main', '--source', 'gate'];
  const [bare, answer] = await Promise.all([
    indelible(2, ...command, 'auth.log'),
    indelible(0, ...command, '--year', '2017', '--zone', 'Europe/Amsterdam', 'auth.log'),
  ]);
  expect(bare).toEqual({ error: { code: 'USAGE', message: expect.stringMatching(/--year: .*\n--zone: /) } });
  expect(answer).toEqual({ read: 1, appended: 1, duplicates: 0, rejected: 0, rejects: [] });
});

test('verify of a range: [from,to) was checked and nothing found', async () => {
  const answer = await indelible(0, 'verify', '--trail', 'main', '--from', '2', '--to', '6');
  expect(answer).toEqual({ trail: origin, from: 2, to: 6, checked: 4, counts: {}, findings: [], state: 'consistent' });
});

test('export: every event, with the texts that were hashed, in a file of that hash; or those of a filter alone', async () => {
  const [all, some] = await Promise.all([
    indelible(0, 'export', '--trail', 'main', '--out', 'all.jsonl'),
    indelible(0, 'export', '--trail', 'main', '--filter', denied, '--out', 'denied.jsonl'),
  ]);
  const bytes = fs.readFileSync(fileOf('all.jsonl'));
  expect(all).toEqual({ trail: origin, rows: 8, out: fileOf('all.jsonl'), sha256: sha256(bytes) });
  const events = eventsOf(bytes.toString());
  expect(events.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(events.slice(1).map(({ prev }) => prev)).toEqual(events.slice(0, -1).map(({ event_hash }) => event_hash));
  expect(events.map(({ header, payload }) => [header.action, payload.source])).toEqual([
    ['trail.created', undefined], // of our own acts no source is told
    ...Array(5).fill(['record.read', 'jsonl']), // the format's name, unless another is given
    ['auth.login', 'gate'],
    ['verification.finished', undefined],
  ]);
  expect(events[6]?.header).toMatchObject({ actor_id: 'bert', occurred_at: '2017-03-27T11:06:56.000000Z', outcome: 'failure' });

  const those = fs.readFileSync(fileOf('denied.jsonl'));
  expect(some).toEqual({ trail: origin, rows: 2, out: fileOf('denied.jsonl'), sha256: sha256(those) });
  expect(eventsOf(those.toString())).toEqual(events.filter(({ header }) => header.outcome === 'denied'));
});

test('export: a filter that cannot be read and a file that is there are mistakes, and leave everything as it is', async () => {
  const before = fs.readFileSync(fileOf('denied.jsonl'));
  const [filter, file] = await Promise.all([
    indelible(2, 'export', '--trail', 'main', '--filter', '{"like":["action","x"]}', '--out', 'bad.jsonl'),
    indelible(2, 'export', '--trail', 'main', '--out', 'denied.jsonl'),
  ]);
  expect(filter).toEqual({ error: { code: 'USAGE', message: expect.stringMatching(/^--filter: /) } });
  const there = `--out: ${fileOf('denied.jsonl')} exists and is not overwritten: remove it or choose another name`;
  expect(file).toEqual({ error: { code: 'USAGE', message: there } });
  expect(fs.readFileSync(fileOf('denied.jsonl'))).toEqual(before);
  expect(fs.readdirSync(folder).filter((name) => name.includes('bad') || name.endsWith('.tmp'))).toEqual([]);
});

test('bundle create: what it holds, and the hashes of the zip and of its tag manifest', async () => {
  const command = ['bundle', 'create', '--trail', 'main', '--filter', denied, '--from', '1', '--to', '5'];
  const [answer, other] = await Promise.all([
    indelible(0, ...command, '--level', 'selection', '--out', 'evidence.zip'),
    indelible(2, ...command, '--level', 'whole', '--out', 'other.zip'),
  ]);
  const zip = fs.readFileSync(fileOf('evidence.zip'));
  const files = new Map(readZip(zip).map(({ name, bytes }) => [name.slice(name.indexOf('/') + 1), bytes]));
  expect(answer).toEqual({
    bundle_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
    ...{ from: 1, to: 5, matched: 1, out: fileOf('evidence.zip') },
    sha256: sha256(zip),
    tagmanifest_sha256: sha256(files.get('tagmanifest-sha256.txt') as Buffer),
  });
  expect(eventsOf(String(files.get('data/events.jsonl'))).map(({ seq }) => seq)).toEqual([4]);

  expect(other).toEqual({ error: { code: 'USAGE', message: '--level: there is "selection" alone, not "whole"' } });
  expect(fs.existsSync(fileOf('other.zip'))).toBe(false);
});

test('trail tiles: as the owner of the tables, who alone may take tiles away, where the web server is another', async () => {
  for (const trail of ['main', 'indelible']) await indelible(0, 'checkpoint', '--trail', trail);
  const sql = postgres(ownerUrl, { max: 1 });
  await sql`delete from tile`;
  const rebuilt = { trail: origin, size: expect.any(Number), root: HEX, tiles: ['0/0'], further: 0 };
  // the trail that the act belongs to takes no event itself
  expect(await indelible(0, 'trail', 'tiles', '--trail', 'main')).toEqual({ ...rebuilt, due: true });
  expect(await indelible(0, 'trail', 'tiles', '--trail', 'indelible')).toEqual({ ...rebuilt, trail: 'audit.example.com/indelible' });
  expect(await indelible(0, 'trail', 'tiles', '--trail', 'main')).toEqual({ ...rebuilt, tiles: [] });
  const acts = await sql`select resource_id as trail from audit_event where action = 'tiles.rebuilt' order by resource_id`;
  expect(acts.map(({ trail }) => trail)).toEqual(['audit.example.com/indelible', origin]);
  await sql.end();
});
