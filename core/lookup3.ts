/** A bigint of PostgreSQL as its two halves, each a signed integer of 32 bits. */
export type Halves = { readonly high: number; readonly low: number };
export const halvesOf = (value: bigint): Halves => ({ high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(BigInt.asIntN(32, value)) });

/**
 * Bob Jenkins' lookup3 with a 64-bit seed, as PostgreSQL computes it in hashtextextended, uuid_hash_extended and hashfloat8extended: a hash is the seed of the next one, so that
 * several columns make one. With a seed that is drawn for each run no set of changes that was chosen before it cancels; against who knows the seed it proves nothing.
 */
export class Lookup3 {
  /** The seed, then the hash. */
  high = 0;
  low = 0;

  /** Over bytes, as of a text or a uuid. */
  over(bytes: DataView, start: number, length: number): void {
    let a = (0x9e3779b9 + length + 3923095) | 0;
    let b = a;
    let c = a;
    let at = start;
    let rest = length;
    for (let isSeeded = (this.high | this.low) === 0; !isSeeded || rest >= 12; ) {
      if (isSeeded) {
        a = (a + bytes.getInt32(at, true)) | 0;
        b = (b + bytes.getInt32(at + 4, true)) | 0;
        c = (c + bytes.getInt32(at + 8, true)) | 0;
        at += 12;
        rest -= 12;
      } else {
        a = (a + this.high) | 0;
        b = (b + this.low) | 0;
        isSeeded = true;
      }
      a = (a - c) ^ rotate(c, 4);
      c = (c + b) | 0;
      b = (b - a) ^ rotate(a, 6);
      a = (a + c) | 0;
      c = (c - b) ^ rotate(b, 8);
      b = (b + a) | 0;
      a = (a - c) ^ rotate(c, 16);
      c = (c + b) | 0;
      b = (b - a) ^ rotate(a, 19);
      a = (a + c) | 0;
      c = (c - b) ^ rotate(b, 4);
      b = (b + a) | 0;
    }
    // of the last eleven bytes the third word holds three: its lowest byte is the length's
    a = (a + word(bytes, at, Math.min(4, rest))) | 0;
    b = (b + word(bytes, at + 4, Math.min(4, Math.max(0, rest - 4)))) | 0;
    c = (c + (word(bytes, at + 8, Math.max(0, rest - 8)) << 8)) | 0;
    c = (c ^ b) - rotate(b, 14);
    a = (a ^ c) - rotate(c, 11);
    b = (b ^ a) - rotate(a, 25);
    c = (c ^ b) - rotate(b, 16);
    a = (a ^ c) - rotate(c, 4);
    b = (b ^ a) - rotate(a, 14);
    c = (c ^ b) - rotate(b, 24);
    this.high = b | 0;
    this.low = c | 0;
  }

  /** Over a double precision, as of date_part('epoch', …). */
  number(value: number): void {
    if (value === 0) return; // 0 and -0 are one: the hash is the seed
    eight.setFloat64(0, value, true);
    this.over(eight, 0, 8);
  }
}

const eight = new DataView(new ArrayBuffer(8));

const rotate = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));

/** Up to four bytes, the lowest first. */
function word(bytes: DataView, at: number, count: number): number {
  if (count === 4) return bytes.getInt32(at, true);
  let value = 0;
  for (let i = 0; i < count; i++) value |= bytes.getUint8(at + i) << (8 * i);
  return value;
}
