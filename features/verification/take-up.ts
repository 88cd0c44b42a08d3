import 'server-only';
import { leafHash } from '@/core/merkle';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import { proveInclusion } from '@/features/sealing/prove';
import { getEvent } from '@/features/trail/queries/get-event';
import { AppError } from '@/lib/errors';
import { type ProvenPart, readProven } from './proven-file';
import type { VerifyParams } from './schema';

const MAX_AGE_MS = 24 * 3_600_000;

export type TakenUp =
  | { ok: true; part: ProvenPart /** Of event `part.size` - 1, as it stands there now. */; eventHash: Buffer }
  | { ok: false; reason: string };

/**
 * What of a run that was stopped still counts: everything below the largest signed size that it had led to, if the database still has that checkpoint, the tree still
 * leads to that root, and the event before it is still the one that is sealed there. Else the run begins anew, and `reason` says why.
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
    const event = await readTransaction(scopeOf(trail.trailId), (tx) => getEvent(tx, trail, part.size - 1));
    if (event?.check.state !== 'holds' || !leaf.equals(leafHash(event.row.eventHash))) return no(`event ${part.size - 1} is not any more what it had checked`);
    const next = await readTransaction(scopeOf(trail.trailId), (tx) => getEvent(tx, trail, part.size));
    if (next === null) return no('nothing stands behind what it had checked');
    return { ok: true, part, eventHash: event.row.eventHash };
  } catch (cause) {
    if (cause instanceof AppError) return no(`the checkpoint of what it had checked does not hold (${cause.code})`);
    throw cause;
  }
}

const no = (reason: string): TakenUp => ({ ok: false, reason });
