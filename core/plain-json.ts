/**
 * A quick look at UTF-8 in place: is it surely canonical JSON of the profile (RFC 8785, SPEC §2)? What it takes need not be parsed, what it does not take is judged by
 * who parses it (check-event.ts): escapes as \u00xx, names that are not ASCII, numbers with an exponent or more than fifteen digits are canonical at times, and are rare.
 */
import { MAX_DETAILS_DEPTH } from './check-event';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

const MOST_DIGITS = 15; // each decimal of as many digits is what its double prints
const MOST_ZEROS = 5; // behind the point: a smaller number is printed with an exponent

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= ZERO && byte <= 0x39;

// what may stand behind a backslash in a canonical text, the longer escapes left out
const SHORT = new Uint8Array(256);
for (const letter of '"\\bfnrt') SHORT[letter.charCodeAt(0)] = 1;

const WORDS = ['true', 'false', 'null'].map((word) => Buffer.from(word));

/** Whether [from,to) is surely one canonical object, containers at most 64 deep. */
export function isPlainObjectAt(bytes: Uint8Array, from: number, to: number): boolean {
  return from < to && bytes[from] === OPEN && objectEnd(bytes, from, to, 1) === to;
}

/** Whether [from,to) is surely a text that a canonical string stands for: well-formed UTF-8 without control characters. */
export function isPlainTextAt(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; ) {
    const byte = bytes[at] as number;
    if (byte < 0x20) return false;
    at = byte < 0x80 ? at + 1 : characterEnd(bytes, at, to);
    if (at < 0) return false;
  }
  return true;
}

// Each gives the place behind what begins at `at`, or -1. None reads a byte at `to` or beyond as a part of it.

function valueEnd(bytes: Uint8Array, at: number, to: number, depth: number): number {
  if (at >= to) return -1;
  switch (bytes[at]) {
    case QUOTE:
      return stringEnd(bytes, at + 1, to);
    case OPEN:
      return depth < MAX_DETAILS_DEPTH ? objectEnd(bytes, at, to, depth + 1) : -1;
    case OPEN_LIST:
      return depth < MAX_DETAILS_DEPTH ? listEnd(bytes, at, to, depth + 1) : -1;
    case 0x74:
    case 0x66:
    case 0x6e:
      return wordEnd(bytes, at, to);
    default:
      return numberEnd(bytes, at, to);
  }
}

function objectEnd(bytes: Uint8Array, start: number, to: number, depth: number): number {
  let at = start + 1;
  if (at < to && bytes[at] === CLOSE) return at + 1;
  let before = -1;
  for (;;) {
    if (at >= to || bytes[at] !== QUOTE) return -1;
    const name = at + 1;
    at = nameEnd(bytes, name, to);
    if (at < 0 || (before >= 0 && !isAscending(bytes, before, name))) return -1;
    before = name;
    if (at >= to || bytes[at] !== COLON) return -1;
    at = valueEnd(bytes, at + 1, to, depth);
    if (at < 0 || at >= to) return -1;
    const byte = bytes[at++];
    if (byte === CLOSE) return at;
    if (byte !== COMMA) return -1;
  }
}

function listEnd(bytes: Uint8Array, start: number, to: number, depth: number): number {
  let at = start + 1;
  if (at < to && bytes[at] === CLOSE_LIST) return at + 1;
  for (;;) {
    at = valueEnd(bytes, at, to, depth);
    if (at < 0 || at >= to) return -1;
    const byte = bytes[at++];
    if (byte === CLOSE_LIST) return at;
    if (byte !== COMMA) return -1;
  }
}

/** A name of ASCII with nothing escaped: such are in order as their bytes are. */
function nameEnd(bytes: Uint8Array, start: number, to: number): number {
  for (let at = start; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20 || byte >= 0x80 || byte === BACKSLASH) return -1;
  }
  return -1;
}

/** Of two names, each up to its quote: a name that goes on comes behind one that is its beginning. */
function isAscending(bytes: Uint8Array, first: number, second: number): boolean {
  for (let i = 0; ; i++) {
    const [a, b] = [bytes[first + i] as number, bytes[second + i] as number];
    if (b === QUOTE) return false;
    if (a === QUOTE) return true;
    if (a !== b) return a < b;
  }
}

function stringEnd(bytes: Uint8Array, start: number, to: number): number {
  for (let at = start; at < to; ) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20) return -1;
    if (byte === BACKSLASH) {
      if (at + 1 >= to || SHORT[bytes[at + 1] as number] === 0) return -1;
      at += 2;
    } else if (byte < 0x80) at++;
    else {
      at = characterEnd(bytes, at, to);
      if (at < 0) return -1;
    }
  }
  return -1;
}

/** Behind one character of more than one byte (RFC 3629 §4). */
function characterEnd(bytes: Uint8Array, at: number, to: number): number {
  const lead = bytes[at] as number;
  const size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (size === 0 || at + size > to) return -1;
  const second = bytes[at + 1] as number;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return -1;
  for (let i = 2; i < size; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return -1;
  return at + size;
}

function wordEnd(bytes: Uint8Array, at: number, to: number): number {
  for (const word of WORDS) {
    if (word[0] !== bytes[at]) continue;
    if (at + word.length > to) return -1;
    for (let i = 1; i < word.length; i++) if (bytes[at + i] !== word[i]) return -1;
    return at + word.length;
  }
  return -1;
}

function numberEnd(bytes: Uint8Array, start: number, to: number): number {
  const isNegative = bytes[start] === MINUS;
  const whole = isNegative ? start + 1 : start;
  let at = whole;
  while (at < to && isDigit(bytes[at])) at++;
  let digits = at - whole;
  const isZero = digits === 1 && bytes[whole] === ZERO;
  if (digits === 0 || (digits > 1 && bytes[whole] === ZERO)) return -1;
  if (at < to && bytes[at] === POINT) {
    const point = at++;
    while (at < to && isDigit(bytes[at])) at++;
    if (at === point + 1 || bytes[at - 1] === ZERO) return -1;
    let zeros = 0;
    if (isZero) while (bytes[point + 1 + zeros] === ZERO) zeros++;
    if (zeros > MOST_ZEROS) return -1;
    digits = isZero ? at - point - 1 - zeros : digits + at - point - 1;
  } else if (isZero && isNegative) return -1;
  if (digits > MOST_DIGITS || (at < to && (bytes[at] === 0x65 || bytes[at] === 0x45))) return -1;
  return at;
}
