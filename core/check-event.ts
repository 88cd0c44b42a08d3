/**
 * What makes a text one of the two halves of an event (SPEC §1, §2): canonical JSON of the profile, exactly the members of that half, each in its one form.
 * An unknown member is a fault: a new field is a new hash version.
 */
import { ACTOR_TYPES, OUTCOMES } from './draft';
import { normaliseIp } from './ip';
import { canonicalJson } from './jcs';
import { isJsonObject, type JsonObject, type JsonValue, NumberLiteral, parseJson } from './json';
import { isSealedMap } from './sealed-form';
import { normaliseTime } from './time';

type Check = (value: JsonValue, half: JsonObject) => boolean;
type Members = { [name: string]: { check: Check; isOptional?: true } };

/** SPEC §2, in bytes of UTF-8; of ids those of actors, resources, requests, sessions, sources and rule sets. */
export const MAX_BYTES = { id: 512, action: 128, userAgent: 1024 } as const;
/** Containers inside containers of `details`. */
export const MAX_DETAILS_DEPTH = 64;
const encoder = new TextEncoder();

const isText =
  (minBytes: number, maxBytes: number): Check =>
  (value) =>
    typeof value === 'string' &&
    value.length >= minBytes &&
    (value.length * 3 <= maxBytes || (value.length <= maxBytes && encoder.encode(value).length <= maxBytes));
const isInteger =
  (min: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= min;
const isOneOf =
  (...values: JsonValue[]): Check =>
  (value) =>
    values.includes(value);
// 16 bytes are 21 characters and one whose last four bits are 0: any other last character is not canonical
const isSalt: Check = (value) => typeof value === 'string' && /^[\w-]{21}[AQgw]$/.test(value);
const isUuid: Check = (value) => typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
const isTime: Check = (value) => typeof value === 'string' && normaliseTime(value) === value;
const isId = isText(0, MAX_BYTES.id);
const isGivenId = isText(1, MAX_BYTES.id);

const HEADER: Members = {
  v: { check: isOneOf(1) },
  salt: { check: isSalt },
  trail: { check: (value) => typeof value === 'string' && isOrigin(value) },
  seq: { check: isInteger(0) },
  id: { check: isUuid },
  recorded_at: { check: isTime },
  occurred_at: { check: isTime },
  actor_type: { check: isOneOf(...ACTOR_TYPES) },
  actor_id: { check: isId },
  action: { check: isText(1, MAX_BYTES.action) },
  resource_type: { check: isId },
  resource_id: { check: isId },
  outcome: { check: isOneOf(...OUTCOMES) },
};

const PAYLOAD: Members = {
  salt: { check: isSalt },
  details: { check: (value) => isJsonObject(value) && depthOf(value) <= MAX_DETAILS_DEPTH },
  ip_address: { check: isAddressOrRedacted, isOptional: true },
  user_agent: { check: isText(1, MAX_BYTES.userAgent), isOptional: true },
  request_id: { check: isGivenId, isOptional: true },
  session_id: { check: isGivenId, isOptional: true },
  source: { check: isGivenId, isOptional: true },
  source_epoch: { check: isUuid, isOptional: true },
  source_seq: { check: isInteger(1), isOptional: true },
  sealed: { check: isSealedMap, isOptional: true },
  redaction: { check: isGivenId, isOptional: true },
};

/** The names of the thirteen header members, in the order of SPEC §1. */
export const HEADER_MEMBERS = Object.keys(HEADER);
/** The names of the payload members, in the order of SPEC §1. */
export const PAYLOAD_MEMBERS = Object.keys(PAYLOAD);

/** Null for a header, else the member at fault; `header` where the text as a whole is no canonical JSON of the profile. */
export const checkHeaderText = (text: string): string | null => checkHalf(text, 'header', HEADER);

/** Null for a payload, else the member at fault; `payload` where the text as a whole is no canonical JSON of the profile. */
export const checkPayloadText = (text: string): string | null => checkHalf(text, 'payload', PAYLOAD);

/** An origin (SPEC, first paragraph): no `://`, no space, no `+`, not empty. */
export const isOrigin = (text: string): boolean => text !== '' && !text.includes('://') && !/[\s+]/.test(text);

function checkHalf(text: string, half: string, members: Members): string | null {
  const parsed = parseJson(text);
  if (!parsed.ok || !isJsonObject(parsed.value) || !isCanonical(parsed.value, text)) return half;
  const object = parsed.value;
  let known = 0;
  for (const name in members) {
    const { check, isOptional } = members[name] as Members[string];
    const value = object[name];
    if (value === undefined) {
      if (!isOptional) return firstUnknown(object, members) ?? name;
    } else {
      known++;
      if (!check(value, object)) return firstUnknown(object, members) ?? name;
    }
  }
  return known === Object.keys(object).length ? null : firstUnknown(object, members);
}

const firstUnknown = (object: JsonObject, members: Members): string | null => Object.keys(object).find((name) => !Object.hasOwn(members, name)) ?? null;

function isCanonical(value: JsonValue, text: string): boolean {
  try {
    return canonicalJson(value) === text;
  } catch (cause) {
    if (cause instanceof TypeError) return false; // a number that the profile refuses
    throw cause;
  }
}

/** Containers inside containers; an object of scalars is 1. */
function depthOf(value: JsonValue): number {
  if (typeof value !== 'object' || value === null || value instanceof NumberLiteral) return 0;
  let deepest = 0;
  if (Array.isArray(value)) for (const member of value) deepest = Math.max(deepest, depthOf(member));
  else for (const name in value) deepest = Math.max(deepest, depthOf(value[name] as JsonValue)); // an object of the reader inherits nothing
  return 1 + deepest;
}

// An address in its one form, or what a redaction rule leaves of one (SPEC §4), and that only where a rule set is named.
function isAddressOrRedacted(value: JsonValue, payload: JsonObject): boolean {
  if (typeof value !== 'string') return false;
  if (isAddress(value)) return true;
  return payload.redaction !== undefined && isRedactedAddress(value);
}

const isAddress = (text: string) => normaliseIp(text) === text;
const isRedactedAddress = (text: string) => text === '[REDACTED]' || /^hmac:[^:]+:[\w-]{42}[AEIMQUYcgkosw048]$/.test(text) || isMaskedAddress(text);

// The mask leaves the first 6 and the last 4 digits and puts * for those between: some address must lie behind it.
function isMaskedAddress(text: string): boolean {
  if (!/^[0-9a-f:.]*\*[0-9a-f:.*]*$/.test(text)) return false;
  const digits = text.replace(/[^0-9*]/g, '');
  if (!/^\d{6}\*+\d{4}$/.test(digits)) return false;
  return isAddress(text.replaceAll('*', '0')) || isAddress(text.replaceAll('*', '1'));
}
