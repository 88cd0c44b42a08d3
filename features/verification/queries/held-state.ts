// A state of a trail that was fixed before anything in the database said that a verification of it would come (SPEC §8): who puts rows back as soon as a run is written down puts them
// back too late.
//
//   the schedule: due ─▶ hold (a connection that was open already) ─▶ the run's row ─▶ a runner of this process ─▶ takeHeld: that run reads the state that was held
//
// The state is fixed by the first statement of a transaction that nothing told from a screen's, and everything else is asked of it. A run that another process takes, or that waits for
// longer, reads the state that it finds; one that was taken from its reader in the middle is not begun again.
import 'server-only';
import { sql } from 'drizzle-orm';
import { scopeOf, type TrailId } from '@/db/scope';
import { asApp, readTransaction } from '@/db/transaction';
import { type KnownSeals, readSealsBefore } from '@/features/sealing/queries/known-notes';
import { AppError } from '@/lib/errors';
import { knownEndIn } from './known-ends';

/**
 * What a verification reads before its snapshot, and the snapshot: another connection joins it until `release` is called. `runId`: whose it is, once that has a number. `take`: it is
 * let go when it was read, and not when its time is over.
 */
export type HeldState = { earlier: number; seals: KnownSeals; snapshotId: string; runId: number | null; take: () => void; release: () => void };

const HOLD_MS = 60_000; // a snapshot that is held keeps the server from cleaning up
const MOST_HELD = 2; // each has a connection of the pool

const held = new Map<TrailId, HeldState>();
// by number, whatever its row says since
const taken = new Set<number>();

/**
 * One a trail: the one before is let go.
 * @returns null where enough is held already
 * @throws AppError KEY_MISSING, and whatever keeps the state from being read
 */
export async function holdState(trail: { trailId: TrailId; origin: string }): Promise<HeldState | null> {
  held.get(trail.trailId)?.release();
  if (held.size >= MOST_HELD) return null;
  const readSeals = readSealsBefore(trail);
  let free = () => {};
  const isFree = new Promise<void>((done) => {
    free = done;
  });
  const { snapshotId, earlier, seals } = await new Promise<Pick<HeldState, 'snapshotId' | 'earlier' | 'seals'>>((done, failed) => {
    readTransaction(scopeOf(trail.trailId), async (tx) => {
      const [row] = await tx.execute<{ id: string }>(sql`select pg_export_snapshot() as id`);
      await tx.execute(sql`lock table event_view in access share mode`);
      const seals = await readSeals(tx);
      const earlier = await asApp(tx, () => knownEndIn(tx, trail.trailId));
      done({ snapshotId: row?.id as string, earlier, seals });
      await isFree;
    }).catch(failed); // one that is ended later stays, and whoever wants to join it is told
  });
  const timer = setTimeout(() => state.release(), HOLD_MS);
  timer.unref();
  const state: HeldState = {
    earlier,
    seals,
    snapshotId,
    runId: null,
    take: () => clearTimeout(timer),
    release: () => {
      clearTimeout(timer);
      if (held.get(trail.trailId) === state) held.delete(trail.trailId);
      free();
    },
  };
  held.set(trail.trailId, state);
  return state;
}

/**
 * The state that was held for a run of the schedule; null where this process holds none. Whoever takes it releases it.
 * @throws AppError STATE_LOST for a run that had it before: what it would find now, somebody had the time to put right. The schedule begins another
 */
export function takeHeld(trailId: TrailId, runId: number): HeldState | null {
  if (taken.has(runId)) throw stateLost();
  const state = held.get(trailId);
  if (state === undefined || (state.runId ?? runId) !== runId) return null;
  taken.add(runId);
  state.take();
  return state;
}

/** @param cause why it could not be joined */
export const stateLost = (cause?: unknown): AppError =>
  new AppError('STATE_LOST', {
    cause,
    hint: 'the state of the trail that was held for this run was let go before it was read to its end: the database was started anew or was away, or somebody did it',
  });

/** At the end of the schedule: who takes a run that waits reads the state that it finds. */
export function releaseHeld(): void {
  for (const state of [...held.values()]) state.release();
}
