import { describe, expect, it } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { hashRow, headerText, payloadText } from '@/core/event';
import { treeOf } from '@/core/test/tree-of';
import { inclusionProof } from '@/core/tile-proof';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import type { EventProofAnswer } from './event-proof-answer';
import { proofHeadline, proveEvent } from './proof-steps';
import { chainRows } from './test/chain-rows';

const ORIGIN = 'audit.example.com/main';
const key = makeLogKey();
const rows = chainRows(ORIGIN, [
  { action: 'trail.created' },
  { actorId: 'a' },
  { actorId: 'b' },
  { actorId: 'c' },
  { actorId: 'd' },
  ...Array.from({ length: 295 }, () => ({})),
]);
const { root, readTile } = treeOf(rows.map((row) => row.eventHash)); // of a full tile and more
const note = signCheckpoint(ORIGIN, rows.length, root, key);

const at = '2026-11-24T07:58:12.000000Z';
const neighbour = { seq: 0, action: 'a', eventHash: '', prevHash: '' };
const eventOf = (seq: number, change: Partial<(typeof rows)[number]> = {}) => {
  const row = { ...(rows[seq] as (typeof rows)[number]), ...change };
  return {
    seq,
    header: headerText(ORIGIN, row),
    payload: payloadText(row),
    prevHash: row.prevHash.toString('hex'),
    eventHash: row.eventHash.toString('hex'),
    isPreviousLinked: true,
    previous: seq === 0 ? null : neighbour,
  };
};
const sealed = async (seq: number): Promise<EventProofAnswer> => {
  const proof = (await inclusionProof(seq, rows.length, readTile)) as Buffer[];
  return { state: 'sealed', hashes: proof.map((hash) => hash.toString('hex')), note, vkey: vkeyOf(ORIGIN, key.publicKey), words: 'lily chalk' };
};
const headline = async (event: ReturnType<typeof eventOf>, answer: EventProofAnswer, before: EventProofAnswer | null = null) =>
  proofHeadline(await proveEvent(event, answer, before), at, 'UTC', answer, '2026-11-24T07:58:08.000000Z');

describe('the proof of one event', () => {
  it('holds in four steps', async () => {
    for (const seq of [0, 1, 4, 255, 256, 299]) expect(await headline(eventOf(seq), await sealed(seq))).toBe('Holds: four steps checked here at 07:58:12.');
  });
  it('names the step at fault', async () => {
    expect(await headline(eventOf(2, { actorId: 'x' }), await sealed(2))).toBe('Does not hold at step 1.');
    expect(await headline({ ...eventOf(2), isPreviousLinked: false }, await sealed(2))).toBe('Does not hold at step 2.');
    const row = { ...(rows[2] as (typeof rows)[number]), actorId: 'x' };
    expect(await headline(eventOf(2, { actorId: 'x', eventHash: hashRow(ORIGIN, row) }), await sealed(2))).toBe('Does not hold at step 3.'); // hashed again as well
    const foreign = { ...(await sealed(2)), vkey: vkeyOf(ORIGIN, makeLogKey().publicKey) } as EventProofAnswer;
    expect(await headline(eventOf(2), foreign)).toBe('Does not hold at step 4.');
    const other = { ...(await sealed(2)), note: signCheckpoint('audit.example.com/other', rows.length, root, key) } as EventProofAnswer;
    expect(await headline(eventOf(2), other)).toBe('Does not hold at step 3.'); // another trail's tree
    expect(await headline(eventOf(2), { state: 'broken', code: 'TILES_BROKEN', hint: 'run a verification' })).toBe('Does not hold at step 3.');
  });
  it('does not take a key file that is gone for an event that does not hold', async () => {
    const keyless: EventProofAnswer = { state: 'keyless', code: 'KEY_MISSING', hint: 'the key file is missing. Put it back.' };
    expect(await headline(eventOf(2), keyless)).toBe('Steps 1–2 hold; what was signed cannot be read here.');
    expect((await proveEvent(eventOf(2), keyless, null)).at(-1)).toMatchObject({ isGood: null, text: 'KEY_MISSING: the key file is missing. Put it back.' });
    expect(await headline(eventOf(2, { actorId: 'x' }), keyless)).toBe('Does not hold at step 1.');
    const afterGap = { ...eventOf(40), previous: null, isPreviousLinked: false };
    expect(await headline(afterGap, keyless, keyless)).toBe('Step 1 holds; what was signed cannot be read here.');
  });
  it('goes over a row that is not here where the hash that it names was signed, and nowhere else', async () => {
    const gone = { previous: null, isPreviousLinked: false };
    const said = async (event: ReturnType<typeof eventOf>, before: EventProofAnswer | null) => (await proveEvent(event, await sealed(event.seq), before))[1];
    for (const seq of [1, 40, 256, 299]) {
      expect(await headline({ ...eventOf(seq), ...gone }, await sealed(seq), await sealed(seq - 1))).toBe('Holds: four steps checked here at 07:58:12.');
    }
    const event = { ...eventOf(40), ...gone };
    expect(await said(event, await sealed(39))).toMatchObject({ isGood: true, title: 'It links to event 39, whose row is not here' });
    const before = (await sealed(39)) as Extract<EventProofAnswer, { state: 'sealed' }>;
    const no = async (answer: EventProofAnswer | null, of = event) => {
      const step = await said(of, answer);
      expect(step).toMatchObject({ isGood: false, title: 'It cannot be linked to event 39' });
      return step?.text;
    };
    expect(await no(null)).toContain('Nothing that was signed');
    expect(await no({ state: 'waiting', now: at })).toContain('Nothing that was signed');
    expect(await no({ state: 'broken', code: 'TILES_BROKEN', hint: 'run a verification' })).toContain('TILES_BROKEN: run a verification.');
    expect(await no(await sealed(38))).toContain('another hash');
    expect(await no(before, { ...event, prevHash: event.eventHash })).toContain('another hash');
    expect(await no({ ...before, vkey: vkeyOf(ORIGIN, makeLogKey().publicKey) })).toContain('not signed');
    expect(await no({ ...before, note: signCheckpoint('audit.example.com/other', 300, root, key) })).toContain('not signed');
    expect(await no({ ...before, hashes: before.hashes.slice(1) })).toMatch(/another hash|right form/);
  });
  it('says how long an event waits for its seal, and claims nothing more', async () => {
    expect(await headline(eventOf(4), { state: 'waiting', now: at })).toBe('Steps 1–2 hold; not sealed yet, 4 s old.');
    expect(await proveEvent(eventOf(4), { state: 'waiting', now: at }, null)).toHaveLength(2);
  });
});
