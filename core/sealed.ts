/**
 * SPEC §4, `seal`: a value leaves the payload, a commitment to it stays, and who holds the disclosure can prove what stood there. An RFC 9901 object-property disclosure
 * named by pointer:
 *
 *   text         ["<b64u of 16 random bytes>","/details/email","mia@example.com"]      JCS
 *   disclosure = b64u(text)                          stands in the table sealed_value, and never in a WORM store
 *   commitment = b64u(H(the disclosure's characters))   stands in payload.sealed under the pointer
 *
 * A member leaves its object; an element of an array becomes null, so that no index moves.
 */
import { canonicalJson } from './jcs';
import { isJsonObject, type JsonObject, type JsonValue, newObject, parseJson } from './json';
import { parsePointer } from './json-pointer';
import { child, isSealable } from './sealed-form';
import { sha256 } from './sha256';

/** `salt`: 16 fresh random bytes for each value, never used again. */
export type Seal = { pointer: string; salt: Uint8Array };
export type SealedValue = { pointer: string; disclosure: string; commitment: string };

export type SealOutcome = { ok: true; payload: JsonObject; sealed: SealedValue[] } | { ok: false; pointer: string };

export const disclosureOf = (salt: Uint8Array, pointer: string, value: JsonValue): string =>
  Buffer.from(canonicalJson([Buffer.from(salt).toString('base64url'), pointer, value])).toString('base64url');

export const commitmentOf = (disclosure: string): string => sha256(Buffer.from(disclosure, 'latin1')).toString('base64url');

/** What a disclosure says, or null where it is none in its one form. */
export function parseDisclosure(disclosure: string): { pointer: string; value: JsonValue } | null {
  const bytes = Buffer.from(disclosure, 'base64url');
  if (bytes.toString('base64url') !== disclosure) return null;
  const text = bytes.toString('utf8');
  const parsed = parseJson(text);
  if (!parsed.ok || !Array.isArray(parsed.value) || parsed.value.length !== 3) return null;
  const [salt, pointer, value] = parsed.value as [JsonValue, JsonValue, JsonValue];
  if (typeof salt !== 'string' || !/^[\w-]{21}[AQgw]$/.test(salt) || typeof pointer !== 'string') return null;
  return Buffer.from(text).equals(bytes) && canonicalOrNull(parsed.value) === text ? { pointer, value } : null;
}

/** Whether a disclosure is what the commitment under this pointer was made from. */
export const isDisclosed = (commitment: string, pointer: string, disclosure: string): boolean =>
  commitmentOf(disclosure) === commitment && parseDisclosure(disclosure)?.pointer === pointer;

/**
 * The payload with its values sealed: the given one is left as it is. Of pointers that lie in one another the outermost wins; one to no place does nothing; one to
 * what may not be sealed (the root, the salt, `sealed`, all of `details`, what is no member of a payload) is refused by name.
 */
export function sealPayload(payload: JsonObject, seals: readonly Seal[]): SealOutcome {
  for (const { pointer } of seals) if (parsePointer(pointer) === null || !isSealable(pointer)) return { ok: false, pointer };
  const pointers = new Set(seals.map(({ pointer }) => pointer));
  const result = copyOf(payload) as JsonObject;
  const sealed: SealedValue[] = [];
  for (const { pointer, salt } of seals) {
    if (hasOuter(pointer, pointers) || sealed.some((before) => before.pointer === pointer)) continue;
    const value = takeOut(result, parsePointer(pointer) as string[]);
    if (value === undefined) continue;
    const disclosure = disclosureOf(salt, pointer, value);
    sealed.push({ pointer, disclosure, commitment: commitmentOf(disclosure) });
  }
  if (sealed.length > 0) {
    const map = isJsonObject(result.sealed) ? result.sealed : newObject();
    for (const { pointer, commitment } of sealed) map[pointer] = commitment;
    result.sealed = map;
  }
  return { ok: true, payload: result, sealed };
}

/** The payload with what is disclosed put back in its gaps, for a reader who may see it. Disclosures that fit no commitment are left out: judge them first. */
export function disclosePayload(payload: JsonObject, disclosures: readonly string[]): JsonObject {
  const result = copyOf(payload) as JsonObject;
  const commitments = isJsonObject(payload.sealed) ? payload.sealed : newObject();
  for (const disclosure of disclosures) {
    const said = parseDisclosure(disclosure);
    if (said === null || !Object.hasOwn(commitments, said.pointer) || commitments[said.pointer] !== commitmentOf(disclosure)) continue;
    putBack(result, parsePointer(said.pointer) ?? [], said.value);
  }
  return result;
}

function hasOuter(pointer: string, pointers: ReadonlySet<string>): boolean {
  for (let at = pointer.lastIndexOf('/'); at > 0; at = pointer.lastIndexOf('/', at - 1)) if (pointers.has(pointer.slice(0, at))) return true;
  return false;
}

function placeOf(root: JsonObject, names: string[]): { parent: JsonValue | undefined; last: string } {
  let parent: JsonValue | undefined = root;
  for (const name of names.slice(0, -1)) parent = child(parent, name);
  return { parent, last: names.at(-1) as string };
}

function takeOut(root: JsonObject, names: string[]): JsonValue | undefined {
  const { parent, last } = placeOf(root, names);
  const value = child(parent, last);
  if (value === undefined) return undefined;
  if (Array.isArray(parent)) parent[Number(last)] = null;
  else delete (parent as JsonObject)[last];
  return value;
}

function putBack(root: JsonObject, names: string[], value: JsonValue): void {
  const { parent, last } = placeOf(root, names);
  if (Array.isArray(parent)) parent[Number(last)] = value;
  else if (isJsonObject(parent)) parent[last] = value;
}

function copyOf(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isJsonObject(value)) return value;
  const copy = newObject();
  for (const name of Object.keys(value)) copy[name] = copyOf(value[name] as JsonValue);
  return copy;
}

function canonicalOrNull(value: JsonValue): string | null {
  try {
    return canonicalJson(value);
  } catch {
    return null; // a number without an exact form: no disclosure of ours
  }
}
