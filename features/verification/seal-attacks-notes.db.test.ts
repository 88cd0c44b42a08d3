// Signatures that are forged, doubled or foreign (SPEC §6, §8). Only the keys that a verification was given count, and nothing that the database says of them.
import { expect, test, vi } from 'vitest';
import { signAct } from '@/core/act';
import { signCheckpoint } from '@/core/checkpoint';
import { canonicalJson } from '@/core/jcs';
import { type JsonObject, newObject } from '@/core/json';
import { type LogKey, makeLogKey, parseVkey, type Vkey, vkeyOf } from '@/core/vkey';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { systemDraft } from '@/features/trail/mutations/system-draft';
import { logKeyOf, ownVkey } from '../sealing/log-key';
import { END, SIGNED, SIZES, sealedTrail } from './test/sealed-trail';
import { named } from './test/verify-all';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const sealed = await sealedTrail();
const { attack, verify } = sealed;
const stranger = makeLogKey(Buffer.alloc(32, 9));
const keyId = (origin: string, key: LogKey) => vkeyOf(origin, key.publicKey).split('+')[1];

const insert = (size: number, root: Buffer, note: string) =>
  attack(`insert into checkpoint values ($T, ${size}, '\\x${root.toString('hex')}', $n$${note}$n$, now())`);

test('everything rewritten from event 0 on, with an own key and notes by it: UNKNOWN_KEY for each, and the guard knows another history', async () => {
  const { origin } = sealed.trail;
  const vkey = vkeyOf(origin, stranger.publicKey);
  const details = Object.assign(newObject(), { hash_version: 1, log_vkey: vkey, synthetic: true }) as JsonObject;
  const rows = await sealed.rewrite(0, () => ({ details: canonicalJson(details) }));
  await sealed.rewriteTiles(rows);
  await sealed.setHead(END);
  await attack(`delete from checkpoint where trail_id = $T; update trail set log_vkey = '${vkey}' where trail_id = $T`);
  for (const size of SIZES) await insert(size, sealed.rootAt(rows, size), signCheckpoint(origin, size, sealed.rootAt(rows, size), stranger));
  const verdict = await verify();
  const unknown = { code: 'UNKNOWN_KEY', seq: null, expected: null, found: `${origin}+${keyId(origin, stranger)}`, lastGood: null };
  expect(verdict.findings).toEqual([unknown, unknown, unknown, unknown, { code: 'FORK', seq: 0, expected: `[0,${SIGNED})`, found: null, lastGood: null }]);
  expect(verdict).toMatchObject({ state: 'broken', sealedTo: 0, provenTo: 0 });
  // whoever was given the stranger's key and nothing else believes the stranger: a verifier trusts only what it was given, and so do we
  const vkeys = [parseVkey(vkey) as Vkey];
  expect(named(await verify({ vkeys }))).toContain('UNKNOWN_KEY@null'); // the true note in the file
});

test('two signed roots for one size: whoever holds the key signed two histories, and both are kept', async () => {
  const { origin } = sealed.trail;
  const root = Buffer.alloc(32, 5);
  const [kept] = await sealed.database.superuser<{ note: string }[]>`select note from checkpoint where trail_id = ${sealed.trail.trailId} and size = 300`;
  const other = signCheckpoint(origin, 300, root, logKeyOf(origin));
  await insert(300, root, other);
  const verdict = await verify();
  expect(verdict.notes).toEqual(expect.arrayContaining([kept?.note, other])); // kept-notes.db.test.ts: where
  expect(named(verdict)).toEqual(['EQUIVOCATION@null']);
  const told = [verdict.findings[0]?.expected, verdict.findings[0]?.found].sort();
  expect(told).toEqual([`300 ${root.toString('hex')}`, `300 ${sealed.rootAt(await sealed.rows(), 300).toString('hex')}`].sort());
  expect(verdict).toMatchObject({ state: 'broken', sealedTo: SIGNED });
});

test('a signed root that a larger confirmed one contradicts', async () => {
  const { origin } = sealed.trail;
  const root = Buffer.alloc(32, 5);
  await insert(350, root, signCheckpoint(origin, 350, root, logKeyOf(origin)));
  const expected = `350 ${sealed.rootAt(await sealed.rows(), 350).toString('hex')}`;
  expect((await verify()).findings).toEqual([{ code: 'EQUIVOCATION', seq: null, expected, found: `350 ${root.toString('hex')}`, lastGood: null }]);
});

test('a checkpoint beyond everything that there is: events are gone', async () => {
  const { origin } = sealed.trail;
  const root = Buffer.alloc(32, 5);
  const note = signCheckpoint(origin, 700, root, logKeyOf(origin));
  expect((await verify({ notes: [{ note, isOutside: true }] })).findings).toEqual([
    { code: 'TRUNCATED', seq: END, expected: '700', found: String(END), lastGood: END - 1 },
  ]);
});

test('a note of our key whose signature is bad, and one that is no note', async () => {
  await attack("update checkpoint set note = replace(note, E'\\n300\\n', E'\\n301\\n') where trail_id = $T and size = 300");
  expect((await verify()).findings).toEqual([{ code: 'NOTE_REFUSED', seq: null, expected: null, found: 'signature', lastGood: null }]);
  await attack("update checkpoint set note = 'nothing' where trail_id = $T and size = 300");
  expect((await verify()).findings).toEqual([{ code: 'NOTE_REFUSED', seq: null, expected: null, found: 'note', lastGood: null }]);
});

test("another trail's note in our place", async () => {
  const { origin } = sealed.trail;
  const other = 'audit.example.com/main';
  const root = Buffer.alloc(32, 5);
  const note = signCheckpoint(other, 300, root, logKeyOf(other));
  await attack(`update checkpoint set note = $n$${note}$n$ where trail_id = $T and size = 300`);
  expect((await verify({ vkeys: [ownVkey(origin), ownVkey(other)] })).findings).toEqual([
    { code: 'WRONG_TRAIL', seq: null, expected: origin, found: other, lastGood: null },
  ]);
  expect(named(await verify())).toEqual(['UNKNOWN_KEY@null']); // its key was not given
});

test('what the caller brings counts as known: an old note of ours is confirmed, one by another key is not', async () => {
  const { origin } = sealed.trail;
  const root = sealed.rootAt(await sealed.rows(), 300);
  const note = signCheckpoint(origin, 300, root, logKeyOf(origin));
  expect(await verify({ to: 320, notes: [{ note, isOutside: true }] })).toMatchObject({ findings: [], state: 'holds', provenTo: 300 });
  const foreign = signCheckpoint(origin, 300, root, stranger);
  expect((await verify({ notes: [{ note: foreign, isOutside: true }] })).findings).toEqual([
    { code: 'UNKNOWN_KEY', seq: null, expected: null, found: `${origin}+${keyId(origin, stranger)}`, lastGood: null },
  ]);
});

// the last of the file: the process that appended does not take an older head any more
test('a note that the successor of the key signed too: KEY_ROTATED once an act of the key names it, and no fault of the log', async () => {
  const { origin, trailId, scope } = sealed.trail;
  const root = sealed.rootAt(await sealed.rows(), 300);
  const notes = [{ note: signCheckpoint(origin, 300, root, logKeyOf(origin), stranger), isOutside: true }];
  expect(await verify({ notes })).toMatchObject({ findings: [], state: 'holds' }); // nobody named the second key: it is one nobody knows
  const successor = vkeyOf(origin, stranger.publicKey);
  const details = Object.assign(newObject(), { old: sealed.trail.vkey, new: successor }) as JsonObject;
  const rotated = (by: LogKey) =>
    systemDraft({
      action: 'key.rotated',
      occurredAt: '2026-06-17T10:00:00.000000Z',
      resourceType: 'key',
      resourceId: successor,
      details: signAct(origin, 'key.rotated', details, by),
    });
  const append = (by: LogKey) => writeTransaction(scope, (tx) => appendEvents(tx, trailId, [rotated(by)], { clock: '2026-06-17T10:00:00.000000Z' }));
  await append(stranger);
  expect(await verify({ notes })).toMatchObject({ findings: [], state: 'holds' }); // nobody takes his own word for it
  await append(logKeyOf(origin));
  const verdict = await verify({ notes });
  expect(verdict.findings).toEqual([{ code: 'KEY_ROTATED', seq: null, expected: '300', found: successor, lastGood: null }]);
  expect(verdict.state).toBe('holds');
});
