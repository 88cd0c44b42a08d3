import { describe, expect, test } from 'vitest';
import { specVectors, type VectorCase, vectorCases } from '../lib/test/spec-vectors';
import { createWalk } from './chain';
import { compareKeys, type KeyEntry } from './compare-keys';
import { viewOf } from './copy-row';
import { linkHash } from './event';
import type { Finding } from './finding';
import { KeyDigest } from './key-digest';
import { parseRecordLine } from './record';
import { sha256 } from './sha256';
import { changedHalf } from './test/changed-half';
import { uuid } from './test/copy-stream';

type Line = { seq: number; prev: string; header: string; payload: string; event_hash: string };
type Change = { of: number; header?: object | string; payload?: object | string; seq?: number; prev?: string; event_hash?: string; link?: true; hash?: true };

const ORIGIN: string = specVectors.findings.origin;
const HEAD_KEY = Buffer.from(specVectors.findings.head_key, 'hex');

function linesOf(chain: Line[], events: (number | string | Change)[]): string[] {
  let before = chain[0]?.prev as string;
  return events.map((event) => {
    if (typeof event === 'string') return event;
    if (typeof event === 'number') {
      before = chain[event]?.event_hash as string;
      return JSON.stringify(chain[event]);
    }
    const { of, header, payload, link, hash, ...columns } = event;
    const source = chain[of] as Line;
    const line = { ...source, header: changedHalf(source.header, header), payload: changedHalf(source.payload, payload), ...columns };
    if (link) line.prev = before;
    if (link || hash) line.event_hash = linkHash(line.seq, Buffer.from(line.prev, 'hex'), sha256(line.header), sha256(line.payload)).toString('hex');
    before = line.event_hash;
    return JSON.stringify(line);
  });
}

function digestOf(keys: KeyEntry[]): { count: number; xor: bigint; maxSeq: number } {
  const digest = new KeyDigest(0n);
  for (const { seq, id, source } of keys) digest.add(seq, viewOf(Buffer.concat([uuid(id), Buffer.from(source)])), 0, 16, Buffer.byteLength(source));
  return { count: digest.count, xor: digest.xor, maxSeq: Math.max(...keys.map((key) => key.seq)) };
}

async function verify(one: VectorCase): Promise<{ findings: Finding[]; state: string }> {
  const chain: Line[] = specVectors.findings.chains[one.chain];
  const walk = createWalk({ origin: ORIGIN, deep: one.deep ?? true, knownOrigins: one.known_origins });
  const events: KeyEntry[] = [];
  for (const line of linesOf(chain, one.events ?? chain.map((_, i) => i))) {
    const record = parseRecordLine(line);
    if (record === null) walk.unreadable();
    else {
      walk.record(record);
      if (one.event_key) events.push({ seq: record.seq, id: JSON.parse(record.header).id, source: JSON.parse(record.payload).source ?? '' });
    }
  }
  const keys: KeyEntry[] | undefined = one.event_key?.map(([source, id, seq]: [string, string, number]) => ({ seq, id, source }));
  const head = one.head && { nextSeq: one.head.next_seq, lastHash: Buffer.from(one.head.last_hash, 'hex'), mac: Buffer.from(one.head.mac, 'hex') };
  const { keysDiffer } = walk.end({ head, headKey: HEAD_KEY, knownTo: one.known_to, keys: keys && digestOf(keys) });
  if (keysDiffer) for await (const finding of compareKeys(events, keys as KeyEntry[], (seq) => walk.isKeyJudged(seq))) walk.log.add(finding);
  return { findings: walk.log.kept, state: walk.state() };
}

const bySeq = (a: { seq: number | null; code: string }, b: { seq: number | null; code: string }) => (a.seq ?? -1) - (b.seq ?? -1) || (a.code < b.code ? -1 : 1);

const needsSeal = (one: VectorCase) => one.chain !== 'plain' || one.checkpoints || one.old_leaves || one.sealed_values;
const cases = vectorCases('findings.cases').filter((one) => !needsSeal(one));

describe('the published findings that need no seal', () => {
  test('are all there', () => expect(cases.length).toBe(49));

  test.each(cases)('$name', async (one) => {
    const { findings, state } = await verify(one);
    expect(findings.map(({ code, seq }) => ({ code, seq })).sort(bySeq)).toEqual(one.findings.map(({ code, seq }: Finding) => ({ code, seq })));
    for (const due of one.findings) {
      if (due.expected !== undefined) expect(findings.find(({ code }) => code === due.code)?.expected).toBe(String(due.expected));
    }
    expect(state).toBe(one.state);
  });

  // the codes of sealed values, tiles and notes aside, a checkpoint changes nothing of what the chain itself says
  const beside = vectorCases('findings.cases').filter((one) => one.chain === 'plain' && needsSeal(one) && !one.sealed_values);
  const ofTheChain = ['EVENT_HASH', 'MALFORMED', 'CHAIN_LINK', 'SEQ_GAP', 'DUPLICATE', 'TIME_BACKWARDS', 'HEAD_FORGED', 'DERIVED_MISMATCH'];
  test.each(beside)('beside a checkpoint: $name', async (one) => {
    const { findings } = await verify(one);
    const own = (all: Finding[]) => all.filter(({ code }) => ofTheChain.includes(code)).map(({ code, seq }) => ({ code, seq }));
    expect(own(findings).sort(bySeq)).toEqual(own(one.findings));
  });
});
