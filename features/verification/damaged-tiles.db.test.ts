// Hashes of the tree changed by a superuser, in a tree of more than one full tile: the root is made of the levels above, and a leaf that leads nowhere is nobody's word (SPEC §5, §8).
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { headerHash, payloadHash } from '@/core/event';
import { leafHash, nodeHash } from '@/core/merkle';
import { openSnapshot } from '@/db/copy-out';
import { bundleRun } from '@/features/evidence/bundle-run';
import { driveNow } from '@/features/runs/drive-now';
import { getCheckpoint, proveConsistency, proveInclusion } from '@/features/sealing/prove';
import { listLost } from '@/features/sealing/queries/list-lost';
import { readOutside } from '@/features/trail/queries/confirm-events';
import { absentWords } from './absent-event';
import { findBeside } from './find-beside';
import { findingText } from './finding-texts';
import { incidentText } from './incident-file';
import { getAbsentEvent } from './queries/absent-event';
import { getFindingPlaces } from './queries/finding-places';
import { getSealedLeaf } from './sealed-leaf';
import { END, leafOf, SIGNED, sealedTrail } from './test/sealed-trail';

const it = await sealedTrail();
const SEQ = 350; // in the second tile
const FORGED = Buffer.alloc(32, 0xab);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'damaged-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  const params = { level: 'selection', filter: null, from: 300, to: 400, time: null };
  await driveNow({ kind: 'bundle', trailId: it.trail.trailId, params }, { bundle: bundleRun });
});

const put = (level: number, n: number, at: number, hash: Buffer) =>
  it.attack(
    `update tile set hashes = overlay(hashes placing '\\x${hash.toString('hex')}'::bytea from ${at * 32 + 1}) where trail_id = $T and level = ${level} and n = ${n}`,
  );
const leafTo = (hash: Buffer) => put(0, 1, SEQ - 256, hash);
/** Of the first full tile, or of the second, in which the event lies: a proof of it needs the other one's. */
const aboveTo = (hash: Buffer, tile: 0 | 1) => put(1, 0, tile, hash);
/** The hash of the second tile as its leaves give it with that one exchanged. */
async function aboveOf(leaf: Buffer): Promise<Buffer> {
  let hashes = (await it.rows()).slice(256, 512).map((row) => (row.seq === SEQ ? leaf : leafHash(row.eventHash)));
  while (hashes.length > 1) hashes = hashes.flatMap((hash, i) => (i % 2 === 0 ? [nodeHash(hash, hashes[i + 1] as Buffer)] : []));
  return hashes[0] as Buffer;
}
/** In the place of the event, with a leaf of the tree that fits it. */
async function forgeStub() {
  const row = (await it.rows())[SEQ];
  if (!row) throw new Error('no row');
  const hex = (bytes: Buffer) => `'\\x${bytes.toString('hex')}'`;
  const [h, p] = [headerHash(it.trail.origin, row), payloadHash(row)];
  await it.attack(`delete from event_stub where trail_id = $T; delete from audit_event where trail_id = $T and seq = ${SEQ};
    insert into event_stub values ($T, ${SEQ}, ${hex(h)}, ${hex(p)}, ${hex(FORGED)})`);
}

const broken = { code: 'TILES_BROKEN', hint: expect.stringContaining('run a verification') };
const finding = { n: 0, code: 'SEQ_GAP', seq: SEQ, expected: String(SEQ), found: String(SEQ + 1), lastGood: SEQ - 1 };

async function incident() {
  const { size, root, note } = await getCheckpoint(it.trail);
  return incidentText({
    ...{ origin: it.trail.origin, alias: 'sealed', software: 'Indelible', madeAt: '2026-11-24T08:15:07.000000Z' },
    run: {
      runId: 1,
      finishedAt: null,
      started: 'by a test',
      what: 'events',
      ...{ state: 'broken', findings: 1, sealedTo: 0, missing: null, given: null, notes: [] },
    },
    ...{ finding, text: findingText(finding), stored: null, before: null, after: null, twin: null, earlier: null, stub: null, copy: null },
    ...{ keys: [], keyFault: null, faults: [], notes: [], moreNotes: 0, tree: null },
    checkpoint: { note, size, root: root.toString('hex') },
    proof: await getSealedLeaf(it.trail, SEQ, size),
  });
}

test('with an unharmed tree the leaf is led to the root, by the commands of the incident file too', async () => {
  const rows = await it.rows();
  expect(await getSealedLeaf(it.trail, SEQ)).toMatchObject({ state: 'sealed', leaf: leafOf(rows[SEQ]) });
  const text = await incident();
  fs.writeFileSync(path.join(folder, 'incident-sealed-run-1-seq-gap-350.txt'), text);
  const script = text.slice(text.indexOf('\nBY HAND')).split('\n').slice(2).join('\n');
  const said = execFileSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
  expect(said[0]).toBe(it.rootAt(rows, SIGNED).toString('hex'));
  expect(said[1]).toBe(said[0]);
});

test.each([
  ['a leaf', async () => leafTo(leafHash(FORGED))],
  ['the hash of a full tile', async () => aboveTo(FORGED, 0)],
  [
    'both, so that they fit one another',
    async () => {
      await leafTo(leafHash(FORGED));
      await aboveTo(await aboveOf(leafHash(FORGED)), 1);
    },
  ],
])('%s changed: no proof of the event, and the genuine copy of a bundle is not called another', async (what, damage) => {
  await damage();
  await forgeStub();
  await expect(proveInclusion(it.trail, SEQ)).rejects.toMatchObject(broken);
  await expect(proveInclusion(it.trail, SEQ, 400)).rejects.toMatchObject(broken);
  // what a proof does not need does not take it away
  const other = proveInclusion(it.trail, 10);
  if (what.startsWith('both')) await expect(other).rejects.toMatchObject(broken);
  else expect(await other).toMatchObject({ seq: 10, size: SIGNED });

  const event = await getAbsentEvent(it.trail, SEQ);
  expect(event.stub?.standing).toEqual({ state: 'not proven', why: expect.stringMatching(/^TILES_BROKEN: .*event 350 .*run a verification$/) });
  const { sentence, lead } = absentWords(event);
  expect(sentence).toBe('Event 350 is not here, and nothing shows that the hash in its place is the one that was signed.');
  expect(lead).toMatch(/^TILES_BROKEN: .*Do not repair anything\.$/);

  const { at } = await getFindingPlaces(it.trail.scope, it.trail, finding);
  const beside = await findBeside(it.trail, finding, at);
  expect(beside).toMatchObject({ sealed: { state: 'broken', why: expect.stringContaining('TILES_BROKEN') }, copy: { standing: 'whole' } });

  const text = await incident();
  expect(text).toContain('NO PROOF OF THE EVENT\n\nNothing leads from it to the newest checkpoint. TILES_BROKEN: ');
  expect(text).not.toContain('leads to the root');
});

test('an event whose row is away counts as the one that was appended only where it is led to the root itself', async () => {
  const row = (await it.rows())[SEQ];
  if (!row) throw new Error('no row');
  await it.attack(`delete from audit_event where trail_id = $T and seq = ${SEQ}`);
  const head = { nextSeq: END, lastHash: (await it.rows()).at(-1)?.eventHash as Buffer };
  const isLost = async (lastHash: Buffer) => {
    const snapshot = await openSnapshot({ scope: it.trail.scope });
    const known = [{ nextSeq: SEQ + 1, lastHash: lastHash.toString('hex') }];
    const lost = await listLost(snapshot, it.trail.trailId, readOutside(it.trail.origin).guard, head, known).finally(() => snapshot.close());
    return lost.length > 0;
  };
  for (const damage of [async () => {}, () => leafTo(leafHash(FORGED))]) {
    await damage();
    expect([await isLost(row.eventHash), await isLost(FORGED)]).toEqual([false, true]);
  }
});

test.each([
  [
    'a leaf',
    async () => leafTo(FORGED),
    [
      [351, 600],
      [351, 400],
    ],
    [
      [256, 600],
      [512, 600],
    ],
  ],
  [
    'the hash of a full tile',
    async () => aboveTo(FORGED, 1),
    [
      [100, 600],
      [512, 600],
      [256, 600],
    ],
    [],
  ],
] as const)('%s changed: no proof from a size that it would be part of', async (_, damage, refused, given) => {
  const roots = await it.rows();
  await damage();
  for (const [from, to] of refused) await expect(proveConsistency(it.trail, from, to), `${from} to ${to}`).rejects.toMatchObject(broken);
  for (const [from, to] of given) expect((await proveConsistency(it.trail, from, to)).fromRoot).toEqual(it.rootAt(roots, from));
});
