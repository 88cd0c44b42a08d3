import type { Guard } from '@/core/signer-guard';
import { listTrails, type TrailRow } from '@/features/access/queries';
import { GUARD_MISSING, openGuard } from '@/features/trail/guard-file';
import { findElsewhere } from './rows-elsewhere';
import { findSignedLoss, type SignedLoss } from './signed-loss';

/** `origin` lost what was signed; `trail` is its row, null where that is gone too. */
export type LostTrail = SignedLoss & { origin: string; trail: TrailRow | null };

/** `unsure`: nobody can say. */
export type Standing = { state: 'there'; trail: TrailRow; guard: Guard } | ({ state: 'lost' } & LostTrail) | { state: 'unsure'; reason: string };

/** Whether what was signed of a trail is lost, by its guard and what the database has; it is there where the last signed event is. */
export async function getStanding(origin: string): Promise<Standing> {
  const unsure = (reason: string): Standing => ({ state: 'unsure', reason });
  const opened = openGuard(origin);
  if (opened.guard === null) return unsure(opened.reason);
  const { guard } = opened;
  if (guard === 'missing') return unsure(GUARD_MISSING);
  if (guard.origin !== origin) return unsure(`the guard file is that of ${guard.origin}`);
  const trail = (await listTrails()).find((row) => row.origin === origin);
  if (trail) {
    const loss = await findSignedLoss(trail, guard);
    return loss === null ? { state: 'there', trail, guard } : { state: 'lost', origin, trail, ...loss };
  }
  const elsewhere = await findElsewhere(origin);
  if (elsewhere !== null) return unsure(elsewhere);
  if (guard.size === 0) return unsure('there is no such trail, and nothing of it was signed');
  const reason = `${guard.size} events were signed, and the trail is gone from the database`;
  return { state: 'lost', origin, trail: null, guard, reason, there: { size: 0, lastHash: null } };
}

/** Whether it is the one state: what was signed, and what is there. */
export const isSameLoss = (a: LostTrail, b: LostTrail): boolean =>
  a.origin === b.origin &&
  a.guard.size === b.guard.size &&
  a.guard.root.equals(b.guard.root) &&
  a.there.size === b.there.size &&
  a.there.lastHash?.toString('hex') === b.there.lastHash?.toString('hex');
