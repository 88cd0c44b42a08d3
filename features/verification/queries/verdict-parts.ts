import 'server-only';
import { and, eq, sql } from 'drizzle-orm';
import { parseVkeys } from '@/core/checkpoint';
import { openKnownNotes } from '@/core/known-notes';
import { keyHashOf } from '@/core/vkey';
import { eventView as e } from '@/db/schema/audit-event';
import { scopeOf, type TrailId } from '@/db/scope';
import { readTransaction } from '@/db/transaction';
import { type KnownSeals, readOutsideSeals } from '@/features/sealing/queries/known-notes';
import { monthsHolding } from '@/features/trail/queries/months-holding';
import type { VerifyParams, VerifyResult } from '../schema';

type Trail = { trailId: TrailId; origin: string };
type Parts = Pick<VerifyResult, 'keys' | 'keyHashes' | 'unsealed' | 'signedTo' | 'provenBy'>;

/**
 * What a verdict names beside what was found (SPEC §8): the keys that it trusted, what says how far its events were signed, and how many of them no signature covered. Call it before the state of the rows is read, whose
 * seals are as old at most. @param held what a run of the schedule is held against
 * @returns of the range that was read
 * @throws AppError KEY_MISSING, KEY_UNREAD, GUARD_UNREAD, CHECKPOINT_UNREAD
 */
export function readVerdictParts(
  trail: Trail,
  { vkeys, notes = [] }: Pick<VerifyParams, 'vkeys' | 'notes'>,
  held?: KnownSeals,
): (verdict: Pick<VerifyResult, 'from' | 'to' | 'provenTo'>) => Promise<Parts> {
  const seals = held ?? readOutsideSeals(trail);
  const trusted = vkeys ? parseVkeys(vkeys) : seals.vkeys;
  const [keys, keyHashes] = [trusted.map(({ keyId }) => keyId), trusted.map(keyHashOf)];
  const outside = [...seals.notes.filter(({ isOutside }) => isOutside), ...notes.map((note) => ({ note, isOutside: true }))];
  const { accepted } = openKnownNotes(trail.origin, trusted, outside);
  // where the guard says another root for a size than a note, it is not known here which of them the rows have
  const isSigned = (size: number) => accepted.some((note) => note.size === size && (seals.guard?.size !== size || seals.guard.root.equals(note.root)));
  const signedTo = Math.max(seals.guard?.size ?? 0, ...accepted.map(({ size }) => size));
  return async ({ from, to, provenTo }) => {
    const first = Math.max(from, seals.guard?.size ?? 0);
    const events = Math.max(0, to - first);
    return {
      keys,
      keyHashes,
      signedTo,
      ...(provenTo > 0 ? { provenBy: isSigned(provenTo) ? ('note' as const) : ('guard' as const) } : {}),
      unsealed: { events, oldestMs: events === 0 ? null : await ageOf(trail.trailId, first) },
    };
  };
}

/** In ms; null where it is not there any more. */
const ageOf = (trailId: TrailId, seq: number): Promise<number | null> =>
  readTransaction(scopeOf(trailId), async (tx) => {
    const [row] = await tx
      .select({ ms: sql<number>`greatest(0, extract(epoch from clock_timestamp() - ${e.recordedAt}) * 1000)`.mapWith(Number) })
      .from(e)
      .where(and(eq(e.trailId, trailId), eq(e.seq, seq), await monthsHolding(tx, trailId, { from: seq, to: seq + 1 })))
      .limit(1);
    return row ? Math.round(row.ms) : null;
  });
