/**
 * SPEC §8, VIEW_MISMATCH for one resource: does the view hide rows? Numbers have no holes, and the head row says under its mac how many there are; so a view that shows as many
 * rows as that, with every number among them, hides none, and then what it shows of the resource is all that stands under its name.
 */
import type { Filter } from './filter';
import type { Found } from './tree-verdict';
import { judgeView } from './view-sample';

/** `xor`: of the seqs. */
export type RowTally = { count: number; xor: bigint };

/** XOR of 0 … n-1, as bit_xor over the seqs of a whole trail gives it. */
export function xorBelow(n: number): bigint {
  if (n === 0) return 0n;
  const last = BigInt(n - 1);
  return [last, 1n, last + 1n, 0n][Number(last % 4n)] as bigint;
}

type Ways = {
  /** Of the rows that were hashed. */
  read: RowTally;
  /** The same asked as the screens ask. */
  screens: RowTally;
  /** Counted without an index: all rows of the trail, and those of the resource. Null: not known. */
  scan: { all: RowTally; own: RowTally } | null;
  /** How many rows the trail must have; null where nothing says so. */
  whole: number | null;
};

/** @param filter the resource */
export function judgeWholeView(filter: Filter, { read, screens, scan, whole }: Ways): Found[] {
  const findings = [differ(filter, read, screens)];
  // of two ways that hide the same rows one is told
  if (scan !== null && !isSame(scan.own, screens)) findings.push(differ(filter, read, scan.own));
  if (scan !== null && whole !== null) findings.push(judgeView({ filter: { and: [] }, count: whole, xor: xorBelow(whole) }, scan.all));
  return findings.filter((found) => found !== null);
}

const isSame = (a: RowTally, b: RowTally) => a.count === b.count && a.xor === b.xor;

/** Rows can be hidden from one way or from the other: what shows more of them says what there is. */
function differ(filter: Filter, a: RowTally, b: RowTally): Found | null {
  const [more, fewer] = a.count >= b.count ? [a, b] : [b, a];
  return judgeView({ filter, ...more }, fewer);
}
