/**
 * SPEC §7, §8: which of the signed sizes the stored tree leads to, before any row is looked at. Whatever is checked by its proof is checked against that one.
 *
 *   signed outside   300     600           the tree's root at 600 is the signed one: everything is proven under 600
 *   tree's root      good    bad           or it is not: ROOT_MISMATCH, and what lies below 300 is proven under that
 */
import { bytesOfDigest, type Digest, digestOf } from './merkle';
import { verifyConsistency } from './proof';
import { consistencyProof, rootFromTiles } from './tile-proof';
import type { ReadTile } from './tiles';
import { type Found, judgeRoots, type SignedRoot } from './tree-verdict';

/** What events are proven under. `isOutside`: that root is known from outside the database. */
export type ProvenRoot = { size: number; root: Buffer; isOutside: boolean };

/**
 * @param known all that is known outside the database, and nothing else
 * @param more those of the database: asked for only where the others are none, or do not hold. Each bears a signature that counts
 * @returns `base` null where nothing is signed, or no signed root is led to; `signedTo`: the largest size known
 */
export async function findProvenRoot(
  known: readonly SignedRoot[],
  more: () => Promise<readonly SignedRoot[]>,
  readTile: ReadTile,
): Promise<{ base: ProvenRoot | null; signedTo: number; findings: Found[] }> {
  let signed = [...known];
  let roots = await rootsOf(signed, readTile);
  const isGood = ({ size, root }: SignedRoot) => roots.get(size) === root;
  if (signed.length === 0 || !signed.every(isGood)) {
    signed = [...signed, ...(await more())];
    roots = await rootsOf(signed, readTile);
  }
  const believed = await believedRoots(signed.filter(isGood), roots, readTile);
  const evidence = { size: 0, roots: believed, oldRoots: new Map<number, Digest>(), oldSize: 0, runs: [], upperFaults: [], short: [], noStart: null };
  // not whole: of a root that is another one nothing here can say whether events or tiles were changed
  const { findings, confirmed } = judgeRoots(evidence, signed, { isWhole: false, from: 0 });
  const beyond = signed.filter((one) => one.size > confirmed && !isGood(one)).sort((a, b) => b.size - a.size)[0];
  const damaged = known.filter((one) => one.size < confirmed && !isGood(one) && !believed.has(one.size));
  for (const { size, root } of new Map([...(beyond ? [beyond] : []), ...damaged].map((one) => [`${one.size} ${one.root}`, one])).values())
    findings.push({ code: 'ROOT_MISMATCH', seq: null, expected: `${size} ${hex(root)}`, found: hex(roots.get(size) ?? null) });
  const signedTo = signed.reduce((largest, { size }) => Math.max(largest, size), 0);
  const root = believed.get(confirmed);
  const isOutside = signed.some((one) => one.isOutside && one.size === confirmed && isGood(one));
  return { base: confirmed === 0 || root === undefined ? null : { size: confirmed, root: bytesOfDigest(root), isOutside }, signedTo, findings };
}

/**
 * The tree's own roots that say something: below the largest good one those alone that are a beginning of it. Any other comes of a damaged tile, and is no word against whoever
 * signed another.
 */
async function believedRoots(good: readonly SignedRoot[], roots: ReadonlyMap<number, Digest | null>, readTile: ReadTile): Promise<Map<number, Digest>> {
  const largest = good.reduce((most: SignedRoot | null, one) => (one.size > (most?.size ?? 0) ? one : most), null);
  const believed = new Map<number, Digest>();
  for (const [size, root] of roots) {
    if (root !== null && (largest === null || size >= largest.size || (await isBeginning(size, root, largest, readTile)))) believed.set(size, root);
  }
  return believed;
}

/** Whether the tree with this root is the beginning of the one that is signed, by the proof that the tiles give. */
async function isBeginning(size: number, root: Digest, signed: SignedRoot, readTile: ReadTile): Promise<boolean> {
  if (size === 0) return true;
  const proof = await consistencyProof(size, signed.size, readTile);
  return proof !== null && verifyConsistency(size, bytesOfDigest(root), signed.size, bytesOfDigest(signed.root), proof);
}

/** The tree's own root at each size; null where the tiles give none. */
async function rootsOf(signed: readonly SignedRoot[], readTile: ReadTile): Promise<Map<number, Digest | null>> {
  const roots = new Map<number, Digest | null>();
  for (const { size } of signed) {
    if (roots.has(size)) continue;
    const root = await rootFromTiles(size, readTile);
    roots.set(size, root === null ? null : digestOf(root));
  }
  return roots;
}

const hex = (digest: Digest | null) => (digest === null ? null : Buffer.from(digest, 'latin1').toString('hex'));
