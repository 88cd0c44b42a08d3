/** Instructions of WebAssembly as bytes, as many as sha256-wasm.ts and row-kernel.ts take: each function gives the code of an expression or a statement. */

/** Bytes, nested as they were put together; `flat` makes one row of them. */
export type Code = number | readonly Code[];

export function flat(code: Code, bytes: number[] = []): number[] {
  if (typeof code === 'number') bytes.push(code);
  else for (const part of code) flat(part, bytes);
  return bytes;
}

export function leb(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

/** A whole number up to 2^53. */
function signed(value: number): Code {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    const isLast = rest >= -64n && rest < 64n;
    bytes.push(Number(rest & 0x7fn) | (isLast ? 0 : 0x80));
    if (isLast) return bytes;
  }
}

// locals and control
export const get = (local: number): Code => [0x20, leb(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, leb(local)];
export const step = (local: number, by: Code): Code => set(local, add(get(local), by));
export const call = (index: number, ...args: Code[]): Code => [args, 0x10, leb(index)];
export const give = (value: Code): Code => [value, 0x0f];
export const when = (condition: Code, ...then: Code[]): Code => [condition, 0x04, 0x40, then, 0x0b];
export const whilst = (condition: Code, ...body: Code[]): Code => [0x03, 0x40, condition, 0x04, 0x40, body, 0x0c, 1, 0x0b, 0x0b];

// 32 bits
export const i32 = (value: number): Code => [0x41, signed(value)];
const binary =
  (opcode: number) =>
  (a: Code, b: Code): Code => [a, b, opcode];
export const equals = binary(0x46);
export const below = binary(0x48);
export const above = binary(0x4a);
export const atMost = binary(0x4c);
export const add = binary(0x6a);
export const minus = binary(0x6b);
export const times = binary(0x6c);
export const over = binary(0x6e);
export const bitAnd = binary(0x71);
export const left = binary(0x74);
export const right = binary(0x76);

// 64 bits
export const i64 = (value: number): Code => [0x42, signed(value)];
export const below64 = binary(0x54);
export const add64 = binary(0x7c);
export const minus64 = binary(0x7d);
export const times64 = binary(0x7e);
export const over64 = binary(0x80);
export const rest64 = binary(0x82);
export const low = (a: Code): Code => [a, 0xa7];

// memory: little-endian, at any address
const loading =
  (opcode: number) =>
  (address: Code, offset = 0): Code => [address, opcode, 0, leb(offset)];
const storing =
  (opcode: number) =>
  (address: Code, value: Code, offset = 0): Code => [address, value, opcode, 0, leb(offset)];
export const load8 = loading(0x2d);
export const load16 = loading(0x2f);
export const load32 = loading(0x28);
export const store8 = storing(0x3a);
export const store16 = storing(0x3b);
export const store32 = storing(0x36);

// 128 bits
export const simd = (opcode: number, ...rest: Code[]): Code => [0xfd, leb(opcode), rest];
export const load = (address: Code, offset: number): Code => [address, simd(0, 0, leb(offset))];
export const store = (address: Code, offset: number, value: Code): Code => [address, value, simd(11, 0, leb(offset))];
export const load4 = (address: Code): Code => [address, simd(92, 0, 0)];
export const load8Bytes = (address: Code): Code => [address, simd(93, 0, 0)];
/** One of the two halves of a value. */
export const store8Bytes = (address: Code, offset: number, value: Code, half: 0 | 1): Code => [address, value, simd(91, 0, leb(offset), half)];
export const word = (value: Code, lane: number): Code => [value, simd(27, lane)];
export const long = (value: Code): Code => [value, simd(29, 0)];
export const bytesOf = (bytes: readonly number[]): Code => simd(12, bytes);
export const splat = (value: number): Code => {
  const bytes = [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
  return simd(12, bytes, bytes, bytes, bytes);
};
export const splatByte = (byte: number): Code => splat(byte * 0x01010101);
export const shuffle = (a: Code, b: Code, bytes: readonly number[]): Code => [a, b, simd(13, bytes)];
/** The bytes of `a` that those of `b` name. */
export const lookUp = (a: Code, b: Code): Code => [a, b, simd(14)];
export const sameBytes = (a: Code, b: Code): Code => [a, b, simd(35)];
export const lesserBytes = (a: Code, b: Code): Code => [a, b, simd(38)];
/** The top bit of each byte. */
export const bits = (a: Code): Code => [a, simd(100)];
export const shrBytes = (a: Code, by: number): Code => [a, i32(by), simd(109)];
export const and = (a: Code, b: Code): Code => [a, b, simd(78)];
export const or = (a: Code, b: Code): Code => [a, b, simd(80)];
export const xor = (a: Code, b: Code): Code => [a, b, simd(81)];
/** b where a bit of `mask` is 0, a where it is 1. */
export const select = (a: Code, b: Code, mask: Code): Code => [a, b, mask, simd(82)];
export const shl = (a: Code, by: number): Code => [a, i32(by), simd(171)];
export const shr = (a: Code, by: number): Code => [a, i32(by), simd(173)];
export const sum = (...terms: Code[]): Code => terms.reduce((a, b) => [a, b, simd(174)]);
export const rotr = (a: Code, by: number): Code => or(shr(a, by), shl(a, 32 - by));

export const I32 = 0x7f;
export const I64 = 0x7e;
export const VECTOR = 0x7b;
type Type = typeof I32 | typeof I64 | typeof VECTOR;

/** A function of i32s; `locals` stand behind its parameters. Exported where it has a name. */
export type Routine = { name?: string; params: number; gives: boolean; locals: readonly Type[]; code: Code };

/** A module that exports its memory, of so many pages of 64 KB, as `memory`. A routine calls another by its place in the list. */
export function moduleOf(pages: number, routines: readonly Routine[]): Uint8Array<ArrayBuffer> {
  const sized = (code: Code): Code => {
    const bytes = flat(code);
    return [leb(bytes.length), bytes];
  };
  const section = (id: number, items: Code[]): Code => [id, sized([leb(items.length), items])];
  const name = (text: string): Code => [leb(text.length), [...Buffer.from(text, 'latin1')]];
  const exported = routines.flatMap((routine, i) => (routine.name === undefined ? [] : [[name(routine.name), 0, leb(i)]]));
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(
        1,
        routines.map(({ params, gives }) => [0x60, leb(params), Array(params).fill(I32), gives ? [1, I32] : [0]]),
      ),
      section(
        3,
        routines.map((_, i) => leb(i)),
      ),
      section(5, [[0, leb(pages)]]),
      section(7, [[name('memory'), 2, 0], ...exported]),
      section(
        10,
        routines.map(({ locals, code }) => sized([leb(locals.length), locals.map((type) => [1, type]), code, 0x0b])),
      ),
    ]),
  );
}
