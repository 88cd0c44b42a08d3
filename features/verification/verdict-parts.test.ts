import { expect, test } from 'vitest';
import { lookedAt, reachOf } from './looked-at';
import { type VerifyResult, verifyResult } from './schema';
import { verdictParts } from './verdict-parts';

const clean = {
  ...{ from: 0, to: 120, checked: 120, counts: {}, state: 'holds', toEventHash: null, sealedTo: 100, provenTo: 100 },
  ...{ findings: 0, kept: 0, event: null, notRecorded: null, keys: ['1a2b3c4d', '5e6f7a8b'], unsealed: { events: 20, oldestMs: 3_400 } },
};
const said = (more: object, label: string, isCancelled = false) =>
  verdictParts(verifyResult.parse({ ...clean, ...more }) as VerifyResult, isCancelled).find((one) => one.label === label)?.value;

test('each part is said, and what is not known is not called none', () => {
  expect(said({}, 'Not yet sealed')).toBe('20 events of what was read, oldest 3 s at its end');
  expect(said({ unsealed: { events: 1, oldestMs: null } }, 'Not yet sealed')).toBe('1 event of what was read');
  expect(said({ unsealed: { events: 0, oldestMs: null } }, 'Not yet sealed')).toBe('none of what was read');
  expect(said({ unsealed: undefined }, 'Not yet sealed')).toBe('not told');
  expect(said({}, 'Keys trusted')).toBe('1a2b3c4d, 5e6f7a8b');
  expect(said({ keys: [] }, 'Keys trusted')).toBe('none: nothing was signed');
  expect(said({ keys: undefined }, 'Keys trusted')).toBe('not told');
  expect(said({}, 'Sealed values')).toBe('not told');
  expect(said({ resumed: { at: 50, run: 1, checkedAt: '2026-11-24T02:00:00.000000Z' } }, 'Sealed values')).toBe('not counted: the run was taken up half-way');
  expect(said({ sealedValues: { sealed: 0, erased: 0 } }, 'Sealed values')).toBe('none');
  expect(said({ sealedValues: { sealed: 4, erased: 2 } }, 'Sealed values')).toBe('4 there, 2 erased and logged');
  expect(said({ away: [{ kind: 'archived', from: 0, to: 40, count: 40 }] }, 'Away')).toBe('40 events are archived, lawfully: signed acts say so');
  expect(said({ provenBy: 'note' }, 'Sealed to')).toBe('99, signature holds');
  expect(said({ provenBy: 'guard' }, 'Sealed to')).toBe('99, the guard file says so, which bears no signature');
  expect(said({}, 'Sealed to')).toBe('99, by what is known outside the database');
  expect(said({ provenTo: 0 }, 'Sealed to')).toBe('99 by notes in the database alone');
  expect(said({}, 'Checkpoints')).toBe('not told');
  expect(said({ listed: { compared: 0, opened: 0 } }, 'Checkpoints')).toBe('none compared');
  expect(said({ listed: { compared: 2, opened: 2 } }, 'Checkpoints')).toBe('2 listed ones compared with the events, the signatures of all verified');
  const some = said({ listed: { compared: 2, opened: 2, uncompared: 1_020 } }, 'Checkpoints');
  expect(some).toBe('2 listed ones compared with the events, the signatures of all verified; 1,020 not compared, for want of events or of tiles');
  expect(said({ listed: { compared: 0, opened: 0, uncompared: 3 } }, 'Checkpoints')).toBe('none compared; 3 not compared, for want of events or of tiles');
  expect(said({ to: 0, checked: 0 }, 'Range')).toBe('no event');
});

test('of a run that was stopped list and panel say the same: what was looked at, and where it ended', () => {
  const stopped = verifyResult.parse({
    ...clean,
    to: 50,
    checked: 50,
    state: 'cancelled',
    sealedValues: { sealed: 0, erased: 0 },
    listed: { compared: 2, opened: 2 },
  });
  const reach = reachOf(stopped, {}, 'cancelled');
  expect(said(stopped, 'Checkpoints', true)).toBe('2 listed ones compared with the events, the signatures of all verified; it was stopped at 50');
  expect(lookedAt('UNKNOWN_KEY', reach)).toBe('none among those looked at; it was stopped at 50');
  expect(said(stopped, 'Sealed values', true)).toBe('none; it was stopped at 50');
  expect(lookedAt('ERASURE_UNLOGGED', reach)).toBe('none among those looked at; it was stopped at 50');
});
