import { describe, expect, it } from 'vitest';
import { readEventSearch, readMoments } from './schema';

const NOW = '2026-11-25T09:00:00.000000Z';
const read = (raw: Record<string, string | string[] | undefined>) => readEventSearch(raw, NOW, 'Europe/Berlin');
const faults = (raw: Record<string, string>) => {
  const result = read(raw);
  return result.ok ? [] : result.faults.map((fault) => fault.param);
};

describe('readEventSearch', () => {
  it('asks for the last 30 days where the address names no period', () => {
    expect(read({})).toMatchObject({
      ok: true,
      search: { q: '', zone: 'Europe/Berlin', axis: 'occurred_at', period: { from: '2026-10-26T23:00:00.000000Z', to: null } },
    });
  });
  it('takes one bound alone as such', () => {
    expect(read({ to: '2026-01-01T00:00:00Z' })).toMatchObject({ ok: true, search: { period: { from: null, to: '2026-01-01T00:00:00.000000Z' } } });
  });
  it('knows all time', () => {
    expect(read({ from: '1970-01-01T00:00:00Z' })).toMatchObject({ ok: true, search: { period: { from: null, to: null } } });
  });
  it('takes the first of a parameter given twice', () => {
    expect(read({ q: ['actor:a', 'actor:b'] })).toMatchObject({ ok: true, search: { q: 'actor:a' } });
  });
  it.each([
    [{ q: 'colour:red' }, ['q']],
    [{ from: 'yesterday' }, ['from']],
    [{ from: '-7d', to: 'tomorrow' }, ['to']],
    [{ from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, ['to']],
    [{ zone: 'Berlin/Europe' }, ['zone']],
    [{ zone: '+01:00' }, ['zone']],
    [{ axis: 'time' }, ['axis']],
    [{ open: '-1' }, ['open']],
    [{ open: '99999999999999999' }, ['open']],
    [{ q: 'actor:"', from: 'x' }, ['q', 'from']],
  ])('names what it cannot read: %j', (raw, expected) => expect(faults(raw as Record<string, string>)).toEqual(expected));
  it('says where in the query', () => {
    expect(read({ q: 'outcome:failed' })).toMatchObject({ ok: false, faults: [{ param: 'q', at: 8, length: 6 }] });
  });
});

describe('readMoments', () => {
  it('takes what it can read and lets the rest be absent', () => {
    expect(readMoments({ a: '2026-08-25T00:00:00Z', b: 'x', show: 'changes' }, NOW, 'UTC')).toEqual({
      show: 'changes',
      a: '2026-08-25T00:00:00.000000Z',
      b: NOW,
    });
    expect(readMoments({ show: 'everything' }, NOW, 'UTC')).toEqual({ show: 'all', a: null, b: NOW });
  });
});
