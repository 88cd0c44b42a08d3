/**
 * SPEC §8, roots against the checkpoints that are known. For each signed size the rows give a root, or none:
 *
 *   signed sizes   3      6      9              the largest good one: everything before it is what was signed
 *   rows' root     good   bad    bad            the smallest bad one above it: somewhere in [3,6) history was rewritten
 *
 * Where the stored leaves hash to what was signed they name the place: one leaf differs TILE_MISMATCH, all from n on FORK at n. Where they do not, FORK at the largest
 * good size, `expected` the bracket. A root that a larger good one contradicts, or two for one size: EQUIVOCATION, whoever holds the key signed two histories.
 */
import type { FindingCode } from './finding';
import type { Digest } from './merkle';
import { TILE_WIDTH, tileWidth } from './tiles';
import type { LeafRun, TreeEvidence, UpperFault } from './tree-judge';

export type SignedRoot = { size: number; root: Digest; isOutside: boolean };
export type Found = { code: FindingCode; seq: number | null; expected: string | null; found: string | null };

/** `confirmed`: the largest size at which the rows have a signed root, 0 of none; `outside`: the same among those known from outside the database. */
export type TreeVerdict = { findings: Found[]; confirmed: number; outside: number };

const hex = (digest: Digest) => Buffer.from(digest, 'latin1').toString('hex');

/**
 * `isWhole`: no SEQ_GAP, HEAD_CUT, CHAIN_LINK was found. `from`: where the walk began. `tilesDue`: leaves that the tiles must hold, where that is known: a tile that is
 * gone below it is one that hashes to nothing.
 */
export function judgeRoots(
  evidence: TreeEvidence,
  signed: readonly SignedRoot[],
  { isWhole, from, tilesDue = 0 }: { isWhole: boolean; from: number; tilesDue?: number },
): TreeVerdict {
  const bySize = new Map<number, Set<Digest>>();
  for (const { size, root } of signed) bySize.set(size, (bySize.get(size) ?? new Set()).add(root));
  const isSigned = (size: number, root: Digest | undefined) => root !== undefined && (bySize.get(size)?.has(root) ?? false);
  const sizes = [...bySize.keys()].sort((a, b) => a - b);
  const good = sizes.filter((size) => isSigned(size, evidence.roots.get(size)));
  const bad = sizes.filter((size) => evidence.roots.has(size) && !isSigned(size, evidence.roots.get(size)));
  const confirmed = good.at(-1) ?? 0;
  const outside = Math.max(0, ...signed.filter(({ size, root, isOutside }) => isOutside && evidence.roots.get(size) === root).map(({ size }) => size));

  const findings: Found[] = [];
  for (const size of sizes) {
    const roots = [...(bySize.get(size) as Set<Digest>)];
    const isContradicted = size < confirmed && bad.includes(size);
    if (roots.length < 2 && !isContradicted) continue;
    const expected = roots.length < 2 ? (evidence.roots.get(size) as Digest) : (roots[0] as Digest);
    findings.push({ code: 'EQUIVOCATION', seq: null, expected: `${size} ${hex(expected)}`, found: `${size} ${hex(roots.at(-1) as Digest)}` });
  }
  const rewritten = bad.filter((size) => size > confirmed);
  if (rewritten.length > 0) findings.push(...judgeRewritten(evidence, rewritten, isSigned, { isWhole, lowest: Math.max(confirmed, from) }));
  findings.push(...judgeTiles(evidence, confirmed, Math.min(tilesDue, confirmed), from));
  const { noStart } = evidence;
  if (noStart !== null && tilesDue >= from) findings.push(tileFault({ level: noStart.level, tile: noStart.n }));
  return { findings, confirmed, outside };
}

type IsSigned = (size: number, root: Digest | undefined) => boolean;

function judgeRewritten(evidence: TreeEvidence, bad: number[], isSigned: IsSigned, { isWhole, lowest }: { isWhole: boolean; lowest: number }): Found[] {
  const proven = bad.filter((size) => isSigned(size, evidence.oldRoots.get(size))).at(-1);
  const named = proven === undefined ? [] : nameLeaves(evidence.runs, proven);
  if (named.length > 0) return named;
  const [smallest] = bad;
  return isWhole ? [{ code: 'FORK', seq: lowest, expected: `[${lowest},${smallest})`, found: null }] : [];
}

// where more are altered one by one the later ones are not named: the trail is broken, and a million findings say no more
const MAX_NAMED = 100_000;

/** The leaves below `size` that differ: the last run, where it is more than one and goes on to the end, is a rewritten history; every other leaf was altered by itself. */
export function nameLeaves(runs: readonly LeafRun[], size: number): Found[] {
  const findings: Found[] = [];
  for (const { from, to, old, now } of runs) {
    const end = Math.min(to, size);
    if (from >= end) break;
    const [expected, found] = [hex(old), hex(now)];
    if (end === size && end - from > 1) findings.push({ code: 'FORK', seq: from, expected, found });
    else
      for (let seq = from; seq < end && findings.length < MAX_NAMED; seq++)
        findings.push({ code: 'TILE_MISMATCH', seq, expected: seq === from ? expected : null, found: seq === from ? found : null });
  }
  return findings;
}

/** Below a good root the rows are right: what differs there is a tile. Each is named once; a hash above leaves that differ is not told beside them. */
function judgeTiles({ runs, upperFaults, short, oldSize }: TreeEvidence, confirmed: number, due: number, from: number): Found[] {
  const tiles = new Map<string, { level: number; tile: number }>();
  const name = (level: number, tile: number) => tiles.set(`${level}/${tile}`, { level, tile });
  for (const run of runs) {
    if (run.from >= confirmed) break;
    for (let n = Math.floor(run.from / TILE_WIDTH); n * TILE_WIDTH < Math.min(run.to, confirmed); n++) name(0, n);
  }
  if (oldSize < due && due > from) name(0, Math.floor(oldSize / TILE_WIDTH));
  for (const { level, n, width } of short) if (width < tileWidth(level, n, due)) name(level, n);
  for (const { level, index } of upperFaults) {
    if ((index + 1) * TILE_WIDTH ** level <= confirmed && areLeavesSame(runs, { level, index })) name(level, Math.floor(index / TILE_WIDTH));
  }
  return [...tiles.values()].map(tileFault);
}

/** A stored tile is not what its leaves, or what it should hold, make it. */
export const tileFault = (place: { level: number; tile: number }): Found => ({
  code: 'TILE_MISMATCH',
  seq: null,
  expected: null,
  found: JSON.stringify(place),
});

/** Whether no leaf below a hash differs from the stored one: where the hash does, it is the tile that is wrong. */
export function areLeavesSame(runs: readonly LeafRun[], { level, index }: UpperFault): boolean {
  const width = TILE_WIDTH ** level;
  const end = (index + 1) * width;
  return (runs[firstRunBehind(runs, index * width)]?.from ?? end) >= end;
}

/** Position of the first run that ends behind a leaf. */
function firstRunBehind(runs: readonly LeafRun[], leaf: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle] as LeafRun).to <= leaf) low = middle + 1;
    else high = middle;
  }
  return low;
}
