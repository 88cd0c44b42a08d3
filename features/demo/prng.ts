import { hash } from 'node:crypto';

/** A small deterministic source of chance: the same seed gives the same demo company on every machine, for ever. Never for secrets. */
export type Prng = {
  /** [0,1) */
  next(): number;
  /** 0 … n-1 */
  int(n: number): number;
  /** a … b, both included */
  between(a: number, b: number): number;
  chance(p: number): boolean;
  pick<T>(list: readonly T[]): T;
  weighted<T>(list: readonly (readonly [T, number])[]): T;
  hex(digits: number): string;
};

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded with the first 16 bytes of SHA-256 of the text. */
export function createPrng(seed: string): Prng {
  const bytes = hash('sha256', seed, 'buffer');
  let a = bytes.readUInt32LE(0);
  let b = bytes.readUInt32LE(4);
  let c = bytes.readUInt32LE(8);
  let counter = bytes.readUInt32LE(12);

  function word(): number {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  }
  for (let i = 0; i < 12; i++) word();

  const next = () => word() / 4294967296;
  const int = (n: number) => Math.floor(next() * n);

  return {
    next,
    int,
    between: (from, to) => from + int(to - from + 1),
    chance: (p) => next() < p,
    pick: (list) => list[int(list.length)] as (typeof list)[number],
    weighted(list) {
      const total = list.reduce((sum, [, weight]) => sum + weight, 0);
      let at = next() * total;
      for (const [value, weight] of list) {
        at -= weight;
        if (at < 0) return value;
      }
      return (list[list.length - 1] as (typeof list)[number])[0];
    },
    hex(digits) {
      let text = '';
      while (text.length < digits) text += word().toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}
