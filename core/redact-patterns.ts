/**
 * Values that are secrets by their form. Each pattern is published as a regular expression; where that would take quadratic time on a hostile text (many starts in
 * one long run) it is looked for by hand, and a test holds the two to each other.
 */

/** Names and published expressions (JavaScript, `i` where it stands). */
export const PATTERNS = {
  jwt: { regex: '\\beyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*', flags: '' },
  bearer: { regex: '\\b(bearer|basic)\\s+[\\w.~+/=-]{16,}', flags: 'i' },
  github: { regex: 'gh[pousr]_\\w{36,}|github_pat_\\w{22,}', flags: '' },
  slack: { regex: 'xox[abeoprs]-[\\w-]{10,}', flags: '' },
  stripe: { regex: '[sr]k_live_\\w{16,}', flags: '' },
  private_key: { regex: '-----BEGIN [A-Z ]*PRIVATE KEY-----', flags: '' },
  url_credentials: { regex: '\\b[a-z][a-z0-9+.-]*://[^\\s/:@]*:[^\\s/@]+@', flags: 'i' },
} as const;

export type PatternName = keyof typeof PATTERNS;

// nothing that follows can match without one of these
const HINT = /eyJ|bearer|basic|gh[pousr]_|github_pat_|xox[abeoprs]-|k_live_|PRIVATE KEY|:\/\//i;

const FINDERS: Record<PatternName, (text: string) => boolean> = {
  jwt: holdsJwt,
  // a run that goes on longer than the least needs no longer look: {16} for {16,}
  bearer: (text) => /\b(?:bearer|basic)\s+[\w.~+/=-]{16}/i.test(text),
  github: (text) => /gh[pousr]_\w{36}|github_pat_\w{22}/.test(text),
  slack: (text) => /xox[abeoprs]-[\w-]{10}/.test(text),
  stripe: (text) => /[sr]k_live_\w{16}/.test(text),
  private_key: (text) => /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text),
  url_credentials: holdsUrlCredentials,
};

/** A test for the named patterns, in time linear in the text. */
export function patternTest(names: readonly PatternName[]): (text: string) => boolean {
  const finders = names.map((name) => FINDERS[name]);
  return (text) => text.length >= 8 && HINT.test(text) && finders.some((holds) => holds(text));
}

const isWord = (c: number) => (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || (c >= 0x30 && c <= 0x39) || c === 0x5f;

function holdsJwt(text: string): boolean {
  let at = text.indexOf('eyJ');
  while (at >= 0) {
    let next = at + 3;
    if (at === 0 || !isWord(text.charCodeAt(at - 1))) {
      const head = runEnd(text, at + 3);
      const body = text.charCodeAt(head) === 0x2e ? runEnd(text, head + 1) : -1;
      if (head - at - 3 >= 8 && body - head - 1 >= 8 && text.charCodeAt(body) === 0x2e) return true;
      next = head; // every other start inside this run ends where it ends, and is shorter
    }
    at = text.indexOf('eyJ', next);
  }
  return false;
}

/** Where a run of [\w-] that begins at `from` ends. */
function runEnd(text: string, from: number): number {
  let i = from;
  for (let c = text.charCodeAt(i); isWord(c) || c === 0x2d; c = text.charCodeAt(++i));
  return i;
}

const SCHEME_BEFORE = /[a-z][a-z0-9+.-]{0,31}$/i;
const CREDENTIALS = /[^\s/:@]*:[^\s/@]+@/y;

function holdsUrlCredentials(text: string): boolean {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    if (!SCHEME_BEFORE.test(text.slice(Math.max(0, at - 32), at))) continue;
    CREDENTIALS.lastIndex = at + 3;
    if (CREDENTIALS.test(text)) return true;
  }
  return false;
}
