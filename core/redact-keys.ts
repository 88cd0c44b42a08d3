/**
 * Whether a member's name says that its value is a secret. Names are compared by their words, in lower case, without regard to how they are joined:
 * `client_secret`, `Client-Secret`, `clientSecret` and `clientsecret` are one; `spinner` holds no `pin`.
 */

/**
 * Lists as they are published. `keys`: names of secrets; `scalarKeys`: names of secrets where a scalar or a list stands under them, while an object is only about
 * the subject (`auth: {"user": …, "scopes": …}`) and judged by its own names; endings and names to keep (a `*` at the end stands for any rest).
 */
export type KeyRule = { keys: readonly string[]; scalarKeys: readonly string[]; unlessKeyEndsIn: readonly string[]; unlessKeyIs: readonly string[] };

/** What a name says, as bits. LISTED: a secret; DEEP: also what lies in an object below. KEPT beats both: a name to keep, or one that says which secret it is. */
export const LISTED = 1;
export const DEEP = 2;
export const KEPT = 4;
/** `{"name": "password", "value": "x"}`: the name of a name, and of the value it names. */
export const LABEL = 8;
export const VALUE = 16;

const LABELS = new Set('name key field property attribute parameter header variable option setting'.split(' '));
const VALUES = new Set('value values val old new before after from to content data'.split(' '));
// whose name it is, says nothing of what it is: rbac.authorization.kubernetes.io/autoupdate
const DOMAIN = /^[\w-]+(?:\.[\w-]+)+\//;
const CACHE_ENTRIES = 5000;

/** Words by punctuation and by camelCase, with the digits behind them: `XMLHttpToken2` is xml, http, token2. OAuth is one word. */
export function wordsOf(name: string): string[] {
  const words = name.replaceAll(/O[Aa]uth/g, 'Oauth').match(/[A-Z]{2,}(?![a-z])\d*|[A-Z]?[a-z]+\d*|[A-Z]\d*|\d+/g);
  return words === null ? [] : words.map((word) => word.toLowerCase());
}

const squeezed = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Judges a name; logs repeat their names, so verdicts are remembered (a bounded number of them). */
export function keyJudge(rule: KeyRule): (name: string) => number {
  const listed = new Map([
    ...rule.keys.map((name) => [squeezed(name), LISTED | DEEP] as const),
    ...rule.scalarKeys.map((name) => [squeezed(name), LISTED] as const),
  ]);
  const longest = Math.max(0, ...[...listed.keys()].map((name) => name.length));
  const endings = new Set(rule.unlessKeyEndsIn.map(squeezed));
  const kept = new Set(rule.unlessKeyIs.filter((name) => !name.endsWith('*')).map(squeezed));
  const keptPrefixes = rule.unlessKeyIs.filter((name) => name.endsWith('*')).map(squeezed);

  /** Every run of whole words, joined, with and without the digits behind it: password2 is a password, Auth0 is a company. */
  function listing(words: string[]): number {
    let found = 0;
    for (let from = 0; from < words.length; from++) {
      let run = '';
      for (let to = from; to < words.length && run.length <= longest; to++) {
        run += words[to] as string;
        found |= listed.get(run) ?? (run === 'auth0' ? 0 : (listed.get(run.replace(/\d+$/, '')) ?? 0));
      }
    }
    return found;
  }

  function judge(name: string): number {
    const whole = squeezed(name);
    const words = wordsOf(name.replace(DOMAIN, ''));
    const last = words.at(-1) ?? '';
    let verdict = LABELS.has(whole) ? LABEL : 0;
    if (VALUES.has(last)) verdict |= VALUE;
    if (endings.has(last) || kept.has(whole) || keptPrefixes.some((prefix) => whole.startsWith(prefix))) return verdict | KEPT;
    return verdict | listing(words);
  }

  const known = new Map<string, number>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const verdict = judge(name);
    if (name.length <= 64) {
      if (known.size >= CACHE_ENTRIES) known.clear();
      known.set(name, verdict);
    }
    return verdict;
  };
}
