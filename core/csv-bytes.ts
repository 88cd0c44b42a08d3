/**
 * The fast path of csvCell: UTF-8 text as the bytes of a cell, without a string between. It takes what is plain by its bytes alone and leaves the rest to csvCell: text
 * beyond ASCII, control characters, and all that a spreadsheet may take for a formula, a number, a date or a truth value.
 */

const COMMA = 0x2c;
const QUOTE = 0x22;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const EQUALS = 0x3d;
const AT = 0x40;
const BAR = 0x7c;

// What a byte says of its cell.
const NEEDS_QUOTES = 1;
const IS_QUOTE = 2;
const NOT_PLAIN = 4;
const IN_NO_NUMBER = 8;
const SAYS = new Uint8Array(256).fill(IN_NO_NUMBER);
for (let byte = 0; byte < 256; byte++) if (byte < 0x20 || byte > 0x7e) SAYS[byte] = NOT_PLAIN;
for (const letter of '0123456789 .:/%)-+(aAeEpPmM$') SAYS[letter.charCodeAt(0)] = 0;
for (const letter of ",;'") SAYS[letter.charCodeAt(0)] = NEEDS_QUOTES;
SAYS[QUOTE] = NEEDS_QUOTES | IS_QUOTE;

const head = (a: number, b: number, c: number) => (a << 16) | (b << 8) | c | 0x202020;
const RISKY_HEADS = new Set(
  ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec', 'tru', 'fal'].map((name) =>
    head(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2)),
  ),
);
const MOST_OF_A_MONTH = 12; // characters: as csv.ts has it
const MOST_DIGITS_OF_A_DATE = 8;

/** Puts the cell at `start`, with room for twice its bytes and two more. @returns the place after it; -1 if csvCell has to make it */
export function putCell(out: Uint8Array, start: number, source: Uint8Array, from: number, to: number): number {
  let said = 0;
  for (let i = from; i < to; i++) said |= SAYS[source[i] as number] as number;
  if (to > from && ((said & NOT_PLAIN) !== 0 || isAtRisk(source, from, to, said))) return -1;
  let at = start;
  if ((said & NEEDS_QUOTES) === 0) {
    for (let i = from; i < to; i++) out[at++] = source[i] as number;
    return at;
  }
  out[at++] = QUOTE;
  for (let i = from; i < to; i++) {
    const byte = source[i] as number;
    out[at++] = byte;
    if (byte === QUOTE) out[at++] = QUOTE;
  }
  out[at++] = QUOTE;
  return at;
}

export function putComma(out: Uint8Array, at: number): number {
  out[at] = COMMA;
  return at + 1;
}

function isAtRisk(bytes: Uint8Array, from: number, to: number, said: number): boolean {
  const first = bytes[from] as number;
  const length = to - from;
  if (first > NINE) {
    if (first === EQUALS || first === AT || first === BAR) return true;
    return length >= 3 && length <= MOST_OF_A_MONTH && RISKY_HEADS.has(head(first, bytes[from + 1] as number, bytes[from + 2] as number));
  }
  if (first < ZERO) return true;
  if ((said & IN_NO_NUMBER) !== 0) return countDigits(bytes, from, to) <= MOST_DIGITS_OF_A_DATE;
  return !isIpv4(bytes, from, to);
}

function countDigits(bytes: Uint8Array, from: number, to: number): number {
  let digits = 0;
  for (let i = from; i < to; i++) if (isDigit(bytes[i] as number)) digits++;
  return digits;
}

function isIpv4(bytes: Uint8Array, from: number, to: number): boolean {
  let dots = 0;
  let digits = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (isDigit(byte)) {
      if (++digits > 3) return false;
    } else if (byte === DOT && digits > 0) {
      dots++;
      digits = 0;
    } else return false;
  }
  return dots === 3 && digits > 0;
}

const isDigit = (byte: number) => byte >= ZERO && byte <= NINE;
