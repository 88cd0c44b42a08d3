import 'server-only';
import { inArray } from 'drizzle-orm';
import { appUser } from '@/db/schema/app-user';
import { appTransaction } from '@/db/transaction';
import { listWaiting } from '@/features/trail/waiting-acts';
import { GONE_ACCOUNT } from '../past-rows';
import { listOwnEvents } from './own-events';

/**
 * Who asked for runs of a trail: by the act `verification.started` of the product's own trail, in any of its epochs, shown to be one of ours, or by the file in which that act waits. By
 * number of the run, the name of the account.
 */
export async function listAskers(origin: string, runIds: readonly number[]): Promise<Map<number, string>> {
  if (runIds.length === 0) return new Map();
  const people = new Map<number, string>();
  // where two say something of a number, the newest stands
  for (const { row } of await listOwnEvents('verification.started', runIds))
    if (row.outcome === 'success' && JSON.parse(row.details).trail === origin) people.set(Number(row.resourceId), row.actorId);
  for (const { action, actor, run, details } of listWaiting())
    if (action === 'verification.started' && run && actor !== 'system' && details.trail === origin) people.set(run.id, actor.userId);
  const ids = [...new Set(people.values())];
  const accounts =
    ids.length === 0
      ? []
      : await appTransaction((tx) => tx.select({ id: appUser.userId, name: appUser.name }).from(appUser).where(inArray(appUser.userId, ids)));
  return new Map([...people].map(([runId, id]) => [runId, accounts.find((one) => one.id === id)?.name ?? GONE_ACCOUNT]));
}
