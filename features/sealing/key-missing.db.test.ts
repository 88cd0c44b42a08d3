// The key file of a trail is gone, or cannot be read: nothing of that trail is sealed or appended, its pages say why, and no other trail notices.
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { writeTransaction } from '@/db/transaction';
import { ensureGuard } from '@/features/trail/guard-file';
import { ensureSeed, hasSigned, readSeed } from '@/features/trail/log-seed';
import { appendEvents } from '@/features/trail/mutations/append';
import { createTrail, ensureFirstTrails, type NewTrail } from '@/features/trail/mutations/create-trail';
import { readRefusal } from '@/features/trail/refusal-file';
import { refusalAdvice } from '@/features/trail/refusal-words';
import { readSealFiles } from '@/features/trail/seal-state';
import { apiDrafts } from '@/features/trail/test/drafts';
import { makeTrail } from '@/features/trail/test/make-trail';
import { getLogKey } from '@/features/verification/queries/log-key';
import { verifyAll } from '@/features/verification/test/verify-all';
import { home, secretFile } from '@/lib/home';
import { ownVkeys, vkeyTextOf } from './log-key';
import { adoptionFault } from './mutations/adopt-guard';
import { rotateKey } from './mutations/rotate-key';
import { sealTrail } from './mutations/seal-trail';
import { startSealer } from './sealer';
import { sealState } from './state';
import { naiveCheckpoints } from './test/naive-tree';

vi.setConfig({ testTimeout: 60_000 });

const { superuser: sql } = await freshDatabase();
let made = 0;
let trail: NewTrail;
let other: NewTrail;

const append = ({ trailId, scope }: NewTrail, count = 1) => writeTransaction(scope, (tx) => appendEvents(tx, trailId, apiDrafts(count)));
const key = () => secretFile(`${trail.alias}.key`);
const aside = () => `${key()}.aside`;

beforeAll(() => ensureFirstTrails());
beforeEach(async () => {
  [trail, other] = [await makeTrail(`keyless-${++made}`), await makeTrail(`other-${made}`)];
  await append(trail, 3);
  expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 4 });
  fs.renameSync(key(), aside());
});

test('key, guard and note all away: what this process knew to be appended is written down all the same', async () => {
  fs.rmSync(secretFile(`${trail.alias}.guard`));
  fs.rmSync(path.join(home(), 'checkpoints', trail.alias));
  await sealTrail(trail);
  expect(readRefusal(trail.origin)?.known).toEqual([expect.objectContaining({ nextSeq: 4 })]);
});

test('whether something was signed nobody can say where nobody can look: no key is made anew', async () => {
  const young = await makeTrail(`young-${made}`);
  fs.rmSync(secretFile(`${young.alias}.key`));
  const folder = path.join(home(), 'checkpoints');
  fs.renameSync(folder, `${folder}.aside`);
  fs.symlinkSync('checkpoints', folder); // a loop: as a folder of another user to whom may not read it
  try {
    expect(hasSigned(young.origin)).toBe(true);
    expect(() => ensureSeed(young.origin)).toThrow('KEY_MISSING');
  } finally {
    fs.rmSync(folder);
    fs.renameSync(`${folder}.aside`, folder);
  }
  expect(hasSigned(young.origin)).toBe(false);
});

const FAULTS: [string, () => void, string][] = [
  ['missing', () => {}, 'is missing'],
  ['of another user', () => fs.mkdirSync(key()), 'cannot be read (EISDIR)'],
  ['empty', () => fs.writeFileSync(key(), ''), 'is damaged'],
  ['torn', () => fs.writeFileSync(key(), 'ab'.repeat(31)), 'is damaged'],
];

test.each(FAULTS)('%s: the trail refuses at once and in words, the other goes on, and so does it with the key put back', async (_, damage, words) => {
  damage();
  const reason = `the key file keys/${trail.alias}.key ${words}: nothing can be signed`;
  // before the sealer has looked
  expect(readSealFiles(trail.origin).refusal).toEqual({ since: '', reason });
  await expect(append(trail)).rejects.toMatchObject({
    code: 'SIGNER_REFUSED',
    hint: expect.stringContaining(`${reason}. ${refusalAdvice(reason, '').slice(0, -1)}`),
  });
  expect(refusalAdvice(reason, trail.alias)).toMatch(/^(Put it back from the backup|Give the file back to the user).*Appends go on by themselves/);
  expect(readRefusal(trail.origin)).toBeNull();

  const sealer = startSealer(async () => [trail, other]);
  try {
    await append(other, 300);
    await expect.poll(() => sealState(other.origin).size, { timeout: 20_000 }).toBe(301);
    await expect.poll(() => readRefusal(trail.origin)?.reason, { timeout: 20_000 }).toBe(reason);
    expect(readSealFiles(other.origin).refusal).toBeNull();
    await expect(append(trail)).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
    fs.rmSync(key(), { recursive: true, force: true });
    fs.renameSync(aside(), key());
    await expect.poll(() => readSealFiles(trail.origin).refusal, { timeout: 40_000 }).toBeNull();
    await append(trail, 2);
  } finally {
    await sealer.stop();
  }
  expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 6 });
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
});

test.each(FAULTS)('%s: what asks for the key says so, and nothing makes one in its place', async (_, damage, words) => {
  damage();
  const code = words === 'is missing' ? 'KEY_MISSING' : 'KEY_UNREAD';
  const listKeys = () => fs.readdirSync(path.dirname(key())).sort();
  const before = listKeys();
  expect(() => readSeed(trail.origin)).toThrow(code);
  expect(() => vkeyTextOf(trail.origin)).toThrow(code);
  await expect(rotateKey(trail)).rejects.toMatchObject({ code });
  await expect(verifyAll({ trail, scope: trail.scope, headKey: Buffer.alloc(32) })).rejects.toMatchObject({ code });
  expect(await adoptionFault(trail)).toContain(words);
  expect(await createTrail(trail.alias, { synthetic: false }, 'system')).toMatchObject({ ok: false });
  expect(await getLogKey(trail.trailId)).toMatchObject({ vkey: trail.vkey, isFromFile: false }); // and Integrity opens
  expect(() => ensureSeed(trail.origin)).toThrow(code);
  expect(await sealTrail(trail)).toMatchObject({ ok: false, reason: expect.stringContaining(words) });
  expect(listKeys().filter((name) => !before.includes(name))).toEqual([`${trail.alias}.known`, `${trail.alias}.refused`]);
});

describe('a key that is gone with the row of its trail is not made anew where that signed', () => {
  const takeRow = () =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      for (const table of ['audit_event', 'event_key', 'trail_segment', 'trail_head', 'tile', 'checkpoint', 'trail'])
        await tx.unsafe(`delete from ${table} where trail_id = ${trail.trailId}`);
    });

  test.each(['guard', 'checkpoint', 'damaged guard'])('by its %s', async (by) => {
    await takeRow();
    const checkpoint = path.join(home(), 'checkpoints', trail.alias);
    expect(fs.existsSync(checkpoint)).toBe(true);
    const guard = secretFile(`${trail.alias}.guard`);
    if (by === 'checkpoint') fs.rmSync(guard);
    else fs.rmSync(checkpoint);
    if (by === 'damaged guard') fs.writeFileSync(guard, 'torn');
    await expect(createTrail(trail.alias, { synthetic: false }, 'system')).rejects.toMatchObject({ code: 'KEY_MISSING' });
    expect(fs.existsSync(key())).toBe(false);
  });

  test('and is made for a new trail, once, also after a try that was killed before its row', async () => {
    ensureGuard('audit.example.com/brand-new'); // nothing was signed under it
    const fresh = await makeTrail('brand-new');
    expect(vkeyTextOf(fresh.origin)).toBe(fresh.vkey);
    await append(fresh);
    expect(await sealTrail(fresh)).toMatchObject({ ok: true, size: 2 });
    const seed = ensureSeed('audit.example.com/killed');
    expect(ensureSeed('audit.example.com/killed')).toEqual(seed);
    const killed = await makeTrail('killed');
    expect(readSeed(killed.origin)).toEqual(seed);
  });
});

test('another key of the trail that cannot be read is named, by what asks for it, and the trail goes on', async () => {
  fs.renameSync(aside(), key());
  const retired = secretFile(`${trail.alias}.0123abcd.key`);
  fs.mkdirSync(retired);
  expect(() => ownVkeys(trail.origin)).toThrow(
    `KEY_UNREAD: ${trail.origin}: the key file keys/${trail.alias}.0123abcd.key cannot be read (EISDIR). Give the file back`,
  );
  await append(trail);
  expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 5 });
  fs.rmdirSync(retired);
  const next = secretFile(`${trail.alias}.next.key`);
  fs.writeFileSync(next, 'torn');
  await append(trail);
  await expect(sealTrail(trail)).rejects.toMatchObject({ code: 'KEY_UNREAD', hint: expect.stringContaining('is damaged') });
  fs.rmSync(next);
  expect(await sealTrail(trail)).toMatchObject({ ok: true, size: 6 });
});
