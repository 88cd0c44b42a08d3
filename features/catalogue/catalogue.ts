import { hash } from 'node:crypto';
import { default3 } from './default-3';

export type CatalogueEntry = { pattern: string; category: string; isPrivileged: boolean };
export type Catalogue = {
  version: string;
  entries: readonly CatalogueEntry[];
  /** Hex SHA-256 of the canonical text: what `catalogue.published` names and a bundle's query.json repeats. */
  sha256: string;
};

/** Entries by pattern (code unit order, as `COLLATE "C"`): `pattern TAB category TAB true|false LF`. SQL gives the same with string_agg over action_catalogue. */
export const catalogueText = (entries: readonly CatalogueEntry[]): string =>
  [...entries]
    .sort((a, b) => (a.pattern < b.pattern ? -1 : 1))
    .map(({ pattern, category, isPrivileged }) => `${pattern}\t${category}\t${isPrivileged}\n`)
    .join('');

export function parseCatalogue(version: string, text: string): Catalogue {
  const entries = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [pattern, category, mark] = line.trim().split(/\s+/);
      if (!pattern || !category || (mark !== undefined && mark !== '*')) throw new Error(`catalogue ${version}: ${line}`);
      return { pattern, category, isPrivileged: mark === '*' };
    });
  if (new Set(entries.map((entry) => entry.pattern)).size !== entries.length) throw new Error(`catalogue ${version} has a pattern twice`);
  return catalogueOf(version, entries);
}

export const catalogueOf = (version: string, entries: readonly CatalogueEntry[]): Catalogue => ({
  version,
  entries,
  sha256: hash('sha256', catalogueText(entries)),
});

export const currentCatalogue: Catalogue = parseCatalogue('default-3', default3);

/** What the catalogue says of an action's name: the longest pattern that matches it (of two as long, the first by code unit), or null: not classified. */
export function createClassifier(catalogue: Catalogue): (action: string) => CatalogueEntry | null {
  const rules = [...catalogue.entries]
    .sort((a, b) => b.pattern.length - a.pattern.length || (a.pattern < b.pattern ? -1 : 1))
    .map((entry) => ({ entry, regex: likeRegex(entry.pattern) }));
  const known = new Map<string, CatalogueEntry | null>();
  return (action) => {
    let found = known.get(action);
    if (found === undefined) {
      found = rules.find(({ regex }) => regex.test(action))?.entry ?? null;
      if (known.size < 10_000) known.set(action, found); // names come from sources: the memory must not grow with them
    }
    return found;
  };
}

/** PostgreSQL's LIKE with its default escape. */
function likeRegex(pattern: string): RegExp {
  const source = pattern.replace(/\\(.)|%|_|[.*+?^${}()|[\]\\]/gs, (match, escaped?: string) => {
    if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (match === '%') return '.*';
    return match === '_' ? '.' : `\\${match}`;
  });
  return new RegExp(`^${source}$`, 's');
}
