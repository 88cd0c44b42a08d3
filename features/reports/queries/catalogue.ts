import { sql } from 'drizzle-orm';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { type Catalogue, type CatalogueEntry, catalogueOf, createClassifier } from '@/features/catalogue/catalogue';

/** The published entries of a version, with the hash of what the table holds now. */
export async function getCatalogue(tx: Tx, version: string): Promise<Catalogue> {
  const rows = await tx.execute<{ pattern: string; category: string; isPrivileged: boolean }>(
    sql`select pattern, category, is_privileged as "isPrivileged" from action_catalogue where version = ${version} order by pattern`,
  );
  return catalogueOf(
    version,
    rows.map(({ pattern, category, isPrivileged }) => ({ pattern, category, isPrivileged })),
  );
}

/** Every action that the trail knows, each found by one step in the index of actions: some tens of milliseconds for hundreds of names, whatever the size. */
export async function listActions(tx: Tx, trailId: TrailId): Promise<string[]> {
  const rows = await tx.execute<{ action: string }>(sql`
    with recursive step as (
      (select e.action from event_view e where e.trail_id = ${trailId}::int order by e.action limit 1)
      union all
      select (select e.action from event_view e where e.trail_id = ${trailId}::int and e.action > step.action order by e.action limit 1) from step where step.action is not null
    ) select action from step where action is not null`);
  return rows.map((row) => row.action);
}

/** The trail's actions by what the catalogue says of them. */
export type ActionClasses = {
  catalogue: Catalogue;
  classify: (action: string) => CatalogueEntry | null;
  privileged: string[];
  login: string[];
  lockout: string[];
  unclassified: string[];
};

export async function classifyActions(tx: Tx, trailId: TrailId, version: string): Promise<ActionClasses> {
  const [catalogue, actions] = [await getCatalogue(tx, version), await listActions(tx, trailId)];
  const classify = createClassifier(catalogue);
  const inCategory = (category: string) => actions.filter((action) => classify(action)?.category === category);
  return {
    catalogue,
    classify,
    privileged: actions.filter((action) => classify(action)?.isPrivileged),
    login: inCategory('auth.login'),
    lockout: inCategory('auth.lockout'),
    unclassified: actions.filter((action) => classify(action) === null),
  };
}

/** The newest seq of the trail in this snapshot; -1 for a trail without events. */
export async function getAsOf(tx: Tx, trailId: TrailId): Promise<number> {
  const [row] = await tx.execute<{ next: string }>(sql`select next_seq as next from head_view where trail_id = ${trailId}::int`);
  return Number(row?.next ?? 0) - 1;
}
