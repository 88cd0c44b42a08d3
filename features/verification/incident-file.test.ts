// The commands of an incident file, run as somebody would who has neither our software nor our database.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signCheckpoint } from '@/core/checkpoint';
import { hashRow, headerText, payloadText } from '@/core/event';
import { leafHash } from '@/core/merkle';
import { treeOf } from '@/core/test/tree-of';
import { inclusionProof } from '@/core/tile-proof';
import { makeLogKey, vkeyOf } from '@/core/vkey';
import { vkeyWords } from '@/core/vkey-words';
import { chainRows } from '@/features/trail/test/chain-rows';
import { findingText } from './finding-texts';
import type { Incident } from './incident';
import { incidentFileName, incidentText } from './incident-file';
import { noteFunctions } from './incident-notes';
import { isBetween } from './incident-rows';

const ORIGIN = 'audit.example.com/main';
const NASTY = '{"note":"it\'s $(rm -rf) `x` \\\\ \\" % é 😀"}';
const rows = chainRows(ORIGIN, [{ action: 'trail.created' }, ...Array.from({ length: 299 }, (_, i) => ({ actorId: `a${i}`, details: NASTY }))]);
const key = makeLogKey();
const { root, readTile } = treeOf(rows.map((row) => row.eventHash)); // of a full tile and more: its leaves' hashes are not those that the root is made of

const NOTHING_ELSE = { after: null, twin: null, earlier: null, stub: null, keyFault: null, faults: [], notes: [], moreNotes: 0, tree: null };

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'incident-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const has = (program: string) => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

async function incidentAt(seq: number, change: object): Promise<Incident> {
  const row = rows[seq] as (typeof rows)[number];
  const altered = { ...row, ...change };
  const found = hashRow(ORIGIN, altered).toString('hex');
  const finding = { n: 0, code: 'EVENT_HASH', seq, expected: row.eventHash.toString('hex'), found, lastGood: seq - 1 };
  const texts = (of: typeof row) => ({ header: headerText(ORIGIN, of), payload: payloadText(of), eventHash: row.eventHash.toString('hex') });
  const prev = row.prevHash.toString('hex');
  return {
    origin: ORIGIN,
    alias: 'main',
    software: 'Indelible 0.1.0',
    madeAt: '2026-11-24T08:15:07.000000Z',
    run: {
      runId: 343,
      finishedAt: '2026-11-24T08:15:06.000000Z',
      started: 'by Ines Hartmann',
      what: 'events [0,13)',
      ...{ state: 'broken', findings: 1, missing: null, sealedTo: 0, given: null, notes: [] },
    },
    finding,
    text: findingText(finding),
    stored: { seq, prevHash: prev, ...texts(altered) },
    before: null,
    copy: {
      fileName: 'evidence-main-7.zip',
      bundleId: '7',
      createdAt: '2026-09-02T10:00:00.000000Z',
      prev,
      ...texts(row),
      headerHash: '',
      payloadHash: '',
      standing: 'sealed',
    },
    checkpoint: { note: signCheckpoint(ORIGIN, rows.length, root, key), size: rows.length, root: root.toString('hex') },
    proof: {
      state: 'sealed',
      leaf: leafHash(row.eventHash).toString('hex'),
      hashes: ((await inclusionProof(seq, rows.length, readTile)) as Buffer[]).map((hash) => hash.toString('hex')),
    },
    keys: [{ vkey: vkeyOf(ORIGIN, key.publicKey), words: vkeyWords(vkeyOf(ORIGIN, key.publicKey)), what: 'of this machine', isTrusted: true }],
    ...NOTHING_ELSE,
  };
}

test.skipIf(!has('openssl') || !has('xxd'))('each claim is recomputed by the commands in the file', { timeout: 60_000 }, async () => {
  for (const seq of [0, 5, 255, 299]) {
    const incident = await incidentAt(seq, { actorId: 'somebody-else' });
    const text = incidentText(incident);
    fs.writeFileSync(path.join(folder, incidentFileName(incident)), text);
    const script = text.slice(text.indexOf('\nBY HAND')).split('\n').slice(2).join('\n');
    const out = execFileSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
    const { finding, stored, copy, proof, checkpoint } = incident;
    if (proof?.state !== 'sealed') throw new Error('no proof');
    expect(out.slice(0, 2)).toEqual([finding.found, stored?.eventHash]); // the row does not give its hash
    expect(out.slice(2, 4)).toEqual([copy?.eventHash, copy?.eventHash]); // the copy does
    expect(out.slice(4, 6)).toEqual([checkpoint?.root, checkpoint?.root]);
    expect(out[6]).not.toBe(proof.leaf); // the row is not the event that was signed
    expect(out[7]).toBe(proof.leaf);
    expect(out.slice(8, 10)).toEqual([proof.leaf, proof.leaf]);
    expect(out.at(-1)).toBe('Signature Verified Successfully');
  }
});

test('an event that is gone, without copy or seal, makes a file that claims no more', async () => {
  const incident = { ...(await incidentAt(5, {})), stored: null, copy: null, checkpoint: null, proof: null, keys: [] };
  const text = incidentText({ ...incident, finding: { ...incident.finding, code: 'SEQ_GAP', expected: '5', found: '6' } });
  expect(text).toContain('There is no row with this number.');
  expect(text).not.toContain('NOTE');
  expect(text).not.toContain('KEY');
  expect(text).toContain('"code":"SEQ_GAP"');
});

test('an event of which the tree says nothing any more: the file says so, and has no commands that would prove another', async () => {
  const incident: Incident = { ...(await incidentAt(5, {})), proof: { state: 'broken', why: 'TILES_BROKEN: the tiles do not lead event 5 to the root' } };
  const text = incidentText(incident);
  expect(text).toContain('NO PROOF OF THE EVENT\n\nNothing leads from it to the newest checkpoint. TILES_BROKEN: the tiles do not lead event 5 to the root.\n');
  expect(text).not.toContain('leads to the root');
});

const run = (incident: Incident) => {
  const text = incidentText(incident);
  fs.writeFileSync(path.join(folder, incidentFileName(incident)), text);
  const script = text.slice(text.indexOf('\nBY HAND')).split('\n').slice(2).join('\n');
  return execFileSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
};

test.skipIf(!has('openssl') || !has('xxd'))(
  'a link that is broken and a time that falls: the row before stands in the file, and both are recomputed',
  { timeout: 60_000 },
  async () => {
    const incident = { ...(await incidentAt(5, {})), copy: null, checkpoint: null, proof: null };
    const storedOf = (row: (typeof rows)[number]) => ({
      ...{ seq: row.seq, prevHash: row.prevHash.toString('hex'), eventHash: row.eventHash.toString('hex') },
      ...{ header: headerText(ORIGIN, row), payload: payloadText(row) },
    });
    const before = rows[4] as (typeof rows)[number];
    // the row before was altered and hashed anew, and is later than the one behind it
    const altered = { ...before, actorId: 'somebody-else', recordedAt: '2027-01-01T00:00:00.000000Z' };
    const rehashed = storedOf({ ...altered, eventHash: hashRow(ORIGIN, altered) });
    const of = (code: string, row: ReturnType<typeof storedOf>) => ({ ...incident, finding: { ...incident.finding, code }, before: row });
    const [computed, named, prev, hash, earlier, later] = run(of('CHAIN_LINK', rehashed)).slice(2);
    expect([computed, named]).toEqual([rehashed.eventHash, rehashed.eventHash]); // it holds by itself
    expect([prev, hash]).toEqual([before.eventHash.toString('hex'), rehashed.eventHash]); // and the row behind it names another
    expect([earlier, later]).toEqual([altered.recordedAt, (rows[5] as typeof before).recordedAt]);
    const good = run(of('TIME_BACKWARDS', storedOf(before))).slice(4);
    expect(good[0]).toBe(good[1]);
    expect([isBetween('CHAIN_LINK'), isBetween('TIME_BACKWARDS'), isBetween('EVENT_HASH')]).toEqual([true, true, false]);
  },
);

test('whatever free text holds: one line is the number of the row, and none is what a terminal obeys', async () => {
  const X = 'x\u001b[31m\r\n\nstored seq\n20\n\u0085\u009b\u2028stored seq\u2029';
  const incident = await incidentAt(5, {});
  const { finding, run: ofRun, text, copy } = incident;
  const hostile: Incident = {
    ...incident,
    finding: { ...finding, code: 'SEQ_GAP', expected: X, found: X },
    run: { ...ofRun, started: X, what: X, state: X },
    text: { ...text, title: X, happened: X, know: X, next: X },
    copy: copy && { ...copy, fileName: X },
    proof: { state: 'broken', why: X },
    keyFault: X,
  };
  const lines = incidentText(hostile).split('\n');
  expect(lines.filter((line) => line === 'stored seq')).toHaveLength(1);
  expect(lines[lines.indexOf('stored seq') + 1]).toBe('5');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is meant
  expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(line))).toEqual([]);
});

test.skipIf(!has('openssl') || !has('xxd'))('an event whose own text holds characters that end a line somewhere: it is hashed as it is', async () => {
  const [, row] = chainRows(ORIGIN, [{ action: 'trail.created' }, { details: '{"note":"a\u0085b\u2028c\u007f"}', resourceId: 'x\u2029y' }]);
  if (!row) throw new Error('no row');
  const hash = row.eventHash.toString('hex');
  const stored = { seq: 1, prevHash: row.prevHash.toString('hex'), header: headerText(ORIGIN, row), payload: payloadText(row), eventHash: hash };
  const incident = { ...(await incidentAt(1, {})), stored, copy: null, checkpoint: null, proof: null };
  expect(run(incident)).toEqual([hash, hash]);
  const lines = incidentText(incident).split('\n');
  expect(lines.filter((line) => line.startsWith('The ') && line.includes(' above holds control or unseen characters'))).toHaveLength(2);
  expect(lines[lines.indexOf('stored payload') + 1]).toContain('"note":"a\\u0085b\\u2028c\\u007f"');
});

test('what a note says is printed as it stands: nothing in it moves a terminal or cuts the line', () => {
  fs.writeFileSync(path.join(folder, 'notes.txt'), ['trail', '\\033[31m\\c', 'AAAA'].map((line) => `note 1|${line}\n`).join(''));
  const out = execFileSync('sh', ['-c', [...noteFunctions('notes.txt'), 'says 1', 'printf end'].join('\n')], { cwd: folder, encoding: 'utf8' });
  expect(out).toBe('\\033[31m\\c 000000\nend');
});

test('a name of a trail that we never give: no file is made of it', async () => {
  const incident = await incidentAt(5, {});
  for (const name of [{ alias: '$(touch PWNED)' }, { alias: "a'b" }, { alias: 'a\nb' }, { alias: '' }, { origin: 'audit.example.com\n/main' }])
    expect(() => incidentText({ ...incident, ...name }), JSON.stringify(name)).toThrow('TRAIL_NAME_REFUSED');
  expect(incidentFileName({ ...incident, alias: 'main_e2' })).toBe('incident-main_e2-run-343-event-hash-5.txt');
});
