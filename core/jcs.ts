/**
 * RFC 8785, the JSON Canonicalization Scheme: no white space, members sorted by UTF-16 code units (§3.2.3), strings escaped as JSON.stringify does (§3.2.2.2),
 * numbers as ECMAScript prints them (§3.2.2.3).
 */
import { type JsonObject, type JsonValue, NumberLiteral } from './json';

/**
 * The canonical text. Throws a TypeError for what has none: a number that is not finite, a lone surrogate, a NumberLiteral (its double would print another
 * number), undefined. Values that came through the normaliser hold none of these.
 */
export function canonicalJson(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value);
    case 'number':
      return canonicalNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return canonicalArray(value);
      if (value instanceof NumberLiteral) throw new TypeError(`the number ${value.text} has no exact canonical form`);
      return canonicalObject(value);
    default:
      throw new TypeError(`JSON has no ${typeof value}`);
  }
}

/** Object.keys, in the order of RFC 8785 §3.2.3. */
export function sortedNames(object: JsonObject): string[] {
  const names = Object.keys(object);
  if (names.length > 24) return names.sort();
  // most objects are small and nearly in order: measured a fifth faster than the general sort
  for (let i = 1; i < names.length; i++) {
    const name = names[i] as string;
    let j = i - 1;
    while (j >= 0 && (names[j] as string) > name) {
      names[j + 1] = names[j] as string;
      j--;
    }
    names[j + 1] = name;
  }
  return names;
}

function canonicalObject(object: JsonObject): string {
  const names = sortedNames(object);
  let out = '{';
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    out += `${i === 0 ? '' : ','}${canonicalString(name)}:${canonicalJson(object[name] as JsonValue)}`;
  }
  return `${out}}`;
}

function canonicalArray(array: JsonValue[]): string {
  let out = '[';
  for (let i = 0; i < array.length; i++) out += (i === 0 ? '' : ',') + canonicalJson(array[i] as JsonValue);
  return `${out}]`;
}

// what stands for itself between the quotes: nothing to escape, no surrogate to pair
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8785 §3.2.2.2 escapes exactly these
const PLAIN = /^[^"\\\u0000-\u001f\ud800-\udfff]*$/;

/** A string between its quotes. Throws a TypeError at a lone surrogate. */
export function canonicalString(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) throw new TypeError('a lone surrogate has no canonical form');
  return JSON.stringify(value);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
  return String(value); // -0 prints as 0
}
