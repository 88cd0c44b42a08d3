import { describe, expect, it } from 'vitest';
import { createClassifier, currentCatalogue } from '@/features/catalogue/catalogue';
import type { PrivilegedSummary } from '../queries/privileged';
import { countSentence, type PrivilegedFacts, preparePrivileged } from './privileged';

const day = (n: number) => `2026-11-${String(n).padStart(2, '0')}T00:00:00.000000Z`;
const summary: PrivilegedSummary = {
  buckets: [
    { bucket: 0, action: 'config.update', actorType: 'admin', count: 3 },
    { bucket: 0, action: 'auth.login', actorType: 'admin', count: 1 },
    { bucket: 2, action: 'role.grant', actorType: 'user', count: 2 },
  ],
  actors: [
    { actorId: 'a', actorType: 'admin', count: 4, noTicket: 1 },
    { actorId: 'b', actorType: 'user', count: 2, noTicket: 0 },
  ],
  total: 6,
  noTicket: 1,
  failed: 1,
  denied: 0,
  outsideHours: 2,
  weekend: 0,
  firstSeq: 10,
  lastSeq: 90,
};
const facts: PrivilegedFacts = {
  alias: 'main',
  tab: 'people',
  period: { from: day(9), to: day(12), zone: 'UTC' },
  bounds: [day(9), day(10), day(11), day(12)],
  unit: 'day',
  now: '2026-11-20T12:00:00.000000Z',
  classes: { classify: createClassifier(currentCatalogue), login: ['auth.login'] },
  summary,
  counted: 6,
  before: 4,
  beforePeriod: { from: day(6), to: day(9), zone: 'UTC' },
  silent: [1],
  extent: { first: day(1), last: day(19) },
  mayLack: false,
};

describe('the model of privileged actions', () => {
  it('says in one sentence what happened, in the singular where there is one', () => {
    expect(preparePrivileged(facts).sentence).toBe('6 privileged actions by 2 people; 1 names no ticket.');
    expect(preparePrivileged({ ...facts, summary: { ...summary, noTicket: 0 } }).sentence).toBe(
      '6 privileged actions by 2 people; each that needs a ticket names one.',
    );
    expect(preparePrivileged({ ...facts, summary: { ...summary, noTicket: 6 } }).sentence).toBe('6 privileged actions by 2 people; none names a ticket.');
    expect(preparePrivileged({ ...facts, summary: { ...summary, total: 0, buckets: [], actors: [] }, counted: 0 }).sentence).toBe(
      'No privileged action by people in this period.',
    );
  });

  it('tells a day without a record from a day without a privileged action', () => {
    const { rows } = preparePrivileged(facts).chart;
    expect(rows.map((row) => row.gap)).toEqual([undefined, 'nothing recorded', undefined]);
    expect(rows.map((row) => row.values)).toEqual([{ config: 3, login: 1 }, {}, { rights: 2 }]);
    const early = preparePrivileged({
      ...facts,
      silent: [0, 1],
      extent: { first: day(11), last: day(19) },
      summary: { ...summary, buckets: summary.buckets.slice(2) },
    });
    expect(early.chart.rows.map((row) => row.gap)).toEqual(['before the first event', 'before the first event', undefined]);
  });

  it('keeps a colour for a group, whatever else is there', () => {
    const { series } = preparePrivileged(facts).chart;
    expect(series.map(({ key, fill }) => [key, fill])).toEqual([
      ['config', 'var(--chart-1)'],
      ['rights', 'var(--chart-3)'],
      ['login', 'var(--chart-total)'],
    ]);
  });

  it('leads from a bar to what people and admins did, less the log-ins that only claim to be an admin', () => {
    const href = preparePrivileged(facts).chart.rows[2]?.href as string;
    const url = new URL(href, 'http://x');
    expect(url.pathname).toBe('/main/events');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      q: '(actor_type:user action:role.grant or actor_type:admin -(action:auth.login outcome:failure,denied))',
      from: '2026-11-11T00:00:00Z',
      to: '2026-11-12T00:00:00Z',
      zone: 'UTC',
    });
  });

  it('adds up, and says so loudly where it does not', () => {
    expect(preparePrivileged(facts).tieOut).toEqual(['6 in the query, 6 in the chart, 6 in the table, 6 by actor. 3 + 2 + 1 = 6.']);
    expect(preparePrivileged({ ...facts, counted: 7 }).tieOut.at(-1)).toBe('These figures should be equal and are not: do not use this report.');
  });

  it('takes events that are archived or disposed of for no gap, no zero and no fault of its own, and says where they are counted', () => {
    const lacking = { ...facts, mayLack: true, extent: { first: day(11), last: day(19) }, silent: [0, 1] };
    const { chart, tieOut, facts: figures } = preparePrivileged({ ...lacking, counted: 9 });
    expect(chart.rows.map((row) => row.gap)).toEqual(['no event is here', 'no event is here', undefined]);
    expect(tieOut.at(-1)).toBe(
      '3 of those in the table have no row: what is archived or disposed of is counted there. A verification says whether all that is gone went lawfully.',
    );
    expect(figures.at(-1)).toEqual({ label: 'Period before', value: '4', note: '6 Nov – 8 Nov, +2' });
    expect(preparePrivileged({ ...lacking, counted: 5 }).tieOut.at(-1)).toBe('These figures should be equal and are not: do not use this report.');
    expect([countSentence('people', 0, true), countSentence('system', 0, true)]).toEqual([
      'No privileged action by people is here in this period.',
      'No act of a system is here in this period.',
    ]);
  });

  it('compares with the period before', () => {
    expect(preparePrivileged(facts).facts.at(-1)).toEqual({ label: 'Period before', value: '4', note: '6 Nov – 8 Nov, +2' });
    expect(preparePrivileged({ ...facts, extent: { first: day(7), last: day(19) } }).facts.at(-1)?.note).toBe('recorded from 7 Nov 2026 on, +2');
    expect(preparePrivileged({ ...facts, extent: { first: day(9), last: day(19) } }).facts.at(-1)).toEqual({
      label: 'Period before',
      value: '–',
      note: 'before the first event',
    });
  });
});
