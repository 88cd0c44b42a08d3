// What a start does where it cannot do all of it: one of the two trails that every installation has is gone from the database, or takes no event.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { listTrails } from '@/features/access/queries';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { clearRefusal, readRefusal, writeRefusal } from '@/features/trail/refusal-file';
import { log } from '@/lib/log';
import { bootForCommand, bootForServer } from './boot';
import { startDueActs } from './due-acts';
import { installation } from './test/installation';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 }); // processes, and perhaps a build of the command line, on a busy machine

const { home, sql, signIn, indelible, start } = await installation();

beforeAll(async () => {
  for (const trail of await listTrails()) expect(await sealTrail(trail)).toMatchObject({ ok: true, isWhole: true });
});

test('a start makes the folders of what is found, and one that is there stays: no command of another user is the first', async () => {
  const folder = (alias: string) => path.join(home, 'found', `${alias}.notes`);
  const mode = (alias: string) => fs.statSync(folder(alias)).mode & 0o777;
  expect(['main', 'indelible'].map(mode)).toEqual([0o700, 0o700]);
  fs.rmSync(folder('main'), { recursive: true });
  fs.writeFileSync(path.join(folder('indelible'), 'a.note'), 'a');
  expect(await start()).toEqual([]);
  expect([mode('main'), fs.readdirSync(folder('indelible'))]).toEqual([0o700, ['a.note']]);
  fs.rmSync(path.join(folder('indelible'), 'a.note'));
});

test('a start and every command say which file of what was found cannot be read', async () => {
  const damaged = path.join(home, 'found', 'main.999.1.json');
  fs.writeFileSync(damaged, '{"v":1');
  const lines: string[] = [];
  await bootForCommand('a test', (line) => lines.push(line));
  const said = [expect.stringMatching(/^BROKEN: main: What was found in this trail .* in found\/main\.999\.1\.json, and cannot be read\.$/)];
  expect([lines, await start()]).toEqual([said, said]);
  fs.rmSync(damaged);
  expect(await start()).toEqual([]);
});

test('a command says of a folder of what was found that cannot be read what to do, and claims no break', async () => {
  const folder = path.join(home, 'found');
  fs.renameSync(folder, `${folder}.kept`);
  fs.writeFileSync(folder, '');
  const lines: string[] = [];
  try {
    await bootForCommand('a test', (line) => lines.push(line));
  } finally {
    fs.rmSync(folder);
    fs.renameSync(`${folder}.kept`, folder);
  }
  const words = 'Whether something was found in this trail .*: the folder found in INDELIBLE_HOME cannot be read\\. Give it back .* never remove it';
  expect(lines.sort()).toEqual(['indelible', 'main'].map((alias) => expect.stringMatching(`^${alias}: ${words}`)));
});

describe('what a start records in indelible', () => {
  const origin = 'audit.example.com/indelible';
  const isPublished = async () => (await sql`select 1 from action_catalogue`).length > 0;

  test('is recorded where the reason of a refusal that lies there is gone', async () => {
    await sql`delete from action_catalogue`;
    writeRefusal(origin, { since: '2026-11-25T00:00:00.000000Z', reason: 'gone since' });
    expect(await start()).toEqual([]);
    expect([readRefusal(origin), await isPublished()]).toEqual([null, true]);
  });

  test('is not where events are gone that the server had appended before: its start forgets nothing of them', async () => {
    await sql`delete from action_catalogue`;
    const [head] = await sql`select next_seq::int as size from trail_head join trail using (trail_id) where origin = ${origin}`;
    const known = { nextSeq: head?.size + 2, lastHash: 'ab'.repeat(32) };
    writeRefusal(origin, { since: '2026-11-25T00:00:00.000000Z', reason: 'a server refused', known: [known] });
    expect(await start()).toContainEqual(expect.stringMatching(/^The catalogue .*SIGNER_REFUSED.*were appended here and acknowledged/));
    // beside it stands what this process knows itself
    expect([readRefusal(origin)?.known, await isPublished()]).toEqual([expect.arrayContaining([known]), false]);
    clearRefusal(origin);
    expect(await start()).toEqual([]);
    expect(await isPublished()).toBe(true);
  });

  test('though another trail has a guard that cannot be read', async () => {
    const guard = path.join(home, 'keys/main.guard');
    fs.renameSync(guard, `${guard}.kept`);
    fs.mkdirSync(guard);
    try {
      expect(await start()).toEqual([]);
      expect(await indelible(0, 'vkey', '--trail', 'indelible')).toMatchObject({ vkey: expect.any(String) });
    } finally {
      fs.rmdirSync(guard);
      fs.renameSync(`${guard}.kept`, guard);
    }
  });

  test('and could not, is recorded by the same server once the reason is gone', async () => {
    const guard = path.join(home, 'keys/indelible.guard');
    const text = fs.readFileSync(guard, 'utf8');
    await sql`delete from action_catalogue`;
    await sql`delete from app_user`;
    fs.rmSync(guard);
    const said: string[] = [];
    const booted = await bootForServer('a test', (line) => said.push(line));
    expect(booted).toMatchObject({ isDue: true, admin: null });
    expect(said).toEqual([expect.stringMatching(/^The catalogue .*SIGNER_REFUSED/), expect.stringMatching(/^The first account is not made: .*SIGNER_REFUSED/)]);
    const admins: string[] = [];
    const warned = vi.spyOn(log, 'warn');
    const acts = startDueActs(booted.host, ({ email }) => admins.push(email), 100);
    try {
      // tried several times, and said once each: what keeps it now may be another reason than at the start
      const lines = () => warned.mock.calls.map(([line]) => String(line)).filter((line) => /SIGNER_REFUSED.*every few seconds/.test(line));
      const told = [expect.stringMatching(/^The catalogue/), expect.stringMatching(/^The first account/)];
      await expect.poll(lines, { timeout: 20_000 }).toEqual(told);
      await new Promise((done) => setTimeout(done, 500));
      expect([lines(), await isPublished(), admins]).toEqual([told, false, []]);
      fs.writeFileSync(guard, text);
      await expect.poll(() => admins, { timeout: 20_000 }).toEqual(['ines@example.com']);
      await expect.poll(isPublished, { timeout: 20_000 }).toBe(true); // the guard may be back between the two
    } finally {
      await acts.stop();
      warned.mockRestore();
    }
    expect(await signIn()).toMatchObject({ ok: true });
    const again = await bootForServer('a test', () => {});
    expect(again.isDue).toBe(false);
  });
});

describe('the server and the commands start where a first trail is gone from every table, its own row with it', () => {
  /** @returns puts it back */
  async function take(alias: string): Promise<() => Promise<void>> {
    const [{ id }] = (await sql`select trail_id as id from trail where alias = ${alias}`) as unknown as [{ id: number }];
    const names = await sql<{ name: string }[]>`
      select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'trail_id'
      where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace`;
    for (const { name } of names) await sql.unsafe(`create table backup.gone_${alias}_${name} as select * from ${name} where trail_id = ${id}`);
    const replica = (statement: (name: string) => string) =>
      sql.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        for (const { name } of names) await tx.unsafe(statement(name));
      });
    await replica((name) => `delete from ${name} where trail_id = ${id}`);
    return () => replica((name) => `insert into ${name} overriding system value select * from backup.gone_${alias}_${name}`);
  }
  const trails = async () => (await listTrails()).map(({ alias }) => alias);

  test('main: it is said, none is made in its place, and the rest goes on', async () => {
    const putBack = await take('main');
    try {
      expect(await start()).toEqual([expect.stringMatching(/^BROKEN: 1 event was signed under the key of main, and the trail is gone from the database/)]);
      expect(await trails()).toEqual(['indelible']);
      expect(await signIn()).toMatchObject({ ok: true });
      expect(await indelible(0, 'verify', '--trail', 'indelible')).toMatchObject({ counts: {} });
      expect(await indelible(0, 'vkey', '--trail', 'indelible')).toMatchObject({ vkey: expect.any(String) });
    } finally {
      await putBack();
    }
    expect(await start()).toEqual([]);
  });

  test('indelible: nobody signs in, and is told why; another trail is verified', async () => {
    const putBack = await take('indelible');
    try {
      expect(await start()).toEqual([
        expect.stringMatching(/^BROKEN: \d+ events were signed under the key of indelible, and the trail is gone from the database/),
        expect.stringMatching(/^Which redaction rules are in force is not recorded: OWN_TRAIL_MISSING/),
      ]);
      expect(await trails()).toEqual(['main']);
      await expect(signIn()).rejects.toMatchObject({ code: 'OWN_TRAIL_MISSING' });
      expect(await indelible(0, 'verify', '--trail', 'main')).toMatchObject({ counts: {} });
      expect(await indelible(0, 'vkey', '--trail', 'main')).toMatchObject({ vkey: expect.any(String) });
    } finally {
      await putBack();
    }
    expect(await start()).toEqual([]);
    expect(await signIn()).toMatchObject({ ok: true });
  });
});

test('a row of a trail that was never made here keeps nobody out: it is said, and it is no trail of the product', async () => {
  await sql`insert into trail (origin, alias, log_vkey, is_synthetic) values ('other.example/x', 'x', 'none', false)`;
  const said = [expect.stringMatching(/^BROKEN: The database names a trail other\.example\/x under the alias [^ ]+, which was never made here\./)];
  expect(await start()).toEqual(said);
  const lines: string[] = [];
  await bootForCommand('a test', (line) => lines.push(line));
  expect(lines).toEqual(said);
  expect((await listTrails()).map(({ alias }) => alias)).toEqual(['main', 'indelible']);
  expect(await indelible(0, 'verify', '--trail', 'main')).toMatchObject({ counts: {} });
  expect(await indelible(1, 'trail', 'list')).toMatchObject({ trails: [{ alias: 'main' }, { alias: 'indelible' }], foreign: ['other.example/x'] });
  await sql`delete from trail where alias = 'x'`;
  expect(await start()).toEqual([]);
});
