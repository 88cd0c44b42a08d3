// The events beside what is lawfully away, and beside what is not: what their own pages say of the link, and that an event which is just being appended is not called missing.
import { expect, test } from 'vitest';
import { readTransaction, writeTransaction } from '@/db/transaction';
import { linkWords } from '@/features/trail/chain-words';
import { findGiven } from '@/features/trail/find-given';
import { appendEvents } from '@/features/trail/mutations/append';
import { getAbsentNeighbours } from '@/features/trail/queries/absent-neighbours';
import { readOutside } from '@/features/trail/queries/confirm-events';
import { getEvent, getNeighbours } from '@/features/trail/queries/get-event';
import { getNextSeq } from '@/features/trail/queries/head';
import { apiDrafts } from '@/features/trail/test/drafts';
import { absenceOf } from './absent-event';
import { getAbsentEvent } from './queries/absent-event';
import { actsTrail } from './test/acts-trail';
import { END } from './test/fill-acts-trail';

const { attack, trail, drop, dispose } = await actsTrail();

const read = <T>(fn: Parameters<typeof readTransaction<T>>[1]) => readTransaction(trail().scope, fn);

/** As the page of an event has it. */
async function beside(seq: number) {
  const { guard } = readOutside(trail().origin);
  return read(async (tx) => {
    const { row } = (await getEvent(tx, trail(), seq)) ?? {};
    if (!row) throw new Error(`no row ${seq}`);
    const near = await getNeighbours(tx, trail().trailId, seq);
    const absent = await getAbsentNeighbours(tx, trail().trailId, guard, row, near);
    const isPreviousLinked = absent.previous?.link === 'signed' || near.previous?.eventHash === row.prevHash.toString('hex');
    const words = linkWords({ seq, ...near, absentPrevious: absent.previous, absentNext: absent.next, isPreviousLinked });
    return { ...absent, words, isWrong: words.some((one) => one.isWrong) };
  });
}
const inAWord = async (seq: number) => {
  const { word, isLawful } = absenceOf(await getAbsentEvent(trail(), seq));
  return [word, isLawful];
};
const lawfully = async () => {
  await drop(0, 40);
  await dispose(80, 95);
};

test('the first event after an archived month links to what was signed, and nothing is called missing', async () => {
  await lawfully();
  expect(await beside(40)).toEqual({
    ...{ previous: { seq: 39, link: 'signed' }, next: null, isWrong: false },
    words: [{ text: expect.stringMatching(/^The row of 39 is not here\. Event 40 names the hash that was signed at that number/), isWrong: false }],
  });
  expect(await inAWord(39)).toEqual(['archived', true]);
  expect(await beside(END - 1)).toEqual({ previous: null, next: null, words: [], isWrong: false }); // the end: not there yet
});

test('events before and after a stub link over its hashes, each only where it was signed', async () => {
  await lawfully();
  expect(await beside(96)).toMatchObject({ previous: { seq: 95, link: 'signed' }, next: null, isWrong: false });
  expect(await beside(94)).toMatchObject({ previous: null, next: { seq: 95, link: 'signed' }, isWrong: false });
  expect((await beside(94)).words.map(({ text }) => text)).toEqual([
    expect.stringContaining('Its two halves, made over the hash of this event, give the hash that was signed'),
  ]);
  expect(await inAWord(95)).toEqual(['disposed of', true]);

  // a stub of another event: the one behind still names what was signed
  await attack("update event_stub set event_hash = sha256('x') where trail_id = $T and seq = 95");
  expect(await beside(96)).toMatchObject({ previous: { link: 'signed' } });
  expect(await beside(94)).toMatchObject({ next: { link: 'broken' }, isWrong: true });
  expect(await inAWord(95)).toEqual(['another hash than was signed', false]);
});

test('before an archived month the link cannot be checked, and is not called broken', async () => {
  await drop(300, 310); // no act says so
  expect(await beside(299)).toMatchObject({ next: { seq: 300, link: 'unknown' }, isWrong: false });
  expect(await inAWord(300)).toEqual(['missing', false]);
  expect(await beside(310)).toMatchObject({ previous: { seq: 309, link: 'signed' } });
});

test('an event that names another predecessor than was signed says so', async () => {
  await lawfully();
  await attack("update audit_event set prev_hash = sha256('x') where trail_id = $T and seq in (40, 96)");
  for (const seq of [40, 96]) expect(await beside(seq)).toMatchObject({ previous: { link: 'broken' }, isWrong: true });
});

test('nothing is proven by a tree that was changed, nor of what is not sealed', async () => {
  await lawfully();
  await attack('update tile set hashes = set_byte(hashes, 39 * 32, 255 - get_byte(hashes, 39 * 32)) where trail_id = $T and level = 0 and n = 0');
  expect(await beside(40)).toMatchObject({ previous: { link: 'unknown' }, isWrong: true });
  await drop(610, 611);
  expect(await beside(611)).toMatchObject({ previous: { seq: 610, link: 'unknown' }, isWrong: true });
});

test('an event that is appended while its page looks for it is found, one that is gone is missing, one to come is neither', async () => {
  const { trailId, scope } = trail();
  const look = (seq: number) => () => read((tx) => getEvent(tx, trail(), seq));
  let counts = 0;
  const found = await findGiven(END, look(END), async () => {
    await writeTransaction(scope, (tx) => appendEvents(tx, trailId, apiDrafts(1), { clock: '2026-06-16T10:00:00.000000Z' }));
    counts++;
    return read((tx) => getNextSeq(tx, trailId));
  });
  expect(found).toMatchObject({ row: { seq: END } });
  expect(counts).toBe(1);
  const given = () => read((tx) => getNextSeq(tx, trailId));
  expect(await findGiven(END + 1, look(END + 1), given)).toBe('not given');
  await drop(300, 301);
  expect(await findGiven(300, look(300), given)).toBe('missing');
});
