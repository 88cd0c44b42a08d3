/** SPEC §2 inside `details`: numbers that the profile refuses, depth, and the names that only we write. */
import { LIMITS, RESERVED_DETAILS } from './draft';
import { type JsonObject, type JsonValue, NumberLiteral } from './json';
import { escapeToken } from './json-pointer';

/** A number of `details` outside the profile, and the one or two steps that put something in its place. */
export type RefusedNumber = { pointer: string; literal: string; replace: (value: string) => void };

/**
 * Walks `details`: every refused number with its pointer from the payload root, and whether it is too deep. `replace` writes into the value itself, which is
 * the reader's own copy.
 */
export function inspectDetails(details: JsonObject): { isTooDeep: boolean; refused: RefusedNumber[] } {
  const refused: RefusedNumber[] = [];
  const isTooDeep = !walk(details, 1, refused);
  if (refused.length > 0) for (const number of refused) number.pointer = `/details${number.pointer}`;
  return { isTooDeep, refused };
}

// Pointers are built on the way out and only where something was found: nearly every event has nothing.
function walk(value: JsonObject | JsonValue[], depth: number, refused: RefusedNumber[]): boolean {
  if (depth > LIMITS.depth) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const element = value[i];
      if (typeof element === 'object' && element !== null && !step(value as unknown as JsonObject, i, element, depth, refused)) return false;
    }
    return true;
  }
  for (const name in value) {
    const member = value[name];
    if (typeof member === 'object' && member !== null && !step(value, name, member, depth, refused)) return false;
  }
  return true;
}

function step(holder: JsonObject, key: string | number, value: JsonObject | JsonValue[] | NumberLiteral, depth: number, refused: RefusedNumber[]): boolean {
  const before = refused.length;
  if (value instanceof NumberLiteral) {
    refused.push({
      pointer: '',
      literal: value.text,
      replace: (text) => {
        holder[key] = text;
      },
    });
  } else if (!walk(value, depth + 1, refused)) return false;
  if (refused.length > before) {
    const token = `/${typeof key === 'number' ? key : escapeToken(key)}`;
    for (let i = before; i < refused.length; i++) (refused[i] as RefusedNumber).pointer = token + (refused[i] as RefusedNumber).pointer;
  }
  return true;
}

/** The first reserved name among the members of `details` itself (deeper down they are free), or null. */
export function reservedName(details: JsonObject): string | null {
  for (const name of RESERVED_DETAILS) if (name in details) return name;
  return null;
}

/**
 * Moves each reserved name aside by appending `_` until the name is free. The new name by the old; the pointers in `changed` below such a member follow it, and the
 * new pointer joins them.
 */
export function moveReservedNames(details: JsonObject, changed: string[]): void {
  for (const name of RESERVED_DETAILS) {
    if (!(name in details)) continue;
    let free = `${name}_`;
    while (free in details || RESERVED_DETAILS.has(free)) free += '_';
    details[free] = details[name] as JsonValue;
    delete details[name];
    for (const [i, pointer] of changed.entries()) {
      const old = `/details/${name}`;
      if (pointer === old || pointer.startsWith(`${old}/`)) changed[i] = `/details/${free}${pointer.slice(old.length)}`;
    }
    changed.push(`/details/${free}`);
  }
}
