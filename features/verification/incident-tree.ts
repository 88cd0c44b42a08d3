// Proofs of the tree (RFC 9162 §2.1.3.2, §2.1.4.2) written out as commands: which side each hash stands on. Pure.
import type { TreeNow } from './incident';

export const NODE = `node() { (printf '\\001'; printf %s "$1$2" | xxd -r -p) | sum; }`;
export const LEAF = `leaf() { (printf '\\000'; printf %s "$1" | xxd -r -p) | sum; }`;

/** `r` becomes the root of the tree of `size`. */
export const inclusionCommands = (seq: number, size: number, leaf: string, hashes: readonly string[]): string[] => [
  `r=${leaf}`,
  ...sidesOf(seq, size - 1, hashes).map(({ hash, isLeft }) => (isLeft ? `r=$(node ${hash} $r)` : `r=$(node $r ${hash})`)),
];

/** By one list of hashes `f` becomes the root of `from` events and `s` that of `to`. */
export function consistencyCommands({ from, to, fromRoot, consistency }: TreeNow): string[] {
  let [fn, sn] = [from - 1, to - 1];
  while (fn % 2 === 1) [fn, sn] = [(fn - 1) / 2, Math.floor(sn / 2)];
  // a tree of a power of two is a hash of the larger one: the proof begins with it
  const [first, ...rest] = fn === 0 ? [fromRoot, ...consistency] : consistency;
  return [
    `f=${first}; s=$f`,
    ...sidesOf(fn, sn, rest).map(({ hash, isLeft }) => (isLeft ? `f=$(node ${hash} $f); s=$(node ${hash} $s)` : `s=$(node $s ${hash})`)),
  ];
}

function sidesOf(index: number, last: number, hashes: readonly string[]): { hash: string; isLeft: boolean }[] {
  let [fn, sn] = [index, last];
  return hashes.map((hash) => {
    const isLeft = fn % 2 === 1 || fn === sn;
    if (isLeft) while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    return { hash, isLeft };
  });
}
