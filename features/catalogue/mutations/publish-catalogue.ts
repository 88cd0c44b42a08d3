import { actionCatalogue } from '@/db/schema/action-catalogue';
import type { Tx } from '@/db/transaction';
import { currentCatalogue } from '../catalogue';

/**
 * Puts the built-in catalogue into action_catalogue unless its version is there. In a transaction of the app's role; when `isNew`, the caller appends
 * `catalogue.published` {id, sha256} to the product's own trail in the same transaction.
 */
export async function publishCatalogue(tx: Tx): Promise<{ id: string; sha256: string; isNew: boolean }> {
  const { version, entries, sha256 } = currentCatalogue;
  const added = await tx
    .insert(actionCatalogue)
    .values(entries.map(({ pattern, category, isPrivileged }) => ({ version, pattern, category, isPrivileged })))
    .onConflictDoNothing()
    .returning({ pattern: actionCatalogue.pattern });
  return { id: version, sha256, isNew: added.length > 0 };
}
