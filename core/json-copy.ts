/** Brings a value built by code under the same profile as a text that parseJson read, so that what follows need not ask where a value came from. */
import { type JsonFault, type JsonObject, type JsonValue, MAX_DEPTH, NumberLiteral, newObject } from './json';
import { isPlainNumber } from './json-number';
import { jsonPointer } from './json-pointer';

/**
 * A copy with well-formed strings and names, numbers of the profile (others as NumberLiteral) and objects that inherit nothing; members that are undefined are
 * left out. Refuses what parseJson refuses (U+0000, duplicate members after well-forming, depth), and what JSON has no form for (bigint, function, symbol).
 */
export function copyJson(value: JsonValue): { ok: true; value: JsonValue } | JsonFault {
  const path: (string | number)[] = [];
  try {
    return { ok: true, value: copy(value, 0, path) };
  } catch (fault) {
    if (fault instanceof Fault) return { ok: false, pointer: fault.pointer, reason: fault.reason };
    throw fault;
  }
}

class Fault {
  readonly pointer: string;
  constructor(
    path: (string | number)[],
    depth: number,
    readonly reason: string,
  ) {
    this.pointer = jsonPointer(path.slice(0, depth));
  }
}

function copy(value: JsonValue, depth: number, path: (string | number)[]): JsonValue {
  switch (typeof value) {
    case 'string':
      return copyText(value, depth, path);
    case 'number':
      return isPlainNumber(value) ? value || 0 : new NumberLiteral(String(value)); // -0 is 0
    case 'boolean':
      return value;
    case 'object':
      if (value === null || value instanceof NumberLiteral) return value;
      if (depth >= MAX_DEPTH) throw new Fault(path, 1, `deeper than ${MAX_DEPTH} levels`);
      return Array.isArray(value) ? copyArray(value, depth, path) : copyObject(value, depth, path);
    default:
      throw new Fault(path, depth, `JSON has no ${typeof value}`);
  }
}

function copyText(text: string, depth: number, path: (string | number)[]): string {
  if (text.includes('\u0000')) throw new Fault(path, depth, 'U+0000 cannot be stored: take it out');
  return text.isWellFormed() ? text : text.toWellFormed();
}

function copyArray(array: JsonValue[], depth: number, path: (string | number)[]): JsonValue[] {
  return array.map((element, i) => {
    path[depth] = i;
    return copy(element, depth + 1, path);
  });
}

function copyObject(object: JsonObject, depth: number, path: (string | number)[]): JsonObject {
  const out = newObject();
  for (const key of Object.keys(object)) {
    const member = object[key];
    if (member === undefined) continue;
    path[depth] = key;
    const name = copyText(key, depth + 1, path);
    path[depth] = name;
    if (name in out) throw new Fault(path, depth + 1, 'the object has two members of this name: keep one');
    out[name] = copy(member, depth + 1, path);
  }
  return out;
}
