import { describe, expect, test } from 'vitest';
import type { FinishedRun, RunFacts } from '../queries/finished-runs';
import { judgeDue, plannedSince, type TimedState } from './judge-due';
import { judgeWatch, type OwnRuns } from './judge-watch';
import type { Timed } from './names';
import { type Draws, longestGapMs, plannedOf } from './plan';
import { troubleWords } from './trouble-words';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const draws: Draws = { secret: Buffer.alloc(32, 1), origin: 'audit.example.com/main', window: { startMinute: 0, minutes: 300 } };
const AT = '2026-11-25T02:14:00.000000Z';
const good: FinishedRun = { runId: 11, at: AT, to: 2913 };
const facts = (change: Partial<RunFacts> = {}): RunFacts => ({
  finished: { nightly: good, weekly: good, 'weekly-deep': good },
  made: { nightly: null, weekly: null, 'weekly-deep': null },
  broken: null,
  scheduled: null,
  afterEvents: null,
  open: null,
  newestRun: 11,
  events: 3000,
  newestAt: AT,
  ...change,
});

describe('what is due', () => {
  const settled: TimedState = { index: 5, isUnsettled: false, ageMs: HOUR };
  const states = (change: Partial<Record<Timed, Partial<TimedState>>> = {}) => ({
    nightly: { ...settled, ...change.nightly },
    weekly: { ...settled, ...change.weekly },
    'weekly-deep': { ...settled, ...change['weekly-deep'] },
  });
  const due = (change: Parameters<typeof states>[0], more: Partial<RunFacts> = {}, events = 100_000) => judgeDue(states(change), facts(more), draws, events);

  test('nothing, where every start has its run', () => expect(due({})).toBeNull());

  test('the strongest alone, which stands for the weaker ones as well', () => {
    expect(due({ nightly: { isUnsettled: true } })).toEqual({ schedule: 'nightly', settles: { nightly: 5 }, isOverdue: false });
    expect(due({ nightly: { isUnsettled: true }, weekly: { index: 9, isUnsettled: true } })).toEqual({
      schedule: 'weekly',
      settles: { nightly: 5, weekly: 9 },
      isOverdue: false,
    });
    expect(due({ 'weekly-deep': { index: 9, isUnsettled: true } })).toEqual({ schedule: 'weekly-deep', settles: { 'weekly-deep': 9 }, isOverdue: false });
  });

  test('whatever rows say of starts, when nothing has finished for too long', () => {
    expect(due({ nightly: { ageMs: longestGapMs('nightly', draws.window) } })).toBeNull();
    expect(due({ nightly: { ageMs: longestGapMs('nightly', draws.window) + 1 } })).toEqual({ schedule: 'nightly', settles: {}, isOverdue: true });
    expect(due({ weekly: { ageMs: 30 * DAY } })).toMatchObject({ schedule: 'weekly', isOverdue: true });
  });

  test('after many events, unless it is set to never', () => {
    expect(due({}, { events: 2913 + 49_999 })).toBeNull();
    expect(due({}, { events: 2913 + 150_000 })).toEqual({ schedule: 'events', settles: {}, isOverdue: false });
    expect(due({}, { events: 10_000_000 }, 0)).toBeNull();
    // one that was made counts whatever became of it; what its row cannot know does not
    expect(due({}, { events: 210_000, afterEvents: { runId: 12, events: 200_000 } })).toBeNull();
    expect(due({}, { events: 350_000, afterEvents: { runId: 12, events: 200_000 } })).toMatchObject({ schedule: 'events' });
    expect(due({}, { events: 210_000, afterEvents: { runId: 12, events: 900_000 } })).toMatchObject({ schedule: 'events' });
    expect(due({}, { events: 150_000, finished: { nightly: null, weekly: null, 'weekly-deep': null } })).toMatchObject({ schedule: 'events' });
  });

  test('a trail that came after a window opened is not due in it', () => {
    const tonight = plannedOf('nightly', draws, 20_000);
    expect(plannedSince('nightly', draws, tonight.at + HOUR, tonight.opens - 1)).toBe(20_000);
    expect(plannedSince('nightly', draws, tonight.at + HOUR, tonight.opens + 1)).toBeNull();
    expect(plannedSince('nightly', draws, plannedOf('nightly', draws, 20_001).at, tonight.opens + 1)).toBe(20_001);
  });
});

describe('what is said on every page', () => {
  const young = { nightly: HOUR, weekly: DAY, 'weekly-deep': DAY };
  const made = (change: Partial<OwnRuns> = {}, ages: Partial<typeof young> = {}): OwnRuns => ({
    finished: {},
    ageMs: { ...young, ...ages },
    failed: [],
    unread: null,
    unreadFound: [],
    isFoundClosed: false,
    unreadUntold: [],
    ...change,
  });
  const watch = (change: Partial<RunFacts> = {}, ages: Partial<typeof young> = {}, own = made()) =>
    judgeWatch(facts(change), { ...young, ...ages }, own, draws.window);
  const none = { nightly: null, weekly: null, 'weekly-deep': null };
  const said = (troubles: ReturnType<typeof watch>) =>
    troubles.map((one) => {
      const { head, rest } = troubleWords('main', one, '2026-11-26T09:00:00.000000Z', 'UTC');
      return `${head} ${rest}`;
    });
  const scheduled = (state: 'failed' | 'interrupted' | 'cancelled' | 'running', more = {}) => ({
    runId: 12,
    schedule: 'nightly' as const,
    state,
    at: AT,
    stoppedAt: 25_218,
    error: null,
    ...more,
  });

  test('nothing of a trail that is as it should be, nor of one that was never due', () => {
    expect(watch()).toEqual([]);
    expect(watch({ finished: none })).toEqual([]);
    expect(watch({ scheduled: scheduled('running') })).toEqual([]);
    expect(watch({ scheduled: scheduled('cancelled') })).toEqual([]);
  });

  test('a run that could not run, until a newer one got to the end', () => {
    expect(said(watch({ scheduled: scheduled('failed', { error: 'KEY_MISSING' }) }))).toEqual([
      'The nightly verification, run 12, could not run yesterday 02:14 (KEY_MISSING) and says nothing of the trail. The log of the server says why; it is tried again within an hour, up to three times where it could be begun, and this stands until one as strong has finished.',
    ]);
    expect(watch({ scheduled: scheduled('failed'), finished: { nightly: { ...good, runId: 13 }, weekly: good, 'weekly-deep': good } })).toEqual([]);
  });

  test('what failed or was cancelled by what stands beside the key, whatever rows say, once', () => {
    const failed = [
      { schedule: 'weekly' as const, run: 12, at: AT, code: 'STATE_LOST' },
      { schedule: 'nightly' as const, run: null, at: AT, code: 'RUN_FAILED' },
      { schedule: 'events' as const, run: 11, at: AT, code: 'CANCELLED' },
    ];
    const later = { ...good, runId: 20 };
    const kept = watch({ finished: { nightly: later, weekly: later, 'weekly-deep': later }, scheduled: scheduled('failed') }, {}, made({ failed }));
    expect(said(kept).map((text) => text.split(' and ')[0])).toEqual([
      'The weekly verification of everything, run 12, could not run yesterday 02:14 (STATE_LOST)',
      'The nightly verification could not run yesterday 02:14 (RUN_FAILED)',
      'The verification after many events, run 11, was cancelled yesterday 02:14 by its row alone',
    ]);
  });

  test('none that the schedule made for too long, though others finished', () => {
    expect(watch({}, {}, made({}, { nightly: 30 * HOUR }))).toEqual([]);
    expect(said(watch({}, {}, made({ finished: { nightly: { run: 9, at: AT } } }, { nightly: 30 * HOUR + 1, weekly: 30 * DAY })))).toEqual([
      'No verification that the schedule made has reached the end of this trail since yesterday 02:14, for 30 h. That is due every night, and runs that somebody asked for do not stand for it: they are written down before they read. Look in the log of the server, and ask who holds rights on the database.',
    ]);
    expect(watch({}, { nightly: 31 * HOUR }, made({}, { nightly: 31 * HOUR }))).toMatchObject([{ kind: 'late' }]);
  });

  test('a run that was interrupted, and whether it goes on by itself', () => {
    expect(said(watch({ scheduled: scheduled('interrupted'), open: 12 }))).toEqual([
      'The nightly verification, run 12, was interrupted at 25,218 yesterday 02:14 and is taken up by itself. What lies behind was not verified yet.',
    ]);
    expect(said(watch({ scheduled: scheduled('interrupted') }))[0]).toContain('waits for somebody');
  });

  test('a run that found something', () => {
    const broken = { runId: 9, at: AT, findings: 3, schedule: 'nightly' as const, isCheck: false };
    expect(said(watch({ broken }))).toEqual([
      'The nightly verification, run 9, ended with 3 findings yesterday 02:14. Do not repair anything: the run says what happened, how we know it and what to do next. This stands until a verification of everything finds nothing; where only a deep one looks for all of it, until a deep one does.',
    ]);
    expect(said(watch({ broken: { ...broken, schedule: null, isCheck: true } }))[0]).toContain('The check of a resource, run 9, ended with 3 findings');
  });

  test('files of what was found that cannot be read, on every page', () => {
    const unread = (run: number, isNewer = false) => ({ file: `found/main.${run}.1.json`, isNewer });
    expect(said(watch({}, {}, made({ unreadFound: [unread(4)] })))).toEqual([
      expect.stringMatching(
        /^What was found in this trail and not made good stands in INDELIBLE_HOME, in found\/main\.4\.1\.json, and cannot be read\. Nobody can say what it was\. /,
      ),
    ]);
    const many = watch({}, {}, made({ unreadFound: [unread(4), unread(5), unread(6)] }));
    expect(said(many)[0]).toContain('in found/main.4.1.json and 2 others, and');
    // who writes such a file again, or takes it away, loses what it says
    const newer = said(watch({}, {}, made({ unreadFound: [unread(4), unread(5, true)] })))[0];
    expect(newer).toContain('in found/main.5.1.json, of a newer version, and 1 other, and cannot be read. Only the newer version can say what it was: ');
    expect(newer).not.toContain('when that is done');
  });

  test('a folder of such files that cannot be read is no claim that there is one', () => {
    const closed = watch({}, {}, made({ isFoundClosed: true }));
    expect(said(closed)).toEqual([
      'Whether something was found in this trail and not made good cannot be said: the folder found in INDELIBLE_HOME cannot be read. Give it back to the user that the server runs as, and never remove it: what was found may stand nowhere else. Until then each night reads everything.',
    ]);
    expect(closed.map((one) => troubleWords('main', one, AT, 'UTC').tone)).toEqual(['warning']);
  });

  test('what a run found and could not tell, where that cannot be read: it may be of another database', () => {
    const one = watch({}, {}, made({ unreadUntold: ['runs/untold-3-8-1.json', 'runs/untold-3-9-1.json'] }));
    expect(said(one)).toEqual([
      'What a verification found that was stopped, of this trail or of one of the same number in another database, stands in INDELIBLE_HOME, in runs/untold-3-8-1.json and 1 other, and cannot be read. Give the file back to the user that the server runs as, or put it back from the backup of INDELIBLE_HOME. Where there is none, verify everything, deep, and take it away when that is done: until then each night reads everything.',
    ]);
    const closed = watch({}, {}, made({ unreadUntold: ['runs'] }));
    expect(said(closed)[0]).toMatch(/^Whether a verification found something that it could not tell cannot be said: the folder runs .* take nothing away/);
    expect([...one, ...closed].map((trouble) => troubleWords('main', trouble, AT, 'UTC').tone)).toEqual(['warning', 'warning']);
  });

  test('late: an hour more than two starts can lie apart, and the nearest kind alone', () => {
    expect(watch({}, { nightly: 30 * HOUR })).toEqual([]);
    expect(said(watch({}, { nightly: 30 * HOUR + 1, weekly: 30 * DAY, 'weekly-deep': 30 * DAY }))).toEqual([
      'No verification has reached the end of this trail since yesterday 02:14, for 30 h. That is due every night, and made up for by itself. If this stays, look in the log of the server, and verify now.',
    ]);
    expect(said(watch({ open: 14 }, { weekly: 11 * DAY }))).toEqual([
      'This trail was not read from its beginning since yesterday 02:14, for 11 days. That is due every week. Run 14 makes up for it now.',
    ]);
    expect(said(watch({ finished: none }, { nightly: 3 * DAY }))[0]).toMatch(/^No verification of this trail has ever finished; it has been here for 3 days\./);
    expect(said(watch({}, { 'weekly-deep': 12 * DAY }))[0]).toMatch(/^No deep verification has finished since yesterday/);
  });
});
