import 'server-only';
import { leafHash } from '@/core/merkle';
import { openSnapshot } from '@/db/copy-out';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import { proveInclusion } from '@/features/sealing/prove';
import { getEvent } from '@/features/trail/queries/get-event';
import { getNextSeq } from '@/features/trail/queries/head';
import { AppError } from '@/lib/errors';
import { type ProvenPart, readProven } from './proven-file';
import { getStub } from './queries/stubs';
import type { VerifyParams } from './schema';

const MAX_AGE_MS = 24 * 3_600_000;

export type TakenUp =
  | { ok: true; part: ProvenPart /** Of event `part.size` - 1, as it stands there now, or its stub; null where it is archived. */; eventHash: Buffer | null }
  | { ok: false; reason: string };

/**
 * What of a run that was stopped still counts: everything below the largest signed size that it had led to, if the database still has that checkpoint, the tree still
 * leads to that root, and the event before it is still the one that is sealed there: its row, or what lawfully stands in its place. Else the run begins anew, and `reason` says why.
 * @throws a fault of the database, never for what is found wrong: that is for the verification to find
 */
export async function takeUp(
  trail: { trailId: TrailId; origin: string },
  runId: number,
  { from = 0, to, deep = false }: Pick<VerifyParams, 'from' | 'to' | 'deep'>,
  now = Date.now(),
): Promise<TakenUp> {
  const part = readProven(runId);
  if (part === null) return no('it had led to no checkpoint yet, or had found something before the first');
  if (part.from !== from || part.isDeep !== deep || part.size <= from || (to !== undefined && part.size >= to)) return no('it was asked for something else');
  const age = now - part.at;
  if (age < 0) return no('the clock stands before the time at which it was stopped');
  if (age > MAX_AGE_MS) return no('it was stopped more than a day ago');
  try {
    const { leaf, root } = await proveInclusion(trail, part.size - 1, part.size);
    if (root.toString('hex') !== part.root) return no('another root is signed for the events that it had checked');
    if ((await readTransaction(scopeOf(trail.trailId), (tx) => getNextSeq(tx, trail.trailId))) <= part.size)
      return no('nothing stands behind what it had checked');
    return await goOnFrom(trail, part, leaf);
  } catch (cause) {
    if (cause instanceof AppError) return no(`what it had checked is not proven any more: ${cause.message}`);
    throw cause;
  }
}

/** @param leaf of the last event that was checked, led to the signed root */
async function goOnFrom(trail: { trailId: TrailId; origin: string }, part: ProvenPart, leaf: Buffer): Promise<TakenUp> {
  const last = part.size - 1;
  const isSealed = (eventHash: Buffer) => leaf.equals(leafHash(eventHash));
  const event = await readTransaction(scopeOf(trail.trailId), (tx) => getEvent(tx, trail, last));
  if (event !== null) {
    if (event.check.state !== 'holds' || !isSealed(event.row.eventHash)) return no(`event ${last} is not any more what it had checked`);
    return { ok: true, part, eventHash: event.row.eventHash };
  }
  const snapshot = await openSnapshot({ scope: scopeOf(trail.trailId) });
  const stub = await getStub(snapshot, trail.trailId, last).finally(() => snapshot.close());
  if (stub !== null) {
    if (!isSealed(stub.eventHash)) return no(`the hash in the place of event ${last} is not the one that was signed`);
    return { ok: true, part, eventHash: stub.eventHash };
  }
  const wasArchived = part.away.some(({ kind, from, to }) => kind === 'archived' && from <= last && last < to);
  return wasArchived ? { ok: true, part, eventHash: null } : no(`event ${last}, the last that it had checked, is not here any more`);
}

const no = (reason: string): TakenUp => ({ ok: false, reason });
