import { expect, test } from 'vitest';
import { checkText } from './past-check';
import type { ResourceResult } from './resource-schema';
import { resourceSentence, shortResource, tookText } from './resource-words';
import { runLines } from './run-line';

const merchant = { type: 'merchant', id: 'M-2207' };
const result = (more: Partial<ResourceResult> = {}): ResourceResult => ({
  ...{ checked: 8, proven: 8, unsealed: 0, unproven: 0, firstSeq: 5, lastSeq: 90, size: 100, root: 'aa', isOutside: true },
  ...{ sealedValues: { sealed: 0, erased: 0 }, counts: {}, state: 'holds', view: 'whole', eventsMs: 9, tookMs: 9 },
  ...{ findings: 0, kept: 0, event: null, notRecorded: null },
  ...more,
});
const finding = (code: string, seq: number | null) => ({ code, seq, expected: null, found: null });
const say = (more: Partial<ResourceResult> = {}, kept: ReturnType<typeof finding>[] = []) => {
  const counts: Record<string, number> = {};
  for (const { code } of kept) counts[code] = (counts[code] ?? 0) + 1;
  return resourceSentence(merchant, result({ counts, findings: kept.length, ...more }), kept);
};

test('what is said of the events, and never more than was looked at', () => {
  expect(say()).toBe('All 8 events of merchant / M-2207 are as they were signed: sealed to 99, not anchored.');
  expect(say({ checked: 1, proven: 1 })).toBe('The one event of merchant / M-2207 is as it was signed: sealed to 99, not anchored.');
  expect(say({ proven: 6, unsealed: 2 })).toBe('6 events of merchant / M-2207 are as they were signed: sealed to 99, not anchored. 2 are not yet sealed.');
  expect(say({ proven: 0, unsealed: 8, state: 'consistent' })).toBe('The 8 events of merchant / M-2207 are not yet sealed: no signed checkpoint reaches them.');
  expect(say({ isOutside: false, state: 'consistent' })).toContain("by checkpoints of the database's own list, with nothing outside to compare.");
  expect(say({ checked: 0, proven: 0, state: 'not_covered' })).toBe('No event of merchant / M-2207 was there to read: nothing was checked.');
  expect(say({ checked: 3, proven: 3, state: 'cancelled' })).toBe(
    'Stopped after 3 events of merchant / M-2207; nothing is said of the others. 3 of 3 events are as they were signed.',
  );
});

test('what was found, beside what is proven and what can not be', () => {
  expect(say({ proven: 6, unsealed: 1, state: 'broken' }, [finding('EVENT_HASH', 7)])).toBe(
    'One event was altered. 6 of 8 events are as they were signed. One is not yet sealed.',
  );
  expect(say({ proven: 3, unproven: 5, state: 'broken' }, [finding('ROOT_MISMATCH', null)])).toBe(
    'What is here is not what was sealed. 3 of 8 events are as they were signed. 5 cannot be proven: the tree does not lead to the root that was signed.',
  );
  expect(say({ checked: 0, proven: 0, state: 'broken' }, [finding('VIEW_MISMATCH', null)])).toBe(
    'The screens are shown other rows than the trail has. No event of merchant / M-2207 was there to check.',
  );
  expect(say({ state: 'holds' }, [finding('KEY_ROTATED', null)])).toMatch(
    /^All 8 events of .* are as they were signed: .* The trail has a new key, signed in by/,
  );
});

test('a long name is told by its end', () => {
  expect(shortResource({ type: 'kms', id: 'arn:aws:kms:us-east-1:1:key/0e5d0ab6' })).toEqual({ type: 'kms', id: '0e5d0ab6' });
  expect(shortResource({ type: 'file', id: `${'a/'.repeat(40)}end` }).id).toMatch(/^….{24}$/);
  expect(shortResource(merchant)).toEqual(merchant);
});

test('the time is said of the events, and of the whole where that took longer', () => {
  expect(tookText({ eventsMs: 8.6, tookMs: 8.9 })).toBe('Checked in 9 ms.');
  expect(tookText({ eventsMs: 0.2, tookMs: 1500 })).toBe('Checked in 1 ms, with the count of the whole trail in 1.5 s.');
});

test('in the list of runs checks stand among the others, red where something is broken alone', () => {
  const run = { runId: 4, state: 'done' as const, startedAt: null, finishedAt: null, tookMs: 900, by: 'Officer', schedule: null, error: null };
  const check = (runId: number, more: Partial<ResourceResult>) => ({
    ...run,
    runId,
    asked: merchant,
    telling: 'told' as const,
    isByEventAlone: false,
    areRowsDue: true,
    result: result(more),
  });
  expect(checkText(check(1, { proven: 6, unsealed: 2 }))).toBe('6 events are as signed, 2 not yet sealed');
  expect(checkText(check(1, { proven: 0, unsealed: 2, checked: 2 }))).toBe('2 events, not yet sealed');
  const verdict = { from: 0, to: 9, checked: 9, counts: { KEY_ROTATED: 1 }, state: 'holds' as const, sealedTo: 9, findings: 1, kept: 1 };
  const range = {
    ...run,
    runId: 2,
    asked: {},
    telling: 'told' as const,
    isByEventAlone: false,
    areRowsDue: true,
    isClean: false,
    verdict: { ...verdict, toEventHash: null, provenTo: 9, sealedValues: null, event: null, notRecorded: null, resumed: null, anew: null, foundBefore: null },
  };
  const lines = runLines([range], [check(1, {}), check(3, { state: 'broken', findings: 1, counts: { EVENT_HASH: 1 } })]);
  expect(lines.map(({ runId, what, result: said, tone }) => [runId, what, said, tone])).toEqual([
    [3, 'merchant / M-2207', 'Broken: 1 finding in 8 events', 'broken'],
    [2, '0 – 8', '9 events hold, sealed to 8; new key', 'warning'],
    [1, 'merchant / M-2207', '8 events are as signed', 'plain'],
  ]);
});
