import { describe, expect, it } from 'vitest';
import { coverageSentence, sentenceText } from './coverage-sentence';
import type { Coverage } from './shell';

const now = '2026-11-24T07:58:31.000000Z';
const coverage: Coverage = {
  months: [],
  events: 2913,
  verifiedTo: 2901,
  verifiedAt: '2026-11-24T01:14:00.000000Z',
  newer: 11,
  cutOff: 0,
  breaks: [],
  breakCount: 0,
  running: null,
  sealedSize: 0,
  refusal: null,
  isProtectedFromDatabaseAdmin: false,
};
const text = (change: Partial<Coverage>) =>
  sentenceText(coverageSentence({ ...coverage, breakCount: change.breaks?.length ?? 0, ...change }, now, 'Europe/Berlin'));

describe('the sentence of the header strip', () => {
  it('names the range, the moment and what is newer', () => {
    expect(text({})).toBe('2,913 events · verified 0 to 2,901 today 02:14 · 11 newer not yet verified · not sealed');
    expect(text({ newer: 0, verifiedTo: 2912 })).toBe('2,913 events · verified 0 to 2,912 today 02:14 · not sealed');
  });

  it('never claims what no run has shown', () => {
    expect(text({ verifiedTo: null, verifiedAt: null, newer: 2913 })).toBe('2,913 events · not yet verified · not sealed');
    expect(text({ events: 1, verifiedTo: 0, newer: 0 })).toBe('1 event · verified event 0 today 02:14 · not sealed');
  });

  it('puts breaks first and names them', () => {
    const at = (...seqs: (number | null)[]) => text({ breaks: seqs.map((seq) => ({ seq, code: seq === null ? 'HEAD_FORGED' : 'EVENT_HASH' })) });
    expect(at(84117, 97360)).toMatch(/^2 breaks: 84,117 and 97,360 · 2,913 events · /);
    expect(at(null)).toMatch(/^1 break: HEAD_FORGED · /);
    const many = text({ breaks: [1, 2, 3, 4].map((seq) => ({ seq, code: 'EVENT_HASH' })), breakCount: 12_003 });
    expect(many).toMatch(/^12,003 breaks: 1, 2, 3 and 12,000 more · /);
    expect(at(1, 2, 3, 4, 5)).toMatch(/^5 breaks: 1, 2, 3 and 2 more · /);
  });

  it('does not call what is gone newer', () => {
    const cut = { verifiedTo: 2890, newer: 1, cutOff: 21, breaks: [{ seq: 2891, code: 'TRUNCATED' }] };
    expect(text(cut)).toBe('1 break: 2,891 · 2,913 events · verified 0 to 2,890 today 02:14 · 21 after those are gone · 1 newer not yet verified · not sealed');
    expect(text({ ...cut, verifiedTo: null, verifiedAt: null })).toMatch(/^1 break: 2,891 · 2,913 events · 21 are gone · /);
  });

  it('says how far a signature reaches, and when the signer refuses', () => {
    expect(text({ sealedSize: 2902 })).toMatch(/ · sealed to 2,901$/);
    expect(text({ sealedSize: 2902, refusal: 'another root' })).toMatch(/ · sealed to 2,901 · the signer refuses, nothing is appended$/);
  });

  it('shows a check under way', () => {
    expect(text({ running: { runId: 1, done: 61, total: 100 } })).toContain(' · checking, 61 % · ');
    expect(text({ running: { runId: 1, done: 0, total: null } })).toContain(' · checking · ');
  });
});
