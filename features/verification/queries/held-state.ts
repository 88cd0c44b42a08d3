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
import { log } from '@/lib/log';
import { knownEndIn } from './known-ends';

/** What a verification reads before its snapshot, and the snapshot. */
type Fixed = { earlier: number; seals: KnownSeals; snapshotId: string };
/** Another connection joins the snapshot until `release` is called. */
export type HeldState = Fixed & { release: () => void };
/** `runId`: whose it is, once that has a number. `fixed`: or why it could not be held till then. */
type Hold = { runId: number | null; fixed: Fixed | 'lost'; timer: NodeJS.Timeout; release: () => void };

const HOLD_MS = 60_000; // a snapshot that is held keeps the server from cleaning up
const WAIT_MS = 10_000;
const MOST_HELD = 2; // each has a connection of the pool

const held = new Map<TrailId, Hold>();
// by number, whatever its row says since
const taken = new Set<number>();

/**
 * One a trail: the one before is let go. What keeps the state from being held is kept instead: the run that finds it has been waited for, and must not read a later state.
 * @returns null where enough is held already
 * @throws AppError KEY_MISSING
 */
export async function holdState(trail: { trailId: TrailId; origin: string }): Promise<Pick<Hold, 'runId' | 'release'> | null> {
  held.get(trail.trailId)?.release();
  if (held.size >= MOST_HELD) return null;
  let free = () => {};
  const isFree = new Promise<void>((done) => {
    free = done;
  });
  const fixed = await fixState(trail, isFree).catch((cause) => {
    if (cause instanceof AppError) throw cause;
    log.warn({ err: cause, origin: trail.origin }, 'the state of the trail could not be held for its verification');
    return 'lost' as const;
  });
  const hold: Hold = {
    runId: null,
    fixed,
    timer: setTimeout(() => hold.release(), HOLD_MS).unref(),
    release: () => {
      clearTimeout(hold.timer);
      if (held.get(trail.trailId) === hold) held.delete(trail.trailId);
      free();
    },
  };
  held.set(trail.trailId, hold);
  return hold;
}

function fixState(trail: { trailId: TrailId; origin: string }, isFree: Promise<void>): Promise<Fixed> {
  const readSeals = readSealsBefore(trail);
  return new Promise((done, failed) => {
    readTransaction(scopeOf(trail.trailId), async (tx) => {
      const [row] = await tx.execute<{ id: string }>(sql`select pg_export_snapshot() as id`);
      await tx.execute(sql.raw(`set local lock_timeout = ${WAIT_MS}`)); // one trail that is kept from us keeps no other waiting
      await tx.execute(sql`lock table event_view in access share mode`);
      const seals = await readSeals(tx);
      const earlier = await asApp(tx, () => knownEndIn(tx, trail.trailId));
      done({ snapshotId: row?.id as string, earlier, seals });
      await isFree;
    }).catch(failed); // one that is ended later stays, and whoever wants to join it is told
  });
}

/**
 * The state that was held for a run of the schedule, to be read till the end of the run; null where this process holds none. Whoever takes it releases it.
 * @throws AppError STATE_LOST where it could not be held, and for a run that had it before: what either would find now, somebody had the time to put right. The schedule begins another
 */
export function takeHeld(trailId: TrailId, runId: number): HeldState | null {
  if (taken.has(runId)) throw stateLost();
  const hold = held.get(trailId);
  if (hold === undefined || (hold.runId ?? runId) !== runId) return null;
  taken.add(runId);
  clearTimeout(hold.timer);
  const { fixed, release } = hold;
  if (fixed !== 'lost') return { ...fixed, release };
  release();
  throw stateLost(); // without its cause, which is in the log: by a database that was away the run would be interrupted and taken up
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
