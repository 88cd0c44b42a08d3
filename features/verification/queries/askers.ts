import 'server-only';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { EventRow } from '@/core/event';
import { openKnownNotes } from '@/core/known-notes';
import type { Guard } from '@/core/signer-guard';
import type { Vkey } from '@/core/vkey';
import { appUser } from '@/db/schema/app-user';
import { eventView as e } from '@/db/schema/audit-event';
import { trail as trails } from '@/db/schema/trail';
import { scopeOf, type TrailId } from '@/db/scope';
import { appTransaction, readTransaction, sqlOf, type Tx } from '@/db/transaction';
import { ownVkeys } from '@/features/sealing/log-key';
import { listDatabaseNotes } from '@/features/sealing/queries/known-notes';
import { ownOrigins } from '@/features/trail/mutations/record-act';
import { confirmEvents, readOutside } from '@/features/trail/queries/confirm-events';
import { listWaiting } from '@/features/trail/waiting-acts';
import { GONE_ACCOUNT } from '../past-rows';

type Trail = { trailId: TrailId; origin: string };

/**
 * Who asked for runs of a trail: by the act `verification.started` of the product's own trail, in any of its epochs, shown to be one of ours, or by the file in which that act waits. By
 * number of the run, the name of the account.
 */
export async function listAskers(origin: string, runIds: readonly number[]): Promise<Map<number, string>> {
  if (runIds.length === 0) return new Map();
  const origins = ownOrigins();
  const rows = await appTransaction((tx) =>
    tx
      .select({ trailId: trails.trailId, origin: trails.origin })
      .from(trails)
      .where(inArray(trails.origin, [...origins])),
  );
  const people = new Map<number, string>();
  for (const own of origins.flatMap((one) => rows.find((row) => row.origin === one) ?? [])) // where two say something of a number, the newest stands
    for (const { actorId, resourceId, details } of await listStarts(own, runIds))
      if (JSON.parse(details).trail === origin) people.set(Number(resourceId), actorId);
  for (const { action, actor, run, details } of listWaiting())
    if (action === 'verification.started' && run && actor !== 'system' && details.trail === origin) people.set(run.id, actor.userId);
  const ids = [...new Set(people.values())];
  const accounts =
    ids.length === 0
      ? []
      : await appTransaction((tx) => tx.select({ id: appUser.userId, name: appUser.name }).from(appUser).where(inArray(appUser.userId, ids)));
  return new Map([...people].map(([runId, id]) => [runId, accounts.find((one) => one.id === id)?.name ?? GONE_ACCOUNT]));
}

/** What one of the product's own trails tells of the start of some runs, as far as it is shown to be ours. */
function listStarts(own: Trail, runIds: readonly number[]): Promise<EventRow[]> {
  const outside = readOutside(own.origin);
  return readTransaction(scopeOf(own.trailId), async (tx) => {
    const acts = await tx
      .select({ seq: e.seq })
      .from(e)
      .where(
        and(
          eq(e.trailId, own.trailId),
          eq(e.resourceType, 'run'),
          inArray(e.resourceId, runIds.map(String)),
          eq(e.action, 'verification.started'),
          eq(e.outcome, 'success'),
        ),
      )
      .orderBy(asc(e.seq));
    const seqs = acts.map(({ seq }) => seq);
    const { confirmed } = await confirmEvents(tx, own, outside, seqs);
    const left = seqs.filter((seq) => !confirmed.has(seq));
    const older = left.length === 0 ? null : await getOlderSeal(tx, own);
    const others = older === null ? null : (await confirmEvents(tx, own, { ...outside, guard: older }, left)).confirmed;
    return seqs.flatMap((seq) => (confirmed.get(seq) ?? others?.get(seq))?.row ?? []);
  });
}

/**
 * What a restored database still leads to, where it lacks what the guard names: the largest size that its events reach and of which it has a note that one of our own keys signed. What was
 * signed then was ours, as whatever was signed later began with it. Null where it has none, or where the keys cannot be read.
 */
async function getOlderSeal(tx: Tx, { trailId, origin }: Trail): Promise<Guard | null> {
  const notes = await listDatabaseNotes((text, values) => sqlOf(tx).unsafe(text, values as never[]), trailId);
  const [end] = await tx
    .select({ size: sql<number>`coalesce(max(${e.seq}) + 1, 0)`.mapWith(Number) })
    .from(e)
    .where(eq(e.trailId, trailId));
  const { accepted } = openKnownNotes(
    origin,
    keysOf(origin),
    notes.filter(({ size }) => size <= (end?.size ?? 0)),
  );
  return accepted.reduce<Guard | null>((most, { size, root }) => (most === null || size > most.size ? { origin, size, root } : most), null);
}

function keysOf(origin: string): Vkey[] {
  try {
    return ownVkeys(origin);
  } catch {
    return []; // a key file that is gone or damaged, which every page says: nothing shows that a note is ours
  }
}
