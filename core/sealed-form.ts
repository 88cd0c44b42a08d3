/**
 * The member `sealed` (SPEC §4): RFC 6901 pointers from the payload's root → commitments, b64u of 32 bytes. Every pointer names a gap: a member that is not there in
 * an object that is, or a null in an array. No pointer leads to the root, the salt, `sealed` itself or all of `details`; none is another's prefix; no commitment twice.
 */
import { isJsonObject, type JsonObject, type JsonValue } from './json';
import { parsePointer } from './json-pointer';

export function isSealedMap(value: JsonValue, payload: JsonObject): boolean {
  if (!isJsonObject(value)) return false;
  const pointers = Object.keys(value);
  const commitments = Object.values(value);
  return (
    pointers.length > 0 &&
    commitments.every((commitment) => typeof commitment === 'string' && isCommitment(commitment)) &&
    new Set(commitments).size === commitments.length &&
    pointers.every((pointer) => isSealable(pointer) && isGap(pointer, payload)) &&
    !hasPrefixPair(pointers)
  );
}

// 32 bytes are 42 characters and one whose last two bits are 0
export const isCommitment = (text: string) => /^[\w-]{42}[AEIMQUYcgkosw048]$/.test(text);

const SEALABLE = ['ip_address', 'user_agent', 'request_id', 'session_id', 'source', 'source_epoch', 'source_seq', 'redaction'];

/** Whether `seal` may take what a pointer names: a member of the payload that may be absent, or something inside details. */
export const isSealable = (pointer: string) => pointer.startsWith('/details/') || SEALABLE.includes(pointer.slice(1));

function hasPrefixPair(pointers: string[]): boolean {
  const all = new Set(pointers);
  return pointers.some((pointer) => {
    for (let at = pointer.lastIndexOf('/'); at > 0; at = pointer.lastIndexOf('/', at - 1)) if (all.has(pointer.slice(0, at))) return true;
    return false;
  });
}

function isGap(pointer: string, payload: JsonObject): boolean {
  const names = parsePointer(pointer);
  const last = names?.pop();
  if (names === null || last === undefined) return false;
  let parent: JsonValue | undefined = payload;
  for (const name of names) parent = child(parent, name);
  if (Array.isArray(parent)) return child(parent, last) === null;
  return isJsonObject(parent) && child(parent, last) === undefined;
}

export function child(parent: JsonValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(parent)) return /^(?:0|[1-9]\d*)$/.test(name) ? parent[Number(name)] : undefined;
  return isJsonObject(parent) && Object.hasOwn(parent, name) ? parent[name] : undefined;
}
