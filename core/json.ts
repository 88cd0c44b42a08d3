/**
 * A strict reader for JSON text (RFC 8259) under the profile of SPEC §2: JSON.parse keeps the last of two members of one name and rounds numbers, and both
 * would let two readers see two events in one text. Here
 *   - lone surrogates become U+FFFD first, and only then are duplicate members looked for, and refused;
 *   - U+0000 is refused (PostgreSQL cannot store it);
 *   - a number that its double does not print exactly stays a NumberLiteral;
 *   - depth is bounded, so that hostile text cannot overflow the stack.
 */
import { exactNumber } from './json-number';
import { jsonPointer } from './json-pointer';

/** A number that the profile refuses, kept by its literal: an importer stores the text, the API answers "send it as a string". */
export class NumberLiteral {
  constructor(readonly text: string) {}
}

export type JsonValue = null | boolean | number | string | NumberLiteral | JsonValue[] | JsonObject;
export type JsonObject = { [name: string]: JsonValue };

/** `pointer` names the member at fault (RFC 6901), '' where the text as a whole is no JSON; `reason` is for people and says where. */
export type JsonFault = { ok: false; pointer: string; reason: string };

/** Containers inside containers that the reader follows. Far above the profile's 64 (which the normaliser judges), far below the stack. */
export const MAX_DEPTH = 512;

// An instance has fast properties, which Object.create(null) has not, and still inherits nothing: `__proto__` is a member like any other.
// biome-ignore lint/complexity/useArrowFunction: an arrow is no constructor
const Blank = function () {} as unknown as { new (): JsonObject; prototype: object };
Blank.prototype = Object.freeze(Object.create(null));

/** An empty object that inherits nothing, not even `__proto__`. */
export const newObject = (): JsonObject => new Blank();

export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberLiteral);

/**
 * Reads one JSON text. `literalMember` names a member of the root whose number is wanted by its literal even where the profile takes it (a time of receipt is
 * put in place of `"occurred_at": 1.7e9`, and the text is kept as it was written).
 */
export function parseJson(source: string, literalMember?: string): { ok: true; value: JsonValue } | JsonFault {
  text = source;
  pos = 0;
  kept = literalMember;
  try {
    skipSpace();
    const value = readValue(0);
    skipSpace();
    if (pos < text.length) throw syntax('something stands after the end of the value');
    return { ok: true, value };
  } catch (fault) {
    if (fault instanceof Fault) return { ok: false, pointer: fault.pointer, reason: fault.reason };
    throw fault;
  } finally {
    text = '';
    path.length = 0;
  }
}

class Fault {
  constructor(
    readonly pointer: string,
    readonly reason: string,
  ) {}
}

// State of the one read in progress: reading is synchronous and never re-entered. path[d] is the name or index that leads from depth d to d + 1.
let text = '';
let pos = 0;
let kept: string | undefined;
const path: (string | number)[] = [];

function syntax(what: string): Fault {
  const before = text.slice(0, pos);
  const line = before.split('\n').length;
  return new Fault('', `no JSON: ${what} (line ${line}, column ${pos - before.lastIndexOf('\n')})`);
}

const fault = (depth: number, reason: string) => new Fault(jsonPointer(path.slice(0, depth)), reason);

function skipSpace(): void {
  let c = text.charCodeAt(pos);
  while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = text.charCodeAt(++pos);
}

function readValue(depth: number): JsonValue {
  const c = text.charCodeAt(pos);
  if (c === 0x22) return readString(depth);
  if (c === 0x7b) return readObject(depth);
  if (c === 0x5b) return readArray(depth);
  if (c === 0x2d || (c >= 0x30 && c <= 0x39)) return readNumber(depth);
  if (c === 0x74) return readWord('true', true);
  if (c === 0x66) return readWord('false', false);
  if (c === 0x6e) return readWord('null', null);
  if (pos >= text.length) throw syntax('the text ends where a value is due');
  if (c === 0xfeff) throw syntax('a byte order mark stands before the value: leave it out');
  throw syntax('a value is due here: an object, an array, a string, a number, true, false or null');
}

function readWord<T>(word: string, value: T): T {
  if (!text.startsWith(word, pos)) throw syntax('a value is due here: an object, an array, a string, a number, true, false or null');
  pos += word.length;
  return value;
}

function tooDeep(): Fault {
  return fault(Math.min(1, path.length), `deeper than ${MAX_DEPTH} levels`);
}

function readObject(depth: number): JsonObject {
  if (depth >= MAX_DEPTH) throw tooDeep();
  const object = new Blank();
  pos++;
  skipSpace();
  if (text.charCodeAt(pos) === 0x7d) {
    pos++;
    return object;
  }
  for (;;) {
    if (text.charCodeAt(pos) !== 0x22) throw syntax("a member's name in double quotes is due here");
    const name = readName(depth);
    path[depth] = name;
    if (name in object) throw fault(depth + 1, 'the object has two members of this name: keep one');
    skipSpace();
    if (text.charCodeAt(pos) !== 0x3a) throw syntax("a colon is due after a member's name");
    pos++;
    skipSpace();
    object[name] = readValue(depth + 1);
    skipSpace();
    const c = text.charCodeAt(pos);
    if (c === 0x2c) {
      pos++;
      skipSpace();
    } else if (c === 0x7d) {
      pos++;
      return object;
    } else throw syntax('a comma or } is due here');
  }
}

function readArray(depth: number): JsonValue[] {
  if (depth >= MAX_DEPTH) throw tooDeep();
  const array: JsonValue[] = [];
  pos++;
  skipSpace();
  if (text.charCodeAt(pos) === 0x5d) {
    pos++;
    return array;
  }
  for (;;) {
    path[depth] = array.length;
    array.push(readValue(depth + 1));
    skipSpace();
    const c = text.charCodeAt(pos);
    if (c === 0x2c) {
      pos++;
      skipSpace();
    } else if (c === 0x5d) {
      pos++;
      return array;
    } else throw syntax('a comma or ] is due here');
  }
}

// Logs repeat their member names: a name met before is compared in place instead of being cut out and hashed again.
const NAMES = 1024;
const names: (string | undefined)[] = new Array(NAMES).fill(undefined);

function readName(depth: number): string {
  const start = pos + 1;
  let hash = 0;
  let i = start;
  let c = text.charCodeAt(i);
  while (c !== 0x22 && c !== 0x5c && c >= 0x20 && c < 0x80) {
    hash = (Math.imul(hash, 31) + c) | 0;
    c = text.charCodeAt(++i);
  }
  const length = i - start;
  if (c !== 0x22 || length > 64) {
    const name = readString(depth, true);
    return name;
  }
  pos = i + 1;
  const slot = hash & (NAMES - 1);
  const known = names[slot];
  if (known !== undefined && known.length === length && text.startsWith(known, start)) return known;
  const name = text.slice(start, i);
  names[slot] = name;
  return name;
}

function readString(depth: number, isName = false): string {
  const start = pos + 1;
  let i = start;
  let c = text.charCodeAt(i);
  while (c !== 0x22 && c !== 0x5c && c >= 0x20 && c < 0xd800) c = text.charCodeAt(++i);
  if (c === 0x22) {
    pos = i + 1;
    return text.slice(start, i);
  }
  return readHardString(start, i, depth, isName);
}

const SHORT: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The rest of a string that has escapes or surrogates: `at` is the first of them. */
function readHardString(start: number, at: number, depth: number, isName: boolean): string {
  let out = '';
  let from = start;
  let i = at;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c === 0x22) break;
    if (c !== 0x5c) {
      if (c >= 0x20) {
        i++;
        continue;
      }
      pos = i;
      throw syntax(i >= text.length ? 'the text ends inside a string' : `control character U+${hex4(c)} in a string: write it as \\u${hex4(c)}`);
    }
    out += text.slice(from, i);
    const short = SHORT[text.charAt(i + 1)];
    if (short !== undefined) {
      out += short;
      i += 2;
    } else {
      const digits = text.slice(i + 2, i + 6);
      pos = i;
      if (text.charAt(i + 1) !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) throw syntax('an escape that JSON does not have');
      out += String.fromCharCode(Number.parseInt(digits, 16));
      i += 6;
    }
    from = i;
  }
  out = (out + text.slice(from, i)).toWellFormed();
  pos = i + 1;
  if (out.includes('\u0000')) {
    if (isName) path[depth] = out;
    throw fault(isName ? depth + 1 : depth, 'U+0000 cannot be stored: take it out');
  }
  return out;
}

const hex4 = (code: number) => code.toString(16).padStart(4, '0');

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

function readNumber(depth: number): number | NumberLiteral {
  const start = pos;
  let value = 0;
  let i = start;
  let c = text.charCodeAt(i);
  while (c >= 0x30 && c <= 0x39) {
    value = value * 10 + c - 0x30;
    c = text.charCodeAt(++i);
  }
  const isKept = kept !== undefined && depth === 1 && path[0] === kept;
  // at most 15 digits, no sign, point, exponent or leading zero: exact, without another look
  const isPlain = i > start && i - start <= 15 && c !== 0x2e && (c | 0x20) !== 0x65 && (text.charCodeAt(start) !== 0x30 || i - start === 1);
  if (isPlain && !isKept) {
    pos = i;
    return value;
  }
  NUMBER.lastIndex = start;
  const literal = NUMBER.exec(text)?.[0];
  if (literal === undefined) throw syntax('a number is due after the minus sign');
  pos = start + literal.length;
  if (isKept) return new NumberLiteral(literal);
  return exactNumber(literal) ?? new NumberLiteral(literal);
}
