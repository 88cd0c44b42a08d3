/** Instructions of WebAssembly as bytes, as many as core/sha256-wasm.ts takes: each function gives the code of an expression or a statement. */

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

export const simd = (opcode: number, ...rest: Code[]): Code => [0xfd, leb(opcode), rest];
export const get = (local: number): Code => [0x20, leb(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, leb(local)];
/** Up to 63, which is all that is needed: what lies further away is an offset. */
export const i32 = (value: number): Code => [0x41, value];
export const load = (address: Code, offset: number): Code => [address, simd(0, 4, leb(offset))];
export const store = (address: Code, offset: number, value: Code): Code => [address, value, simd(11, 4, leb(offset))];
export const splat = (word: number): Code => {
  const bytes = [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24];
  return simd(12, bytes, bytes, bytes, bytes);
};
export const shuffle = (a: Code, b: Code, bytes: readonly number[]): Code => [a, b, simd(13, bytes)];
export const and = (a: Code, b: Code): Code => [a, b, simd(78)];
export const or = (a: Code, b: Code): Code => [a, b, simd(80)];
export const xor = (a: Code, b: Code): Code => [a, b, simd(81)];
/** b where a bit of `mask` is 0, a where it is 1. */
export const select = (a: Code, b: Code, mask: Code): Code => [a, b, mask, simd(82)];
export const shl = (a: Code, bits: number): Code => [a, i32(bits), simd(171)];
export const shr = (a: Code, bits: number): Code => [a, i32(bits), simd(173)];
export const sum = (...terms: Code[]): Code => terms.reduce((a, b) => [a, b, simd(174)]);
export const rotr = (a: Code, bits: number): Code => or(shr(a, bits), shl(a, 32 - bits));

export function signed(value: number): Code {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const isLast = rest >= -64 && rest < 64;
    bytes.push((rest & 0x7f) | (isLast ? 0 : 0x80));
    if (isLast) return bytes;
  }
}
