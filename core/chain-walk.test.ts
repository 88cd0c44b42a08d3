import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWalk, type WalkOptions } from './chain';
import type { WalkFacts } from './chain-end';
import { COPY_COLUMNS, CopyReader, viewOf } from './copy-row';
import { type EventRow, hashRow } from './event';
import type { Finding } from './finding';
import { KeyDigest } from './key-digest';
import { headMac } from './mac';
import type { Segment } from './months';
import { type BinaryRow, copyStream, uuid } from './test/copy-stream';
import { binaryRow, goodChain, ORIGIN } from './test/good-chain';

const KEY = Buffer.alloc(32, 9);

function headOf(rows: EventRow[]) {
  const { seq, eventHash } = rows.at(-1) as EventRow;
  return { nextSeq: seq + 1, lastHash: eventHash, mac: headMac(KEY, ORIGIN, seq + 1, eventHash) };
}

function keysOf(rows: EventRow[]) {
  const digest = new KeyDigest(0n);
  for (const { seq, id, source } of rows) digest.add(seq, viewOf(Buffer.concat([uuid(id), Buffer.from(source ?? '')])), 0, 16, Buffer.byteLength(source ?? ''));
  return { count: digest.count, xor: digest.xor, maxSeq: rows.at(-1)?.seq ?? null };
}

function segmentsOf(rows: EventRow[]): Segment[] {
  const segments: Segment[] = [];
  for (const { seq, recordedAt } of rows) {
    const month = recordedAt.slice(0, 7);
    const last = segments.at(-1);
    if (last?.month === month) last.lastSeq = seq;
    else segments.push({ month, firstSeq: seq, lastSeq: seq });
  }
  return segments;
}

const factsOf = (rows: EventRow[]): WalkFacts => ({ head: headOf(rows), headKey: KEY, keys: keysOf(rows), segments: segmentsOf(rows), knownTo: rows.length });

/** What a database sends for these rows, ordered by seq, walked in chunks of 100 bytes. */
function walkOver(rows: BinaryRow[], facts: WalkFacts, options: Partial<WalkOptions> = {}) {
  const seqOf = (row: BinaryRow) => (row.seq?.length === 8 ? row.seq.readBigInt64BE() : 2n ** 63n);
  const stream = copyStream(rows.toSorted((a, b) => (seqOf(a) < seqOf(b) ? -1 : 1)));
  const walk = createWalk({ origin: ORIGIN, ...options });
  const reader = new CopyReader();
  for (let at = 0; at < stream.length; at += 100) {
    reader.push(stream.subarray(at, at + 100));
    for (let row = reader.next(); row !== null; row = reader.next()) walk.row(row);
  }
  reader.end();
  const end = walk.end(facts);
  return { ...end, checked: walk.checked, findings: walk.log.kept, counts: walk.log.counts, state: walk.state() };
}

const named = (findings: Finding[]) => findings.map(({ code, seq }) => `${code} ${seq}`);

describe('a good chain', () => {
  test.each([false, true])('is found good, deep: %s', (deep) => {
    fc.assert(
      fc.property(goodChain, (rows) => {
        const result = walkOver(rows.map(binaryRow), factsOf(rows), { deep });
        expect(result.findings).toEqual([]);
        expect(result).toMatchObject({ to: rows.length, checked: rows.length, keysDiffer: false, state: 'consistent' });
        expect(result.toEventHash).toBe(rows.at(-1)?.eventHash.toString('hex'));
      }),
      { numRuns: 60 },
    );
  });

  test('as values is judged as it is as bytes', () => {
    fc.assert(
      fc.property(goodChain, (rows) => {
        const walk = createWalk({ origin: ORIGIN });
        for (const row of rows) walk.row(row);
        expect(walk.end(factsOf(rows))).toMatchObject({ to: rows.length, keysDiffer: false });
        expect(walk.log.kept).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('is good in any part of it', () => {
    fc.assert(
      fc.property(goodChain, fc.nat(), fc.nat(), (rows, a, b) => {
        const [from, to] = [a % (rows.length + 1), b % (rows.length + 1)].sort((x, y) => x - y) as [number, number];
        const part = rows.slice(from, to);
        const before = rows[from - 1];
        const facts = { ...factsOf(rows), keys: { ...keysOf(part), maxSeq: rows.length - 1 }, maxSeq: rows.length - 1 };
        const result = walkOver(part.map(binaryRow), facts, { from, to, prevHash: before?.eventHash ?? null, prevRecordedAt: before?.recordedAt ?? null });
        expect(result.findings).toEqual([]);
        expect(result).toMatchObject({ to, checked: to - from, keysDiffer: false, state: 'consistent' });
      }),
      { numRuns: 100 },
    );
  });
});

type Tampering = { row: number; column: number; at: number; xor: number; kind: 'flip' | 'null' | 'cut' | 'longer' };
const tampering: fc.Arbitrary<Tampering> = fc.record({
  row: fc.nat(),
  column: fc.nat(COPY_COLUMNS.length - 1),
  at: fc.nat(),
  xor: fc.integer({ min: 1, max: 255 }),
  kind: fc.constantFrom('flip', 'flip', 'flip', 'null', 'cut', 'longer'),
});

function tamper(field: Buffer | null, { at, xor, kind }: Tampering): Buffer | null {
  if (field === null) return Buffer.from('x');
  if (kind === 'null') return null;
  if (kind === 'cut' && field.length > 0) return field.subarray(0, -1);
  if (kind === 'longer' || field.length === 0) return Buffer.concat([field, Buffer.from([xor])]);
  const copy = Buffer.from(field);
  copy[at % field.length] = (copy[at % field.length] as number) ^ xor;
  return copy;
}

test('any change of one byte anywhere in a row is found, at its event', () => {
  fc.assert(
    fc.property(goodChain, tampering, fc.boolean(), (rows, change, deep) => {
      const n = change.row % rows.length;
      const column = COPY_COLUMNS[change.column] as (typeof COPY_COLUMNS)[number];
      const stored = rows.map(binaryRow);
      const row = stored[n] as BinaryRow;
      stored[n] = { ...row, [column]: tamper(row[column], change) };
      const { findings, state } = walkOver(stored, { head: headOf(rows), headKey: KEY }, { deep });
      expect(state).toBe('broken');
      if (column === 'seq') {
        // the event is missing in its place, whatever its row says now
        expect(named(findings).some((name) => /^(SEQ_GAP|HEAD_CUT|TRUNCATED|DUPLICATE) /.test(name))).toBe(true);
        expect(findings.some(({ seq }) => seq === n)).toBe(true);
        return;
      }
      const own = named(findings.filter(({ seq }) => seq === n));
      expect(own[0]).toMatch(/^(EVENT_HASH|MALFORMED) /);
      const others = named(findings.filter(({ seq }) => seq !== n));
      expect(own.slice(1)).toEqual(column === 'prev_hash' ? [`CHAIN_LINK ${n}`] : []);
      expect(others).toEqual(column === 'event_hash' && n + 1 < rows.length ? [`CHAIN_LINK ${n + 1}`] : []);
      expect(findings[0]?.lastGood).toBe(n === 0 ? null : n - 1);
    }),
    { numRuns: 400 },
  );
});

test('an edited event that is hashed again is found at the next, or at the head', () => {
  fc.assert(
    fc.property(goodChain, fc.nat(), (rows, pick) => {
      const n = 1 + (pick % (rows.length - 1));
      const edited = { ...(rows[n] as EventRow), actorId: `${rows[n]?.actorId}x` };
      edited.eventHash = hashRow(ORIGIN, edited);
      const { findings } = walkOver(rows.with(n, edited).map(binaryRow), factsOf(rows));
      expect(named(findings)).toEqual([n + 1 < rows.length ? `CHAIN_LINK ${n + 1}` : `HEAD_FORGED ${n + 1}`]);
    }),
    { numRuns: 60 },
  );
});

test('events taken out are named as a gap, a cut head or a cut tail', () => {
  fc.assert(
    fc.property(goodChain, fc.nat(), fc.nat(), (rows, a, b) => {
      const first = a % rows.length;
      const end = first + 1 + (b % (rows.length - first));
      const { findings, to, keysDiffer } = walkOver(rows.toSpliced(first, end - first).map(binaryRow), factsOf(rows));
      const code = end === rows.length ? 'TRUNCATED' : first === 0 ? 'HEAD_CUT' : 'SEQ_GAP';
      expect(named(findings)).toEqual([`${code} ${first}`]);
      if (code === 'TRUNCATED') expect([findings[0]?.expected, findings[0]?.found, to]).toEqual([String(rows.length), String(first), first]);
      expect(keysDiffer).toBe(true);
    }),
    { numRuns: 200 },
  );
});

describe('trail_segment', () => {
  const [rows] = fc.sample(
    goodChain.filter((chain) => segmentsOf(chain).length >= 3),
    { numRuns: 1, seed: 3 },
  ) as [EventRow[]];
  const good = segmentsOf(rows);
  const walked = (segments: Segment[], without: number[] = []) =>
    named(walkOver(rows.filter(({ seq }) => !without.includes(seq)).map(binaryRow), { ...factsOf(rows), segments }).findings);
  const [one, two] = good as [Segment, Segment];

  test('a segment that is missing, moved or too many is named', () => {
    expect(walked(good)).toEqual([]);
    expect(walked(good.slice(1))).toEqual(['DERIVED_MISMATCH 0']);
    expect(walked(good.with(1, { ...two, firstSeq: two.firstSeq + 1 }))).toEqual([`DERIVED_MISMATCH ${two.firstSeq}`]);
    expect(walked(good.with(0, { ...one, lastSeq: two.firstSeq }))).toEqual(['DERIVED_MISMATCH 0']);
    expect(walked([...good, { month: '1999-01', firstSeq: 1, lastSeq: 1 }])).toEqual(['DERIVED_MISMATCH 1']);
    expect(walked([...good, { month: '2999-01', firstSeq: rows.length, lastSeq: rows.length + 5 }])).toEqual([`DERIVED_MISMATCH ${rows.length}`]);
  });

  test('a month whose events are gone is a gap, not a wrong segment', () => {
    const gone = Array.from({ length: two.lastSeq - two.firstSeq + 1 }, (_, i) => two.firstSeq + i);
    expect(walked(good, gone)).toEqual([`SEQ_GAP ${two.firstSeq}`]);
    expect(walked(good, [two.firstSeq])).toEqual([`SEQ_GAP ${two.firstSeq}`]);
    expect(walked(good, [rows.length - 1])).toEqual([`TRUNCATED ${rows.length - 1}`]);
  });
});

describe('a part of the trail', () => {
  const [rows] = fc.sample(
    fc.constant(null).chain(() => goodChain.filter((chain) => chain.length >= 8)),
    { numRuns: 1, seed: 5 },
  ) as [EventRow[]];
  const part = (from: number, to: number, without: number[], maxSeq: number | null = rows.length - 1) =>
    walkOver(
      rows
        .slice(from, to)
        .filter(({ seq }) => !without.includes(seq))
        .map(binaryRow),
      { head: headOf(rows), headKey: KEY, maxSeq },
      { from, to, prevHash: rows[from - 1]?.eventHash ?? null },
    );

  test('whose last events are gone has a gap where the trail goes on, and is cut where it does not', () => {
    expect(named(part(2, 6, [5]).findings)).toEqual(['SEQ_GAP 5']);
    expect(named(part(2, 6, [5], 4).findings)).toEqual(['TRUNCATED 5']);
    expect(named(part(2, 6, [2]).findings)).toEqual(['SEQ_GAP 2']);
    expect(named(part(0, 6, [0, 1]).findings)).toEqual(['HEAD_CUT 0']);
  });

  test('that is all gone is not consistent', () => {
    expect(part(2, 6, [2, 3, 4, 5])).toMatchObject({ state: 'broken', checked: 0 });
    const nothing = createWalk({ origin: ORIGIN, from: 50, to: 60 });
    nothing.end({});
    expect(nothing.state()).toBe('not_covered');
    expect(createWalk({ origin: ORIGIN, from: 50, to: 50 }).state()).toBe('consistent');
    expect(createWalk({ origin: ORIGIN, from: 0 }).state(true)).toBe('cancelled');
  });

  test('is not linked to a row that is not there', () => {
    const walk = createWalk({ origin: ORIGIN, from: 3, to: 5 });
    for (const row of rows.slice(3, 5)) walk.row(row);
    expect(walk.log.kept).toEqual([]);
  });
});

test('the first 10,000 findings are kept, all are counted, the rest is handed on', () => {
  const overflow: Finding[] = [];
  const [rows] = fc.sample(goodChain, 1) as [EventRow[]];
  const walk = createWalk({ origin: ORIGIN, overflow: (finding) => overflow.push(finding) });
  for (let seq = 0; seq < 12_000; seq++) walk.row({ ...(rows[1] as EventRow), seq, eventHash: Buffer.alloc(32) });
  expect(walk.log.counts).toEqual({ EVENT_HASH: 12_000, CHAIN_LINK: 12_000 });
  expect([walk.log.kept.length, overflow.length]).toEqual([10_000, 14_000]);
});

test('a row that was written into another trail of ours is told as that, others as edited', () => {
  fc.assert(
    fc.property(goodChain, fc.nat(), (rows, pick) => {
      const n = pick % rows.length;
      const foreign = { ...(rows[n] as EventRow) };
      foreign.eventHash = hashRow('audit.example.com/indelible', foreign);
      const codes = (knownOrigins: string[]) =>
        walkOver(rows.with(n, foreign).map(binaryRow), {}, { knownOrigins })
          .findings.filter(({ seq }) => seq === n)
          .map(({ code }) => code);
      expect(codes(['a.example.com/b', 'audit.example.com/indelible'])).toEqual(['WRONG_TRAIL']);
      expect(codes(['a.example.com/b'])).toEqual(['EVENT_HASH']);
    }),
    { numRuns: 30 },
  );
});
