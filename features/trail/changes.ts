/**
 * What an event says it changed, from `details`: `changes: {field: {old, new}}` (also before/after, from/to, or a pair), or whole objects `before` and `after`. Values are JSON.
 * A side the source did not give is undefined, which is not null. Isomorphic; the text is canonical JSON (SPEC §2), so JSON.parse reads it without loss.
 */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Change = { field: string; before: Json | undefined; after: Json | undefined };

const SIDES = [
  ['old', 'new'],
  ['before', 'after'],
  ['from', 'to'],
] as const;

export function readChanges(details: Json): Change[] {
  if (!isObject(details)) return [];
  const { changes, before, after } = details;
  if (isObject(changes)) return Object.entries(changes).map(([field, value]) => ({ field, ...sidesOf(value) }));
  if (isObject(before) || isObject(after)) return diff(isObject(before) ? before : {}, isObject(after) ? after : {});
  return [];
}

function sidesOf(value: Json): Omit<Change, 'field'> {
  if (isObject(value)) {
    for (const [a, b] of SIDES) if (a in value || b in value) return { before: value[a], after: value[b] };
  }
  if (Array.isArray(value) && value.length === 2) return { before: value[0], after: value[1] };
  return { before: undefined, after: value };
}

function diff(before: { [name: string]: Json }, after: { [name: string]: Json }): Change[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.filter((field) => valueText(before[field]) !== valueText(after[field])).map((field) => ({ field, before: before[field], after: after[field] }));
}

export function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a reader sees it: a string without its quotes, everything else as JSON; null for a side that is not there. */
export function valueText(value: Json | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Leaves of an object as dotted paths, for showing what a source wrote: `requestParameters.bucketName`. */
export function flatten(value: Json, path = '', depth = 0): { path: string; value: Json }[] {
  const entries = Array.isArray(value) ? value.map((item, i) => [String(i), item] as const) : isObject(value) ? Object.entries(value) : null;
  if (!entries || entries.length === 0 || depth > 6) return [{ path, value }];
  return entries.flatMap(([name, item]) => flatten(item, path ? `${path}.${name}` : name, depth + 1));
}
