import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type RunProgress, reduceRun } from './progress';
import { type RunMessage, runMessage } from './schema';

type RunState = Extract<RunMessage, { type: 'run' }>;
const t0 = Date.UTC(2026, 10, 25);

const message = (second: number, values: Partial<RunState> = {}): RunState => ({
  type: 'run',
  run: 1,
  kind: 'verify',
  state: 'running',
  done: 0,
  total: null,
  counts: {},
  fromSeq: null,
  toSeq: null,
  isCancelRequested: false,
  at: t0 + second * 1000 + 200,
  startedAt: t0,
  reportedAt: t0 + second * 1000,
  finishedAt: null,
  result: null,
  ...values,
});
const play = (messages: RunMessage[]) => messages.reduce<RunProgress | null>(reduceRun, null) as RunProgress;

test('the rate is that of the last five seconds, and tells the time left', () => {
  const slow = Array.from({ length: 10 }, (_, s) => message(s, { done: s * 100, total: 10_000 }));
  const fast = Array.from({ length: 10 }, (_, s) => message(10 + s, { done: 1000 + s * 400, total: 10_000 }));
  const progress = play([...slow, ...fast]);
  expect(progress).toMatchObject({ ratePerSecond: 400, share: 0.46, secondsLeft: 14, elapsedSeconds: 19.2 });
  expect(progress.rates).toHaveLength(19);
});

test('a run that stands still has the rate 0 and no time left that could be told', () => {
  const progress = play([message(0, { total: 10 }), message(3, { done: 5, total: 10 }), ...[4, 5, 6, 7, 8, 9].map((s) => message(s, { done: 5, total: 10 }))]);
  expect(progress).toMatchObject({ ratePerSecond: 0, secondsLeft: null });
});

test('an unknown total gives neither share nor time left; nothing to do is done', () => {
  expect(play([message(0), message(1, { done: 50 })])).toMatchObject({ share: null, secondsLeft: null, ratePerSecond: 50 });
  expect(play([message(0, { total: 0 })]).share).toBe(1);
});

test('a run that begins anew after an interruption forgets its rate', () => {
  const before = [message(0), message(1, { done: 1000 }), message(2, { done: 2000 }), message(17, { state: 'interrupted', done: 2000 })];
  expect(play(before)).toMatchObject({ hasEnded: false, ratePerSecond: null });
  expect(play([...before, message(18, { done: 0, startedAt: t0 + 18_000 }), message(19, { done: 300, startedAt: t0 + 18_000 })])).toMatchObject({
    ratePerSecond: 300,
    rates: [300],
  });
});

test('at the end the rate is the mean, and the findings are counted', () => {
  const end = message(10, { state: 'done', done: 5000, total: 5000, counts: { EVENT_HASH: 2, SEQ_GAP: 1 }, finishedAt: t0 + 10_000 });
  expect(play([message(0), end])).toMatchObject({ ratePerSecond: 500, findings: 3, hasEnded: true, secondsLeft: null, elapsedSeconds: 10 });
  expect(play([message(0), { ...end, kind: 'import', counts: { read: 7 } }]).findings).toBe(0);
});

test('while the database is away the last state stays and says so', () => {
  const progress = play([message(0), message(1, { done: 10, total: 20 }), { type: 'away' }]);
  expect(progress).toMatchObject({ done: 10, isAway: true, ratePerSecond: null });
  expect(play([message(0), { type: 'away' }, message(9, { done: 20 })]).isAway).toBe(false);
  expect(reduceRun(null, { type: 'away' })).toBeNull();
});

test('a wish to cancel shows until the run has ended', () => {
  expect(play([message(0, { isCancelRequested: true })]).isCancelling).toBe(true);
  expect(play([message(0, { isCancelRequested: true, state: 'cancelled' })]).isCancelling).toBe(false);
});

test('however long a run, and however often the same message comes, the line keeps at most 240 points of its own rate', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1500 }), fc.integer({ min: 1, max: 9999 }), (seconds, rate) => {
      const messages = Array.from({ length: seconds + 1 }, (_, s) => [message(s, { done: s * rate }), message(s, { done: s * rate })]).flat();
      const { rates } = play(messages);
      expect(rates.length).toBeLessThanOrEqual(240);
      expect(rates.length).toBeGreaterThanOrEqual(Math.min(seconds, 119));
      for (const point of rates) expect(point).toBeCloseTo(rate, 6);
    }),
    { numRuns: 8 },
  );
});

test('a message survives its way as a line of JSON', () => {
  const sent = message(1, { done: 5, counts: { EVENT_HASH: 1 }, result: { state: 'broken' } });
  expect(runMessage.parse(JSON.parse(JSON.stringify(sent)))).toEqual(sent);
});
