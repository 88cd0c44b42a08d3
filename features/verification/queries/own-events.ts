import 'server-only';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { EventRow } from '@/core/event';
import type { KeyLineage } from '@/core/key-lineage';
import { openKnownNotes } from '@/core/known-notes';
import type { Guard } from '@/core/signer-guard';
import type { Vkey } from '@/core/vkey';
import { eventView as e } from '@/db/schema/audit-event';
import { trail as trails } from '@/db/schema/trail';
import { scopeOf, type TrailId } from '@/db/scope';
import { appTransaction, readTransaction, sqlOf, type Tx } from '@/db/transaction';
import { ownVkeys } from '@/features/sealing/log-key';
import { listDatabaseNotes } from '@/features/sealing/queries/known-notes';
import { readLineage } from '@/features/sealing/read-lineage';
import { ownOrigins } from '@/features/trail/mutations/record-act';
import { type Confirmed, confirmEvents, readOutside } from '@/features/trail/queries/confirm-events';

type Trail = { trailId: TrailId; origin: string };

export type OwnEvent = Confirmed & { trail: string };

/** What the product's own trail tells of some runs by one action, in any of its epochs, as far as it is shown to be ours; the newest last. */
export async function listOwnEvents(action: 'verification.started' | 'resource.verified', runIds: readonly number[]): Promise<OwnEvent[]> {
  if (runIds.length === 0) return [];
  const origins = ownOrigins();
  const rows = await appTransaction((tx) =>
    tx
      .select({ trailId: trails.trailId, origin: trails.origin })
      .from(trails)
      .where(inArray(trails.origin, [...origins])),
  );
  const events: OwnEvent[] = [];
  for (const own of origins.flatMap((one) => rows.find((row) => row.origin === one) ?? []))
    events.push(...(await listOf(own, action, runIds)).map((found) => ({ ...found, trail: own.origin })));
  return events;
}

function listOf(own: Trail, action: EventRow['action'], runIds: readonly number[]): Promise<Confirmed[]> {
  const outside = readOutside(own.origin);
  return readTransaction(scopeOf(own.trailId), async (tx) => {
    const acts = await tx
      .select({ seq: e.seq })
      .from(e)
      .where(and(eq(e.trailId, own.trailId), eq(e.resourceType, 'run'), inArray(e.resourceId, runIds.map(String)), eq(e.action, action)))
      .orderBy(asc(e.seq));
    const seqs = acts.map(({ seq }) => seq);
    const { confirmed } = await confirmEvents(tx, own, outside, seqs);
    const left = seqs.filter((seq) => !confirmed.has(seq));
    const older = left.length === 0 ? null : await getOlderSeal(tx, own);
    const others = older === null ? null : (await confirmEvents(tx, own, { ...outside, guard: older }, left)).confirmed;
    return seqs.flatMap((seq) => confirmed.get(seq) ?? others?.get(seq) ?? []);
  });
}

/**
 * What a restored database still leads to, where it lacks what the guard names: the largest size that its events reach and of which it has a note that one of our own keys signed. What was
 * signed then was ours, as whatever was signed later began with it; but not what a key signed alone above the size to which it is trusted, since another of ours called it stolen
 * (SPEC §6). The act that says so may be newer than the database: its file lies beside the key. Null where there is none, or where keys or acts cannot be read.
 */
async function getOlderSeal(tx: Tx, { trailId, origin }: Trail): Promise<Guard | null> {
  const keys = keysOf(origin);
  if (keys === null) return null;
  const { vkeys, lineage } = keys;
  const notes = await listDatabaseNotes((text, values) => sqlOf(tx).unsafe(text, values as never[]), trailId);
  const [end] = await tx
    .select({ size: sql<number>`coalesce(max(${e.seq}) + 1, 0)`.mapWith(Number) })
    .from(e)
    .where(eq(e.trailId, trailId));
  const { accepted } = openKnownNotes(
    origin,
    vkeys,
    notes.filter(({ size }) => size <= (end?.size ?? 0)),
  );
  const newest = lineage.trusted(accepted).at(-1);
  return newest === undefined ? null : { origin, size: newest.size, root: newest.root };
}

/** Null for a file that is gone or damaged, which every page says of a key: nothing shows that a note is ours, or still counts. */
function keysOf(origin: string): { vkeys: Vkey[]; lineage: KeyLineage } | null {
  try {
    const vkeys = ownVkeys(origin);
    return { vkeys, lineage: readLineage(origin, vkeys) };
  } catch {
    return null;
  }
}
