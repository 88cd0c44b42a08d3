import { describe, expect, it } from 'vitest';
import type { BreakSource } from './count-breaks';
import { type EndedRun, judgeCoverage as judge, standingRuns } from './judge-coverage';

const segments = [
  { month: '2026-09-01', firstSeq: 0, lastSeq: 99 },
  { month: '2026-10-01', firstSeq: 100, lastSeq: 199 },
  { month: '2026-11-01', firstSeq: 200, lastSeq: 249 },
];
const run = (day: number, from: number, to: number, more: Partial<EndedRun> = {}): EndedRun => ({
  runId: day,
  seq: null,
  isToEnd: to === 250,
  isDeep: false,
  isResumed: false,
  isStateLeftOut: false,
  at: `2026-11-${day}T02:14:00.000000Z`,
  from,
  to,
  state: 'consistent',
  counts: {},
  findings: [],
  ...more,
});
const judgeCoverage = (_segments: typeof segments, events: number, runs: EndedRun[], checks: BreakSource[] = []) =>
  judge(
    segments,
    events,
    runs,
    [...standingRuns(runs), ...checks].map((one) => (one.findings.length > 0 ? one : { ...one, placesKnownTo: 0 })),
  );
const states = (runs: EndedRun[]) => judgeCoverage(segments, 250, runs).months.map((m) => m.state);

const hashes = (from: number, n: number) => Array.from({ length: n }, (_, i) => ({ seq: from + i, code: 'EVENT_HASH' }));
const exactly = (count: number) => ({ count, isExact: true });
/** All of it stands, and was read. */
function check(...found: BreakSource['findings']): BreakSource {
  const counts: Record<string, number> = {};
  for (const { code } of found) counts[code] = (counts[code] ?? 0) + 1;
  return { counts, findings: found };
}

describe('judgeCoverage', () => {
  it('knows nothing of a trail that nobody checked', () => {
    expect(judgeCoverage(segments, 250, [])).toMatchObject({ verifiedTo: null, verifiedAt: null, newer: 250, breaks: [] });
    expect(states([])).toEqual(['not covered', 'not covered', 'not covered']);
  });
  it('takes what is lawfully away from the newest run that reached it, in each month', () => {
    const archived = { kind: 'archived', from: 0, to: 120, count: 120 } as const;
    const away = (...runs: EndedRun[]) => judgeCoverage(segments, 250, runs).months.map((m) => m.away);
    const both = [{ archived: 100, disposed: 0, isExact: true }, { archived: 20, disposed: 0, isExact: true }, undefined];
    expect(away(run(24, 0, 250, { away: [archived] }))).toEqual(both);
    expect(away(run(25, 150, 250), run(24, 0, 250, { away: [archived] }))).toEqual(both);
    // the rows are back
    expect(away(run(25, 0, 250), run(24, 0, 250, { away: [archived] }))).toEqual([undefined, undefined, undefined]);
    expect(away(run(24, 0, 250, { state: 'cancelled', away: [archived] }))).toEqual([undefined, undefined, undefined]);
    const scattered = { kind: 'disposed', from: 90, to: 130, count: 15 } as const;
    expect(away(run(24, 0, 250, { away: [scattered] })).slice(0, 2)).toEqual([
      { archived: 0, disposed: 10, isExact: false },
      { archived: 0, disposed: 15, isExact: false },
    ]);
  });
  it('counts what came after the check as newer', () => {
    expect(judgeCoverage(segments, 250, [run(24, 0, 238)])).toMatchObject({ verifiedTo: 237, newer: 12, verifiedAt: '2026-11-24T02:14:00.000000Z' });
    expect(judgeCoverage(segments, 250, [run(24, 0, 238)]).months.map((m) => [m.state, m.verified])).toEqual([
      ['verified', 100],
      ['verified', 100],
      ['not covered', 38],
    ]);
  });
  it('dates a whole made of several checks by the oldest of them', () => {
    expect(judgeCoverage(segments, 250, [run(24, 100, 250), run(20, 0, 120)])).toMatchObject({
      verifiedTo: 249,
      verifiedAt: '2026-11-20T02:14:00.000000Z',
      newer: 0,
    });
  });
  it('does not reach over a hole', () => {
    expect(judgeCoverage(segments, 250, [run(24, 150, 250), run(20, 0, 120)])).toMatchObject({ verifiedTo: 119, newer: 130 });
    expect(states([run(24, 150, 250), run(20, 0, 120)])).toEqual(['verified', 'not covered', 'verified']);
  });
  it('keeps the break of an older check where no newer one looked', () => {
    const broken = run(20, 0, 250, { state: 'broken', counts: { EVENT_HASH: 1 }, findings: [{ seq: 117, code: 'EVENT_HASH' }] });
    expect(judgeCoverage(segments, 250, [run(24, 0, 100), broken])).toMatchObject({ verifiedTo: 116, newer: 0, breaks: [{ seq: 117, code: 'EVENT_HASH' }] });
    expect(states([run(24, 0, 100), broken])).toEqual(['verified', 'broken', 'verified']);
  });
  it('lets an index that differs stand as a break, and the events as verified: they hold', () => {
    const differs = run(24, 0, 250, { state: 'broken', counts: { DERIVED_MISMATCH: 1 }, findings: [{ seq: 117, code: 'DERIVED_MISMATCH' }] });
    expect(judgeCoverage(segments, 250, [differs])).toMatchObject({ verifiedTo: 249, newer: 0, breaks: [{ seq: 117, code: 'DERIVED_MISMATCH' }] });
  });

  it('drops a break that a newer check of the same events no longer finds', () => {
    const broken = run(20, 0, 250, { state: 'broken', counts: { EVENT_HASH: 1 }, findings: [{ seq: 117, code: 'EVENT_HASH' }] });
    expect(judgeCoverage(segments, 250, [run(24, 0, 250), broken]).breaks).toEqual([]);
    // what it finds itself is what stands
    const other = run(24, 0, 250, { state: 'broken', counts: { EVENT_HASH: 1 }, findings: [{ seq: 3, code: 'EVENT_HASH' }] });
    expect(judgeCoverage(segments, 250, [other, broken]).breaks).toEqual([{ seq: 3, code: 'EVENT_HASH' }]);
    expect(judgeCoverage(segments, 250, [{ ...other, isUnproven: true }, broken]).breaks).toHaveLength(2);
  });
  it('lets no check that looked for less take a break away, wherever it read', () => {
    const found = (code: string, seq: number | null, more: Partial<EndedRun> = {}) =>
      run(20, 0, 250, { state: 'broken', counts: { [code]: 1 }, findings: [{ seq, code }], ...more });
    const stands = (broken: EndedRun, later: Partial<EndedRun>) => judgeCoverage(segments, 250, [run(24, 0, 250, later), broken]).breaks.length === 1;
    for (const code of ['SOURCE_GAP', 'DERIVED_MISMATCH', 'COUNT_MISMATCH', 'VIEW_MISMATCH', 'EVENT_HASH']) {
      expect(stands(found(code, 117), { isToEnd: false })).toBe(true);
      expect(stands(found(code, 117), { isResumed: true })).toBe(true);
      expect(stands(found(code, 117), { isUnproven: true })).toBe(true);
      expect(stands(found(code, 117), {})).toBe(false);
    }
    expect(states([run(24, 0, 250, { isToEnd: false }), found('SOURCE_GAP', 117)])).toEqual(['verified', 'broken', 'verified']);
    expect(stands(found('MALFORMED', 117, { isDeep: true }), {})).toBe(true);
    expect(stands(found('MALFORMED', 117, { isDeep: true }), { isDeep: true })).toBe(false);
    expect(stands(found('NOTE_REFUSED', null), {})).toBe(true);
    expect(stands(found('NOTE_REFUSED', null), { isDeep: true })).toBe(false);
    expect(stands(found('EVENT_HASH', 117, { isDeep: true }), {})).toBe(false);
    expect(stands(found('STATE_UNLOGGED', null), { isStateLeftOut: true })).toBe(true);
    expect(stands(found('EVENT_HASH', 117), { isStateLeftOut: true })).toBe(false);
    // one that ended later and had read the trail before the break was told
    expect(stands(found('EVENT_HASH', 117, { seq: 260 }), { seq: 262, to: 255 })).toBe(true);
    expect(stands(found('EVENT_HASH', 117, { seq: 260 }), { seq: 262, to: 261 })).toBe(false);
  });
  it('dates a check that was taken up by when its first part was read', () => {
    expect(judgeCoverage(segments, 250, [run(24, 0, 250, { isResumed: true, readSince: '2026-11-23T20:00:00.000000Z' })]).verifiedAt).toBe(
      '2026-11-23T20:00:00.000000Z',
    );
  });
  it('names the codes where no finding was kept, and trusts nothing then', () => {
    const broken = run(20, 0, 250, { state: 'broken', counts: { HEAD_FORGED: 1 } });
    expect(judgeCoverage(segments, 250, [broken])).toMatchObject({ verifiedTo: null, breaks: [{ seq: null, code: 'HEAD_FORGED' }] });
  });
  it('tells what is gone from the end apart from what came after it', () => {
    const cut = { seq: 238, code: 'TRUNCATED', expected: '249', found: '238' };
    const truncated = run(24, 0, 238, { state: 'broken', counts: { TRUNCATED: 1 }, findings: [cut] });
    expect(judgeCoverage(segments, 250, [truncated])).toMatchObject({ verifiedTo: 237, cutOff: 11, newer: 1, breaks: [{ seq: 238, code: 'TRUNCATED' }] });
    // also where the finding itself lies beyond those that were kept
    const unkept = { ...truncated, findings: [], seq: 249 };
    expect(judgeCoverage(segments, 250, [unkept])).toMatchObject({ cutOff: 11, newer: 1 });
    // the next run meets them as a gap
    const gap = run(25, 0, 250, { state: 'broken', counts: { SEQ_GAP: 1 }, findings: [{ seq: 238, code: 'SEQ_GAP' }] });
    expect(judgeCoverage(segments, 251, [gap, truncated])).toMatchObject({ verifiedTo: 237, cutOff: 0, newer: 1, breaks: [{ seq: 238, code: 'SEQ_GAP' }] });
  });
  it('calls no month good that may hold a break whose place was not kept', () => {
    const many = run(24, 0, 250, {
      state: 'broken',
      counts: { EVENT_HASH: 12_003 },
      findings: [{ seq: 117, code: 'EVENT_HASH' }],
      placesKnownTo: 150,
    });
    const judged = judgeCoverage(segments, 250, [many]);
    expect(judged).toMatchObject({ verifiedTo: 116, breakCount: 12_003, newer: 0 });
    expect(judged.months.map((m) => m.state)).toEqual(['verified', 'broken', 'not covered']);
  });
  it('says so when nothing is left to read', () => {
    const gone = (day: number) =>
      run(day, 0, 0, { state: 'broken', counts: { TRUNCATED: 1 }, findings: [{ seq: 0, code: 'TRUNCATED', expected: '250', found: '0' }] });
    expect(judgeCoverage(segments, 250, [gone(25), gone(24), run(20, 0, 250)])).toMatchObject({ cutOff: 0, breaks: [{ seq: 0, code: 'TRUNCATED' }] });
    expect(judgeCoverage(segments, 250, [gone(24)])).toMatchObject({ verifiedTo: null, cutOff: 250, newer: 0, breaks: [{ seq: 0, code: 'TRUNCATED' }] });
  });
  it('counts once what the check of a resource and a verification found both', () => {
    const broken = run(24, 0, 250, { state: 'broken', counts: { EVENT_HASH: 1 }, findings: [{ seq: 117, code: 'EVENT_HASH' }] });
    const view = { seq: null, code: 'VIEW_MISMATCH' };
    const checks = [check({ seq: 117, code: 'EVENT_HASH' }, { seq: 140, code: 'EVENT_HASH' }), check({ seq: 140, code: 'EVENT_HASH' }, view, view)];
    const breaks = [{ seq: null }, { seq: null }, { seq: 117 }, { seq: 140 }];
    expect(judgeCoverage(segments, 250, [broken], checks)).toMatchObject({ breakCount: 4, isBreakCountExact: true, breaks });
    expect(judgeCoverage(segments, 250, [], checks)).toMatchObject({ breakCount: 4, isBreakCountExact: true, breaks });
  });
  it('counts no break of a run a second time that a check met among those which are not named', () => {
    // twenty in October, of which twelve are read
    const many = run(24, 0, 250, { state: 'broken', counts: { EVENT_HASH: 20 }, findings: hashes(100, 12) });
    expect(judgeCoverage(segments, 250, [many])).toMatchObject({ breakCount: 20, isBreakCountExact: true });
    const same = check(...hashes(115, 3));
    const judged = judgeCoverage(segments, 250, [many], [same]);
    expect(judged).toMatchObject({ breakCount: 20, isBreakCountExact: false });
    expect(judged.months.map((m) => m.breaks)).toEqual([exactly(0), { count: 15, isExact: false }, exactly(0)]);
    // of another code, or more than the run has: those are others
    expect(judgeCoverage(segments, 250, [many], [check({ seq: 115, code: 'SEALED_VALUE' })])).toMatchObject({ breakCount: 21, isBreakCountExact: true });
    expect(judgeCoverage(segments, 250, [many], [check(...hashes(112, 10))])).toMatchObject({ breakCount: 22, isBreakCountExact: false });
  });
  it('counts of an older run all that it found, until one of everything is newer', () => {
    const many = run(20, 0, 250, { state: 'broken', counts: { EVENT_HASH: 22 }, findings: [...hashes(40, 2), ...hashes(100, 12)] });
    const part = judgeCoverage(segments, 250, [run(24, 100, 250), many]);
    expect(part).toMatchObject({ breakCount: 22, isBreakCountExact: true });
    expect(part.months.map((m) => m.breaks)).toEqual([exactly(2), { count: 12, isExact: false }, exactly(0)]);
    expect(judgeCoverage(segments, 250, [run(24, 0, 250), many]).breakCount).toBe(0);
  });
  it('counts once what two runs say of the whole trail in the same words', () => {
    const root = (expected: string) => ({ seq: null, code: 'ROOT_MISMATCH', expected, found: 'ab' });
    const at = (from: number, to: number, expected: string) => run(24, from, to, { state: 'broken', counts: { ROOT_MISMATCH: 1 }, findings: [root(expected)] });
    expect(judgeCoverage(segments, 250, [at(0, 100, '250 cd'), at(100, 250, '250 cd')])).toMatchObject({ breakCount: 1, isBreakCountExact: true });
    expect(judgeCoverage(segments, 250, [at(0, 100, '200 ef'), at(100, 250, '250 cd')])).toMatchObject({ breakCount: 1, isBreakCountExact: false });
  });
  it('calls no month good where a run was broken and nobody kept what it found', () => {
    const judged = judgeCoverage(segments, 250, [run(24, 100, 250), run(20, 0, 250, { state: 'broken', counts: { EVENT_HASH: 3 } })]);
    expect(judged).toMatchObject({ breakCount: 3, isBreakCountExact: true, breaks: [{ seq: null, code: 'EVENT_HASH' }] });
    expect(judged.months.map((m) => m.state)).toEqual(['not covered', 'not covered', 'not covered']);
  });
  it('learns nothing from a check that was cancelled', () => {
    expect(judgeCoverage(segments, 250, [run(24, 0, 250, { state: 'cancelled' })]).verifiedTo).toBeNull();
  });
});
