/**
 * Writers of canonical text as bytes: each puts something at a place of an output and gives the place after it. Constants and plain text move eight bytes at a time, as
 * a double: an engine might change the bits of a NaN on the way (none that we know does), but no eight bytes of UTF-8 are one (the last byte would be 7f or ff behind f0 or more).
 * A writer may overrun its end by seven bytes, which the next one overwrites, so an output has room to spare.
 */
import { civilDate, DAY_MICROS, DAYS_1970_TO_2000 } from './postgres-time';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const pair = (text: string) => (text.charCodeAt(0) << 8) | text.charCodeAt(1);
const DECIMAL = Uint16Array.from({ length: 100 }, (_, value) => pair(String(value).padStart(2, '0')));
const HEX = Uint16Array.from({ length: 256 }, (_, byte) => pair(byte.toString(16).padStart(2, '0')));

/** Text that never changes, as eights of bytes. */
export type Constant = { eights: Float64Array; length: number };

export function constant(text: string): Constant {
  const length = Buffer.byteLength(text);
  const eights = new Float64Array(Math.ceil(length / 8));
  const bytes = Buffer.alloc(eights.length * 8);
  bytes.write(text);
  for (let i = 0; i < eights.length; i++) eights[i] = bytes.readDoubleLE(i * 8);
  return { eights, length };
}

export function putConstant(out: DataView, at: number, { eights, length }: Constant): number {
  for (let i = 0; i < eights.length; i++) out.setFloat64(at + i * 8, eights[i] as number, true);
  return at + length;
}

/** UTF-8 bytes [from,to) as they are. Up to some hundreds this is faster than a copy of Buffer's. */
export function putBytes(out: DataView, start: number, source: DataView, from: number, to: number): number {
  let at = start;
  let i = from;
  for (; i + 8 <= to; i += 8, at += 8) out.setFloat64(at, source.getFloat64(i, true), true);
  if (i + 4 <= to) {
    out.setInt32(at, source.getInt32(i));
    at += 4;
    i += 4;
  }
  for (; i < to; i++) out.setUint8(at++, source.getUint8(i));
  return at;
}

// For each pair of bytes what stands for it in a string, from the top byte on, and how long that is.
const ESCAPED = new Int32Array(65_536);
const ESCAPED_LENGTH = new Uint8Array(65_536);
for (let pairOfBytes = 0; pairOfBytes < 65_536; pairOfBytes++) {
  const bytes = [pairOfBytes >> 8, pairOfBytes & 0xff].flatMap((byte) => (byte === QUOTE || byte === BACKSLASH ? [BACKSLASH, byte] : [byte]));
  ESCAPED_LENGTH[pairOfBytes] = bytes.length;
  ESCAPED[pairOfBytes] = bytes.reduce((word, byte, i) => word | (byte << (24 - 8 * i)), 0);
}

/**
 * Canonical JSON [from,to) as the inside of a JSON string. It holds no control character, so that it needs a backslash before each quote and each backslash and nothing
 * else. Every fifth of its bytes is one, which no processor foretells: hence tables, two bytes at a time, and no branch.
 */
export function putJsonText(out: DataView, start: number, source: DataView, from: number, to: number): number {
  let at = start;
  let i = from;
  for (; i + 2 <= to; i += 2) {
    const bytes = source.getUint16(i);
    out.setInt32(at, ESCAPED[bytes] as number);
    at += ESCAPED_LENGTH[bytes] as number;
  }
  if (i === to) return at;
  const byte = source.getUint8(i);
  if (byte === QUOTE || byte === BACKSLASH) out.setUint8(at++, BACKSLASH);
  out.setUint8(at, byte);
  return at + 1;
}

export function putHex(out: DataView, at: number, source: DataView, from: number, length: number): number {
  for (let i = 0; i < length; i++) out.setUint16(at + i * 2, HEX[source.getUint8(from + i)] as number);
  return at + length * 2;
}

/** Sixteen bytes as 8-4-4-4-12. */
export function putUuid(out: DataView, start: number, source: DataView, from: number): number {
  let at = putHex(out, start, source, from, 4);
  for (let i = 4; i < 10; i += 2) {
    out.setUint8(at, 0x2d);
    at = putHex(out, at + 1, source, from + i, 2);
  }
  out.setUint8(at, 0x2d);
  return putHex(out, at + 1, source, from + 10, 6);
}

const BILLION = 1_000_000_000;

/** A whole number from 0 to 2^53-1. */
export function putInteger(out: DataView, start: number, value: number): number {
  let at = start;
  let rest = value;
  let digits = 1;
  if (value >= BILLION) {
    const high = Math.floor(value / BILLION);
    at = putInteger(out, at, high);
    rest = value - high * BILLION;
    digits = 9;
  } else for (let limit = 10; digits < 9 && rest >= limit; limit *= 10) digits++;
  for (let i = at + digits - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    out.setUint8(i, 0x30 + rest - tenth * 10);
    rest = tenth;
  }
  return at + digits;
}

const MICROS_1970 = -DAYS_1970_TO_2000 * DAY_MICROS;

/** Microseconds since 2000 that putTime takes: from 1970 to 2255, where a double is exact and the day's text has ten characters. */
export const isPlainTime = (micros: number): boolean => micros >= MICROS_1970 && micros <= 8_046_000_000_000_000;

/** `YYYY-MM-DDT` of the day met last: neighbours in a log mostly share it. */
export class DayText {
  private day = Number.NaN;
  private text = constant('');

  of(day: number): Constant {
    if (day !== this.day) {
      const { year, month, dayOfMonth } = civilDate(day + DAYS_1970_TO_2000);
      this.day = day;
      this.text = constant(`${year}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}T`);
    }
    return this.text;
  }
}

/** The 27 characters of a time for which isPlainTime holds. */
export function putTime(out: DataView, start: number, micros: number, days: DayText): number {
  const day = Math.floor(micros / DAY_MICROS);
  const inDay = micros - day * DAY_MICROS;
  const at = putConstant(out, start, days.of(day));
  const seconds = Math.floor(inDay / 1_000_000);
  const fraction = inDay - seconds * 1_000_000;
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  const hundredths = (fraction / 100) | 0;
  const thousands = (hundredths / 100) | 0;
  out.setUint16(at, DECIMAL[hours] as number);
  out.setUint8(at + 2, 0x3a);
  out.setUint16(at + 3, DECIMAL[minutes - hours * 60] as number);
  out.setUint8(at + 5, 0x3a);
  out.setUint16(at + 6, DECIMAL[seconds - minutes * 60] as number);
  out.setUint8(at + 8, 0x2e);
  out.setUint16(at + 9, DECIMAL[thousands] as number);
  out.setUint16(at + 11, DECIMAL[hundredths - thousands * 100] as number);
  out.setUint16(at + 13, DECIMAL[fraction - hundredths * 100] as number);
  out.setUint8(at + 15, 0x5a);
  return at + 16;
}
