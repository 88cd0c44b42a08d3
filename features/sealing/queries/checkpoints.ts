import { and, desc, eq, gt, inArray, lt } from 'drizzle-orm';
import { checkpointView as c } from '@/db/schema/sealing';
import type { Scope, TrailId } from '@/db/scope';
import { readTransaction, type Tx } from '@/db/transaction';

/** The note of the checkpoint of a size as the database keeps it, null where it has none. Whoever shows it has its signature checked first (openCheckpoint). */
export async function getCheckpointNote(scope: Scope, trailId: TrailId, size: number): Promise<string | null> {
  const [row] = await readTransaction(scope, (tx) =>
    tx
      .select({ note: c.note })
      .from(c)
      .where(and(eq(c.trailId, trailId), eq(c.size, size)))
      .limit(1),
  );
  return row?.note ?? null;
}

/** What the database keeps in the rows of some sizes, whoever signed it: `root` is the row's, in hex. */
export async function listNotesAt(tx: Tx, trailId: TrailId, sizes: readonly number[]): Promise<{ size: number; root: string; note: string }[]> {
  const rows = await tx
    .select({ size: c.size, root: c.root, note: c.note })
    .from(c)
    .where(and(eq(c.trailId, trailId), inArray(c.size, [...sizes])))
    .limit(MOST_AT);
  return rows.map(({ root, ...row }) => ({ ...row, root: root.toString('hex') }));
}

const MOST_AT = 100;

/** Sizes that were signed, the newest first. */
export const listCheckpoints = (scope: Scope, trailId: TrailId, limit: number): Promise<{ size: number; createdAt: string }[]> =>
  readTransaction(scope, (tx) => tx.select({ size: c.size, createdAt: c.createdAt }).from(c).where(eq(c.trailId, trailId)).orderBy(desc(c.size)).limit(limit));

/** How many checkpoints have a size above `from` and below `to`. */
export const countNotesBetween = (scope: Scope, trailId: TrailId, from: number, to: number): Promise<number> =>
  readTransaction(scope, (tx) => tx.$count(c, and(eq(c.trailId, trailId), gt(c.size, from), lt(c.size, to))));
