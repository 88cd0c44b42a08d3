import { expect, test } from 'vitest';
import { isSettledIn, type StartEnd, type Starts, withEnd } from './starts-file';

const AT = '2026-11-25T02:14:00.000000Z';
const fresh: Starts = { v: 1, origin: 'audit.example.com/main', since: 0, starts: {}, finished: {}, failed: [] };
const nightly = { schedule: 'nightly' as const, settles: { nightly: 7 }, run: 12, at: AT };
const after = (...ends: StartEnd[]) => ends.reduce((kept, end) => withEnd(kept, nightly, end), fresh);

test('a start is settled by its run, by one that was cancelled, and by the third that failed', () => {
  expect(isSettledIn(fresh, 'nightly', 7)).toBe(false);
  expect(isSettledIn(after({ finished: ['nightly'] }), 'nightly', 7)).toBe(true);
  expect(isSettledIn(after({ finished: ['nightly'] }), 'nightly', 8)).toBe(false);
  expect(isSettledIn(after({ finished: ['nightly'] }), 'weekly', 7)).toBe(false);
  expect(isSettledIn(after({ failed: 'CANCELLED' }), 'nightly', 7)).toBe(true);
  expect(after({ failed: 'STATE_LOST' }, { stopped: true })).toMatchObject({
    starts: { nightly: [{ index: 7, isSettled: true }] },
    failed: [{ code: 'STATE_LOST' }],
  });
  const failed: StartEnd = { failed: 'STATE_LOST' };
  expect(isSettledIn(after(failed, failed), 'nightly', 7)).toBe(false);
  expect(isSettledIn(after(failed, failed, failed), 'nightly', 7)).toBe(true);
});

test('a start that is settled stays so for a clock that is set back', () => {
  let kept = fresh;
  for (let index = 1; index <= 20; index++) kept = withEnd(kept, { ...nightly, settles: { nightly: index } }, { finished: ['nightly'] });
  expect([9, 11, 20].map((index) => isSettledIn(kept, 'nightly', index))).toEqual([false, true, true]);
});

test('what failed stands until one as strong has finished', () => {
  const failed = withEnd(after({ failed: 'STATE_LOST' }), { ...nightly, schedule: 'weekly', run: 13 }, { failed: 'KEY_MISSING' });
  expect(failed.failed.map(({ run, code }) => [run, code])).toEqual([
    [12, 'STATE_LOST'],
    [13, 'KEY_MISSING'],
  ]);
  expect(withEnd(failed, nightly, { finished: ['nightly'] }).failed.map(({ run }) => run)).toEqual([13]);
  const deep = withEnd(failed, { ...nightly, schedule: 'weekly-deep', run: 14 }, { finished: ['nightly', 'weekly', 'weekly-deep'] });
  expect(deep).toMatchObject({ failed: [], finished: { nightly: { run: 14 }, weekly: { run: 14 }, 'weekly-deep': { run: 14 } } });
  // one that found nothing to read makes nothing good of another kind
  expect(withEnd(failed, nightly, { finished: [] }).failed.map(({ run }) => run)).toEqual([13]);
});
