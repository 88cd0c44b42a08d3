import { asc, desc, eq } from 'drizzle-orm';
import { eventView as e } from '@/db/schema/audit-event';
import { trailHead, trailSegment, trail as trails } from '@/db/schema/trail';
import { scopeOf, type TrailId } from '@/db/scope';
import { appTransaction, readTransaction, type Tx } from '@/db/transaction';
import { listStrayTrails } from '@/features/trail/lost-trails';
import { getEvents } from '@/features/trail/queries/get-event';

/**
 * Where a trail is in the database that no row of its name stands for: under another name, by the key of that row, or by events whose hashes are right for this origin alone, also where
 * no row names theirs. A sentence; null where nothing of it was found: events under a number that no row of trails, of heads or of months names are not looked for.
 */
export async function findElsewhere(origin: string): Promise<string | null> {
  const renamed = (row: { origin: string; alias: string }) =>
    `the database names a trail ${row.origin} under the alias ${row.alias}: it was renamed, and what it holds may be all there`;
  const named = (await listStrayTrails()).gone.find((one) => one.origin === origin)?.row;
  if (named) return renamed(named);
  const { rows, ids } = await listNumbers();
  const byKey = rows.find(({ logVkey }) => logVkey.startsWith(`${origin}+`));
  if (byKey) return renamed(byKey);
  const trailId = await readTransaction(scopeOf(...ids), (tx) => findEvents(tx, origin, ids));
  if (trailId === undefined) return null;
  const row = rows.find((one) => one.trailId === trailId);
  return row ? renamed(row) : `events of it are in the database under the number ${trailId}, which no row names: what is there may be all of it`;
}

const listNumbers = () =>
  appTransaction(async (tx) => {
    const rows = await tx.select({ trailId: trails.trailId, origin: trails.origin, alias: trails.alias, logVkey: trails.logVkey }).from(trails);
    const others = [
      ...(await tx.select({ trailId: trailHead.trailId }).from(trailHead)),
      ...(await tx.selectDistinct({ trailId: trailSegment.trailId }).from(trailSegment)),
    ];
    return { rows, ids: [...new Set([...rows, ...others].map(({ trailId }) => trailId))] };
  });

/** By the first and the last event under each number: rows that were somebody else's have the hashes of his origin. */
async function findEvents(tx: Tx, origin: string, ids: readonly TrailId[]): Promise<TrailId | undefined> {
  for (const trailId of ids) {
    const end = (order: typeof asc | typeof desc) => tx.select({ seq: e.seq }).from(e).where(eq(e.trailId, trailId)).orderBy(order(e.seq)).limit(1);
    const seqs = [...(await end(asc)), ...(await end(desc))].map(({ seq }) => seq);
    if ((await getEvents(tx, { trailId, origin }, seqs)).some(({ check }) => check.state === 'holds')) return trailId;
  }
  return undefined;
}
