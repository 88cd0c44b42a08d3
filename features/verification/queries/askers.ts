import 'server-only';
import { and, asc, eq, inArray } from 'drizzle-orm';
import { appUser } from '@/db/schema/app-user';
import { eventView as e } from '@/db/schema/audit-event';
import { trail as trails } from '@/db/schema/trail';
import { scopeOf } from '@/db/scope';
import { appTransaction, readTransaction } from '@/db/transaction';
import { ownOrigin } from '@/features/trail/mutations/record-act';
import { confirmEvents, readOutside } from '@/features/trail/queries/confirm-events';
import { listWaiting } from '@/features/trail/waiting-acts';
import { GONE_ACCOUNT } from '../past-rows';

/**
 * Who asked for runs of a trail: by the act `verification.started` of the product's own trail, shown to be one of ours, or by the file in which that act waits. By number of the run,
 * the name of the account.
 */
export async function listAskers(origin: string, runIds: readonly number[]): Promise<Map<number, string>> {
  if (runIds.length === 0) return new Map();
  const own = { origin: ownOrigin() };
  const [found] = await appTransaction((tx) => tx.select({ trailId: trails.trailId }).from(trails).where(eq(trails.origin, own.origin)));
  const outside = readOutside(own.origin);
  const told = found
    ? await readTransaction(scopeOf(found.trailId), async (tx) => {
        const acts = await tx
          .select({ seq: e.seq })
          .from(e)
          .where(
            and(
              eq(e.trailId, found.trailId),
              eq(e.resourceType, 'run'),
              inArray(e.resourceId, runIds.map(String)),
              eq(e.action, 'verification.started'),
              eq(e.outcome, 'success'),
            ),
          )
          .orderBy(asc(e.seq));
        const { confirmed } = await confirmEvents(
          tx,
          { ...found, ...own },
          outside,
          acts.map(({ seq }) => seq),
        );
        return acts.flatMap(({ seq }) => confirmed.get(seq)?.row ?? []);
      })
    : [];
  const people = new Map<number, string>();
  for (const { actorId, resourceId, details } of told) if (JSON.parse(details).trail === origin) people.set(Number(resourceId), actorId);
  for (const { action, actor, run, details } of listWaiting())
    if (action === 'verification.started' && run && actor !== 'system' && details.trail === origin) people.set(run.id, actor.userId);
  const ids = [...new Set(people.values())];
  const accounts =
    ids.length === 0
      ? []
      : await appTransaction((tx) => tx.select({ id: appUser.userId, name: appUser.name }).from(appUser).where(inArray(appUser.userId, ids)));
  return new Map([...people].map(([runId, id]) => [runId, accounts.find((one) => one.id === id)?.name ?? GONE_ACCOUNT]));
}
