// Rows that are gone and stubs in the place of rows (SPEC §11): lawful where a signed act says so, found where none does. By one reader and by two, from the start and from the middle.
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { bundled } from '@/db/test/program';
import { setPartProgram } from './part-program';
import { actsTrail } from './test/acts-trail';
import { ARCHIVED, DISPOSED, END, SIGNED } from './test/fill-acts-trail';
import { named } from './test/verify-all';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const { attack, verify, drop, dropMonths, dispose } = await actsTrail();
const program = pathToFileURL(bundled('features/verification/part-worker.ts'));
beforeEach(() => setPartProgram(program));

const SEAMS = [60, 100];

/** The verdict of one reader, which two give as well, wherever the second begins. */
async function judged(options: { from?: number; to?: number } = {}) {
  const { readers: _, ...alone } = await verify(options);
  for (const seam of SEAMS) {
    if (seam <= (options.from ?? 0) || seam >= (options.to ?? END)) continue;
    const { readers: __, ...both } = await verify({ ...options, seam });
    // what the view is asked is drawn anew
    expect(both, `seam ${seam}`).toEqual(alone);
    // what indexes hold lacks the same rows
    if (alone.findings.length === 0) expect((await verify({ ...options, seam, deep: true })).findings, `deep, seam ${seam}`).toEqual([]);
  }
  return alone;
}
const HOLDS = { state: 'holds', findings: [], sealedTo: SIGNED, provenTo: SIGNED };
/** The act of March is another than was signed. */
const breakAct = () =>
  attack(`update audit_event set details = replace(details::text, '"policy":"months"', '"policy":"months "')::json where trail_id = $T and seq = ${ARCHIVED}`);
const march = { kind: 'archived', from: 0, to: 40, count: 40 };

test('nothing is away of a trail that has all its rows, whatever its acts allow', async () => {
  expect(await judged()).toMatchObject({ ...HOLDS, checked: END, away: [] });
  expect(await verify({ seam: 60 })).toMatchObject({ readers: 2 });
});

describe('months that were archived', () => {
  test('a month with its act holds, and is told', async () => {
    await drop(0, 40);
    expect(await judged()).toMatchObject({ ...HOLDS, from: 0, to: END, checked: END - 40, away: [march] });
  });
  test('a run from the middle tells of what it met', async () => {
    await drop(0, 40);
    expect(await judged({ from: 20 })).toMatchObject({ ...HOLDS, checked: END - 40, away: [{ ...march, from: 20, count: 20 }] });
    expect(await judged({ from: 40 })).toMatchObject({ ...HOLDS, checked: END - 40, away: [] });
    expect(await judged({ from: 0, to: 30 })).toMatchObject({
      ...{ state: 'not_covered', findings: [], checked: 0, to: 30, toEventHash: null },
      away: [{ ...march, to: 30, count: 30 }],
    });
    expect(await judged({ from: 10, to: 60 })).toMatchObject({ state: 'consistent', findings: [], checked: 20, away: [{ ...march, from: 10, count: 30 }] });
  });
  test('rows that are gone in part of a month that may go', async () => {
    await drop(5, 7);
    await drop(30, 40);
    expect(await judged()).toMatchObject({ ...HOLDS, away: [{ kind: 'archived', from: 5, to: 40, count: 12 }] });
  });
  test('one row more is gone than the act says', async () => {
    await drop(0, 41);
    expect(await judged()).toMatchObject({ state: 'broken', away: [], findings: [{ code: 'HEAD_CUT', seq: 0, expected: '0', found: '41' }] });
    expect(named(await judged({ from: 20 }))).toEqual(['SEQ_GAP@20']);
  });
  test('another month is gone: its acts are a stranger’s, or above the signed size', async () => {
    await drop(40, 80);
    expect(await judged()).toMatchObject({ state: 'broken', away: [], findings: [{ code: 'SEQ_GAP', seq: 40, expected: '40', found: '80' }] });
    expect(named(await judged({ from: 50 }))).toEqual(['SEQ_GAP@50']);
    expect(named(await judged({ from: 0, to: 80 }))).toEqual(['SEQ_GAP@40']);
  });
  test('the act is gone too, or was changed', async () => {
    await drop(0, 40);
    await breakAct();
    expect(named(await judged())).toEqual(['HEAD_CUT@0', `EVENT_HASH@${ARCHIVED}`]);
    expect(named(await judged({ from: 20, to: 60 }))).toEqual(['SEQ_GAP@20']);
    await drop(ARCHIVED, ARCHIVED + 1);
    expect(named(await judged())).toEqual(['HEAD_CUT@0', `SEQ_GAP@${ARCHIVED}`]);
  });
  test('what is left of the month beside it was changed', async () => {
    await drop(0, 40);
    await attack("update audit_event set actor_id = 'x' where trail_id = $T and seq = 40");
    expect(named(await judged())).toEqual(['EVENT_HASH@40']);
  });
});

describe('partitions that a superuser detached and dropped', () => {
  test('the month with its act holds, and is told', async () => {
    await dropMonths(3);
    expect(await judged()).toMatchObject({ ...HOLDS, from: 0, to: END, checked: END - 40, away: [march] });
  });
  test('the first month with no act', async () => {
    await breakAct();
    await dropMonths(3);
    expect(await judged()).toMatchObject({
      state: 'broken',
      away: [],
      findings: [{ code: 'HEAD_CUT', seq: 0, expected: '0', found: '40' }, { code: 'EVENT_HASH' }],
    });
    expect(await judged({ from: 40, to: ARCHIVED })).toMatchObject({ state: 'consistent', findings: [], checked: 80 });
  });
  test('a month in the middle', async () => {
    await dropMonths(4);
    expect(await judged()).toMatchObject({ state: 'broken', away: [], findings: [{ code: 'SEQ_GAP', seq: 40, expected: '40', found: '80', lastGood: 39 }] });
    expect(named(await judged({ from: 50 }))).toEqual(['SEQ_GAP@50']);
  });
  test('the last month', async () => {
    await dropMonths(6);
    expect(await judged()).toMatchObject({ state: 'broken', checked: 120, findings: [{ code: 'TRUNCATED', seq: 120, expected: `${END}`, found: '120' }] });
  });
  test('all of them', async () => {
    await dropMonths(3, 4, 5, 6);
    expect(await judged()).toMatchObject({ state: 'broken', checked: 0, findings: [{ code: 'TRUNCATED', seq: 0, expected: `${END}`, found: '0' }] });
  });
});

describe('events that were disposed of', () => {
  test('no more than the act counts holds, and is told', async () => {
    await dispose(80, 81, 95, 119);
    expect(await judged()).toMatchObject({ ...HOLDS, checked: END, to: END, away: [{ kind: 'disposed', from: 80, to: 120, count: 4 }] });
    expect(await judged({ from: 81 })).toMatchObject({ ...HOLDS, away: [{ kind: 'disposed', from: 81, to: 120, count: 3 }] });
    expect(await judged({ from: 82, to: 96 })).toMatchObject({ findings: [], checked: 14, away: [{ kind: 'disposed', from: 95, to: 96, count: 1 }] });
    expect(await judged({ from: 80, to: 82 })).toMatchObject({ state: 'consistent', findings: [], checked: 2 });
  });
  test('beside a month that was archived', async () => {
    await drop(0, 40);
    await dispose(80, 119);
    expect(await judged()).toMatchObject({ ...HOLDS, checked: END - 40, away: [march, { kind: 'disposed', from: 80, to: 120, count: 2 }] });
    // the part of a second counts where nothing is away in it
    expect(await verify({ seam: 150 })).toMatchObject({ ...HOLDS, readers: 2, away: [march, { from: 80, to: 120, count: 2 }] });
    expect(await verify({ seam: 60 })).toMatchObject({ readers: 1 });
  });
  test('one more than the act counts', async () => {
    await dispose(80, 81, 82, 83, 84, 90);
    expect(await judged()).toMatchObject({ state: 'broken', findings: [{ code: 'HEAD_CUT', seq: 90, found: 'stub' }] });
  });
  test('a run from the middle has left of an act what those before it did not take', async () => {
    await dispose(80, 81, 82, 83, 84, 100, 101, 102, 103, 104);
    const found = { state: 'broken', away: [], findings: [{ code: 'HEAD_CUT', seq: 100, found: 'stub' }] };
    expect(await judged({ from: 90 })).toMatchObject(found);
    expect(await judged({ from: 100, to: 110 })).toMatchObject(found);
    expect(await judged({ from: 83 })).toMatchObject({ ...found, away: [{ kind: 'disposed', from: 83, to: 85, count: 2 }] });
    expect(await judged({ from: 105 })).toMatchObject({ ...HOLDS, away: [] });
  });
  test('the act was put in once more: it excuses nothing more', async () => {
    await dispose(80, 81, 82, 83, 84, 90);
    await attack(
      `insert into audit_event select (jsonb_populate_record(e, '{"seq": ${END + 5}}')).* from audit_event e where trail_id = $T and seq = ${DISPOSED}`,
    );
    expect(named(await judged({ from: 80, to: 100 }))).toContain('HEAD_CUT@90');
  });
  test('where no act allows it, a stranger signed it or its act is above the signed size', async () => {
    await dispose(39, 50, 51, 130);
    expect(await judged()).toMatchObject({ state: 'broken', away: [], checked: END, stubs: 4 });
    expect(named(await judged())).toEqual(['HEAD_CUT@39', 'HEAD_CUT@50', 'HEAD_CUT@130']);
    expect(named(await judged({ from: 45, to: 60 }))).toEqual(['HEAD_CUT@50']);
    expect(named(await judged({ from: 51 }))).toEqual(['HEAD_CUT@51', 'HEAD_CUT@130']);
  });
  test('a stub with another hash than its event had', async () => {
    await dispose(80, 95);
    await attack("update event_stub set payload_hash = sha256('x') where trail_id = $T and seq = 95");
    expect(named(await judged())).toEqual(['EVENT_HASH@95']);
    expect(named(await judged({ from: 95 }))).toEqual(['EVENT_HASH@95']);
    await attack("update event_stub set event_hash = sha256('x') where trail_id = $T and seq = 80");
    expect(named(await judged())).toEqual(['EVENT_HASH@80', 'CHAIN_LINK@81', 'EVENT_HASH@95', 'TILE_MISMATCH@80']);
  });
  test('a stub whose hashes fit one another, of another event', async () => {
    await dispose(80);
    const [before] = await verifyRow(79);
    await attack(`update event_stub set header_hash = sha256('x'), event_hash = sha256(convert_to('audit-chain/v1' || chr(10) || '80' || chr(10) || '${before}' || chr(10)
      || encode(sha256('x'), 'hex') || chr(10) || encode(payload_hash, 'hex') || chr(10), 'UTF8')) where trail_id = $T and seq = 80`);
    expect(named(await judged())).toEqual(['CHAIN_LINK@81', 'TILE_MISMATCH@80']);
  });
  test('a stub that is none', async () => {
    await dispose(80);
    await attack(`alter table event_stub alter column header_hash drop not null; update event_stub set header_hash = null where trail_id = $T and seq = 80`);
    expect(named(await judged())).toEqual(['MALFORMED@80']);
    await attack('delete from event_stub where trail_id = $T; alter table event_stub alter column header_hash set not null');
  });
  test('a stub beside the row it would stand for, and one behind the end', async () => {
    await attack(`insert into event_stub select trail_id, seq, sha256('h'), sha256('p'), event_hash from audit_event where trail_id = $T and seq = 80`);
    expect(named(await judged())).toEqual(['DUPLICATE@80']);
    await attack(`update event_stub set seq = ${END} where trail_id = $T`);
    expect(named(await judged())).toEqual([`EVENT_HASH@${END}`, `HEAD_CUT@${END}`, `HEAD_FORGED@${END}`]);
    await attack('update event_stub set seq = -3 where trail_id = $T');
    expect(named(await judged())).toEqual(['DUPLICATE@-3']);
  });
  test('stubs of another trail are none of ours', async () => {
    await attack("insert into event_stub values ($T + 1000, 80, sha256('h'), sha256('p'), sha256('e'))");
    expect(await judged()).toMatchObject({ ...HOLDS, away: [] });
  });
});

async function verifyRow(seq: number): Promise<string[]> {
  const { toEventHash } = await verify({ from: seq, to: seq + 1 });
  return [toEventHash as string];
}
