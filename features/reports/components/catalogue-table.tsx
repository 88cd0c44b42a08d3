import { Hash } from '@/components/ui/hash';
import { PrivilegedMark } from '@/components/ui/privileged-mark';
import type { Catalogue, CatalogueEntry } from '@/features/catalogue/catalogue';
import { plural } from '@/lib/format';

/** What an action's name means to the reports, by category; each opens to its patterns. */
export function CatalogueTable({ catalogue }: { catalogue: Catalogue }) {
  const categories = [...new Set(catalogue.entries.map((e) => e.category))].sort();
  const flagged = catalogue.entries.filter((e) => e.isPrivileged).length;
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 text-ink-2">
        {plural(catalogue.entries.length, 'pattern')}, {flagged} of them privileged whoever acts; the longest that matches an action wins.
        <Hash value={catalogue.sha256} name="hash of the catalogue" />
      </p>
      <div className="wide:columns-2 wide:gap-9">
        {categories.map((category) => (
          <Category key={category} name={category} entries={catalogue.entries.filter((e) => e.category === category)} />
        ))}
      </div>
    </>
  );
}

function Category({ name, entries }: { name: string; entries: CatalogueEntry[] }) {
  const flagged = entries.filter((e) => e.isPrivileged).length;
  return (
    <details className="break-inside-avoid border-b border-line">
      <summary className="flex h-(--row) items-center gap-2 hover:bg-hover pointer-coarse:h-11">
        <span className="mono">{name}</span>
        <span className="text-xs text-ink-3">
          {plural(entries.length, 'pattern')}
          {flagged > 0 && `, ${flagged} privileged`}
        </span>
      </summary>
      <ul className="flex flex-wrap gap-x-5 gap-y-1 pb-2.5 pl-4">
        {entries.map((e) => (
          <li key={e.pattern} className="mono inline-flex items-center gap-1">
            {e.isPrivileged && <PrivilegedMark size={9} />}
            {e.pattern}
          </li>
        ))}
      </ul>
    </details>
  );
}
