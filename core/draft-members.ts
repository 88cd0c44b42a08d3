/** SPEC §2: the members of a draft one by one. Null, "" and absent are one; a wrong type or size is a Refusal. */
import { type Door, LIMITS } from './draft';
import { isJsonObject, type JsonObject, newObject } from './json';
import { isLonger } from './utf8';
import { normaliseUuid } from './uuid';

/** Thrown inside the normaliser, and answered by it as a value. `error` as in normaliseDraft. */
export class Refusal {
  readonly message: string;
  constructor(
    readonly error: string,
    what: string,
  ) {
    this.message = error === 'draft' ? what : `${error}: ${what}`;
  }
}

/** A text member; null where it is absent, null or "". */
export function text(root: JsonObject, name: string, limit: number = LIMITS.id): string | null {
  const value = root[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') throw new Refusal(name, 'a string is due here');
  if (isLonger(value, limit)) throw new Refusal(name, `${Buffer.byteLength(value)} bytes of UTF-8, and ${limit} are allowed`);
  return value;
}

export function required(value: string | null, name: string): string {
  if (value === null) throw new Refusal(name, 'is missing, and every event has one');
  return value;
}

export function choice<T extends string>(root: JsonObject, name: string, values: readonly T[]): T {
  const value = required(text(root, name), name);
  if (!(values as readonly string[]).includes(value)) throw new Refusal(name, `is none of ${values.join(', ')} (in lower case)`);
  return value as T;
}

export function detailsOf(root: JsonObject): JsonObject {
  const value = root.details;
  if (value === undefined || value === null || value === '') return newObject();
  if (!isJsonObject(value)) throw new Refusal('details', 'an object is due here');
  return value;
}

/** The source is the door's; a draft may repeat it. */
export function sourceOf(root: JsonObject, door: Door): string | null {
  const own = text(root, 'source');
  const doors = door.kind === 'system' ? null : door.source || null;
  if (doors !== null && own !== null && own !== doors) throw new Refusal('source', `this door's source is ${doors}: leave the member out`);
  return doors ?? own;
}

export function epochOf(root: JsonObject): string | null {
  const value = text(root, 'source_epoch');
  if (value === null) return null;
  const uuid = normaliseUuid(value);
  if (uuid === null) throw new Refusal('source_epoch', 'a UUID is due here: one for each run of the source');
  return uuid;
}

export function sourceSeqOf(root: JsonObject): number | null {
  const value = root.source_seq;
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) throw new Refusal('source_seq', 'an integer from 1 to 9007199254740991 is due here');
  return value;
}
