import { expect, test } from 'vitest';
import { LOOKED_FOR } from './finding-texts';
import { endsText, indexesText, lookedAt, type Reach, reachOf } from './looked-at';
import { verifyResult } from './schema';

const whole: Reach = {
  ...{ isCancelled: false, isEmpty: false, isDeep: true, from: 0, to: 620, isToGiven: false, sealedTo: 610, besideFrom: 0, unopened: 0 },
};
const all = (reach: Reach) => Object.fromEntries(LOOKED_FOR.map(({ label, codes }) => [label, lookedAt(codes[0] as string, reach)]));

test('a run of everything to the end looked at everything', () => {
  const { 'Rows hidden from the screens': hidden, ...others } = all(whole);
  expect(new Set(Object.values(others))).toEqual(new Set(['none']));
  expect(hidden).toBe('none; searches by text or agent not looked at');
  expect([endsText(whole), indexesText(whole)]).toEqual(['complete, nothing cut', 'match the events']);
});

test('a run that was stopped compared neither the end nor what lies beside the events', () => {
  const stopped = { ...whole, isCancelled: true, to: 320, sealedTo: 256 };
  expect(all(stopped)).toMatchObject({
    'Events edited': 'none',
    'First months gone': 'none',
    'Newest events cut off': 'not looked at: it was stopped at 320',
    'End marker moved': 'not looked at: it was stopped at 320',
    'History rewritten since it was sealed': 'none up to 255',
    'Figures kept for reports': 'not looked at: it was stopped at 320',
    'Indexes of ids and months': 'not looked at: it was stopped at 320',
    'Accounts, catalogues and runs of nobody': 'not looked at: it was stopped at 320',
  });
  expect(endsText(stopped)).toBe('the first event is here; newest not looked at: it was stopped at 320');
  expect(indexesText(stopped)).toBe('not looked at: it was stopped at 320');
});

test('of one that was stopped before its first event nothing is said of any, and not that there was none', () => {
  const unread = { ...whole, isCancelled: true, isEmpty: true, to: 0, sealedTo: 0 };
  const said = all(unread);
  expect(new Set(Object.values(said))).toEqual(new Set(['not looked at: it was stopped at 0', 'not looked at: no signed size was reached']));
  expect(said['Events edited']).toBe('not looked at: it was stopped at 0');
  expect(endsText(unread)).toBe('oldest not looked at: it was stopped at 0; newest not looked at: it was stopped at 0');
});

test('what only a deep run is sure to find, an ordinary one does not call none', () => {
  expect(all({ ...whole, isDeep: false, unopened: 99_680 })).toMatchObject({
    'Rows hidden from the screens': 'none by the filters that were drawn; what indexes hold is compared by a deep run',
    'Checkpoints that do not hold': 'none among those looked at; 99,680 signatures not verified',
    'Indexes of ids and months': 'none',
  });
  expect(lookedAt('VIEW_MISMATCH', { ...whole, isDeep: false, isToGiven: true, to: 50 })).toBe(
    'none in 0 to 49 by the filters that were drawn; what indexes hold is compared by a deep run',
  );
  expect(lookedAt('VIEW_MISMATCH', { ...whole, isToGiven: true, to: 50 })).toBe(
    'none in 0 to 49; sessions and requests by the filters that were drawn, searches by text or agent not looked at',
  );
});

test('where no event was there to read, nothing is said of any', () => {
  const empty = { ...whole, isEmpty: true, to: 40, isToGiven: true, sealedTo: 0, away: [{ kind: 'archived', from: 0, to: 40, count: 40 }] } satisfies Reach;
  const none = Object.entries(all(empty)).filter(([, said]) => !said.startsWith('not looked at'));
  expect(none).toEqual([
    ['First months gone', 'none: the oldest are archived, lawfully'],
    ['End marker moved', 'none'], // it is compared whatever is read
  ]);
  expect(indexesText(empty)).toBe('not looked at: no event was there');
});

test('a range says nothing of what lies outside it, nor of a signature that it did not reach', () => {
  const range = { ...whole, from: 5, to: 50, isToGiven: true, sealedTo: 0, besideFrom: 5 };
  expect(all(range)).toMatchObject({
    'Events edited': 'none',
    'First months gone': 'not looked at: it began at 5',
    'Newest events cut off': 'not looked at: the range that was asked for has an end',
    'History rewritten since it was sealed': 'not looked at: no signed size was reached',
    'Figures kept for reports': 'not looked at: they are kept of whole blocks of 65,536 events',
    'Indexes of ids and months': 'none in 5 to 49',
    'Events lost before they came': 'not looked at: the range that was asked for has an end',
  });
  expect(endsText(range)).toBe('oldest not looked at: it began at 5; newest not looked at: the range that was asked for has an end');
  expect(indexesText(range)).toBe('match the events 5 to 49');
  const tail = { ...whole, from: 300, besideFrom: 300 };
  expect(endsText(tail)).toBe('oldest not looked at: it began at 300; nothing of the newest is cut off');
});

test('figures are called none of the blocks alone that were read whole', () => {
  const figures = (besideFrom: number, to: number, isToGiven: boolean) => lookedAt('COUNT_MISMATCH', { ...whole, from: besideFrom, besideFrom, to, isToGiven });
  const NOT = 'not looked at: they are kept of whole blocks of 65,536 events';
  const IN_INDEXES = 'not looked at: rows that no index holds'; // a run of everything counts the tables too
  expect(figures(1, 131_072, true)).toBe(`none in 65,536 to 131,071; ${IN_INDEXES}`);
  expect(figures(0, 150_000, true)).toBe(`none in 0 to 131,071; ${IN_INDEXES}`);
  expect(figures(65_536, 150_000, true)).toBe(`none in 65,536 to 131,071; ${IN_INDEXES}`);
  expect(figures(70_000, 196_607, true)).toBe(NOT);
  expect(figures(70_000, 200_000, false)).toBe(`none from 131,072 on; ${IN_INDEXES}`);
  expect(figures(65_536, 200_000, false)).toBe(`none from 65,536 on; ${IN_INDEXES}`);
  expect(figures(70_000, 196_607, false)).toBe(NOT);
  expect(figures(0, 150_000, false)).toBe('none');
  expect(figures(0, 20, false)).toBe('none');
});

test('what was taken up compared what lies beside the events from there on alone', () => {
  const result = verifyResult.parse({
    from: 0,
    to: 620,
    checked: 620,
    counts: {},
    state: 'holds',
    toEventHash: null,
    sealedTo: 610,
    findings: 0,
    kept: 0,
    event: null,
    notRecorded: null,
    resumed: { at: 256, run: 3, checkedAt: '2026-11-24T02:00:00.000000Z' },
  });
  const resumed = reachOf(result, {}, 'done');
  expect(all(resumed)).toMatchObject({ 'Newest events cut off': 'none', 'Indexes of ids and months': 'none from 256 on', 'First months gone': 'none' });
  expect([endsText(resumed), indexesText(resumed)]).toEqual(['complete, nothing cut', 'match the events from 256 on; below not looked at']);
  const untold = reachOf({ ...result, resumed: { at: null, run: null, checkedAt: '2026-11-24T02:00:00.000000Z' } }, {}, 'done');
  const beside = ['DERIVED_MISMATCH', 'VIEW_MISMATCH', 'COUNT_MISMATCH'].map((code) => lookedAt(code, untold));
  expect(new Set([...beside, indexesText(untold)])).toEqual(new Set(['not told: it was taken up half-way']));
  expect(lookedAt('TRUNCATED', untold)).toBe('none');
});

test('what is lawfully away was not looked at, and the head is not called complete', () => {
  const away = { ...whole, to: 140_000, away: [{ kind: 'archived', from: 0, to: 40, count: 40 }] } satisfies Reach;
  expect(endsText(away)).toBe('the oldest are archived, lawfully; nothing of the newest is cut off');
  expect(all(away)).toMatchObject({
    'First months gone': 'none: the oldest are archived, lawfully',
    'Figures kept for reports': 'none; not looked at: blocks of which events are lawfully away',
    'Events lost before they came': 'none among the events that are here',
    'Events edited': 'none',
  });
  const later = { ...whole, away: [{ kind: 'disposed', from: 200, to: 300, count: 4 }] } satisfies Reach;
  expect(endsText(later)).toBe('complete, nothing cut');
});
