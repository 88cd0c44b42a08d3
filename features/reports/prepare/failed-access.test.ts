import { describe, expect, it } from 'vitest';
import type { FailedActor, FailedTotals } from '../queries/failed-access';
import { prepareFailedCharts, prepareSpray, prepareThreshold } from './failed-access';

const period = { from: '2026-11-09T00:00:00.000000Z', to: '2026-11-12T00:00:00.000000Z', zone: 'UTC' };
const totals: FailedTotals = {
  total: 20,
  failed: 15,
  denied: 5,
  actors: 6,
  over: { actors: 2, events: 12 },
  sprayed: { actors: 1, events: 5 },
  below: { actors: 3, events: 3, peak: 1 },
  nameless: 1,
  firstSeq: 1,
  lastSeq: 99,
};
const actor = (who: string, more: Partial<FailedActor> = {}): FailedActor => ({
  isNameless: false,
  who,
  actorType: 'user',
  peak: 6,
  total: 6,
  denied: 0,
  logins: 6,
  addresses: 1,
  first: period.from,
  last: period.from,
  reachedAt: period.from,
  lockedSeq: null,
  successSeq: null,
  ...more,
});
const input = {
  alias: 'main',
  period,
  threshold: 5,
  windowMinutes: 30,
  totals,
  actors: [actor('a'), actor('svc', { actorType: 'service', denied: 6, logins: 0 })],
  spraying: [],
  guesses: [],
  recordsLockouts: false,
  mayLack: false,
};

describe('the model of failed access', () => {
  it('adds up what is over the threshold, sprayed and below', () => {
    const over = prepareThreshold(input);
    expect(over.ties).toBe(true);
    expect(over.why).toContain('6 + 6 over the threshold, 5 more from spraying addresses, 3 below: 20, and 20 rows in the query.');
    expect(over.why).toContain('1 event has no actor and is grouped by address.');
    expect(prepareThreshold({ ...input, totals: { ...totals, total: 21 } }).ties).toBe(false);
  });

  it('says attempts against where only log-ins failed, and what else the rows are', () => {
    const { actors, notes } = prepareThreshold(input);
    expect(actors.map((one) => one.isAttempt)).toEqual([true, false]);
    expect(notes).toEqual([
      'a: attempts against the account; who made them is not known.',
      'svc: every call refused for lack of rights.',
      'This trail records no lock-outs: whether an account was locked is not known.',
    ]);
  });

  it('names a group without a name by its address', () => {
    const { actors } = prepareThreshold({ ...input, actors: [actor('192.0.2.9', { isNameless: true }), actor('', { isNameless: true })] });
    expect(actors.map((one) => one.name)).toEqual(['no name, 192.0.2.9', 'no name, no address']);
    expect(new URL(actors[1]?.href as string, 'http://x').searchParams.get('q')).toContain('-ip:*');
  });

  it('opens with a sentence that is true', () => {
    expect(prepareThreshold(input).sentence).toBe('20 failed or denied: 2 actors reached 5 in 30 minutes.');
    expect(prepareThreshold({ ...input, totals: { ...totals, total: 0 } }).sentence).toBe('Nothing failed and nothing was denied in this period.');
    expect(prepareThreshold({ ...input, mayLack: true, totals: { ...totals, total: 0 } }).sentence).toBe(
      'No event of this period that is here failed or was denied.',
    );
  });
});

describe('the map of days and hours', () => {
  const berlin = { from: '2026-10-24T22:00:00.000000Z', to: '2026-10-25T23:00:00.000000Z', zone: 'Europe/Berlin' };
  const charts = (of: typeof berlin, cells: { row: string; hour: number; count: number }[]) =>
    prepareFailedCharts({
      alias: 'main',
      period: of,
      bounds: [of.from, of.to],
      unit: 'day',
      now: of.to,
      buckets: [],
      cells,
      byDate: true,
      silent: [],
      extent: { first: of.from, last: of.to },
      mayLack: false,
    });

  it('leads from the hour that an autumn night has twice to both of them, and from the one before to itself', () => {
    const [row] = charts(berlin, [
      { row: '2026-10-25', hour: 1, count: 1 },
      { row: '2026-10-25', hour: 2, count: 3 },
      { row: '2026-10-25', hour: 3, count: 1 },
    ]).map.rows;
    const ends = (hour: number) => {
      const params = new URL(row?.href?.[hour] as string, 'http://x').searchParams;
      return [params.get('from'), params.get('to')];
    };
    expect(ends(1)).toEqual(['2026-10-24T23:00:00Z', '2026-10-25T00:00:00Z']);
    expect(ends(2)).toEqual(['2026-10-25T00:00:00Z', '2026-10-25T02:00:00Z']);
    expect(ends(3)).toEqual(['2026-10-25T02:00:00Z', '2026-10-25T03:00:00Z']);
  });

  it('shows the hour that a spring night skips as a gap, not as a zero', () => {
    const spring = { from: '2026-03-28T23:00:00.000000Z', to: '2026-03-29T22:00:00.000000Z', zone: 'Europe/Berlin' };
    const [row] = charts(spring, []).map.rows;
    expect(row?.hours[1]).toBe(0);
    expect(row?.hours[2]).toBeNull();
    expect(row?.hours[3]).toBe(0);
  });
});

describe('the drawing of a spraying address', () => {
  it('has one mark a try, within the frame, and says what it leaves out', () => {
    const attempts = Array.from({ length: 44 }, (_, n) => ({
      seq: n,
      occurredAt: `2026-11-10T10:${String(n).padStart(2, '0')}:00.000000Z`,
      account: `u${n % 22}`,
    }));
    const address = {
      ip: '198.51.100.9',
      accounts: 22,
      attempts: 44,
      totalAccounts: 22,
      total: 60,
      mostPerAccount: 2,
      first: '2026-11-10T10:00:00.000000Z',
      last: period.to,
      successSeq: null,
    };
    const model = prepareSpray({ alias: 'main', period }, address, attempts, ['auth.login']);
    expect(model.rows).toHaveLength(20);
    expect(model.rows.flatMap((row) => row.marks).every((mark) => mark.at >= 0 && mark.at <= 1)).toBe(true);
    expect(new Set(model.rows.flatMap((row) => row.marks.map((mark) => mark.title))).size).toBe(40);
    expect(model.foot).toContain('At most 2 per account: a lock-out after 10 never sees it.');
    expect(model.foot).toContain('20 of 22 accounts are drawn. The first 44 of 60 attempts are drawn.');
  });
});
