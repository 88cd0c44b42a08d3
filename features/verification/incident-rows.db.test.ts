// The incident files of findings about rows that are gone or stand twice, each attack done, each file made as the download makes it, and its commands run.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { genesisHash, headerHash, payloadHash } from '@/core/event';
import { hasPrograms, incidentOf } from './test/incident-of';
import { leafOf, SIGNED, sealedTrail } from './test/sealed-trail';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const EPOCH = '11111111-2222-4333-8444-555555555555';
const numbers = new Map([200, 201, 202].map((seq, i) => [seq, [1, 2, 5][i]]));
const sealed = await sealedTrail((seq) => (numbers.has(seq) ? { source_epoch: EPOCH, source_seq: numbers.get(seq) } : {}));
const { attack } = sealed;

const hex = (bytes: Buffer | undefined) => (bytes as Buffer).toString('hex');
const remove = (from: number, to = from) => attack(`delete from audit_event where trail_id = $T and seq between ${from} and ${to}`);

// what an earlier test's run was told of the end is gone with its events
beforeEach(() => attack('delete from run_finding; delete from run; delete from event_stub'));

describe.skipIf(!hasPrograms)('by hand', () => {
  test('one event gone: both neighbours hold, the next names another one, which is the leaf that was sealed', async () => {
    const rows = await sealed.rows();
    await remove(350);
    const { text, printed } = await incidentOf(sealed.trail, 'SEQ_GAP');
    expect(text).toContain('There is no row with this number.');
    expect(printed('the row before: the last two lines')).toEqual([hex(rows[349]?.eventHash), hex(rows[349]?.eventHash)]);
    expect(printed('the row after: the last two lines')).toEqual([hex(rows[351]?.eventHash), hex(rows[351]?.eventHash)]);
    expect(printed('the numbers, the row before first')).toEqual(['349', '351']);
    expect(printed('what the row after names as the one before it')).toEqual([hex(rows[350]?.eventHash), hex(rows[349]?.eventHash)]);
    const root = hex(sealed.rootAt(rows, SIGNED));
    expect(printed('the leaf that was sealed at 350 leads')).toEqual([root, root]);
    expect(printed('the event that the row after names, as a leaf')).toEqual([leafOf(rows[350]), leafOf(rows[350])]);
    expect(printed('note 1: the signature in line 5 by key 1 verifies')).toEqual(['Signature Verified Successfully']);
  });

  test('three gone: of the first one the proof, of the one that the next names no claim', async () => {
    const rows = await sealed.rows();
    await remove(150, 152);
    const { text, printed } = await incidentOf(sealed.trail, 'SEQ_GAP');
    expect(printed('the numbers, the row before first')).toEqual(['149', '153']);
    expect(printed('what the row after names as the one before it')).toEqual([hex(rows[152]?.eventHash), hex(rows[149]?.eventHash)]);
    expect(printed('the leaf that was sealed at 150 leads')).toHaveLength(2);
    expect(text).not.toContain('names, as a leaf');
  });

  test('a gap that somebody linked anew: the two lines are equal, and the numbers are not', async () => {
    const rows = await sealed.rows();
    await remove(350);
    await attack(`update audit_event set prev_hash = '\\x${hex(rows[349]?.eventHash)}' where trail_id = $T and seq = 351`);
    const { printed } = await incidentOf(sealed.trail, 'SEQ_GAP');
    expect(printed('what the row after names as the one before it')).toEqual(Array(2).fill(hex(rows[349]?.eventHash)));
    expect(printed('the numbers, the row before first')).toEqual(['349', '351']);
    const [leaf, due] = printed('the event that the row after names, as a leaf');
    expect([leaf === due, due]).toEqual([false, leafOf(rows[350])]);
    const [computed, named] = printed('the row after: the last two lines');
    expect(computed).not.toBe(named); // it does not hold any more
  });

  test('a gap above what was signed: the rows alone', async () => {
    await remove(612);
    const { text, printed } = await incidentOf(sealed.trail, 'SEQ_GAP');
    expect(text).toContain('Event 612 is not below the newest checkpoint');
    expect(printed('the numbers, the row before first')).toEqual(['611', '613']);
    expect(text).not.toContain('leads to the root that was signed');
  });

  test('the beginning gone: what the first row names is not the beginning of a trail', async () => {
    const rows = await sealed.rows();
    await remove(0, 4);
    const { text, printed } = await incidentOf(sealed.trail, 'HEAD_CUT');
    expect(printed('the numbers from 0 on')).toEqual(['5']);
    expect(printed('it is not the beginning of a trail')).toEqual([hex(rows[4]?.eventHash), hex(genesisHash(sealed.trail.origin))]);
    expect(printed('the leaf that was sealed at 0 leads')).toEqual(Array(2).fill(hex(sealed.rootAt(rows, SIGNED))));
    expect(text).not.toContain('THE ROW BEFORE');
  });

  test('disposed of with no act: the hashes that stand in its place, beside the row before and as a leaf', async () => {
    const row = (await sealed.rows())[350];
    if (!row) throw new Error('no row');
    const bytes = (hash: Buffer) => `'\\x${hex(hash)}'`;
    await remove(350);
    await attack(
      `insert into event_stub values ($T, 350, ${bytes(headerHash(sealed.trail.origin, row))}, ${bytes(payloadHash(row))}, ${bytes(row.eventHash)})`,
    );
    const { printed } = await incidentOf(sealed.trail, 'HEAD_CUT');
    expect(printed('it follows the row before')).toEqual([hex(row.eventHash), hex(row.eventHash)]);
    expect(printed('what stands in its place as a leaf')).toEqual([leafOf(row), leafOf(row)]);
  });

  test('two rows of one number: which one holds, links and was sealed', async () => {
    const rows = await sealed.rows();
    await attack(
      `insert into audit_event select (jsonb_populate_record(e, '{"recorded_at": "2026-05-20T10:00:00Z"}')).* from audit_event e where trail_id = $T and seq = 350`,
    );
    const { incident, printed } = await incidentOf(sealed.trail, 'DUPLICATE');
    expect([incident.stored?.header, incident.twin?.header].filter((header) => header?.includes('2026-05-20'))).toHaveLength(1);
    const isTwin = incident.twin?.header.includes('2026-05-20');
    const [genuine, second] = isTwin ? ['the row', 'the other row'] : ['the other row', 'the row'];
    expect(printed(`# ${genuine}: the last two lines`)).toEqual(Array(2).fill(hex(rows[350]?.eventHash)));
    const [computed, named] = printed(`# ${second}: the last two lines`);
    expect(computed).not.toBe(named);
    expect(printed(`# ${genuine} as a leaf`)).toEqual(Array(2).fill(leafOf(rows[350])));
    expect(printed(`# ${second} as a leaf`)[0]).not.toBe(leafOf(rows[350]));
    expect(printed('where the other row names')).toEqual(Array(2).fill(hex(rows[349]?.eventHash)));
  });

  test('a finding of which nothing can be shown: the file says whose word it is', async () => {
    await attack("update tile set hashes = overlay(hashes placing '\\xab'::bytea from 161) where trail_id = $T and level = 0 and n = 1");
    const { incident, text } = await incidentOf(sealed.trail, 'TILE_MISMATCH');
    expect(incident.finding.seq).toBeNull();
    expect(text).toContain(`Nothing of this is shown by hand here: it is the word of run ${incident.run.runId}.`);
    for (const section of ['THE ROW', 'NOTE', 'KEY', 'BY HAND']) expect(text).not.toContain(section);
  });

  test('numbers of a source that never came: both events that stand around them', async () => {
    const { incident, text, printed } = await incidentOf(sealed.trail, 'SOURCE_GAP');
    expect(incident.finding).toMatchObject({ seq: 202, expected: `app ${EPOCH} [3,5)` });
    expect(printed('the numbers that both have at their source')).toEqual(['2', '5']);
    expect(printed('# the row as a leaf')).toEqual(Array(2).fill(leafOf((await sealed.rows())[202])));
    expect(printed('the event before it of the same source: the last two lines')).toEqual(Array(2).fill(hex((await sealed.rows())[201]?.eventHash)));
    expect(text).toContain('[3,5)) never came is what the run says, of the events that it read.');
  });
});
