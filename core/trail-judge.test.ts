import { describe, expect, test } from 'vitest';
import { specVectors, type VectorCase, vectorCases } from '../lib/test/spec-vectors';
import { isActAction } from './act';
import { entryOfRecord } from './chain-entry';
import { parseVkeys } from './checkpoint';
import { compareKeys, type KeyEntry } from './compare-keys';
import { viewOf } from './copy-row';
import { linkHash } from './event';
import type { Finding } from './finding';
import { KeyDigest } from './key-digest';
import { digestOf, leafHash } from './merkle';
import { parseRecordLine } from './record';
import { seenIfGood } from './seen-event';
import { sha256 } from './sha256';
import { changedHalf } from './test/changed-half';
import { uuid } from './test/copy-stream';
import { type ReadTile, TileTree } from './tiles';
import { createTrailJudge, type TrailJudge } from './trail-judge';
import type { TrailVerdict } from './trail-verdict';

type Line = { seq: number; prev: string; header: string; payload: string; event_hash: string };
type Change = {
  of: number;
  header?: object | string;
  payload?: object | string;
  stub?: true;
  link?: true;
  hash?: true;
  seq?: number;
  prev?: string;
  event_hash?: string;
};
type Item = { line: string } | { stub: Line };

const ORIGIN: string = specVectors.findings.origin;
const HEAD_KEY = Buffer.from(specVectors.findings.head_key, 'hex');
const hex = (text: string) => Buffer.from(text, 'hex');

function itemsOf(chain: Line[], events: (number | string | Change)[]): Item[] {
  let before = chain[0]?.prev as string;
  return events.map((event) => {
    if (typeof event === 'string') return { line: event };
    if (typeof event === 'number') {
      before = chain[event]?.event_hash as string;
      return { line: JSON.stringify(chain[event]) };
    }
    const { of, header, payload, link, hash, stub, ...columns } = event;
    const source = chain[of] as Line;
    const line = { ...source, header: changedHalf(source.header, header), payload: changedHalf(source.payload, payload), ...columns };
    if (link) line.prev = before;
    if (link || hash) line.event_hash = linkHash(line.seq, hex(line.prev), sha256(line.header), sha256(line.payload)).toString('hex');
    before = line.event_hash;
    return stub ? { stub: line } : { line: JSON.stringify(line) };
  });
}

function tilesOf(leaves: Buffer[]): ReadTile {
  const tiles = new Map<string, Buffer>();
  const tree = new TileTree(({ level, n, hashes }) => tiles.set(`${level}/${n}`, Buffer.from(hashes)));
  for (const leaf of leaves) tree.pushLeaf(digestOf(leaf));
  for (const { level, n, hashes } of tree.partialTiles()) tiles.set(`${level}/${n}`, hashes);
  return (level, n) => tiles.get(`${level}/${n}`) ?? null;
}

function digestOfKeys(keys: KeyEntry[]): { count: number; xor: bigint; maxSeq: number } {
  const digest = new KeyDigest(0n);
  for (const { seq, id, source } of keys) digest.add(seq, viewOf(Buffer.concat([uuid(id), Buffer.from(source)])), 0, 16, Buffer.byteLength(source));
  return { count: digest.count, xor: digest.xor, maxSeq: Math.max(...keys.map((key) => key.seq)) };
}

/** As a caller does who looks the acts up: only those whose hash holds. */
function tellAct(trail: TrailJudge, line: string): void {
  const record = parseRecordLine(line);
  const seen = record === null ? null : seenIfGood(entryOfRecord(record, ORIGIN));
  if (seen !== null && isActAction(seen.action)) trail.act(seen);
}

type Mode = 'drained after each event' | 'drained at the end' | 'acts known before the first row';

async function judge(one: VectorCase, mode: Mode): Promise<{ findings: Finding[]; verdict: TrailVerdict }> {
  const chain: Line[] = specVectors.findings.chains[one.chain];
  const oldLeaves = one.old_leaves === 'chain' ? chain.map((line) => leafHash(hex(line.event_hash))) : one.old_leaves?.map(hex);
  const trail = createTrailJudge({
    origin: ORIGIN,
    deep: one.deep ?? true,
    knownOrigins: one.known_origins,
    vkeys: parseVkeys((one.vkeys ?? ['log']).map((name: string) => specVectors.keys[name].vkey)),
    notes: (one.checkpoints ?? []).map((i: number) => ({ note: specVectors.findings.notes[i], isOutside: true })),
    readTile: oldLeaves === undefined ? null : tilesOf(oldLeaves),
    readsValues: one.sealed_values !== undefined,
    areActsKnown: mode === 'acts known before the first row',
  });
  for (const [seq, pointer, disclosure] of one.sealed_values ?? []) trail.value({ seq, pointer, disclosure });
  const events: KeyEntry[] = [];
  const items = itemsOf(chain, one.events ?? chain.map((_, i) => i));
  if (mode === 'acts known before the first row') for (const item of items) if ('line' in item) tellAct(trail, item.line);
  for (const item of items) {
    if ('stub' in item) {
      const { seq, header, payload, event_hash } = item.stub;
      trail.stub({ seq, headerHash: sha256(header), payloadHash: sha256(payload), eventHash: hex(event_hash) });
    } else {
      const record = parseRecordLine(item.line);
      if (record === null) trail.unreadable();
      else {
        trail.record(record);
        if (one.event_key) events.push({ seq: record.seq, id: JSON.parse(record.header).id, source: JSON.parse(record.payload).source ?? '' });
      }
    }
    if (mode === 'drained after each event') await trail.drain();
  }
  const keys: KeyEntry[] | undefined = one.event_key?.map(([source, id, seq]: [string, string, number]) => ({ seq, id, source }));
  const head = one.head && { nextSeq: one.head.next_seq, lastHash: hex(one.head.last_hash), mac: hex(one.head.mac) };
  const verdict = await trail.end({ head, headKey: HEAD_KEY, knownTo: one.known_to, ...(keys === undefined ? {} : { keys: digestOfKeys(keys) }) });
  if (verdict.keysDiffer) for await (const finding of compareKeys(events, keys as KeyEntry[], (seq) => trail.walk.isKeyJudged(seq))) trail.log.add(finding);
  return { findings: trail.log.kept, verdict: { ...verdict, state: trail.walk.state(false, verdict.provenTo > 0) } };
}

const bySeq = (a: { seq: number | null; code: string }, b: { seq: number | null; code: string }) =>
  (a.seq ?? -1) - (b.seq ?? -1) || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);

/** The vectors write a bracket as two numbers and a tile as an object; a finding says them as text. */
function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value[0]},${value[1]})`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const MODES: Mode[] = ['drained after each event', 'drained at the end', 'acts known before the first row'];

describe.each(MODES)('the published findings, all that need no outside anchor, %s', (mode) => {
  const cases = vectorCases('findings.cases').filter((one) => one.chain !== 'anchored');
  test('are all there', () => expect(cases.length).toBe(142));

  test.each(cases)('$chain: $name', async (one) => {
    const { findings, verdict } = await judge(one, mode);
    expect(findings.map(({ code, seq }) => ({ code, seq })).sort(bySeq)).toEqual(one.findings.map(({ code, seq }: Finding) => ({ code, seq })));
    for (const due of one.findings) {
      const found = findings.find(({ code, seq }) => code === due.code && seq === due.seq);
      if (due.expected !== undefined) expect(found?.expected).toBe(printed(due.expected));
      if (due.found !== undefined) expect(found?.found).toBe(printed(due.found));
    }
    expect(verdict.state).toBe(one.state);
  });
});
