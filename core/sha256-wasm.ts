/**
 * SHA-256 (FIPS 180-4) of four messages at a time as a module of WebAssembly: 33 bytes a leaf of a Merkle tree, 65 a node.
 *
 *   lane            0        1        2        3         one v128 holds the same word of four messages; a round works on all of them
 *   word t of   message 0 message 1 message 2 message 3
 *
 * There is no tool to build it with: the module is put together here, once, from the same loops that the standard is written in.
 */
import {
  above,
  and,
  type Code,
  call,
  get,
  I32,
  i32,
  load,
  moduleOf,
  or,
  type Routine,
  rotr,
  select,
  set,
  shl,
  shr,
  shuffle,
  splat,
  step,
  store,
  sum,
  VECTOR,
  whilst,
  xor,
} from './wasm-code';

/** Messages that are hashed side by side. */
export const LANES = 4;
/** Messages of one call at most; a tile has as many leaves. */
export const MOST_MESSAGES = 256;
export const HASH_BYTES = 32;
const PAGE = 65_536;

// Memory: what a block is made of, then what goes in and comes out.
const WORDS_AT = 0; // 16 words of four lanes
const STATE_AT = 256; // 8 words of four lanes
export const INPUT_AT = 1024;
export const OUTPUT_AT = INPUT_AT + 2 * MOST_MESSAGES * HASH_BYTES;

const PRIMES: number[] = [];
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);

/** floor(2^32 · (root mod 1)), exactly: the largest r with r^power ≤ prime · 2^(32·power), less its whole part. */
function fraction(prime: number, power: 2 | 3): number {
  const target = BigInt(prime) << BigInt(32 * power);
  let root = BigInt(Math.floor(prime ** (1 / power) * 2 ** 32));
  while (root ** BigInt(power) > target) root--;
  while ((root + 1n) ** BigInt(power) <= target) root++;
  return Number(root & 0xffff_ffffn);
}

const INITIAL = PRIMES.slice(0, 8).map((prime) => fraction(prime, 2));
const ROUND = PRIMES.map((prime) => fraction(prime, 3));

const ZERO = i32(0);

/** The words at WORDS_AT into the state at STATE_AT. */
function compress(): Code {
  const words = Array.from({ length: 16 }, (_, i) => i);
  const state = Array.from({ length: 8 }, (_, i) => 16 + i);
  const [first, above, before] = [24, 25, 26]; // T1; a^b of this round, and of the one before
  const code: Code[] = [];
  for (const word of words) code.push(set(word, load(ZERO, WORDS_AT + word * 16)));
  for (const [i, local] of state.entries()) code.push(set(local, load(ZERO, STATE_AT + i * 16)));
  code.push(set(before, xor(get(state[1] as number), get(state[2] as number))));
  let [spare, kept] = [above, before];
  for (let t = 0; t < 64; t++) {
    const [a, b, , d, e, f, g, h] = state as [number, number, number, number, number, number, number, number];
    const word = (back: number) => get(words[(t + 16 - back) % 16] as number);
    if (t >= 16) {
      const small0 = xor(xor(rotr(word(15), 7), rotr(word(15), 18)), shr(word(15), 3));
      const small1 = xor(xor(rotr(word(2), 17), rotr(word(2), 19)), shr(word(2), 10));
      code.push(set(words[t % 16] as number, sum(word(16), small0, word(7), small1)));
    }
    const large1 = xor(xor(rotr(get(e), 6), rotr(get(e), 11)), rotr(get(e), 25));
    code.push(set(first, sum(get(h), large1, select(get(f), get(g), get(e)), splat(ROUND[t] as number), word(16))));
    code.push(set(d, sum(get(d), get(first))));
    const large0 = xor(xor(rotr(get(a), 2), rotr(get(a), 13)), rotr(get(a), 22));
    // the majority of a, b and c by what the next round needs too
    code.push(set(spare, xor(get(a), get(b))));
    code.push(set(h, sum(get(first), large0, xor(and(get(spare), get(kept)), get(b)))));
    [spare, kept] = [kept, spare];
    state.unshift(state.pop() as number);
  }
  for (const [i, local] of state.entries()) code.push(store(ZERO, STATE_AT + i * 16, sum(get(local), load(ZERO, STATE_AT + i * 16))));
  return code;
}

const SWAPPED = [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12];
const LOW_WORDS = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
const HIGH_WORDS = [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31];
const LOW_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const HIGH_HALVES = [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31];

const swapped = (value: Code) => shuffle(value, value, SWAPPED);

/** Four rows of four words become their columns, in the same locals; `spare`: four more. */
function transpose(rows: readonly number[], spare: readonly number[]): Code {
  const [a, b, c, d] = rows.map(get) as [Code, Code, Code, Code];
  const [e, f, g, h] = spare.map(get) as [Code, Code, Code, Code];
  const put = (local: number | undefined, value: Code) => set(local as number, value);
  return [
    put(spare[0], shuffle(a, b, LOW_WORDS)),
    put(spare[1], shuffle(a, b, HIGH_WORDS)),
    put(spare[2], shuffle(c, d, LOW_WORDS)),
    put(spare[3], shuffle(c, d, HIGH_WORDS)),
    put(rows[0], shuffle(e, g, LOW_HALVES)),
    put(rows[1], shuffle(e, g, HIGH_HALVES)),
    put(rows[2], shuffle(f, h, LOW_HALVES)),
    put(rows[3], shuffle(f, h, HIGH_HALVES)),
  ];
}

// locals of what hashes messages: i32 count; i32 from, i32 to; then v128
const [COUNT, FROM, TO, V128] = [0, 1, 2, 3];

/**
 * Messages of one byte and `hashes` hashes behind it (1 or 2), four at a time until `count` are done. A message's words lie across two of its hashes' words, moved by the
 * byte in front.
 */
function messages(prefix: number, hashes: 1 | 2): Code {
  const words = Array.from({ length: hashes * 8 }, (_, i) => V128 + i);
  const spare = Array.from({ length: 4 }, (_, i) => V128 + hashes * 8 + i);
  const word = (i: number) => get(words[i] as number);
  const stride = hashes * HASH_BYTES;
  const code: Code[] = [];
  for (let at = 0; at < words.length; at += 4) {
    const rows = words.slice(at, at + 4);
    for (const [lane, local] of rows.entries()) code.push(set(local, swapped(load(get(FROM), INPUT_AT + lane * stride + at * 4))));
    code.push(transpose(rows, spare));
  }
  const block = (contents: (t: number) => Code) => {
    for (let t = 0; t < 16; t++) code.push(store(ZERO, WORDS_AT + t * 16, contents(t)));
    code.push(call(0)); // compress
  };
  for (let i = 0; i < 8; i++) code.push(store(ZERO, STATE_AT + i * 16, splat(INITIAL[i] as number)));
  const bits = (1 + stride) * 8;
  const moved = (t: number) => (t === 0 ? or(splat(prefix * 2 ** 24), shr(word(0), 8)) : or(shl(word(t - 1), 24), shr(word(t), 8)));
  const last = (t: number) => (t === 15 ? splat(bits) : t === 0 ? or(shl(word(words.length - 1), 24), splat(0x80_0000)) : splat(0));
  if (hashes === 1) block((t) => (t < 8 ? moved(t) : t === 15 ? splat(bits) : last(t - 8)));
  else {
    block(moved);
    block(last);
  }
  for (let at = 0; at < 8; at += 4) {
    const rows = words.slice(at, at + 4);
    for (const [i, local] of rows.entries()) code.push(set(local, load(ZERO, STATE_AT + (at + i) * 16)));
    code.push(transpose(rows, spare));
    for (const [lane, local] of rows.entries()) code.push(store(get(TO), OUTPUT_AT + lane * HASH_BYTES + at * 4, swapped(get(local))));
  }
  const steps = [step(FROM, i32(LANES * stride)), step(TO, i32(LANES * HASH_BYTES)), step(COUNT, i32(-LANES))];
  return whilst(above(get(COUNT), ZERO), code, steps);
}

/** Exports `memory`, `leaves(count)` and `nodes(count)`: messages from INPUT_AT on, their hashes from OUTPUT_AT on, `count` rounded up to four. */
export function assemble(): Uint8Array<ArrayBuffer> {
  const vectors = (count: number) => Array(count).fill(VECTOR);
  const hashing = (name: string, prefix: number, hashes: 1 | 2): Routine => {
    const locals = [I32, I32, ...vectors(hashes * 8 + 4)];
    return { name, params: 1, gives: false, locals, code: messages(prefix, hashes) };
  };
  const compressing: Routine = { params: 0, gives: false, locals: vectors(27), code: compress() };
  return moduleOf(Math.ceil((OUTPUT_AT + MOST_MESSAGES * HASH_BYTES) / PAGE), [compressing, hashing('leaves', 0, 1), hashing('nodes', 1, 2)]);
}
