import { describe, expect, it } from 'vitest';
import { coverageSentence, sentenceText } from './coverage-sentence';
import type { Coverage } from './shell';
import { plainCoverage } from './test/plain-coverage';

const now = '2026-11-24T07:58:31.000000Z';
const coverage: Coverage = {
  ...plainCoverage,
  events: 2913,
  verifiedTo: 2901,
  verifiedAt: '2026-11-24T01:14:00.000000Z',
  newer: 11,
  isProtectedFromDatabaseAdmin: false,
};
const text = (change: Partial<Coverage>) =>
  sentenceText(coverageSentence({ ...coverage, breakCount: change.breaks?.length ?? 0, ...change }, now, 'Europe/Berlin'));

describe('the sentence of the header strip', () => {
  it('names the range, the moment and what is newer', () => {
    expect(text({})).toBe('2,913 events · verified 0 to 2,901 today 02:14 · 11 newer not yet verified · not sealed yet');
    expect(text({ newer: 0, verifiedTo: 2912 })).toBe('2,913 events · verified 0 to 2,912 today 02:14 · not sealed yet');
  });

  it('never claims what no run has shown', () => {
    expect(text({ verifiedTo: null, verifiedAt: null, newer: 2913 })).toBe('2,913 events · not yet verified · not sealed yet');
    expect(text({ events: 1, verifiedTo: 0, newer: 0 })).toBe('1 event · verified event 0 today 02:14 · not sealed yet');
  });

  it('puts breaks first and names them', () => {
    const at = (...seqs: (number | null)[]) => text({ breaks: seqs.map((seq) => ({ seq, code: seq === null ? 'HEAD_FORGED' : 'EVENT_HASH' })) });
    expect(at(84117, 97360)).toMatch(/^2 breaks: 84,117 and 97,360 · 2,913 events · /);
    expect(at(null)).toMatch(/^1 break: HEAD_FORGED · /);
    const many = text({ breaks: [1, 2, 3, 4].map((seq) => ({ seq, code: 'EVENT_HASH' })), breakCount: 12_003 });
    expect(many).toMatch(/^12,003 breaks: 1, 2, 3 and 12,000 more · /);
    expect(text({ breaks: [{ seq: 1, code: 'EVENT_HASH' }], breakCount: 14, isBreakCountExact: false })).toMatch(/^at least 14 breaks: 1 and 13 more · /);
    expect(at(1, 2, 3, 4, 5)).toMatch(/^5 breaks: 1, 2, 3 and 2 more · /);
  });

  it('does not call what is gone newer', () => {
    const cut = { verifiedTo: 2890, newer: 1, cutOff: 21, breaks: [{ seq: 2891, code: 'TRUNCATED' }] };
    expect(text(cut)).toBe(
      '1 break: 2,891 · 2,913 events · verified 0 to 2,890 today 02:14 · 21 after those are gone · 1 newer not yet verified · not sealed yet',
    );
    expect(text({ ...cut, verifiedTo: null, verifiedAt: null })).toMatch(/^1 break: 2,891 · 2,913 events · 21 are gone · /);
  });

  it('says how far a signature reaches and what waits', () => {
    expect(text({ sealedSize: 2913 })).toMatch(/ · sealed to 2,912$/);
    expect(text({ sealedSize: 2882, oldestUnsealedMs: 3_400 })).toMatch(/ · sealed to 2,881, 31 events not yet sealed, oldest 3 s$/);
    expect(text({ sealedSize: 2912, oldestUnsealedMs: 80 })).toMatch(/ · sealed to 2,911, 1 event not yet sealed, oldest 1 s$/);
    expect(text({ sealedSize: 2912 })).toMatch(/ · sealed to 2,911, 1 event not yet sealed$/); // its row is gone: no age is made up
    expect(text({ oldestUnsealedMs: 4_000 })).toMatch(/ · not sealed yet, oldest 4 s$/);
    expect(text({ sealedSize: 3000 })).toMatch(/ · sealed to 2,999, of which only 2,913 events are here$/);
  });

  it('says what is not covered, and since when, only where nothing was signed for a minute', () => {
    const part = (change: Partial<Coverage>) => coverageSentence({ ...coverage, sealedSize: 2882, ...change }, now, 'Europe/Berlin').at(-1);
    expect(part({ oldestUnsealedMs: 90_000 })?.tone).toBe('plain'); // a backlog that is worked off
    const stale = { oldestUnsealedMs: 3_211_000, isSealStale: true, notCoveredSince: '2026-11-24T07:05:00.000000Z' };
    expect(part(stale)).toEqual({ text: 'not covered since 08:05, 31 events · sealer stopped · sealed to 2,881', tone: 'warning' });
    expect(part({ ...stale, sealedSize: 0 })?.text).toBe('not covered since 08:05, 2,913 events · sealer stopped · not sealed yet');
    expect(part({ ...stale, notCoveredSince: '2026-11-22T13:05:00.000000Z' })?.text).toMatch(/^not covered since Sun 22 Nov 14:05, 31 events/);
    expect(part({ ...stale, sealedSize: 3000 })).toMatchObject({ text: expect.stringContaining('of which only 2,913 events are here'), tone: 'broken' });
  });

  it('puts a refusal before everything else', () => {
    const refusal = { since: '2026-11-24T07:00:00.000000Z', reason: 'another root' };
    expect(text({ sealedSize: 2913, refusal, breaks: [{ seq: 7, code: 'FORK' }] })).toMatch(/^nothing is appended · 1 break: 7 · 2,913 events · /);
  });

  it('shows a check under way', () => {
    expect(text({ running: { runId: 1, done: 61, total: 100 } })).toContain(' · checking, 61 % · ');
    expect(text({ running: { runId: 1, done: 0, total: null } })).toContain(' · checking · ');
  });
});
