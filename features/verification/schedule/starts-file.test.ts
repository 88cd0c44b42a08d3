import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { env, setEnv } from '@/lib/env';
import { processStart } from '@/lib/process';
import { type BegunStart, freshStarts, isSettledIn, isTooSoon, type StartEnd, type Starts, withEnd as withEndAt } from './starts';
import { noteBegun, noteEnd, noteHandedBack, noteIfEnded, readStarts } from './starts-file';

const AT = '2026-11-25T02:14:00.000000Z';
const NOW = Date.parse(AT);
const fresh = freshStarts('audit.example.com/main', 0);
const withEnd = (kept: Starts, made: Parameters<typeof withEndAt>[1], end: StartEnd, wait = 0) => withEndAt(kept, made, end, { now: NOW, wait });
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

test('what was made while the clock was ahead is followed by what is made later', () => {
  const ahead = withEnd(fresh, { ...nightly, run: 11, at: '2099-01-01T00:00:00.000000Z' }, { finished: ['nightly'] });
  expect(ahead.finished.nightly).toMatchObject({ run: 11 });
  expect(withEnd(ahead, nightly, { finished: ['nightly'] }).finished.nightly).toEqual({ run: 12, at: AT });
  expect(withEnd(ahead, nightly, { failed: 'STATE_LOST' }).failed).toMatchObject([{ run: 12, code: 'STATE_LOST' }]);
  // of two that are not ahead the later one stands, whoever writes last
  const earlier = { ...nightly, run: 10, at: '2026-11-24T02:14:00.000000Z' };
  expect(withEnd(after({ finished: ['nightly'] }), earlier, { finished: ['nightly'] }).finished.nightly).toMatchObject({ run: 12 });
});

test('after one that failed the next is tried 20 to 60 minutes later, by no clock for longer; a state that could not be held burns no try', () => {
  const MINUTE = 60_000;
  const failed = withEnd(fresh, nightly, { failed: 'STATE_LOST' }, 0.5);
  expect([0, 39, 40, 41].map((minutes) => isTooSoon(failed, NOW + minutes * MINUTE))).toEqual([true, true, false, false]);
  expect(isTooSoon(failed, NOW - 21 * MINUTE)).toBe(false); // a clock that was set back
  const unheld = Array.from({ length: 5 }).reduce<Starts>((kept) => withEnd(kept, nightly, { unheld: 'STATE_LOST' }), fresh);
  expect(isSettledIn(unheld, 'nightly', 7)).toBe(false);
  expect([isTooSoon(unheld, NOW), unheld.failed]).toEqual([true, [{ schedule: 'nightly', run: 12, at: AT, code: 'STATE_LOST' }]]);
  expect(isTooSoon(withEnd(unheld, nightly, { finished: ['nightly'] }), NOW)).toBe(false);
});

describe('on disk', () => {
  const origin = 'audit.example.com/main';
  const memory = globalThis as { indelibleStarts?: unknown };
  const file = () => path.join(env().INDELIBLE_HOME, 'keys', 'main.starts');
  beforeEach(() => {
    setEnv({ INDELIBLE_HOME: fs.mkdtempSync(path.join(os.tmpdir(), 'starts-')) });
    fs.mkdirSync(path.dirname(file()));
    delete memory.indelibleStarts;
  });
  afterEach(() => {
    vi.restoreAllMocks();
    fs.rmSync(env().INDELIBLE_HOME, { recursive: true });
  });
  const keptNow = () => readStarts(origin, NOW).kept;

  test('what one process could not write lies over what another writes meanwhile, and takes none of it away', () => {
    readStarts(origin, NOW);
    vi.spyOn(fs, 'openSync').mockImplementation(() => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    });
    noteEnd(origin, NOW, nightly, { finished: ['nightly'] });
    vi.restoreAllMocks();
    const a = memory.indelibleStarts;
    delete memory.indelibleStarts; // another process
    expect(keptNow()?.finished).toEqual({});
    noteEnd(origin, NOW, { ...nightly, settles: { nightly: 8 }, run: 13 }, { failed: 'KEY_MISSING' });
    noteEnd(origin, NOW, { ...nightly, schedule: 'weekly', settles: { weekly: 1 }, run: 14 }, { failed: 'STATE_LOST' });
    memory.indelibleStarts = a;
    expect(keptNow()).toMatchObject({ starts: { nightly: [{ index: 8, tries: 1 }, { index: 7 }], weekly: [{ index: 1, tries: 1 }] }, failed: [{ run: 14 }] });
    noteEnd(origin, NOW, { ...nightly, settles: { nightly: 9 }, run: 15 }, { finished: ['nightly'] });
    delete memory.indelibleStarts;
    expect(keptNow()).toMatchObject({
      starts: {
        nightly: [
          { index: 8, tries: 1 },
          { index: 7, isSettled: true },
          { index: 9, isSettled: true },
        ],
        weekly: [{ index: 1, tries: 1 }],
      },
      failed: [{ run: 14, code: 'STATE_LOST' }],
    });
  });

  test('a file of another trail settles nothing', () => {
    noteEnd('audit.example.com/main', NOW, nightly, { finished: ['nightly'] });
    const other = 'elsewhere.example.com/main';
    delete memory.indelibleStarts;
    expect(readStarts(other, NOW).kept).toEqual({ ...freshStarts(other, 0) });
    noteEnd(other, NOW, { ...nightly, settles: { nightly: 9 } }, { finished: ['nightly'] });
    expect(JSON.parse(fs.readFileSync(file(), 'utf8'))).toMatchObject({ origin: other, starts: { nightly: [{ index: 9 }] } });
  });

  test('a run whose process is gone without a word of its end failed; one whose process lives is at it', () => {
    noteBegun(origin, NOW, { ...nightly });
    const text = fs.readFileSync(file(), 'utf8');
    const by = (owner: object) => {
      fs.writeFileSync(file(), JSON.stringify({ ...JSON.parse(text), begun: { ...JSON.parse(text).begun, owner } }));
      return noteIfEnded(origin, NOW, keptNow()?.begun as BegunStart);
    };
    expect(by({ pid: process.ppid, start: processStart(process.ppid) })).toBe('at it');
    expect(keptNow()?.failed).toEqual([]);
    expect(by({ pid: 2 ** 22 + 1, start: 'long ago' })).toBe('noted');
    expect(keptNow()).toMatchObject({ begun: null, failed: [{ run: 12, code: 'SERVER_ENDED' }], starts: { nightly: [{ tries: 1, isSettled: false }] } });
    noteBegun(origin, NOW, { ...nightly, run: 13 });
    noteHandedBack(origin, NOW, 13);
    expect(keptNow()?.begun).toBeNull();
  });
});
