/**
 * SPEC §4, as far as `drop`: a rule acts on scalar leaves of the payload, after normalising and before hashing, because nothing can be taken out later. The rule
 * set's id is in the payload whenever one ran, whether it hit or not. None runs on the system's own events: do not call this for them.
 */
import type { NormalisedDraft } from './draft';
import { isJsonObject, type JsonObject, type JsonValue, newObject, parseJson } from './json';
import { DEEP, KEPT, LABEL, LISTED, VALUE } from './redact-keys';
import type { RuleSet } from './redact-rules';

/** What stands where a value was dropped. */
export const REDACTED = '[REDACTED]';

const MAX_NESTED_JSON = 4; // strings of JSON inside strings of JSON; deeper ones are searched as text

/** The draft with every hit replaced. The given draft is left as it is; parts without a hit are shared. */
export function redactDraft(draft: NormalisedDraft, rules: RuleSet): NormalisedDraft & { redaction: string } {
  const out = {
    ...draft,
    details: redactDetails(draft.details, rules),
    userAgent: redactText(draft.userAgent, rules),
    requestId: redactText(draft.requestId, rules),
    sessionId: redactText(draft.sessionId, rules),
    redaction: rules.id,
  };
  for (const pointer of rules.pointers) dropAt(out, pointer);
  return out;
}

function redactText(text: string | null, rules: RuleSet): string | null {
  return text !== null && holdsSecret(text, rules, 0) ? REDACTED : text;
}

function redactDetails(details: JsonObject, rules: RuleSet): JsonObject {
  const out = redactObject(details, 0, rules, 0);
  // pointers that we wrote ourselves: names, no values
  if (out !== details && details.changed_at_import !== undefined) out.changed_at_import = details.changed_at_import;
  return out;
}

/** `listed`: whether the value stands under the name of a secret: 0, LISTED, or LISTED | DEEP. */
function redactValue(value: JsonValue, listed: number, rules: RuleSet, nested: number): JsonValue {
  if (typeof value === 'string') return value !== '' && (listed !== 0 || holdsSecret(value, rules, nested)) ? REDACTED : value;
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return redactArray(value, listed, rules, nested);
  if (isJsonObject(value)) return redactObject(value, listed, rules, nested);
  return listed !== 0 ? REDACTED : value; // a number, or a literal inside a string of JSON
}

function redactArray(array: JsonValue[], listed: number, rules: RuleSet, nested: number): JsonValue[] {
  let out = array;
  for (let i = 0; i < array.length; i++) {
    const element = array[i] as JsonValue;
    const redacted = redactValue(element, listed, rules, nested);
    if (redacted === element) continue;
    if (out === array) out = array.slice();
    out[i] = redacted;
  }
  return out;
}

function redactObject(object: JsonObject, listed: number, rules: RuleSet, nested: number): JsonObject {
  let out = object;
  let namesSecret = false;
  for (const name in object) {
    const member = object[name] as JsonValue;
    const verdict = rules.judgeKey(name);
    if ((verdict & LABEL) !== 0 && typeof member === 'string' && (rules.judgeKey(member) & LISTED) !== 0) namesSecret = true;
    const redacted = redactValue(member, listingOf(verdict, listed), rules, nested);
    if (redacted !== member) out = withMember(out, object, name, redacted);
  }
  if (!namesSecret) return out;
  for (const name in object) {
    if ((rules.judgeKey(name) & (VALUE | KEPT)) !== VALUE) continue;
    const redacted = redactValue(object[name] as JsonValue, LISTED | DEEP, rules, nested);
    if (redacted !== object[name]) out = withMember(out, object, name, redacted);
  }
  return out;
}

/** What a member's own name says, and what the name above its object adds. */
function listingOf(verdict: number, above: number): number {
  if ((verdict & KEPT) !== 0) return 0;
  const own = verdict & (LISTED | DEEP);
  return (above & DEEP) !== 0 || (verdict & VALUE) !== 0 ? own | above : own;
}

function withMember(out: JsonObject, original: JsonObject, name: string, value: JsonValue): JsonObject {
  const copy = out === original ? Object.assign(newObject(), original) : out;
  copy[name] = value;
  return copy;
}

function holdsSecret(text: string, rules: RuleSet, nested: number): boolean {
  if (text.length < 6) return false;
  return rules.holdsPattern(text) || (text.includes('=') && holdsNamedPair(text, rules)) || (text.includes('"') && holdsNamedMember(text, rules, nested));
}

/** `?token=x` or `&token=x` of a URL. The name's class leaves out the separators, so that no part of the text is looked at twice. */
function holdsNamedPair(text: string, rules: RuleSet): boolean {
  for (const [, name = ''] of text.matchAll(/(?:[?&]|&amp;)([^=&?;#\s]{1,64})=[^&#;\s]/g)) {
    if ((rules.judgeKey(name) & LISTED) !== 0) return true;
  }
  return false;
}

/** A string of JSON is judged as the value it holds; what is cut off, escaped again or within other text, by the names in front of colons. */
function holdsNamedMember(text: string, rules: RuleSet, nested: number): boolean {
  if (nested < MAX_NESTED_JSON && /^\s*[{[]/.test(text)) {
    const read = parseJson(text);
    if (read.ok) return redactValue(read.value, 0, rules, nested + 1) !== read.value;
  }
  for (const [, name = ''] of text.matchAll(/"([^"\\]{1,64})\\*"\s*:\s*(?!\s|true|false|null|\\*"\\*")/g)) {
    if ((rules.judgeKey(name) & LISTED) !== 0) return true;
  }
  return false;
}

/** A rule by pointer covers every leaf at and below its place, whatever it is; a pointer to no place does nothing. */
function dropAt(draft: NormalisedDraft, [member, ...tokens]: string[]): void {
  if (member === 'details') draft.details = dropBelow(draft.details, tokens) as JsonObject;
  else if (member === 'ip_address') {
    if (draft.ipAddress !== null) draft.ipAddress = REDACTED;
    if ('ip_raw' in draft.details) draft.details = dropBelow(draft.details, ['ip_raw']) as JsonObject;
  } else if (member === 'user_agent') draft.userAgent &&= REDACTED;
  else if (member === 'request_id') draft.requestId &&= REDACTED;
  else if (member === 'session_id') draft.sessionId &&= REDACTED;
}

function dropBelow(value: JsonValue, tokens: string[]): JsonValue {
  const [token, ...rest] = tokens;
  if (Array.isArray(value)) {
    return value.map((element, i) => (token === undefined || token === String(i) ? dropBelow(element, rest) : element));
  }
  if (!isJsonObject(value)) return token === undefined ? REDACTED : value;
  const out = newObject();
  for (const name in value) {
    const inner = value[name] as JsonValue;
    out[name] = token === undefined || token === name ? dropBelow(inner, rest) : inner;
  }
  return out;
}
