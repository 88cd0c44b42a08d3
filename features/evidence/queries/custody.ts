import 'server-only';
import { and, asc, eq, inArray } from 'drizzle-orm';
import { appUser } from '@/db/schema/app-user';
import { eventView as e } from '@/db/schema/audit-event';
import type { Scope, TrailId } from '@/db/scope';
import { appTransaction, readTransaction } from '@/db/transaction';

/** What the product's own trail tells of a bundle. */
export type CustodyEvent = { alias: string; bundleId: string; seq: number; at: string; action: string; actorId: string; actorType: string; eventHash: string };

const MOST = 5_000;

/** In the order they happened. @param own the trail `<host>/indelible`, or an epoch of it */
export const listCustody = (own: { trailId: TrailId; alias: string; scope: Scope }, bundleIds: readonly string[]): Promise<CustodyEvent[]> =>
  bundleIds.length === 0
    ? Promise.resolve([])
    : readTransaction(own.scope, async (tx) => {
        const rows = await tx
          .select({
            bundleId: e.resourceId,
            seq: e.seq,
            at: e.recordedAt,
            action: e.action,
            actorId: e.actorId,
            actorType: e.actorType,
            eventHash: e.eventHash,
          })
          .from(e)
          .where(and(eq(e.trailId, own.trailId), eq(e.resourceType, 'bundle'), inArray(e.resourceId, [...bundleIds])))
          .orderBy(asc(e.seq))
          .limit(MOST);
        return rows.map((row) => ({ ...row, alias: own.alias, eventHash: row.eventHash.toString('hex') }));
      });

/** Names of accounts by their ids: events hold ids alone. */
export const getNames = async (ids: readonly string[]): Promise<Map<string, string>> => {
  const known = [...new Set(ids.filter((id) => /^[0-9a-f-]{36}$/.test(id)))];
  if (known.length === 0) return new Map();
  const rows = await appTransaction((tx) => tx.select({ id: appUser.userId, name: appUser.name }).from(appUser).where(inArray(appUser.userId, known)));
  return new Map(rows.map(({ id, name }) => [id, name]));
};
