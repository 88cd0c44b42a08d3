// Two processes append to a trail, a server and a long import say, and events of it are gone before they were signed: what each knew binds by itself, as two histories may have been
// acknowledged. A is this process, B the other; A knows of nine events.
import fs from 'node:fs';
import { afterAll, expect, test, vi } from 'vitest';
import { freshDatabase } from '@/db/test/database';
import { sqlOf, writeTransaction } from '@/db/transaction';
import type { Appended } from '@/features/trail/appended';
import { readLost } from '@/features/trail/lost-file';
import { appendEvents } from '@/features/trail/mutations/append';
import type { NewTrail } from '@/features/trail/mutations/create-trail';
import { ownOrigin } from '@/features/trail/mutations/record-act';
import { clearRefusal, readRefusal, writeRefusal } from '@/features/trail/refusal-file';
import { apiDrafts } from '@/features/trail/test/drafts';
import { readAdopting } from './adoption-file';
import { adoptGuard, adoptionFault } from './mutations/adopt-guard';
import { tellDue } from './mutations/tell-due';
import { sealState } from './state';
import { APPENDED, eachHasLostTrail, type LostTrail, newProcess, otherProcess, SIGNED } from './test/lost-trail';
import { naiveCheckpoints } from './test/naive-tree';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const database = await freshDatabase();
const { superuser: sql } = database;
const B = newProcess(database);
let trail: NewTrail;
let at: LostTrail;

afterAll(() => B.stop());
eachHasLostTrail(database, 'two', (made) => {
  at = made;
  trail = at.trail;
});

const looker = <T>(fn: () => Promise<T>) => otherProcess(database, fn);
/** How far the rows reach now, as one who appended the last of `size` events knows it. */
const markerAt = async (size: number): Promise<Appended> => {
  const rows = await sql`select encode(event_hash, 'hex') as hash from audit_event where trail_id = ${trail.trailId} and seq = ${size - 1}`;
  return { nextSeq: size, lastHash: String(rows[0]?.hash) };
};
const ANOTHER = 'HEAD_FORGED: event 8 that was appended here and acknowledged is gone, or another stands in its place';
const since = '2026-11-26T00:00:00.000000Z';
const lostOf = (...all: Appended[]) => all.map(({ nextSeq, lastHash }) => ({ size: nextSeq, last_event_hash: lastHash }));

/** Both go on, and what is signed is what is there. */
async function expectBothGoOn() {
  await at.append(1);
  await B.run(() => at.append(1));
  await at.append(1);
  expect([await at.reason(), await B.run(at.reason), readRefusal(trail.origin)]).toEqual([null, null, null]);
  expect(await naiveCheckpoints(sql, trail.trailId)).toEqual([]);
}

test('an append does not take another history for what its process appended, though it is longer', async () => {
  const known = await markerAt(APPENDED);
  await at.restore('old');
  await B.run(() => at.append(4)); // further than A has come, and nobody has looked
  await expect(at.append(1)).rejects.toMatchObject({ code: 'HEAD_FORGED', hint: expect.stringContaining('event 8 that was appended here') });
  expect(readRefusal(trail.origin)).toMatchObject({ reason: ANOTHER, known: [known] });
  at.takeRefusal();
  expect(await at.reason()).toBe(ANOTHER); // its memory is what it was
  await at.restore('whole');
  await looker(async () => expect(await at.reason()).toBeNull());
});

test('it asks nothing for that where it alone appends, and one row where another has appended since', async () => {
  const asked = () =>
    writeTransaction(trail.scope, async (tx) => {
      const spy = vi.spyOn(sqlOf(tx), 'unsafe');
      await appendEvents(tx, trail.trailId, apiDrafts(1));
      const texts = spy.mock.calls.map(([text]) => text);
      return { all: texts.length, rows: texts.filter((text) => /select event_hash as hash from audit_event/.test(text)).length };
    });
  const alone = await asked();
  expect(alone).toEqual({ all: expect.any(Number), rows: 0 });
  await B.run(() => at.append(2));
  expect(await asked()).toEqual({ all: alone.all + 1, rows: 1 });
  expect(await asked()).toEqual(alone);
});

test('what one knew is kept beside what another knows, and the longer history does not stand for the other', async () => {
  const ofA = await markerAt(APPENDED);
  await at.restore('old');
  await B.run(() => at.append(6));
  const ofB = await markerAt(12);
  await at.keep('other');
  await expect(at.append(1)).rejects.toMatchObject({ code: 'HEAD_FORGED' });
  for (let i = 0; i < 2; i++) expect(await B.run(at.reason)).toBe(ANOTHER);
  expect([readRefusal(trail.origin)?.known, sealState(trail.origin).size]).toEqual([[ofA, ofB], SIGNED]);
  await at.restore('whole'); // which has not what B appended
  await looker(async () => expect(await at.reason()).toContain('events 9 to 11 were appended here'));
  await at.restore('other');
  await looker(async () => expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: 12, lost: [ofA] }));
  expect(await at.acts()).toMatchObject([{ size: 12, lost: lostOf(ofA) }]);
  await expectBothGoOn();
});

test('where both are lost both are given up, once', async () => {
  const ofA = await markerAt(APPENDED);
  await at.restore('old');
  await B.run(() => at.append(1));
  const ofB = await markerAt(SIGNED + 1);
  await at.restore('old');
  expect([await at.reason(), await B.run(at.reason)]).toEqual(Array(2).fill(expect.stringContaining('events 6 to 8 were appended here')));
  await looker(async () => expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: SIGNED, lost: [ofB, ofA] }));
  expect(await at.acts()).toMatchObject([{ lost: lostOf(ofB, ofA) }]);
  expect(readLost(trail.origin)).toEqual([ofB, ofA]);
  await expectBothGoOn();
});

test('who remembers less of the same history, and had not looked, refuses once more, and the same command lets all go on', async () => {
  await B.run(() => at.append(2));
  const ofB = await markerAt(11);
  await at.append(1);
  const ofA = await markerAt(12);
  await at.restore('old');
  expect(await at.reason()).toContain('events 6 to 11 were appended here');
  await looker(async () => expect(await adoptGuard(trail)).toMatchObject({ ok: true, lost: [ofA] }));
  await at.append(6);
  expect(await at.reason()).toBeNull(); // signed beyond what B knows
  await expect(B.run(() => at.append(1))).rejects.toMatchObject({ code: 'HEAD_FORGED' }); // nobody can say that it is a part of what was given up
  await looker(async () => expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: 12, lost: [ofB] }));
  expect(await at.acts()).toMatchObject([
    { size: SIGNED, lost: lostOf(ofA) },
    { size: 12, lost: lostOf(ofB) },
  ]);
  await expectBothGoOn();
});

test('an adoption that could not be told yet is told beside the next', async () => {
  const own = ownOrigin();
  const first = await markerAt(APPENDED);
  writeRefusal(own, { since, reason: 'a test says so' });
  await at.restore('old');
  expect(await at.reason()).not.toBeNull();
  await expect(looker(() => adoptGuard(trail))).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
  await at.append(2);
  const second = await markerAt(SIGNED + 2);
  await at.restore('old');
  expect(await at.reason()).toContain('events 6 to 7 were appended here');
  await expect(looker(() => adoptGuard(trail))).rejects.toMatchObject({ code: 'SIGNER_REFUSED' });
  expect(readAdopting(trail.origin)).toMatchObject([{ lost: [first] }, { lost: [second] }]);
  clearRefusal(own);
  for (let i = 0; i < 2; i++) await tellDue(trail);
  expect(await at.acts()).toMatchObject([{ lost: lostOf(first) }, { lost: lostOf(second) }]);
  expect(readAdopting(trail.origin)).toEqual([]);
});

test('an event that is signed, and whose row is away, is not lost; another in its place is, and can be given up', async () => {
  expect(await at.reason()).toBeNull(); // nine are signed
  const known = await markerAt(5);
  const other = { ...known, lastHash: 'ab'.repeat(32) };
  await at.deleteRow(4);
  writeRefusal(trail.origin, { since, reason: 'gone since', known: [known] });
  await looker(async () => expect(await at.reason()).toBeNull());
  expect(readRefusal(trail.origin)).toBeNull();

  writeRefusal(trail.origin, { since, reason: 'gone since', known: [known, other] });
  await looker(async () => {
    expect(await at.reason()).toContain('event 4 that was appended here');
    expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: APPENDED, lost: [other] }); // of what is signed no row is asked for
    await at.append(1);
    expect([await at.reason(), readRefusal(trail.origin)]).toEqual([null, null]);
  });
});

test('an append finds its own last event signed where its row is away, and gone where it was not signed', async () => {
  await B.run(() => at.append(3));
  await at.keep('longer');
  await at.deleteRow(APPENDED - 1);
  await expect(at.append(1)).rejects.toMatchObject({ code: 'HEAD_FORGED' });
  await at.restore('longer');
  expect(await B.run(at.reason)).toBeNull();
  await at.deleteRow(APPENDED - 1);
  await at.append(1);
});

test('however many processes knew of something, all of it is kept, found and given up', async () => {
  const many = 40;
  await at.append(many);
  const all = await Promise.all(Array.from({ length: many }, (_, i) => markerAt(i + 1)));
  for (const one of all) writeRefusal(trail.origin, { since, reason: 'gone since', known: [one] });
  expect(readRefusal(trail.origin)?.known).toEqual(all);
  const others = all.slice(0, 20).map(({ nextSeq }) => ({ nextSeq, lastHash: 'ab'.repeat(32) }));
  writeRefusal(trail.origin, { since, reason: 'gone since', known: others });
  await looker(async () => {
    expect(await at.reason()).toContain('was appended here');
    expect(await adoptGuard(trail)).toMatchObject({ ok: true, size: APPENDED + many, lost: others });
  });
  await expectBothGoOn();
});

test('files of earlier versions name one event by itself', async () => {
  const known = await markerAt(APPENDED);
  await at.restore('old');
  fs.writeFileSync(at.keyFile('refused'), JSON.stringify({ since, reason: 'gone since', known }));
  await looker(async () => expect(await at.reason()).toContain('events 6 to 8 were appended here'));
  expect(readRefusal(trail.origin)?.known).toEqual([known]);
  fs.writeFileSync(at.keyFile('lost'), JSON.stringify(known));
  await looker(async () => expect(await at.reason()).toBeNull());
  await expectBothGoOn();
});

test('what cannot be read is named, and is never taken for a file that says nothing', async () => {
  const unread = (kind: string) => `the file keys/${trail.alias}.${kind} cannot be read (EISDIR)`;
  fs.mkdirSync(at.keyFile('refused')); // as a file of another user
  expect(await adoptionFault(trail)).toBe(unread('refused'));
  fs.rmdirSync(at.keyFile('refused'));
  await at.restore('old');
  fs.mkdirSync(at.keyFile('lost'));
  const said = `${unread('lost')}: nobody can say whether events that are gone were given up`;
  expect([await at.reason(), await adoptionFault(trail)]).toEqual([`HEAD_FORGED: ${said}`, said]);
  await expect(at.append(1)).rejects.toMatchObject({ code: 'HEAD_FORGED', hint: expect.stringContaining(said) });
  fs.rmdirSync(at.keyFile('lost'));
  expect(await at.reason()).toContain('events 6 to 8 were appended here');
});

test('a guard that cannot be read for a moment is not called damaged', async () => {
  const read = fs.readFileSync;
  let times = 0;
  const spy = vi.spyOn(fs, 'readFileSync').mockImplementation(((file: string, ...rest: []) => {
    if (String(file) === at.keyFile('guard') && times++ === 0) throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
    return read(file, ...rest);
  }) as typeof fs.readFileSync);
  try {
    expect(await at.reason()).toBe('the guard file cannot be read (EMFILE): nobody can say what was signed last');
  } finally {
    spy.mockRestore();
  }
  expect(await at.reason()).toBeNull();
});
