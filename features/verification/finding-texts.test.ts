import { describe, expect, it } from 'vitest';
import { FINDING_CODES } from '@/core/finding';
import { compareRows } from './compare-rows';
import type { Place, ShownFinding } from './finding-model';
import { findingText, LOOKED_FOR } from './finding-texts';
import { type PastRun, rangeText, resultText } from './past-run';

const finding = (code: string, seq: number | null, expected: string | null = null, found: string | null = null): ShownFinding => ({
  n: 0,
  code,
  seq,
  expected,
  found,
  lastGood: seq === null ? null : seq - 1,
});
const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const place = (seq: number, more: Partial<Place> = {}): Place => ({
  seq,
  recordedAt: '2026-11-20T10:00:00.000000Z',
  actorId: 'm.okafor',
  action: 'payout.limit.update',
  resourceType: 'merchant',
  resourceId: 'M-2207',
  header: '{}',
  payload: '{}',
  headerHash: 'c'.repeat(64),
  payloadHash: 'd'.repeat(64),
  eventHash: a,
  prevHash: b,
  computed: a,
  faultyValue: null,
  ...more,
});

/** What a verification without the seal can report. */
const NOW = [
  'EVENT_HASH',
  'MALFORMED',
  'CHAIN_LINK',
  'SEQ_GAP',
  'DUPLICATE',
  'TRUNCATED',
  'HEAD_FORGED',
  'HEAD_CUT',
  'WRONG_TRAIL',
  'TIME_BACKWARDS',
  'DERIVED_MISMATCH',
  'FORK',
  'TILE_MISMATCH',
  'ROOT_MISMATCH',
  'UNKNOWN_KEY',
  'NOTE_REFUSED',
  'EQUIVOCATION',
  'KEY_ROTATED',
  'ERASURE_UNLOGGED',
  'DISCLOSURE_MISMATCH',
  'SOURCE_GAP',
  'VIEW_MISMATCH',
  'COUNT_MISMATCH',
  'STATE_UNLOGGED',
];

describe('a finding in words', () => {
  it('has its own words for every code that can occur, tells to repair nothing first, and never says undefined or NaN', () => {
    for (const code of NOW) {
      const text = findingText(finding(code, 84_117, '84117', '84120'));
      expect(Object.values(text).join(' ')).not.toMatch(/undefined|NaN|null/);
      expect(text.next).toMatch(/^Do not repair anything\. /);
      expect(text.title).not.toBe(code);
    }
    expect(LOOKED_FOR.flatMap(({ codes }) => codes).toSorted()).toEqual(NOW.toSorted());
    for (const code of FINDING_CODES) expect(findingText(finding(code, null)).next, code).toMatch(/^Do not repair/);
  });

  it('counts what is missing', () => {
    expect(findingText(finding('SEQ_GAP', 97_360, '97360', '97363'))).toMatchObject({ title: 'Three events are missing', where: '97,360 – 97,362' });
    expect(findingText(finding('SEQ_GAP', 7, '7', '8'))).toMatchObject({ title: 'One event is missing', where: '7' });
    expect(findingText(finding('TRUNCATED', 18, '21', '18'))).toMatchObject({ title: 'The newest 3 events are gone', where: '18 – 20' });
    expect(findingText(finding('TRUNCATED', 0, '21', '0')).happened).toMatch(/no event is left/);
    expect(findingText(finding('HEAD_CUT', 0, '0', null)).title).toBe('The oldest events are gone');
  });

  it('names the witness of a cut', () => {
    const know = (signedTo?: number) => findingText(finding('TRUNCATED', 500, '620', '500'), [], signedTo).know;
    expect(know(620)).toBe('Size 620 was signed, 500 rows are here.');
    expect(know(600)).toBe(
      'Size 600 was signed, and 620 events are known from the end marker, the index of ids, an earlier verification or a checkpoint; 500 rows are here.',
    );
    for (const signedTo of [500, 0, undefined])
      expect(know(signedTo)).toBe('620 events are known from the end marker, the index of ids, an earlier verification or a checkpoint; 500 rows are here.');
  });

  it('tells a torn link that follows from an altered event from one that stands alone', () => {
    const link = finding('CHAIN_LINK', 9, a, b);
    expect(findingText(link, [link])).toMatchObject({ severity: 'critical', title: 'Event 8 was re-hashed, or 9 put in' });
    expect(findingText(link, [finding('EVENT_HASH', 8, a, b), link]).severity).toBe('follows');
  });

  it('tells a figure that counts what another finding names as re-hashed or cut off from one that nothing explains', () => {
    const figure = (due: number, kept: number, block = 1) =>
      finding('COUNT_MISMATCH', null, `block ${block} day ["2026-10-03","a: 1","user"]: ${due}`, `block ${block} day ["2026-10-03","a: 1","user"]: ${kept}`);
    const severity = (one: ShownFinding, ...others: ShownFinding[]) => findingText(one, [one, ...others]).severity;
    const [tile, link] = [finding('TILE_MISMATCH', 84_117, a, b), finding('CHAIN_LINK', 97_360, a, b)];
    expect(severity(figure(182, 183))).toBe('warning');
    expect(severity(figure(182, 183), tile)).toBe('follows');
    expect(severity(figure(183, 182), link)).toBe('follows');
    expect(findingText(figure(182, 183), [tile]).next).toContain('It follows from TILE_MISMATCH at 84,117');
    expect(severity(figure(181, 183), tile)).toBe('warning'); // one event was altered, and it is two apart
    expect(severity(figure(181, 183), tile, finding('CHAIN_LINK', 84_118, a, b))).toBe('warning'); // that names the same one
    expect(severity(figure(181, 183), tile, link)).toBe('follows');
    expect(severity(figure(182, 183, 0), tile)).toBe('warning'); // of another block
    expect(severity(figure(100, 183), finding('FORK', 84_117, a, b))).toBe('follows');
    expect(severity(figure(100, 183, 0), finding('FORK', 84_117, a, b))).toBe('warning');
    expect(severity(figure(182, 183), finding('EVENT_HASH', 84_117, a, b))).toBe('warning'); // of a block with such an event no figure is derived
    const beyond = finding('COUNT_MISMATCH', null, 'block 1 is not full: 0', 'block 1: 65536');
    expect(severity(beyond)).toBe('warning');
    expect(severity(beyond, finding('TRUNCATED', 70_000, '131072', '70000'))).toBe('follows');
    expect(severity(beyond, finding('TRUNCATED', 70_000, '131071', '70000'))).toBe('warning'); // it never was full
  });
});

describe('what stands there and what should', () => {
  const nowhere = { before: null, at: null, next: null };
  it('shows both hashes, and whether the text or the hash was changed', () => {
    const rows = (next: string) => compareRows(finding('EVENT_HASH', 8, a, b), { before: place(7), at: place(8), next: place(9, { prevHash: next }) }).rows;
    expect(rows(a).at(-1)).toMatchObject({
      label: 'Named by 9',
      stored: { text: a, isWrong: false },
      due: { text: expect.stringMatching(/the text was changed/) },
    });
    expect(rows(b).at(-1)).toMatchObject({ stored: { text: b, isWrong: true }, due: { text: expect.stringMatching(/the hash was changed/) } });
  });
  it('has something to show for every code, with rows and without', () => {
    for (const code of NOW) {
      for (const places of [nowhere, { before: place(7), at: place(8), next: place(12) }]) {
        const { rows } = compareRows(finding(code, 8, '8', '12'), places);
        expect(rows.length, code).toBeGreaterThan(0);
        expect(JSON.stringify(rows)).not.toMatch(/undefined|NaN/);
      }
    }
  });
});

describe('a run in the list', () => {
  const verdict = {
    from: 0,
    to: 100,
    checked: 100,
    counts: {},
    state: 'consistent' as const,
    toEventHash: a,
    findings: 0,
    kept: 0,
    event: null,
    sealedTo: 0,
    provenTo: 0,
    sealedValues: null,
    notRecorded: null,
    resumed: null,
    anew: null,
    foundBefore: null,
  };
  const run = (more: Partial<PastRun>): PastRun => ({
    runId: 1,
    schedule: null,
    state: 'done',
    startedAt: null,
    finishedAt: null,
    tookMs: null,
    by: 'Ines',
    asked: {},
    verdict,
    error: null,
    telling: 'told',
    isByEventAlone: false,
    areRowsDue: true,
    isClean: true,
    ...more,
  });
  it('names its range by the numbers on the events', () => {
    expect(rangeText(run({}))).toBe('0 – 99');
    expect(rangeText(run({ verdict: null }))).toBe('everything');
    expect(rangeText(run({ verdict: null, asked: { from: 5, to: 6 } }))).toBe('5');
    expect(rangeText(run({ verdict: { ...verdict, to: 0 } }))).toBe('from 0');
  });
  it('never says one word of a verdict', () => {
    expect(resultText(run({}))).toBe('100 events hold, not anchored');
    expect(resultText(run({ telling: 'untold' }))).toBe('The trail does not tell of this run');
    expect(resultText(run({ telling: 'waits' }))).toBe('Found nothing, not sealed yet');
    expect(resultText(run({ telling: 'untold', verdict: { ...verdict, findings: 2, state: 'broken' } }))).toBe('Broken: 2 findings in 100 events');
    expect(resultText(run({ verdict: { ...verdict, findings: 2, state: 'broken' } }))).toBe('Broken: 2 findings in 100 events');
    expect(resultText(run({ state: 'cancelled', asked: { to: 200 }, verdict: { ...verdict, state: 'cancelled' } }))).toBe('Cancelled at 50 %, 100 hold so far');
    expect(resultText(run({ state: 'failed', verdict: null, error: 'RANGE' }))).toBe('Could not check: RANGE. Nothing is said of the log');
    expect(resultText(run({ state: 'cancelled', verdict: null }))).toBe('Cancelled before the first event');
  });
});
