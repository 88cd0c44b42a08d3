/**
 * SPEC §4, rules by place over a whole payload: `drop`, `mask`, `hmac`, `seal`, in this order; where several name a leaf, the first of these wins. A rule acts on scalar
 * leaves: an object or array under a listed place is descended into. `/ip_address` covers `/details/ip_raw` too.
 *
 *   drop   "[REDACTED]"
 *   mask   digits between the first six and the last four become *; a number whose text changes becomes that text
 *   hmac   hmac:<keyid>:<b64u HMAC-SHA-256 over a string's UTF-8, or the JCS of another scalar>
 *   seal   out of the payload, a commitment in its place (sealed.ts), each leaf its own
 *
 * The rule set's id goes into the payload whether a rule hit or not. None runs on the system's own events: do not call this for them.
 */
import { canonicalJson } from './jcs';
import { isJsonObject, type JsonObject, type JsonValue, newObject } from './json';
import { jsonPointer } from './json-pointer';
import { REDACTED } from './redact';
import { type SealedValue, sealPayload } from './sealed';
import { hmacSha256 } from './sha256';

export const RULES = ['drop', 'mask', 'hmac', 'seal'] as const;
export type PlaceRule = { rule: (typeof RULES)[number]; pointer: string };

export type RedactionKey = { keyId: string; key: Uint8Array };

/** `saltOf` gives 16 fresh random bytes for each value that is sealed. Throws a TypeError where a rule needs a key and there is none. */
export type PayloadRules = { id: string; rules: readonly PlaceRule[]; key?: RedactionKey; saltOf: (pointer: string) => Uint8Array };

export function redactPayload(payload: JsonObject, { id, rules, key, saltOf }: PayloadRules): { payload: JsonObject; sealed: SealedValue[] } {
  const seals: string[] = [];
  const redact = (value: JsonValue, path: (string | number)[]): JsonValue => {
    if (Array.isArray(value)) return value.map((element, i) => redact(element, [...path, i]));
    if (isJsonObject(value)) {
      const out = newObject();
      for (const name of Object.keys(value)) out[name] = redact(value[name] as JsonValue, [...path, name]);
      return out;
    }
    const pointer = jsonPointer(path);
    const rule = ruleFor(rules, pointer);
    if (rule === 'seal') seals.push(pointer);
    return rule === null || rule === 'seal' ? value : redactLeaf(rule, value, key);
  };
  const { salt, sealed: before, redaction: _, ...others } = payload;
  const redacted = redact(others as JsonObject, []) as JsonObject;
  if (salt !== undefined) redacted.salt = salt;
  if (before !== undefined) redacted.sealed = before;
  redacted.redaction = id;
  const outcome = sealPayload(
    redacted,
    seals.map((pointer) => ({ pointer, salt: saltOf(pointer) })),
  );
  if (!outcome.ok) throw new TypeError(`${outcome.pointer}: nothing there may be sealed`);
  return { payload: outcome.payload, sealed: outcome.sealed };
}

/** One scalar under `drop`, `mask` or `hmac`. */
export function redactLeaf(rule: 'drop' | 'mask' | 'hmac', value: JsonValue, key?: RedactionKey): JsonValue {
  if (rule === 'drop') return REDACTED;
  if (rule === 'hmac') return keyed('hmac', typeof value === 'string' ? value : canonicalJson(value), key);
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  const text = String(value);
  const masked = mask(text);
  return masked === text ? value : masked;
}

/** SPEC §1: what may stand for an actor_id or resource_id. '' stays ''. */
export const pseudonym = (id: string, key: RedactionKey): string => (id === '' ? '' : keyed('p1', id, key));

function keyed(form: 'hmac' | 'p1', text: string, key: RedactionKey | undefined): string {
  if (key === undefined) throw new TypeError(`a rule ${form} without a key`);
  return `${form}:${key.keyId}:${hmacSha256(key.key, text).toString('base64url')}`;
}

function mask(text: string): string {
  const digits = text.match(/[0-9]/g)?.length ?? 0;
  let at = 0;
  return text.replace(/[0-9]/g, (digit) => {
    at++;
    return at > 6 && at <= digits - 4 ? '*' : digit;
  });
}

function ruleFor(rules: readonly PlaceRule[], pointer: string): PlaceRule['rule'] | null {
  return RULES.find((name) => rules.some(({ rule, pointer: place }) => rule === name && covers(place, pointer))) ?? null;
}

const covers = (place: string, pointer: string): boolean =>
  pointer === place ||
  pointer.startsWith(`${place}/`) ||
  (place === '/ip_address' && (pointer === '/details/ip_raw' || pointer.startsWith('/details/ip_raw/')));
