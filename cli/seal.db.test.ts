// checkpoint, vkey, proof and verify as others write checks against them: what is printed, what exit code it ends with, and that nothing the database says of keys or sizes counts.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openCheckpoint, signCheckpoint } from '@/core/checkpoint';
import { type EventRow, hashRow } from '@/core/event';
import { headMac } from '@/core/mac';
import { leafHash } from '@/core/merkle';
import { verifyConsistency, verifyInclusion } from '@/core/proof';
import { makeLogKey, parseVkey, type Vkey, vkeyOf } from '@/core/vkey';
import { acquireServer } from '@/db/server';
import { writeTransaction } from '@/db/transaction';
import { sealTrail } from '@/features/sealing/mutations/seal-trail';
import { naiveRoot } from '@/features/sealing/test/naive-tree';
import { appendEvents } from '@/features/trail/mutations/append';
import { ensureFirstTrails } from '@/features/trail/mutations/create-trail';
import { readRows } from '@/features/trail/mutations/event-rows';
import { headMacKey } from '@/features/trail/mutations/keys';
import { isProtectedFromDatabaseAdmin } from '@/features/trail/protection';
import { apiDrafts } from '@/features/trail/test/drafts';
import { bootForServer } from '@/jobs/boot';
import { setEnv } from '@/lib/env';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 }); // processes, and perhaps a build of the command line, on a busy machine

// a server of our own that writes through: the commands refuse one that does not, and find it by the home
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'seal test '));
fs.chmodSync(home, 0o711);
const env = { DATABASE_URL: '', DATABASE_OWNER_URL: '', INDELIBLE_HOST: 'audit.example.com', INDELIBLE_HOME: home };
let sql: Sql;
let stop: () => Promise<void>;
const root = path.resolve(import.meta.dirname, '..');
const origin = 'audit.example.com/main';
const HEX = expect.stringMatching(/^[0-9a-f]{64}$/);
let main: Awaited<ReturnType<typeof ensureFirstTrails>>;

beforeAll(async () => {
  setEnv(env);
  const server = await acquireServer({ role: 'server', name: 'a test' });
  const booted = await bootForServer('a test', () => {});
  sql = postgres(server.ownerUrl, { max: 1, onnotice: () => {} });
  stop = async () => {
    await sql.end();
    await booted.stop();
  };
  main = await ensureFirstTrails();
  await append(520);
});
afterAll(async () => {
  await stop?.();
  fs.rmSync(home, { recursive: true, force: true });
});

const append = (count: number) => writeTransaction(main.scope, (tx) => appendEvents(tx, main.trailId, apiDrafts(count)));
const rows = async () => (await writeTransaction(main.scope, (tx) => readRows(tx, main.trailId, 'true', []))).sort((a, b) => a.seq - b.seq);
const entries = async (size: number) => (await rows()).slice(0, size).map(({ eventHash }) => eventHash);

type Ended = { code: number; stdout: string; stderr: string };
function indelible(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(root, 'scripts/launch.mjs'), 'indelible', ...args],
      { cwd: home, env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}
// biome-ignore lint/suspicious/noExplicitAny: the shapes are what is tested
type Json = any;
async function json(code: number, ...args: string[]): Promise<Json> {
  const ended = await indelible(...args, '--json');
  expect(ended.code, ended.stdout + ended.stderr).toBe(code);
  return JSON.parse(ended.stdout);
}

let vkey: string;

// SPEC §6: what the missing banner claims. As root the embedded server runs as a user of its own; everywhere else the banner stands.
test.skipIf(process.getuid?.() !== 0)('started by root, the server’s superuser reads no key and writes no guard, and so there is no banner', async () => {
  expect(await isProtectedFromDatabaseAdmin()).toBe(true);
  for (const name of ['main.key', 'main.guard', 'head-mac.key']) {
    const file = path.join(home, 'keys', name);
    expect(fs.statSync(file)).toMatchObject({ uid: 0 });
    await expect(sql`select pg_read_file(${file})`).rejects.toThrow(/permission denied/i);
    await expect(sql.unsafe(`copy (select 1) to '${file}'`)).rejects.toThrow(/permission denied/i);
  }
  await expect(sql`select pg_ls_dir(${path.join(home, 'keys')})`).rejects.toThrow(/permission denied/i);
  await sql`create temporary table said (line text)`;
  await sql.unsafe("copy said from program 'id -u'");
  expect((await sql`select line from said`)[0]?.line).not.toBe('0');
  await expect(sql.unsafe(`copy said from program 'cat "${home}/keys/main.key"'`)).rejects.toThrow(/program/i);
});

test('vkey and checkpoint: what is there is sealed first, and the note opens under the key', async () => {
  const file = path.join(home, 'kept.note');
  const printed = await indelible('checkpoint', '--trail', 'main', '--out', 'kept.note');
  expect(printed).toMatchObject({ code: 0 });
  expect(printed.stdout).toBe(fs.readFileSync(file, 'utf8')); // as it is, byte for byte
  const [key, first] = await Promise.all([json(0, 'vkey', '--trail', origin), json(0, 'checkpoint', '--trail', 'main', '--size', '521')]);
  expect(key).toEqual({
    vkey: expect.stringMatching(/^audit\.example\.com\/main\+[0-9a-f]{8}\+/),
    words: expect.stringMatching(/^[a-z]+(?:[ -][a-z]+)+$/),
    since: expect.stringMatching(/^2\d{3}-\d\d-\d\dT[\d:.]{15}Z$/),
  });
  vkey = key.vkey;
  expect(first).toEqual({ origin, size: 521, root: naiveRoot(await entries(521)).toString('hex'), note: printed.stdout });
  expect(openCheckpoint(first.note, [parseVkey(vkey) as Vkey], origin)).toMatchObject({ ok: true, checkpoint: { size: 521 } });

  await append(5);
  const again = await json(0, 'checkpoint', '--trail', 'main');
  expect(again).toMatchObject({ size: 526, root: naiveRoot(await entries(526)).toString('hex') });
  const none = await json(2, 'checkpoint', '--trail', 'main', '--size', '7');
  expect(none).toEqual({ error: { code: 'CHECKPOINT_NONE', message: expect.any(String) } });
});

test('verify --resource: each event of it proven under what is known outside the database, and nothing said of those that are not here', async () => {
  const invoice = (await rows())[3] as EventRow;
  const asked = ['verify', '--trail', 'main', '--resource', `${invoice.resourceType}/${invoice.resourceId}`];
  const held = await json(0, ...asked);
  expect(held).toEqual({
    ...{ trail: origin, resource: { type: invoice.resourceType, id: invoice.resourceId }, checked: 1, proven: 1, not_yet_sealed: 0, not_proven: 0 },
    ...{ size: 526, root: naiveRoot(await entries(526)).toString('hex'), view: 'whole', counts: {}, findings: [], state: 'holds', ms: expect.any(Number) },
  });
  const printed = await indelible(...asked, '--vkey', vkey, '--checkpoint', 'kept.note');
  expect(printed).toMatchObject({ code: 0 });
  expect(printed.stdout).toMatch(
    /^The one event of invoice \/ inv-\d+ is as it was signed: sealed to 525, not anchored\.\nThat none is missing only a verification/,
  );
  expect(printed.stdout).toMatch(/\nChecked in [\d.]+ m?s/);
  const [none, range, noResource] = await Promise.all([
    json(1, 'verify', '--trail', 'main', '--resource', 'invoice/none'),
    json(2, ...asked, '--from', '3'),
    json(2, 'verify', '--trail', 'main', '--resource', 'invoice'),
  ]);
  expect(none).toMatchObject({ checked: 0, proven: 0, state: 'not_covered', findings: [] });
  expect([range.error.code, noResource.error.code]).toEqual(['USAGE', 'USAGE']);
  // recorded in the product's own trail, and not in this one
  const acts = await sql<{ details: string }[]>`select details::text as details from audit_event join trail using (trail_id)
    where alias = 'indelible' and action = 'resource.verified' order by seq`;
  expect(JSON.parse(acts[0]?.details as string)).toMatchObject({
    trail: origin,
    type: 'invoice',
    id: invoice.resourceId,
    checked: 1,
    proven: 1,
    size: 526,
    state: 'holds',
  });
  expect(acts.map(({ details }) => JSON.parse(details).keys_given ?? false)).toEqual([false, true, false]);
  expect((await rows()).length).toBe(526);
});

test('proofs hold by the standard, for the newest checkpoint and for an older one', async () => {
  const [newest, older, consistency, beyond] = await Promise.all([
    json(0, 'proof', 'inclusion', '--trail', 'main', '--seq', '7'),
    json(0, 'proof', 'inclusion', '--trail', 'main', '--seq', '520', '--size', '521'),
    json(0, 'proof', 'consistency', '--trail', 'main', '--from', '521', '--to', '526'),
    json(2, 'proof', 'inclusion', '--trail', 'main', '--seq', '526'),
  ]);
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  const all = await entries(526);
  for (const [proof, seq, size] of [
    [newest, 7, 526],
    [older, 520, 521],
  ] as const) {
    expect(proof).toEqual({
      origin,
      seq,
      size,
      leaf: leafHash(all[seq] as Buffer).toString('hex'),
      root: naiveRoot(all.slice(0, size)).toString('hex'),
      hashes: expect.any(Array),
    });
    expect(verifyInclusion(bytes(proof.leaf), seq, size, proof.hashes.map(bytes), bytes(proof.root))).toBe(true);
  }
  expect(consistency).toEqual({ origin, from: 521, to: 526, from_root: HEX, to_root: newest.root, hashes: expect.any(Array) });
  expect(verifyConsistency(521, bytes(consistency.from_root), 526, bytes(consistency.to_root), consistency.hashes.map(bytes))).toBe(true);
  expect(beyond.error.code).toBe('SEQ_NOT_SEALED');
});

test('of a tree that was changed no proof is printed, and why', async () => {
  const change = (level: number, at: number) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update tile set hashes = set_byte(hashes, ${at * 32}, 255 - get_byte(hashes, ${at * 32})) where trail_id = ${main.trailId} and level = ${level} and n = 0`;
    });
  for (const [level, at] of [
    [0, 7],
    [1, 1],
  ] as const) {
    await change(level, at);
    const refused = await Promise.all([
      json(2, 'proof', 'inclusion', '--trail', 'main', '--seq', '7'),
      json(2, 'proof', 'consistency', '--trail', 'main', '--from', '8', '--to', '526'),
    ]);
    await change(level, at);
    for (const { error } of refused)
      expect(error).toEqual({ code: 'TILES_BROKEN', message: expect.stringMatching(/the tiles of the tree do not .*: run a verification$/) });
  }
  await json(0, 'proof', 'inclusion', '--trail', 'main', '--seq', '7');
});

test('verify with what the caller brings: his key and his checkpoint hold, others are named', async () => {
  const whole = await json(0, 'verify', '--trail', 'main', '--vkey', vkey, '--checkpoint', 'kept.note', '--deep');
  expect(whole).toEqual({ trail: origin, from: 0, to: 526, checked: 526, counts: {}, findings: [], checkpoints: expect.any(Object), state: 'holds' });
  expect(whole.checkpoints.signatures_verified).toBe(whole.checkpoints.compared);

  const stranger = makeLogKey(Buffer.alloc(32, 9));
  fs.writeFileSync(path.join(home, 'foreign.note'), signCheckpoint(origin, 521, naiveRoot(await entries(521)), stranger));
  const foreign = await json(1, 'verify', '--trail', 'main', '--checkpoint', 'foreign.note');
  expect(foreign).toMatchObject({ state: 'broken', counts: { UNKNOWN_KEY: 1 } });
  expect(foreign.findings).toEqual([
    { code: 'UNKNOWN_KEY', seq: null, expected: null, found: vkeyOf(origin, stranger.publicKey).split('+').slice(0, 2).join('+'), lastGood: null },
  ]);

  // his key stands in the place of ours: nothing that our key signed counts for him
  const his = await json(1, 'verify', '--trail', 'main', '--vkey', vkeyOf(origin, stranger.publicKey));
  expect(Object.keys(his.counts)).toEqual(['UNKNOWN_KEY']);
  const [noKey, noFile, behind, beyond] = await Promise.all([
    json(2, 'verify', '--trail', 'main', '--vkey', 'audit.example.com/main'),
    json(2, 'verify', '--trail', 'main', '--checkpoint', 'nothing.note'),
    json(2, 'verify', '--trail', 'main', '--from', '521', '--checkpoint', 'foreign.note'),
    json(2, 'verify', '--trail', 'main', '--to', '520', '--checkpoint', 'foreign.note'),
  ]);
  expect([noKey.error.code, noFile.error.code]).toEqual(['USAGE', 'USAGE']);
  expect(behind.error.message).toContain('it is of the first 521 events, and [521,end) does not lead there: it would not be compared. Verify from 0');
  expect(beyond.error.message).toContain('[0,520) does not lead there: it would not be compared. Verify from 0 to 521 or further');
});

test('a key is rotated: the running server goes on with the new one, and who has the old one alone is told so until he has both', async () => {
  const rotated = await json(0, 'key', 'rotate', '--trail', 'main');
  expect(rotated).toEqual({
    trail: origin,
    old: vkey,
    new: expect.stringContaining(`${origin}+`),
    words: expect.any(String),
    size: expect.any(Number),
    earlier: false,
  });
  const key = await json(0, 'vkey', '--trail', 'main');
  const before = [{ vkey, words: expect.any(String), since_size: 0 }];
  expect(key).toEqual({ vkey: rotated.new, words: rotated.words, since: expect.any(String), since_size: rotated.size, before });

  // this process has sealed before, and its keys are those of the files
  await append(3);
  const { trailId } = main;
  expect(await sealTrail({ trailId, origin })).toMatchObject({ ok: true, isWhole: true });
  const newest = fs.readFileSync(path.join(home, 'checkpoints/main'), 'utf8');
  expect(openCheckpoint(newest, [parseVkey(rotated.new) as Vkey], origin)).toMatchObject({ ok: true });
  expect(openCheckpoint(newest, [parseVkey(vkey) as Vkey], origin)).toMatchObject({ ok: false, error: 'key' });

  const verify = (code: number, ...args: string[]) => json(code, 'verify', '--trail', 'main', ...args);
  const told = { code: 'KEY_ROTATED', seq: null, expected: String(rotated.size), found: rotated.new, lastGood: null };
  expect(await verify(1, '--vkey', vkey)).toMatchObject({ state: 'holds', findings: [told] });
  const [, , , older] = await Promise.all([
    verify(0, '--deep').then((whole) => expect(whole).toMatchObject({ state: 'holds', findings: [] })),
    verify(0, '--vkey', vkey, '--vkey', rotated.new, '--checkpoint', 'kept.note').then((both) => expect(both).toMatchObject({ state: 'holds', findings: [] })),
    verify(1, '--vkey', rotated.new, '--checkpoint', 'kept.note').then((brought) => expect(brought).toMatchObject({ counts: { UNKNOWN_KEY: 1 } })),
    json(0, 'checkpoint', '--trail', 'main', '--size', '521'),
  ]);
  // older notes are still given out, under the key of their time
  expect(older).toMatchObject({ size: 521 });
});

test('a key is called stolen by its successor: what it signed alone above the last trusted size is a stranger’s', async () => {
  const { vkey: newer, since_size: size } = await json(0, 'vkey', '--trail', 'main');
  const compromised = (code: number, ...args: string[]) => json(code, 'key', 'compromised', '--trail', 'main', ...args);
  expect((await compromised(2, '--last-trusted-size', String(size + 1))).error.code).toBe('USAGE');
  expect((await compromised(2, '--last-trusted-size', '521', '--vkey', newer)).error.message).toContain('nobody believes a key about itself');
  expect((await compromised(2)).error.code).toBe('USAGE');
  const said = await compromised(0, '--last-trusted-size', String(size));
  expect(said).toEqual({ trail: origin, vkey, by: newer, last_trusted_size: size, seq: expect.any(Number), unknown: 0 });
  expect(await compromised(0, '--last-trusted-size', String(size))).toEqual(said); // said once
  const verify = (code: number, ...keys: string[]) => json(code, 'verify', '--trail', 'main', ...keys.flatMap((key) => ['--vkey', key]));
  expect(await verify(0)).toMatchObject({ state: 'holds', findings: [] });

  const less = await compromised(0, '--last-trusted-size', '521');
  expect(less.unknown).toBeGreaterThan(0);
  const counts = { UNKNOWN_KEY: less.unknown };
  expect(await verify(1)).toMatchObject({ state: 'broken', counts });
  expect(await verify(1, vkey, newer)).toMatchObject({ state: 'broken', counts });
  // only another key that the verifier was given is believed
  expect(await verify(1, vkey)).toMatchObject({ state: 'holds', counts: { KEY_ROTATED: 1 } });
});

test('history rewritten, and with it everything that this machine knew of it: the checkpoint that somebody kept contradicts it', async () => {
  const all = await rows();
  for (const row of all.slice(3)) {
    if (row.seq === 3) row.actorId = 'somebody-else';
    else row.prevHash = (all[row.seq - 1] as EventRow).eventHash;
    row.eventHash = hashRow(origin, row);
  }
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    for (const { seq, actorId, prevHash, eventHash } of all.slice(3))
      await tx`update audit_event set actor_id = ${actorId}, prev_hash = ${prevHash}, event_hash = ${eventHash} where trail_id = ${main.trailId} and seq = ${seq}`;
    const last = (all.at(-1) as EventRow).eventHash;
    await tx`update trail_head set last_hash = ${last}, mac = ${headMac(headMacKey(), origin, all.length, last)} where trail_id = ${main.trailId}`;
    await tx`delete from tile where trail_id = ${main.trailId}`;
    await tx`delete from checkpoint where trail_id = ${main.trailId}`;
  });
  fs.rmSync(path.join(home, 'keys/main.guard'));
  fs.rmSync(path.join(home, 'checkpoints'), { recursive: true });
  // nothing on this machine says any more that anything happened, and so it is not called proven
  expect(await json(0, 'verify', '--trail', 'main')).toMatchObject({ state: 'consistent', counts: {} });
  const found = await json(1, 'verify', '--trail', 'main', '--vkey', vkey, '--checkpoint', 'kept.note');
  expect(found).toMatchObject({ state: 'broken', counts: { FORK: 1 } });
  expect(found.findings).toEqual([{ code: 'FORK', seq: 0, expected: '[0,521)', found: null, lastGood: null }]);
});

test('a guard is adopted after a whole verification and a confirmation, and a checkpoint kept elsewhere still contradicts what was rewritten before', async () => {
  const unasked = await json(2, 'guard', 'adopt', '--trail', 'main');
  expect(unasked.error).toMatchObject({ code: 'USAGE', message: expect.stringContaining(`--confirm ${origin}`) });
  const adopted = await json(0, 'guard', 'adopt', '--trail', 'main', '--confirm', origin);
  expect(adopted).toEqual({ trail: origin, size: expect.any(Number), root: naiveRoot(await entries(adopted.size)).toString('hex'), state: 'consistent' });
  const [again, found] = await Promise.all([
    json(2, 'guard', 'adopt', '--trail', 'main', '--confirm', origin),
    json(1, 'verify', '--trail', 'main', '--vkey', vkey, '--checkpoint', 'kept.note'),
  ]);
  expect(again.error.code).toBe('GUARD_NOT_ADOPTED');
  // the adopted root against the one that was signed before; the newer key was not given
  expect(found).toMatchObject({ state: 'broken', counts: { EQUIVOCATION: 1, UNKNOWN_KEY: 1 } });
});
