// History rewritten by somebody who holds the database and gets every hash right: what the seal says to it (SPEC §8), and what it says of a trail that nobody touched.
import { expect, test, vi } from 'vitest';
import { naiveCheckpoints } from '../sealing/test/naive-tree';
import { naiveVerify } from '../trail/test/naive-verify';
import { END, leafOf, SIGNED, sealedTrail } from './test/sealed-trail';
import { named } from './test/verify-all';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const sealed = await sealedTrail();
const { attack, rewrite, verify, setHead } = sealed;
const by = (actorId: string) => () => ({ actorId });

test('a sealed trail holds: whole, deep, from the middle and to the middle', async () => {
  const whole = await verify();
  expect(whole).toMatchObject({
    checked: END,
    counts: {},
    findings: [],
    state: 'holds',
    sealedTo: SIGNED,
    provenTo: SIGNED,
    sealedValues: { sealed: 3, erased: 0 },
  });
  expect(await verify({ deep: true })).toMatchObject({ checked: END, counts: {}, state: 'holds' });
  for (const from of [1, 99, 100, 256, 300, 350, 512, 599]) {
    expect(await verify({ from }), `from ${from}`).toMatchObject({ from, checked: END - from, counts: {}, state: 'holds', provenTo: SIGNED });
  }
  // what ends below every size that is known outside the database is compared with those in it alone, and says so
  expect(await verify({ from: 20, to: 350 })).toMatchObject({ checked: 330, counts: {}, state: 'consistent', sealedTo: 300, provenTo: 0 });
  expect(await verify({ from: 610 })).toMatchObject({ counts: {}, state: 'consistent', sealedTo: 0 });
  const { database, trail } = sealed;
  expect(await naiveVerify(database.superuser, trail.origin, database.home)).toEqual([]);
  expect(await naiveCheckpoints(database.superuser, trail.trailId)).toEqual([]);
});

test('stopped anywhere, it says nothing of what it did not reach', async () => {
  for (const ms of [0, 2, 5, 10, 15, 20, 30, 40, 60, 90]) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ms);
    const verdict = await verify({ signal: stop.signal }).catch((cause: unknown) => {
      if (stop.signal.aborted && cause === stop.signal.reason) return null; // before the first row
      throw cause;
    });
    clearTimeout(timer);
    if (verdict) expect(verdict, `stopped after ${ms} ms`).toMatchObject({ findings: [], state: verdict.isCancelled ? 'cancelled' : 'holds' });
  }
});

test('an event edited and everything behind it linked anew: FORK at it, by the leaves that the tiles still hold', async () => {
  const before = await sealed.rows();
  const after = await rewrite(150, by('somebody-else'));
  await setHead(END);
  const { database, trail } = sealed;
  expect(await naiveVerify(database.superuser, trail.origin, database.home)).toEqual([]); // within the rows all is right
  const verdict = await verify();
  expect(verdict.findings).toEqual([{ code: 'FORK', seq: 150, expected: leafOf(before[150]), found: leafOf(after[150]), lastGood: null }]);
  expect(verdict).toMatchObject({ checked: END, state: 'broken', sealedTo: 100, provenTo: 0 });
  // a range that begins behind the edit has the tree before it from the tiles: every leaf of it differs
  expect(named(await verify({ from: 400 }))).toContain('FORK@400');
  // one that ends at a signed size is found by the note in the database
  expect(named(await verify({ to: 300 }))).toEqual(['FORK@150']);
});

test('the same with the tiles made anew: FORK at the largest size that still is what was signed', async () => {
  await sealed.rewriteTiles(await rewrite(150, by('somebody-else')));
  await setHead(END);
  const verdict = await verify();
  expect(verdict.findings).toEqual([{ code: 'FORK', seq: 100, expected: '[100,300)', found: null, lastGood: null }]);
  expect(verdict).toMatchObject({ state: 'broken', sealedTo: 100 });
});

test('the same with the notes in the database gone too: what lies outside it knows', async () => {
  await sealed.rewriteTiles(await rewrite(150, by('somebody-else')));
  await setHead(END);
  await attack('delete from checkpoint where trail_id = $T');
  expect((await verify()).findings).toEqual([{ code: 'FORK', seq: 0, expected: `[0,${SIGNED})`, found: null, lastGood: null }]);
});

test('the tiles gone: every row was signed, and what is missing is named', async () => {
  await attack('delete from tile where trail_id = $T');
  const verdict = await verify();
  const gone = (level: number) => ({ code: 'TILE_MISMATCH', seq: null, expected: null, found: `{"level":${level},"tile":0}`, lastGood: null });
  expect(verdict.findings).toEqual([gone(0), gone(1)]);
  expect(verdict).toMatchObject({ sealedTo: SIGNED });
});

test('one event edited and re-hashed, the next as it was: its link, and its leaf', async () => {
  await rewrite(150, by('x'), 151);
  expect(named(await verify())).toEqual(['CHAIN_LINK@151', 'TILE_MISMATCH@150']);
});

test('the last signed event edited and re-hashed, with nothing behind it: TILE_MISMATCH', async () => {
  await sealed.cutBack(SIGNED);
  expect(await verify()).toMatchObject({ findings: [], state: 'holds', checked: SIGNED });
  const before = await sealed.rows();
  const after = await rewrite(SIGNED - 1, by('x'), SIGNED);
  await setHead(SIGNED);
  const verdict = await verify();
  expect(verdict.findings).toEqual([
    { code: 'TILE_MISMATCH', seq: SIGNED - 1, expected: leafOf(before[SIGNED - 1]), found: leafOf(after[SIGNED - 1]), lastGood: null },
  ]);
});

test('an event behind the last signature edited with everything right: nothing can know, and nothing is called proven', async () => {
  await rewrite(610, by('x'));
  await setHead(END);
  expect(await verify()).toMatchObject({ findings: [], provenTo: SIGNED });
});

test('events gone below the signed size: the gap alone, for the leaves of the tiles stand in', async () => {
  await attack(
    'delete from audit_event where trail_id = $T and seq between 150 and 152; delete from event_key where trail_id = $T and seq between 150 and 152',
  );
  const verdict = await verify();
  expect(named(verdict)).toEqual(['SEQ_GAP@150']);
  expect(verdict).toMatchObject({ sealedTo: SIGNED, state: 'broken' });
});

test('a tile changed while the rows are right: the tile is named', async () => {
  const change = (level: number, n: number, at: number) =>
    attack(
      `update tile set hashes = overlay(hashes placing '\\x${'ab'.repeat(32)}'::bytea from ${at * 32 + 1}) where trail_id = $T and level = ${level} and n = ${n}`,
    );
  const found = (level: number, tile: number) => [{ code: 'TILE_MISMATCH', seq: null, expected: null, found: JSON.stringify({ level, tile }), lastGood: null }];
  await change(0, 1, 5);
  expect(await verify()).toMatchObject({ findings: found(0, 1), sealedTo: SIGNED, state: 'broken' });
  await attack('update tile set hashes = t.hashes from kept.tile t where tile.trail_id = $T and (tile.level, tile.n) = (t.level, t.n)');
  await change(1, 0, 1);
  expect(await verify()).toMatchObject({ findings: found(1, 0) });
  await attack('update tile set hashes = t.hashes from kept.tile t where tile.trail_id = $T and (tile.level, tile.n) = (t.level, t.n)');
  expect((await verify()).findings).toEqual([]);
});

test('a tail cut behind the signed size, and everything in the database set back with it, the mac of the head too', async () => {
  await sealed.cutBack(500);
  expect((await verify()).findings).toEqual([{ code: 'TRUNCATED', seq: 500, expected: String(SIGNED), found: '500', lastGood: 499 }]);
});

test('an old backup put back: it fits itself, and the guard knows more', async () => {
  await sealed.cutBack(300);
  await sealed.rewriteTiles((await sealed.rows()).slice(0, 300));
  await attack('delete from checkpoint where trail_id = $T and size > 300');
  const verdict = await verify();
  expect(verdict.findings).toEqual([{ code: 'TRUNCATED', seq: 300, expected: String(SIGNED), found: '300', lastGood: 299 }]);
  expect(verdict).toMatchObject({ state: 'broken', sealedTo: 300, provenTo: 0 });
});

test('the head moved back with its own mac, or named to another last event', async () => {
  await setHead(550);
  expect(named(await verify())).toEqual(['HEAD_FORGED@550']);
  await attack(`update trail_head set next_seq = ${END} where trail_id = $T`);
  expect(named(await verify())).toEqual([`HEAD_FORGED@${END}`]);
});
