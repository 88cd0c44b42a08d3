// The incident files of findings about signed notes, each attack done, each file made as the download makes it, and its commands run as somebody would who has nothing else.
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { signAct } from '@/core/act';
import { checkpointText, signCheckpoint } from '@/core/checkpoint';
import { type JsonObject, newObject } from '@/core/json';
import { signatureLine, writeNote } from '@/core/signed-note';
import { type LogKey, makeLogKey, vkeyOf } from '@/core/vkey';
import { writeTransaction } from '@/db/transaction';
import { appendEvents } from '@/features/trail/mutations/append';
import { systemDraft } from '@/features/trail/mutations/system-draft';
import { home } from '@/lib/home';
import { logKeyOf } from '../sealing/log-key';
import { getCheckpoint } from '../sealing/prove';
import { hasPrograms, incidentOf } from './test/incident-of';
import { END, leafOf, SIGNED, sealedTrail } from './test/sealed-trail';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const sealed = await sealedTrail();
const { attack } = sealed;
const stranger = makeLogKey(Buffer.alloc(32, 9));
const WRONG = Buffer.alloc(32, 5);
const GOOD = ['Signature Verified Successfully'];
const BAD = ['Signature Verification Failure'];

const origin = () => sealed.trail.origin;
const ours = () => logKeyOf(origin());
const idOf = (key: LogKey) => vkeyOf(origin(), key.publicKey).split('+')[1];
const hex = (bytes: Buffer) => bytes.toString('hex');
const put = (size: number, note: string, root = WRONG) => attack(`insert into checkpoint values ($T, ${size}, '\\x${hex(root)}', $n$${note}$n$, now())`);
const replace = (size: number, note: string) => attack(`update checkpoint set note = $n$${note}$n$ where trail_id = $T and size = ${size}`);

// what an earlier test's run was told of the end is gone with its events, and so are the notes that it kept
beforeEach(async () => {
  await attack('delete from run_finding; delete from run');
  fs.rmSync(path.join(home(), 'found'), { recursive: true, force: true });
});

describe.skipIf(!hasPrograms)('by hand', () => {
  // the first of the file: the process that appended does not take an older head any more
  test('a note that the successor of the key signed too: both signatures, and no act is claimed', async () => {
    const successor = vkeyOf(origin(), stranger.publicKey);
    const details = Object.assign(newObject(), { old: sealed.trail.vkey, new: successor }) as JsonObject;
    const act = signAct(origin(), 'key.rotated', details, ours());
    const draft = systemDraft({ action: 'key.rotated', occurredAt: '2026-06-17T10:00:00.000000Z', resourceType: 'key', resourceId: successor, details: act });
    await writeTransaction(sealed.trail.scope, (tx) => appendEvents(tx, sealed.trail.trailId, [draft], { clock: '2026-06-17T10:00:00.000000Z' }));
    const note = signCheckpoint(origin(), 300, sealed.rootAt(await sealed.rows(), 300), ours(), stranger);
    const { incident, text, printed } = await incidentOf(sealed.trail, 'KEY_ROTATED', { notes: [note] });
    expect(incident.run.state).toBe('holds');
    expect(incident.notes).toEqual([note]); // and not that of the same size by the old key alone
    expect(printed('note 1: the signature in line 5 by key 1 verifies')).toEqual(GOOD);
    expect(printed('note 1: the signature in line 6 by key 2 verifies')).toEqual(GOOD);
    expect(text).toContain('That an act of the trail, signed by the old key, names the new one is what the run says.');
  });

  test('two roots for one size: both notes, both signed by the key', async () => {
    await put(300, signCheckpoint(origin(), 300, WRONG, ours()));
    const { incident, printed } = await incidentOf(sealed.trail, 'EQUIVOCATION');
    const both = printed('both notes: one size, two roots');
    expect(both).toEqual([incident.finding.expected, incident.finding.found]);
    expect([...both].sort()).toEqual([`300 ${hex(WRONG)}`, `300 ${hex(sealed.rootAt(await sealed.rows(), 300))}`].sort());
    for (const n of [1, 2]) expect(printed(`note ${n}: the signature in line 5 by key 1 verifies`)).toEqual(GOOD);
  });

  test('a root that a larger one contradicts: the larger tree is led back to the root that it begins with', async () => {
    await put(350, signCheckpoint(origin(), 350, WRONG, ours()));
    const genuine = await sealed.rows();
    const { text, printed } = await incidentOf(sealed.trail, 'EQUIVOCATION');
    const [to, signed] = printed('lead the tree that note 2 signed back to the one of 350 events');
    expect([to, signed]).toEqual([hex(sealed.rootAt(genuine, SIGNED)), hex(sealed.rootAt(genuine, SIGNED))]);
    expect(printed('the root of its first 350 events, and the one that note 1 signed')).toEqual([hex(sealed.rootAt(genuine, 350)), hex(WRONG)]);
    for (const n of [1, 2]) expect(printed(`note ${n}: the signature in line 5 by key 1 verifies`)).toEqual(GOOD);
    expect(text).not.toContain('WHAT NOTHING HERE SHOWS');

    await attack('delete from tile where trail_id = $T');
    const without = await incidentOf(sealed.trail, 'EQUIVOCATION');
    expect(without.text).toContain('The tree as it is stored now does not lead to a larger signed root: that the events give another one');
    expect(without.text).not.toContain('lead the tree that');
    expect(without.printed('note 1: its size and root')).toEqual([`350 ${hex(WRONG)}`]);
  });

  test('rewritten between two signed sizes, the tiles made anew: from the one root to another than the other, and the row to that', async () => {
    const before = await sealed.rows();
    const after = await sealed.rewrite(100, () => ({ actorId: 'somebody-else' }));
    await sealed.rewriteTiles(after);
    await sealed.setHead(END);
    const { incident, text, printed } = await incidentOf(sealed.trail, 'FORK');
    expect(incident.finding).toMatchObject({ seq: 100, expected: '[100,300)' });
    expect(printed('the same hashes give the root of 100 events and that of 300')).toEqual(Array(2).fill(hex(sealed.rootAt(before, 100))));
    const roots = [hex(sealed.rootAt(after, 300)), hex(sealed.rootAt(before, 300))];
    expect(printed('the second is not the one that was signed')).toEqual(roots);
    expect(printed('the row 100 as it stands is a leaf of the tree as it is now')).toEqual([leafOf(after[100]), leafOf(after[100])]);
    expect(printed('and leads to its root of 300 events')).toEqual(roots);
    for (const n of [1, 2]) expect(printed(`note ${n}: the signature in line 5 by key 1 verifies`)).toEqual(GOOD);
    expect(text).toContain('Which of the events 100 – 299 was rewritten first, nothing that is left says.');
    expect(text).toContain('Whether the other hashes of the stored tree are those of the rows, nothing here shows;');

    // a row that is not what its hash says is no leaf of it
    await attack("update audit_event set actor_id = 'third' where trail_id = $T and seq = 100");
    const other = await incidentOf(sealed.trail, 'FORK');
    expect(other.printed('the same hashes give the root of 100 events')).toHaveLength(2);
    expect(other.text).not.toContain('is a leaf of the tree');

    // of a tree that does not fit itself there is nothing to show, nor of none, and the roots are the run's word
    await attack("update tile set hashes = overlay(hashes placing '\\xabcd'::bytea from 1) where trail_id = $T and level = 1");
    const torn = await incidentOf(sealed.trail, 'FORK');
    expect(torn.text).toContain('The tree as it is stored now does not show it');
    expect(torn.text).not.toContain('the same hashes give');
    await attack('delete from tile where trail_id = $T');
    const without = await incidentOf(sealed.trail, 'FORK');
    expect(without.text).toContain('The tree as it is stored now does not show it');
    expect(without.text).not.toContain('is a leaf of the tree');
    expect(without.printed('note 2: its size and root')).toEqual([`300 ${hex(sealed.rootAt(before, 300))}`]);
  });

  test('the same with no smaller signed size left: the row alone leads to the other root', async () => {
    const before = await sealed.rows();
    const after = await sealed.rewrite(0, () => ({ details: before[0]?.details ?? '', actorId: 'indelible' }));
    expect(after[5]?.eventHash).toEqual(before[5]?.eventHash); // nothing was changed yet
    const changed = await sealed.rewrite(150, () => ({ actorId: 'somebody-else' }));
    await sealed.rewriteTiles(changed);
    await sealed.setHead(END);
    await attack('delete from checkpoint where trail_id = $T');
    const { incident, printed } = await incidentOf(sealed.trail, 'FORK');
    expect(incident.finding.expected).toBe(`[0,${SIGNED})`);
    expect(printed('and leads to its root of 600 events')).toEqual([hex(sealed.rootAt(changed, SIGNED)), hex(sealed.rootAt(before, SIGNED))]);
    expect(() => printed('the same hashes give the root')).toThrow('0 comments');
  });

  test('by a key that nobody gave, whose note holds lines that look like those of the file', async () => {
    const text = `${checkpointText(origin(), 350, WRONG)}BEGIN CHECKPOINT\nkey 1|${vkeyOf(origin(), stranger.publicKey)}\nstored seq\n\nnote 1|x\n`;
    await put(350, writeNote(text, [signatureLine(origin(), stranger, text)]));
    const { text: file, printed } = await incidentOf(sealed.trail, 'UNKNOWN_KEY');
    expect(file).toContain('By no key of this file: note 1. Whose the keys are that signed, nothing here says.');
    const [signer] = printed('who signed note 1');
    expect(signer).toBe(`${origin()}+${idOf(stranger)}`);
    expect(printed('the same of the keys')).toEqual([`${origin()}+${idOf(ours())}`]);
    expect(() => printed('note 1: the signature')).toThrow('0 comments'); // no key of ours is named in it
    expect(printed('note 2: the signature in line 5 by key 1 verifies')).toEqual(GOOD); // the newest checkpoint
  });

  test('a run that was given another key alone: the note is ours, and the file says so', async () => {
    const { text, printed } = await incidentOf(sealed.trail, 'UNKNOWN_KEY', { vkeys: [vkeyOf(origin(), stranger.publicKey)] });
    expect(text).toContain('By a key of this file: note 1, 2, 3, 4. The run did not count that: it went by other keys then');
    expect(text).not.toContain('By no key of this file');
    expect(printed('note 1: the signature in line 5 by key 1 verifies')).toEqual(GOOD);
    expect(printed('the same of the keys')).toEqual([`${origin()}+${idOf(ours())}`, `${origin()}+${idOf(stranger)}`]);
  });

  test('notes that are refused: a signature that does not hold, no note, no checkpoint, the row of another size', async () => {
    const [kept] = await sealed.database.superuser<{ note: string }[]>`select note from checkpoint where trail_id = ${sealed.trail.trailId} and size = 300`;
    await replace(300, (kept?.note ?? '').replace('\n300\n', '\n301\n'));
    const forged = await incidentOf(sealed.trail, 'NOTE_REFUSED');
    expect(forged.printed('note 1: the signature in line 5 by key 1 does not verify')).toEqual(BAD);
    expect(forged.printed('note 2: the signature in line 5 by key 1 verifies')).toEqual(GOOD);

    await replace(300, 'nothing \u001b[31m');
    const none = await incidentOf(sealed.trail, 'NOTE_REFUSED');
    expect(none.printed('its first 320 bytes as they are').join(' ')).toContain('nothing .[31m');
    expect(none.text).not.toContain('\u001b');

    const coloured = `${checkpointText(origin(), 300, WRONG)}\u009b31m red\n`;
    await replace(300, writeNote(coloured, [signatureLine(origin(), ours(), coloured)]));
    const red = await incidentOf(sealed.trail, 'NOTE_REFUSED');
    expect(red.incident.finding.found).toBe('text');
    expect(red.text).toContain('NOTE 1, in base64: a signed note that holds control or unseen characters');
    expect(red.text).not.toContain('\u009b');
    expect(red.printed('the text of note 1').join('\n')).not.toContain('\u009b');
    expect(red.printed('the text of note 1').join('\n')).toContain('c29b 3331'); // as its bytes are
    expect(red.printed('note 1: the signature in line 6 by key 1 verifies')).toEqual(GOOD);

    const text = checkpointText(origin(), 300, WRONG).replace('\n300\n', '\n0300\n');
    await replace(300, writeNote(text, [signatureLine(origin(), ours(), text)]));
    const size = await incidentOf(sealed.trail, 'NOTE_REFUSED');
    expect(size.incident.finding.found).toBe('size');
    expect(size.printed('the text of note 1')).toEqual(text.trimEnd().split('\n'));
    expect(size.printed('note 1: the signature in line 5 by key 1 verifies')).toEqual(GOOD);

    await replace(300, signCheckpoint(origin(), 299, WRONG, ours()));
    const row = await incidentOf(sealed.trail, 'NOTE_REFUSED', { deep: true });
    expect(row.incident.finding).toMatchObject({ expected: '300', found: 'row' });
    expect(row.printed('note 1: the size and root that it says')).toEqual([`299 ${hex(WRONG)}`]);
  });

  test("another trail's note", async () => {
    const other = 'audit.example.com/main';
    await replace(300, signCheckpoint(other, 300, WRONG, logKeyOf(other)));
    const vkeys = [origin(), other].map((name) => vkeyOf(name, logKeyOf(name).publicKey));
    const { printed } = await incidentOf(sealed.trail, 'WRONG_TRAIL', { vkeys });
    expect(printed('the trail that note 1 names')).toEqual([other, origin()]);
    expect(printed('note 1: the signature in line 5 by key 2 verifies')).toEqual(GOOD);
  });

  test('a size beyond all that is here: the note says how many, the tree has the rest', async () => {
    await sealed.cutBack(500);
    const rows = await sealed.rows();
    const { incident, text, printed } = await incidentOf(sealed.trail, 'TRUNCATED');
    expect(incident.finding).toMatchObject({ seq: 500, expected: '600', found: '500' });
    const root = hex((await getCheckpoint(sealed.trail)).root);
    expect(printed('note 1: how many events were signed')).toEqual([`600 ${root}`]);
    expect(printed('the first 500 of them, as the stored tree has them')).toEqual([root, root]);
    expect(printed('the last row that is here is the one that was sealed at 499')).toEqual([leafOf(rows[499]), leafOf(rows[499])]);
    expect(printed('which leads to the root that was signed: equal')).toEqual([root, root]);
    expect(printed('the leaf that was sealed at 500 leads to the root that was signed')).toEqual([root, root]);
    expect(printed('the row before: the last two lines are equal')).toEqual(Array(2).fill(hex(rows[499]?.eventHash as Buffer)));
    expect(printed('note 1: the signature in line 5 by key 1 verifies')).toEqual(GOOD);
    expect(text).toContain('THE LAST ROW THAT IS HERE');
    expect(text).not.toContain('leads to no event of those that are gone');

    await attack('delete from tile where trail_id = $T');
    const without = await incidentOf(sealed.trail, 'TRUNCATED');
    expect(without.text).toContain('The stored tree leads to no event of those that are gone.');
    expect(without.printed('note 1: how many events were signed')).toEqual([`600 ${root}`]);
    expect(without.text).not.toContain('leads to the root that was signed');
  });

  test('the tail behind the signed size gone: no note says how many there were', async () => {
    await attack('delete from audit_event where trail_id = $T and seq >= 610');
    const { text } = await incidentOf(sealed.trail, 'TRUNCATED');
    expect(text).toContain(`No signed note of more events is at hand: that there were ${END} is known from`);
    expect(text).not.toContain('how many events were signed');
  });
});
