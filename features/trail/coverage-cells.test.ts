import { describe, expect, it } from 'vitest';
import { coverageCells } from './coverage-cells';
import type { Coverage, CoverageMonth } from './shell';
import { plainCoverage } from './test/plain-coverage';

const now = '2026-11-24T07:58:31.000000Z';
const href = (from: string, to: string) => `${from} ${to}`;
const month = (m: string, firstSeq: number, lastSeq: number, more: Partial<CoverageMonth> = {}): CoverageMonth => ({
  month: m,
  firstSeq,
  lastSeq,
  state: 'verified',
  since: '2026-11-24T01:14:00.000000Z',
  verified: lastSeq - firstSeq + 1,
  breaks: { count: 0, isExact: true },
  ...more,
});
const coverage = (months: CoverageMonth[], more: Partial<Coverage> = {}): Coverage => ({ ...plainCoverage, months, events: 200, ...more });
const cells = (c: Coverage) => coverageCells(c, now, 'Europe/Berlin', href);

describe('cells of the coverage strip', () => {
  it('gives the newest month more room, and shows what of it is still to come', () => {
    const [october, november] = cells(coverage([month('2026-10', 0, 99), month('2026-11', 100, 199, { verified: 75 })]));
    expect(october).toMatchObject({
      weight: 1,
      label: 'Oct 26',
      parts: [{ state: 'verified', share: 1 }],
      href: '2026-10-01T00:00:00Z 2026-11-01T00:00:00Z',
      foot: '0',
    });
    expect(november?.weight).toBe(1.6);
    expect(november?.parts.map((p) => p.state)).toEqual(['verified', 'open', 'future']);
    expect(november?.parts.reduce((n, p) => n + p.share, 0)).toBeCloseTo(1);
    expect(november?.title).toBe('Nov 26: 100–199, 75 verified today 02:14, 25 not covered');
  });

  it('puts a break at its place, and paints a month red whose break has none', () => {
    const broken = month('2026-10', 0, 99, { state: 'broken', breaks: { count: 1, isExact: true } });
    const [placed] = cells(coverage([broken], { breaks: [{ seq: 50, code: 'EVENT_HASH' }] }));
    expect(placed?.breaks).toEqual([{ at: 0.5, key: '50', label: '50' }]);
    const near = [50, 51, 52, 98].map((seq) => ({ seq, code: 'EVENT_HASH' }));
    const months = [month('2026-10', 0, 9_999, { state: 'broken' }), month('2026-11', 10_000, 10_099)];
    expect(cells(coverage(months, { breaks: near }))[0]?.breaks).toEqual([{ at: 0.005, key: '50', label: '50 +3' }]);
    expect(placed?.title).toBe('Oct 26: 0–99, 1 break, found today 02:14');
    const [unplaced] = cells(coverage([{ ...broken, breaks: { count: 0, isExact: true } }], { breaks: [{ seq: null, code: 'HEAD_FORGED' }] }));
    expect(unplaced?.parts).toEqual([{ state: 'broken', share: 1 }]);
    expect(unplaced?.title).toBe('Oct 26: 0–99, broken, found today 02:14');
  });

  it('marks a break in a month that is not over where its event stands, and events that are gone from the end behind the newest', () => {
    const newest = month('2026-11', 0, 99, { state: 'not covered', verified: 0 });
    const at = (seq: number) => cells(coverage([newest], { breaks: [{ seq, code: 'TRUNCATED' }] }))[0];
    const elapsed = at(50)?.parts[0]?.share as number;
    expect(elapsed).toBeCloseTo(0.78, 1);
    expect(at(50)?.breaks).toEqual([{ at: elapsed / 2, key: '50', label: '50' }]);
    for (const seq of [100, 4_000]) expect(at(seq)?.breaks).toEqual([{ at: elapsed, key: String(seq), label: seq.toLocaleString('en-GB') }]);
    expect(cells(coverage([month('2026-10', 0, 49), { ...newest, firstSeq: 50 }], { breaks: [{ seq: 100, code: 'TRUNCATED' }] }))[0]?.breaks).toEqual([]);
  });

  it('paints a month red of whose breaks some are named only', () => {
    const breaks = [50, 51, 9_000, 10_050].map((seq) => ({ seq, code: 'EVENT_HASH' }));
    for (const ofOctober of [
      { count: 2_500, isExact: true },
      { count: 3, isExact: false },
    ]) {
      const months = [
        month('2026-10', 0, 9_999, { state: 'broken', breaks: ofOctober }),
        month('2026-11', 10_000, 10_099, { state: 'broken', breaks: { count: 1, isExact: true } }),
      ];
      const [october, november] = cells(coverage(months, { breaks }));
      expect(october?.parts).toEqual([{ state: 'broken', share: 1 }]);
      expect(october?.breaks).toEqual([{ at: 0.005, key: '50', label: '50 and more' }]);
      expect(november?.parts.map((p) => p.state)).toEqual(['verified', 'future']);
    }
  });

  it('says how many breaks a cell has at least, where the month knows no more', () => {
    const title = (...months: CoverageMonth[]) => cells(coverage(months))[0]?.title;
    const broken = (m: string, firstSeq: number, count: number, isExact: boolean) =>
      month(m, firstSeq, firstSeq + 99, { state: 'broken', breaks: { count, isExact } });
    expect(title(broken('2026-10', 0, 13, true))).toBe('Oct 26: 0–99, 13 breaks, found today 02:14');
    expect(title(broken('2026-10', 0, 3, false))).toBe('Oct 26: 0–99, at least 3 breaks, found today 02:14');
    const quarters = Array.from({ length: 37 }, (_, i) =>
      broken(`${2024 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`, i * 100, 12, i !== 1),
    );
    expect(title(...quarters)).toContain('at least 36 breaks');
  });

  it('hatches what a signature covers and no run has reached', () => {
    const months = [month('2026-10', 0, 99, { state: 'not covered', since: null, verified: 0 }), month('2026-11', 100, 199, { verified: 50 })];
    const [october, november] = cells(coverage(months, { sealedSize: 190 }));
    expect(october?.parts).toEqual([{ state: 'sealed', share: 1 }]);
    expect(october?.title).toBe('Oct 26: 0–99, sealed, not yet verified');
    expect(november?.parts.map((p) => p.state)).toEqual(['verified', 'sealed', 'open', 'future']);
    expect(november?.title).toBe('Nov 26: 100–199, 50 verified today 02:14, 40 more sealed, 10 not covered');
    expect(cells(coverage(months, { sealedSize: 30 }))[0]?.title).toBe('Oct 26: 0–99, 30 sealed, 70 not covered');
  });

  it('hatches nothing behind a place that is not what was sealed, nor where rows are fewer than what was signed', () => {
    const months = [month('2026-10', 0, 99, { state: 'not covered', since: null, verified: 0 })];
    const states = (more: Partial<Coverage>) => cells(coverage(months, { sealedSize: 100, ...more }))[0]?.parts.map((p) => p.state);
    expect(states({ breaks: [{ seq: 120, code: 'FORK' }] })).toEqual(['sealed']);
    expect(states({ breaks: [{ seq: null, code: 'NOTE_REFUSED' }] })).toEqual(['open']);
    expect(states({ events: 90 })).toEqual(['open']);
    const broken = [month('2026-10', 0, 99, { state: 'broken', verified: 40 })];
    expect(cells(coverage(broken, { sealedSize: 100, breaks: [{ seq: 40, code: 'FORK' }] }))[0]?.parts.map((p) => p.state)).toEqual(['verified', 'open']);
  });

  it('dots what is lawfully away of what is verified, and says so', () => {
    const away = (archived: number, disposed: number, isExact = true) => ({ away: { archived, disposed, isExact } });
    const [whole, part] = cells(coverage([month('2026-03', 0, 99, away(100, 0)), month('2026-04', 100, 199, away(0, 20)), month('2026-11', 200, 249)]));
    expect(whole).toMatchObject({ parts: [{ state: 'away', share: 1 }], title: 'Mar 26: 0–99, verified today 02:14, 100 archived, lawfully' });
    expect(part?.parts).toEqual([
      { state: 'away', share: 0.2 },
      { state: 'verified', share: 0.8 },
    ]);
    expect(cells(coverage([month('2026-03', 0, 99, away(40, 20, false)), month('2026-11', 100, 199)]))[0]?.title).toContain(
      'up to 40 archived and up to 20 disposed of, lawfully',
    );
    const broken = month('2026-03', 0, 99, { state: 'broken', ...away(40, 0) });
    expect(cells(coverage([broken]))[0]?.parts.map((p) => p.state)).toEqual(['broken']);
  });

  it('says outright what no run has reached', () => {
    expect(cells(coverage([month('2026-10', 0, 9, { state: 'not covered', since: null, verified: 0 })]))[0]).toMatchObject({
      title: 'Oct 26: 0–9, not covered',
      parts: [{ state: 'open', share: 1 }],
    });
  });

  it('turns more than 36 months into quarters', () => {
    const months = Array.from({ length: 37 }, (_, i) => month(`${2024 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`, i * 10, i * 10 + 9));
    const quarters = cells(coverage(months));
    expect(quarters).toHaveLength(13);
    expect(quarters[0]?.title).toBe('Jan 24 – Mar 24: 0–29, verified today 02:14');
    expect(quarters[3]?.href).toBe('2024-10-01T00:00:00Z 2025-01-01T00:00:00Z');
  });
});
