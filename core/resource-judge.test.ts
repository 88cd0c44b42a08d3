import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COPY_COLUMNS, CopyReader } from './copy-row';
import type { EventRow } from './event';
import { leafHash } from './merkle';
import { proveLeaves } from './prove-leaves';
import { ResourceJudge } from './resource-judge';
import { type BinaryRow, copyStream } from './test/copy-stream';
import { binaryRow, goodChain, ORIGIN } from './test/good-chain';
import { findProvenRoot } from './tile-root';
import { type ReadTile, type Tile, TileTree } from './tiles';
import { judgeWholeView, xorBelow } from './whole-view';

/** Tiles of some events, and their root. */
function treeOf(rows: readonly { eventHash: Buffer }[]) {
  const tiles = new Map<string, Buffer>();
  const keep = ({ level, n, hashes }: Tile) => tiles.set(`${level}/${n}`, Buffer.from(hashes));
  const tree = new TileTree(keep);
  for (const { eventHash } of rows) tree.push(eventHash.toString('latin1'));
  for (const tile of tree.partialTiles()) keep(tile);
  const readTile: ReadTile = (level, n) => tiles.get(`${level}/${n}`) ?? null;
  return { tiles, readTile, root: tree.rootBytes() };
}

/** Judges the rows at these places of a chain that is signed up to `size`. */
async function judged(rows: readonly BinaryRow[], tree: ReturnType<typeof treeOf>, size: number, deep = false) {
  const base = size === 0 ? null : { size, root: tree.root, isOutside: true };
  const judge = new ResourceJudge({ origin: ORIGIN, isDeep: deep, base, signedTo: size });
  const reader = new CopyReader();
  reader.push(copyStream([...rows]));
  for (let row = reader.next(); row !== null; row = reader.next()) judge.row(row);
  reader.end();
  await judge.prove(tree.readTile, []);
  return judge;
}

const chainAndPlaces = goodChain.chain((rows) => {
  const bare = rows.map((row) => ({ ...row, sealed: row.sealed }));
  return fc.tuple(fc.constant(bare), fc.subarray(rows.map((_, i) => i)), fc.integer({ min: 0, max: rows.length }));
});

test('any of the events, at any signed size: those below it are proven, the others are not sealed yet, and nothing is found', async () => {
  await fc.assert(
    fc.asyncProperty(chainAndPlaces, fc.boolean(), async ([rows, places, size], deep) => {
      const tree = treeOf(rows.slice(0, size));
      const judge = await judged(
        places.map((i) => binaryRow(rows[i] as EventRow)),
        tree,
        size,
        deep,
      );
      expect(judge.log.kept).toEqual([]);
      expect([judge.checked, judge.proven, judge.unsealed, judge.unproven]).toEqual([
        places.length,
        places.filter((i) => i < size).length,
        places.filter((i) => i >= size).length,
        0,
      ]);
      expect(judge.state(false)).toBe(places.length === 0 ? 'not_covered' : judge.proven > 0 ? 'holds' : 'consistent');
    }),
    { numRuns: 150 },
  );
});

test('any one bit of any column of one of them is found, at its number', async () => {
  const damage = fc.record({
    victim: fc.nat(),
    column: fc.constantFrom(...COPY_COLUMNS.filter((name) => name !== 'seq')),
    byte: fc.nat(),
    bit: fc.integer({ min: 0, max: 7 }),
  });
  await fc.assert(
    fc.asyncProperty(goodChain, damage, async (rows, { victim, column, byte, bit }) => {
      const tree = treeOf(rows);
      const at = victim % rows.length;
      const bad = binaryRow(rows[at] as EventRow);
      const value = bad[column];
      fc.pre(value !== null && value.length > 0);
      const copy = Buffer.from(value as Buffer);
      copy[byte % copy.length] = (copy[byte % copy.length] as number) ^ (1 << bit);
      bad[column] = copy;
      const judge = await judged(
        rows.map((row, i) => (i === at ? bad : binaryRow(row))),
        tree,
        rows.length,
      );
      expect(judge.log.kept.map(({ seq }) => seq)).toEqual([at]);
      expect(judge.log.kept[0]?.lastGood).toBe(at === 0 ? null : at - 1);
      expect([judge.proven, judge.state(false)]).toEqual([rows.length - 1, 'broken']);
    }),
    { numRuns: 300 },
  );
});

test('a second row of one number is named, and either may be the one that was signed', async () => {
  const [rows] = fc.sample(goodChain, { numRuns: 1, seed: 7 }) as [EventRow[]];
  const tree = treeOf(rows);
  const twice = binaryRow(rows[1] as EventRow);
  const same = await judged([binaryRow(rows[0] as EventRow), twice, twice], tree, rows.length);
  expect(same.log.kept.map(({ code, seq }) => `${code}@${seq}`)).toEqual(['DUPLICATE@1']);
  const other = { ...binaryRow(rows[1] as EventRow), actor_id: Buffer.from('somebody else') };
  const forged = await judged([other, twice], tree, rows.length);
  expect(forged.log.kept.map(({ code, seq }) => `${code}@${seq}`)).toEqual(['EVENT_HASH@1', 'DUPLICATE@1']);
  expect(forged.proven).toBe(1);
});

/** A long trail of leaves alone: what proofs are about. */
const longTrail = (events: number) => Array.from({ length: events }, (_, i) => ({ eventHash: leafHash(Buffer.from(`event ${i}`)) }));

test('many at once: of thousands each one that was exchanged is named, and no other', async () => {
  const events = longTrail(3000);
  const tree = treeOf(events);
  const base = { size: 3000, root: tree.root };
  const leaves = events.map(({ eventHash }, seq) => ({ seq, leaf: leafHash(eventHash) })).filter(({ seq }) => seq % 3 === 0);
  expect(await proveLeaves(leaves, base, tree.readTile)).toEqual([]);
  const bad = [0, 255 * 3, 256 * 3, 2997];
  const found = await proveLeaves(
    leaves.map((one) => (bad.includes(one.seq) ? { ...one, leaf: Buffer.alloc(32, 9) } : one)),
    base,
    tree.readTile,
  );
  expect(found.map(({ code, seq }) => `${code}@${seq}`)).toEqual(bad.map((seq) => `TILE_MISMATCH@${seq}`));
  expect(found[0]).toMatchObject({ expected: leafHash((events[0] as { eventHash: Buffer }).eventHash).toString('hex'), found: '09'.repeat(32) });
});

test('a damaged tile proves nothing: its own events are not called good, nor exchanged', async () => {
  const events = longTrail(700);
  const tree = treeOf(events);
  const leaves = [5, 300, 600].map((seq) => ({ seq, leaf: leafHash((events[seq] as { eventHash: Buffer }).eventHash) }));
  const tile = tree.tiles.get('0/1') as Buffer;
  tile[0] = (tile[0] as number) ^ 1;
  const found = await proveLeaves(leaves, { size: 700, root: tree.root }, tree.readTile);
  expect(found).toEqual([{ code: 'ROOT_MISMATCH', seq: 300, expected: `700 ${tree.root.toString('hex')}`, found: 'another root' }]);
  tree.tiles.delete('0/1');
  expect((await proveLeaves(leaves, { size: 700, root: tree.root }, tree.readTile))[0]).toMatchObject({ seq: 300, found: 'no proof' });
});

test('the root they are proven under: the largest that the tree leads to, the database asked only where that is not enough', async () => {
  const events = longTrail(700);
  const tree = treeOf(events);
  const rootAt = (size: number) => treeOf(events.slice(0, size)).root.toString('latin1');
  const signed = (size: number, root = rootAt(size), isOutside = true) => ({ size, root, isOutside });
  const never = () => Promise.reject(new Error('the database was asked'));
  expect(await findProvenRoot([signed(300), signed(700)], never, tree.readTile)).toMatchObject({
    base: { size: 700, isOutside: true },
    signedTo: 700,
    findings: [],
  });
  const wrong = signed(700, 'x'.repeat(32));
  const fallen = await findProvenRoot([wrong], async () => [signed(100, rootAt(100), false), signed(400, rootAt(400), false)], tree.readTile);
  expect(fallen).toMatchObject({ base: { size: 400, isOutside: false }, signedTo: 700 });
  expect(fallen.findings.map(({ code, seq }) => [code, seq])).toEqual([['ROOT_MISMATCH', null]]);
  expect(await findProvenRoot([wrong], async () => [], tree.readTile)).toMatchObject({ base: null, signedTo: 700 });
  expect(await findProvenRoot([], async () => [], tree.readTile)).toEqual({ base: null, signedTo: 0, findings: [] });
  const contradicted = await findProvenRoot([signed(300, 'y'.repeat(32)), signed(700)], async () => [], tree.readTile);
  expect([contradicted.base?.size, contradicted.findings.map(({ code }) => code)]).toEqual([700, ['EQUIVOCATION']]);
  // a damaged tile below the root is no word against whoever signed
  const known = [signed(300), signed(700)];
  const tile = tree.tiles.get('0/1') as Buffer;
  tile[0] = (tile[0] as number) ^ 1;
  const damaged = await findProvenRoot(known, async () => [], tree.readTile);
  expect([damaged.base?.size, damaged.findings.map(({ code, expected }) => [code, expected?.split(' ')[0]])]).toEqual([700, [['ROOT_MISMATCH', '300']]]);
  tree.tiles.delete('0/1');
  expect(await findProvenRoot(known, async () => [], tree.readTile)).toMatchObject({ base: { size: 700 }, findings: [{ code: 'ROOT_MISMATCH', found: null }] });
});

test('the XOR of all numbers below one', () => {
  let xor = 0n;
  for (let n = 0; n < 70; n++) {
    expect(xorBelow(n), String(n)).toBe(xor);
    xor ^= BigInt(n);
  }
});

test('a view that shows other rows than there are, by whichever way', () => {
  const filter = { eq: ['resource_id', 'x'] } as { eq: [string, string] };
  const tally = (...seqs: number[]) => ({ count: seqs.length, xor: seqs.reduce((all, seq) => all ^ BigInt(seq), 0n) });
  const all = { count: 10, xor: xorBelow(10) };
  const both = tally(3, 5);
  expect(judgeWholeView(filter, { read: both, screens: both, scan: { all, own: both }, whole: 10 })).toEqual([]);
  expect(judgeWholeView(filter, { read: both, screens: both, scan: null, whole: 10 })).toEqual([]);
  expect(judgeWholeView(filter, { read: both, screens: tally(3), scan: { all, own: both }, whole: 10 })).toHaveLength(1);
  expect(judgeWholeView(filter, { read: tally(3), screens: tally(3), scan: { all, own: both }, whole: 10 })).toHaveLength(1);
  expect(judgeWholeView(filter, { read: both, screens: both, scan: { all: { count: 9, xor: xorBelow(10) ^ 7n }, own: both }, whole: 10 })[0]).toMatchObject({
    code: 'VIEW_MISMATCH',
    seq: null,
    expected: `{"and":[]}: 10 rows, xor ${xorBelow(10)}`,
  });
  // one number twice and another one not at all: as many rows, and not the same
  expect(judgeWholeView(filter, { read: both, screens: both, scan: { all: { count: 10, xor: xorBelow(10) ^ 7n ^ 8n }, own: both }, whole: 10 })).toHaveLength(
    1,
  );
});
