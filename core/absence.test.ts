import { expect, test } from 'vitest';
import { Absence } from './absence';
import type { Finding } from './finding';
import type { JsonObject } from './json';

const act = (from_seq: number, to_seq: number, count: number, name = `${from_seq}-${to_seq}-${count}`): JsonObject => ({ from_seq, to_seq, count, act: name });

function judged(does: (absence: Absence) => void, { areActsKnown = true, signed = 10_000 } = {}) {
  const found: Finding[] = [];
  const absence = new Absence((finding) => found.push(finding), areActsKnown, signed);
  does(absence);
  absence.finish(signed);
  return { ...absence.verdict, mayLack: absence.hasActs, found: found.map(({ code, seq }) => `${code} ${seq}`) };
}

test('months beside one another are told as one, whatever order their acts come in', () => {
  const months = (absence: Absence) => {
    absence.act(900, 'partition.archived', act(100, 200, 100));
    absence.act(901, 'partition.archived', act(0, 100, 100));
    absence.gap(0, 200, null);
    absence.gap(300, 301, 299);
  };
  expect(judged(months)).toEqual({
    archived: 200,
    disposed: 0,
    mayLack: true,
    away: [{ kind: 'archived', from: 0, to: 200, count: 200 }],
    found: ['SEQ_GAP 300'],
  });
  expect(judged(months, { areActsKnown: false })).toEqual(judged(months));
});

test('a gap that reaches beyond its act is no part lawful', () => {
  const beyond = (absence: Absence) => {
    absence.act(900, 'partition.archived', act(0, 100, 100));
    absence.gap(50, 101, 49);
  };
  expect(judged(beyond)).toEqual({ archived: 0, disposed: 0, mayLack: true, away: [], found: ['SEQ_GAP 50'] });
});

test('the same act under two numbers excuses as much as one', () => {
  const twice = (absence: Absence) => {
    absence.act(900, 'events.disposed', act(0, 100, 2, 'a'));
    absence.act(901, 'events.disposed', act(0, 100, 2, 'a'));
    for (const seq of [1, 5, 6, 7]) absence.stub(seq, null);
  };
  expect(judged(twice)).toMatchObject({ disposed: 2, away: [{ kind: 'disposed', from: 1, to: 6, count: 2 }], found: ['HEAD_CUT 6'] });
  const two = (absence: Absence) => {
    absence.act(900, 'events.disposed', act(0, 100, 2, 'a'));
    absence.act(901, 'events.disposed', act(0, 100, 2, 'b'));
    for (const seq of [1, 5, 6, 7]) absence.stub(seq, null);
  };
  expect(judged(two)).toMatchObject({ disposed: 4, found: [] });
});

test('of acts that overlap a walk from the middle has what a whole one would have left', () => {
  const acts = (absence: Absence) => {
    absence.act(900, 'events.disposed', act(0, 100, 3, 'a'));
    absence.act(901, 'events.disposed', act(50, 200, 2, 'b'));
    absence.act(902, 'events.disposed', act(300, 400, 5, 'c'));
    absence.act(20_000, 'events.disposed', act(0, 400, 100, 'above the signed size'));
  };
  const seqs = [1, 2, 60, 61, 150, 160];
  const from = (start: number) =>
    judged((absence) => {
      acts(absence);
      expect(absence.placesBefore(start)).toEqual(start === 0 ? [] : [{ from: 0, to: Math.min(start, 200) }]);
      for (const seq of seqs) if (seq < start) absence.before(seq);
      for (const seq of seqs) if (seq >= start) absence.stub(seq, null);
    });
  expect(from(0)).toMatchObject({ disposed: 5, found: ['HEAD_CUT 160'] });
  expect([1, 55, 61, 62, 155, 250].map((start) => [from(start).disposed, ...from(start).found])).toEqual([
    [5, 'HEAD_CUT 160'],
    [3, 'HEAD_CUT 160'],
    [2, 'HEAD_CUT 160'],
    [1, 'HEAD_CUT 160'],
    [0, 'HEAD_CUT 160'],
    [0],
  ]);
});

test('an act before the end of its range, or above the signed size, excuses nothing', () => {
  const early = (seq: number) => (absence: Absence) => {
    absence.act(seq, 'partition.archived', act(0, 100, 100));
    absence.gap(0, 100, null);
  };
  expect(judged(early(99)).found).toEqual(['HEAD_CUT 0']);
  expect(judged(early(100))).toMatchObject({ found: [], mayLack: true });
  expect(judged(early(100), { signed: 100 })).toMatchObject({ found: ['HEAD_CUT 0'], mayLack: false });
});

test('of very many places neighbours are told as one, and no event is lost or told twice', () => {
  const many = (absence: Absence) => {
    for (let i = 0; i < 5000; i++) absence.act(900_000 + i, 'partition.archived', act(i * 10, i * 10 + 5, 5));
    for (let i = 0; i < 5000; i++) absence.gap(i * 10, i * 10 + 5, null);
  };
  const { archived, away, found } = judged(many, { signed: 1_000_000 });
  expect({ archived, found }).toEqual({ archived: 25_000, found: [] });
  expect(away.length).toBeLessThanOrEqual(100);
  expect(away.reduce((sum, { count }) => sum + count, 0)).toBe(25_000);
  expect([away[0]?.from, away.at(-1)?.to]).toEqual([0, 49_995]);
  for (const { from, to, count } of away) expect(count).toBeLessThanOrEqual(to - from);
});
