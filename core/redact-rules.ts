/** Rule sets for redaction: the published document, and what the walk needs of it. */
import { canonicalJson } from './jcs';
import type { JsonValue } from './json';
import { parsePointer } from './json-pointer';
import { type KeyRule, keyJudge } from './redact-keys';
import { PATTERNS, type PatternName, patternTest } from './redact-patterns';
import { sha256Hex } from './sha256';

export type RuleDocument = {
  id: string;
  about?: readonly string[];
  /** RFC 6901 from the payload root; what lies below is covered too, and `/ip_address` covers `/details/ip_raw`. */
  drop_pointers?: readonly string[];
  drop_keys?: { keys: readonly string[]; scalar_keys: readonly string[]; unless_key_ends_in: readonly string[]; unless_key_is: readonly string[] };
  drop_patterns?: readonly PatternName[];
};

/** `text` is the published document (canonical JSON, patterns with their expressions) and `sha256` its hash in hex: what `rules.published` names. */
export type RuleSet = {
  id: string;
  text: string;
  sha256: string;
  pointers: readonly string[][];
  judgeKey: (name: string) => number;
  holdsPattern: (text: string) => boolean;
};

// what a pointer may name in a payload: the rest is the event's own machinery, or what idempotency and gaps are found by
const REDACTABLE = new Set(['details', 'ip_address', 'user_agent', 'request_id', 'session_id']);

/** Makes a rule set from its document. Throws a TypeError for a pointer that names nothing redactable. */
export function ruleSet(document: RuleDocument): RuleSet {
  const text = canonicalJson({
    ...(document as unknown as Record<string, JsonValue>),
    ...(document.drop_patterns === undefined ? {} : { drop_patterns: document.drop_patterns.map((name) => ({ name, ...PATTERNS[name] })) }),
  });
  const { keys = [], scalar_keys = [], unless_key_ends_in = [], unless_key_is = [] } = document.drop_keys ?? {};
  const rule: KeyRule = { keys, scalarKeys: scalar_keys, unlessKeyEndsIn: unless_key_ends_in, unlessKeyIs: unless_key_is };
  return {
    id: document.id,
    text,
    sha256: sha256Hex(text),
    pointers: (document.drop_pointers ?? []).map(pointerOf),
    judgeKey: keyJudge(rule),
    holdsPattern: patternTest(document.drop_patterns ?? []),
  };
}

function pointerOf(pointer: string): string[] {
  const tokens = parsePointer(pointer);
  if (tokens === null || !REDACTABLE.has(tokens[0] ?? '') || (tokens[0] !== 'details' && tokens.length > 1)) {
    throw new TypeError(`${pointer}: a rule may name ${[...REDACTABLE].map((name) => `/${name}`).join(', ')} and what lies in details`);
  }
  return tokens;
}

/** Secrets by the names of their members and by their form, for events from sources nobody has looked at yet. */
export const DEFAULT_RULES = ruleSet({
  id: 'default-1',
  about: [
    'A hit puts "[REDACTED]" in place of the whole scalar. Booleans, null and "" are no hits by name.',
    'Names are compared by their words (punctuation, camelCase, digits at the end of a word aside), in lower case: a hit is a listed name among them, joined or not. A domain before a slash (authorization.k8s.io/decision) is no part of the name.',
    'What lies below a listed name is covered, in objects and lists, except names that are kept. Below scalar_keys lists are covered, and in an object its value, old, new, before, after, from, to, content, data; its other members are judged by their own names.',
    'Kept: a name whose last word is in unless_key_ends_in, and those of unless_key_is (* stands for any rest).',
    'In an object like {"name": "password", "value": "x"} the value counts as under the name it is given.',
    'A string that holds JSON with a hit, or a URL with a listed name (?token=x, &token=x), is a hit as a whole.',
    'Covered: details, user_agent, request_id, session_id. Patterns are searched in every string.',
  ],
  drop_keys: {
    keys: (
      'password passwd pwd passphrase pin cvv cvc cvv2 cid track1 track2 secret client_secret api_key apikey access_token refresh_token id_token token cookie ' +
      'set_cookie session_cookie private_key ssh_key otp totp mfa_code recovery_code security_answer password_hash salt signature_key ' +
      'connection_string dsn ' +
      // written as one word, or more than one of them: no word of these alone is listed
      'passwords cookies secret_key secret_access_key session_token security_token auth_token bearer_token'
    ).split(' '),
    scalar_keys: ['auth', 'authorization'],
    unless_key_ends_in: ['Id', 'Arn', 'Name', 'Count', 'Type', 'At'],
    unless_key_is: [
      'token_type',
      'pin_code_changed',
      'password_changed_at',
      'cookie_consent',
      'authorization.k8s.io/*',
      'authorizationInfo',
      'clientRequestToken',
      'terminationMessage*',
    ],
  },
  drop_patterns: ['jwt', 'bearer', 'github', 'slack', 'stripe', 'private_key', 'url_credentials'],
});
