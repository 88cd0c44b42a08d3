/**
 * SPEC §2: a draft becomes the members that are hashed. All clean-up happens here, once, before redaction and hashing; nothing later changes a value.
 * An API's draft that breaks a rule is refused; an import never loses a record for a value.
 */
import { ACTOR_TYPES, type Door, DRAFT_MEMBERS, LIMITS, type NormalisedDraft, OUTCOMES, RESERVED_ACTIONS } from './draft';
import { choice, detailsOf, epochOf, Refusal, required, sourceOf, sourceSeqOf, text } from './draft-members';
import { importId } from './import-id';
import { normaliseIp } from './ip';
import { canonicalJson } from './jcs';
import { isJsonObject, type JsonObject, type JsonValue, NumberLiteral, parseJson } from './json';
import { copyJson } from './json-copy';
import { escapeToken } from './json-pointer';
import { inspectDetails, moveReservedNames, reservedName } from './normalise-details';
import { normaliseTime } from './time';
import { cutUtf8, isLonger } from './utf8';
import { normaliseUuid } from './uuid';

/**
 * `error`: the JSON Pointer of the member at fault without its first slash, `draft` for the draft as a whole, or `RESERVED`; `message`: what is wrong, where, and
 * how to mend it. It repeats no value of the draft but a number's literal: drafts hold secrets until they are redacted.
 */
export type Refused = { ok: false; error: string; message: string };

/**
 * Normalises one draft: JSON text (numbers count by their literals) or a value. `canonical` is JCS of the draft as it was sent, after well-forming: what the
 * draft's MAC covers (SPEC §3) where no source record stands behind it.
 */
export function normaliseDraft(draft: string | JsonValue, door: Door): { ok: true; draft: NormalisedDraft; canonical: string } | Refused {
  const read = typeof draft === 'string' ? parseJson(draft, door.kind === 'import' ? 'occurred_at' : undefined) : copyJson(draft);
  try {
    if (!read.ok) throw unread(draft, read.pointer, read.reason);
    return { ok: true, ...normalise(read.value, door) };
  } catch (refusal) {
    if (refusal instanceof Refusal) return { ok: false, error: refusal.error, message: refusal.message };
    throw refusal;
  }
}

function unread(draft: string | JsonValue, pointer: string, reason: string): Refusal {
  const isObject = typeof draft === 'string' ? /^\s*\{/.test(draft) : isJsonObject(draft);
  return pointer === '' || !isObject ? new Refusal('draft', reason) : new Refusal(pointer.slice(1), reason);
}

function normalise(root: JsonValue, door: Door): { draft: NormalisedDraft; canonical: string } {
  if (!isJsonObject(root)) throw new Refusal('draft', 'a draft is one JSON object');
  for (const name in root) {
    if (!DRAFT_MEMBERS.has(name)) throw new Refusal(escapeToken(name), 'a draft has no such member: put what is your own into details');
  }
  const details = detailsOf(root);
  const changed: string[] = [];
  takeNumbers(root, details, door, changed);
  const actorType = choice(root, 'actor_type', ACTOR_TYPES);
  const actorId = text(root, 'actor_id') ?? '';
  const action = required(text(root, 'action', LIMITS.action), 'action');
  if (door.kind !== 'system') refuseReserved(actorType, actorId, action);
  const source = sourceOf(root, door);
  const userAgent = text(root, 'user_agent', Number.POSITIVE_INFINITY);
  const ip = text(root, 'ip_address', Number.POSITIVE_INFINITY);
  const sentId = text(root, 'id', Number.POSITIVE_INFINITY);
  const time = timeOf(root, door);
  const rest = {
    resourceType: text(root, 'resource_type') ?? '',
    resourceId: text(root, 'resource_id') ?? '',
    outcome: choice(root, 'outcome', OUTCOMES),
    requestId: text(root, 'request_id'),
    sessionId: text(root, 'session_id'),
    sourceEpoch: epochOf(root),
    sourceSeq: sourceSeqOf(root),
  };

  const canonical = canonicalJson(root);
  if (isLonger(canonical, LIMITS.draft)) {
    throw new Refusal(
      'draft',
      `${Buffer.byteLength(canonical).toLocaleString('en')} bytes in canonical form, and ${LIMITS.draft.toLocaleString('en')} are allowed: shorten details`,
    );
  }

  // From here on `details` holds what we add; the canonical text above does not.
  if (door.kind === 'import') moveReservedNames(details, changed);
  else if (door.kind === 'api') refuseReservedDetails(details);
  if (time.raw !== null) {
    details.occurred_raw = time.raw;
    changed.push('/occurred_at');
  }
  const uuid = sentId === null ? null : normaliseUuid(sentId);
  if (sentId !== null && uuid === null) details.source_id = sentId;
  const address = ip === null ? null : normaliseIp(ip);
  if (ip !== null && address === null) details.ip_raw = ip;
  if (userAgent !== null && isLonger(userAgent, LIMITS.userAgent)) details.user_agent_cut = true;
  if (changed.length > 0) details.changed_at_import = [...new Set(changed)].sort();

  const normalised: NormalisedDraft = {
    id: uuid ?? madeId(sentId, door),
    occurredAt: time.at,
    actorType,
    actorId,
    action,
    resourceType: rest.resourceType,
    resourceId: rest.resourceId,
    outcome: rest.outcome,
    details,
    ipAddress: address,
    userAgent: userAgent === null ? null : cutUtf8(userAgent, LIMITS.userAgent),
    requestId: rest.requestId,
    sessionId: rest.sessionId,
    source,
    sourceEpoch: rest.sourceEpoch,
    sourceSeq: rest.sourceSeq,
  };
  return { draft: normalised, canonical };
}

/** Depth, and numbers outside the profile: refused, or at an import the text of their literal. */
function takeNumbers(root: JsonObject, details: JsonObject, door: Door, changed: string[]): void {
  const { isTooDeep, refused } = inspectDetails(details);
  if (isTooDeep) throw new Refusal('details', `deeper than ${LIMITS.depth} levels (objects and arrays, details itself is the first): flatten it`);
  const first = refused[0];
  if (first !== undefined && door.kind !== 'import') {
    throw new Refusal(
      first.pointer.slice(1),
      `the number ${shown(first.literal)} is beyond 2^53-1 or has more digits than a double keeps: send it as a string`,
    );
  }
  for (const { pointer, literal, replace } of refused) {
    replace(literal);
    changed.push(pointer);
  }
  const time = root.occurred_at;
  if (typeof time === 'number' || time instanceof NumberLiteral) {
    if (door.kind !== 'import') throw new Refusal('occurred_at', 'a string is due here: an RFC 3339 time such as 2026-03-01T12:00:00Z');
    root.occurred_at = typeof time === 'number' ? String(time) : time.text;
  }
}

const shown = (literal: string) => (literal.length > 60 ? `${literal.slice(0, 60)}…` : literal);

/** An event's time; at an import the time of receipt where the record's is none, with the record's text as `raw`. */
function timeOf(root: JsonObject, door: Door): { at: string; raw: string | null } {
  const sent = required(text(root, 'occurred_at', Number.POSITIVE_INFINITY), 'occurred_at');
  const at = normaliseTime(sent);
  if (at !== null) return { at, raw: null };
  if (door.kind === 'import') return { at: door.receivedAt, raw: sent };
  throw new Refusal(
    'occurred_at',
    'no RFC 3339 time with seconds and zone between 1970 and 9999: write it like 2026-03-01T12:00:00.123456Z or 2026-03-01T13:00:00+01:00',
  );
}

function refuseReserved(actorType: string, actorId: string, action: string): void {
  if (RESERVED_ACTIONS.has(action)) throw new Refusal('RESERVED', `the action ${action} belongs to the trail itself: name yours otherwise`);
  if (actorType === 'system' && actorId === 'indelible') throw new Refusal('RESERVED', 'the actor system/indelible is the trail itself: name yours otherwise');
}

function refuseReservedDetails(details: JsonObject): void {
  const name = reservedName(details);
  if (name !== null) throw new Refusal(`details/${name}`, 'this name is written by the trail alone: name your member otherwise');
}

/** The id of a draft whose own is no UUID; null where it brings none and no source key stands for it. */
function madeId(sentId: string | null, door: Door): string | null {
  const format = door.kind === 'import' ? door.format : 'api';
  if (sentId !== null) return importId(format, sentId);
  return door.kind === 'import' && door.sourceKey !== undefined ? importId(format, door.sourceKey) : null;
}
