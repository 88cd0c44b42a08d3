// A state of a trail that was fixed before anything in the database said that a verification of it would come (SPEC §8): who puts rows back as soon as a run is written down puts them
// back too late.
//
//   the schedule: due ─▶ hold (a connection that was open already) ─▶ the run's row ─▶ the same process does the run at once ─▶ takeHeld: it reads the state that was held
//
// The state is fixed by the first statement of a transaction that nothing told from a screen's, and everything else is asked of it. What the run is asked for is kept here as well, by its
// number: its row, which a trigger may change, is not asked. A run that was interrupted and is taken up later is one as others are: it reads the state that it finds.
import 'server-only';
import { sql } from 'drizzle-orm';
import { noTimeouts } from '@/db/no-timeouts';
import { scopeOf, type TrailId } from '@/db/scope';
import { asApp, readTransaction } from '@/db/transaction';
import { type KnownSeals, readSealsBefore } from '@/features/sealing/queries/known-notes';
import { type FoundFile, listFound } from '@/features/trail/found-file';
import { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import type { Schedule } from '../schedule/names';
import type { VerifyParams } from '../schema';
import { listUntold, type Untold } from '../untold-file';
import { knownEndIn } from './known-ends';

/** What a verification reads before its snapshot, and the snapshot. */
type Fixed = { earlier: number; seals: KnownSeals; found: FoundFile[]; untold: Untold[]; snapshotId: string };
/** Another connection joins the snapshot until `release` is called. */
export type HeldState = Fixed & { release: () => void };
/** Of a run of the schedule: what it is asked for, and the state that it reads; or why that could not be held. */
export type HeldRun = { asked: VerifyParams & { schedule: Schedule }; held: HeldState | AppError };

const HOLD_MS = 300_000; // till the run has joined it, which takes a second: a snapshot that is held keeps the server from cleaning up
const WAIT_MS = 10_000;

// by number, whatever their rows say since
const waiting = new Map<number, HeldRun>();
const taken = new Set<number>();

/** @throws AppError KEY_MISSING, GUARD_UNREAD; STATE_LOST where it could not be held: the run that found it has been waited for, and must not read a later state */
export async function holdState(trail: { trailId: TrailId; origin: string }): Promise<HeldState> {
  let free = () => {};
  const isFree = new Promise<void>((done) => {
    free = done;
  });
  const timer = setTimeout(() => free(), HOLD_MS).unref();
  const release = () => {
    clearTimeout(timer);
    free();
  };
  try {
    return { ...(await fixState(trail, isFree)), release };
  } catch (cause) {
    release();
    if (cause instanceof AppError) throw cause;
    log.warn({ err: cause, origin: trail.origin }, 'the state of the trail could not be held for its verification');
    throw stateLost(); // without its cause, which is in the log: by a database that was away the run would be interrupted and taken up
  }
}

function fixState(trail: { trailId: TrailId; origin: string }, isFree: Promise<void>): Promise<Fixed> {
  const readSeals = readSealsBefore(trail);
  const [found, untold] = [listFound(trail.origin), listUntold(trail)];
  return new Promise((done, failed) => {
    readTransaction(scopeOf(trail.trailId), async (tx) => {
      const [row] = await tx.execute<{ id: string }>(sql`select pg_export_snapshot() as id`);
      await tx.execute(sql.raw(noTimeouts('transaction')));
      await tx.execute(sql.raw(`set local lock_timeout = ${WAIT_MS}`)); // one trail that is kept from us keeps no other waiting
      await tx.execute(sql`lock table event_view in access share mode`);
      const [months] = await tx.execute<{ isGone: boolean }>(sql.raw(IS_MONTH_GONE));
      if (months?.isGone !== false) throw new Error('a month was taken out between the state and the lock');
      const seals = await readSeals(tx);
      const earlier = await asApp(tx, () => knownEndIn(tx, trail.trailId));
      done({ snapshotId: row?.id as string, earlier, seals, found, untold });
      await isFree;
    }).catch(failed); // one that is ended later stays, and whoever wants to join it is told
  });
}

// The state stands before the lock here, so that who makes us wait for the lock has it fixed already; a month that was swapped for its stubs in between would be gone from it. The
// catalogue's rows are those of the state, `pg_partition_tree` looks at what is there now. It is not taken anew: whoever swaps a month himself would have a later state read.
const IS_MONTH_GONE = `select exists (select from pg_inherits i where i.inhparent = 'audit_event'::regclass
  and not exists (select from pg_partition_tree('audit_event') t where t.relid = i.inhrelid)) as "isGone"`;

/** Whose it is, once that has a number. */
export function giveHeld(runId: number, run: HeldRun): void {
  taken.delete(runId);
  waiting.set(runId, run);
}

/**
 * What was held for this run, to be read till its end; null for one that is none of this process's schedule. Whoever takes it releases it.
 * @throws AppError why it could not be held; STATE_LOST for a run that had it before: what it would find now, somebody had the time to put right. The schedule begins another
 */
export function takeHeld(runId: number): (HeldRun & { held: HeldState }) | null {
  if (taken.has(runId)) throw stateLost();
  const run = waiting.get(runId);
  if (run === undefined) return null;
  waiting.delete(runId);
  taken.add(runId);
  const { held, asked } = run;
  if (held instanceof AppError) throw held;
  return { held, asked };
}

/** Whoever takes a run up that was handed back reads the state that he finds. */
export function forgetHeld(runId: number): void {
  waiting.delete(runId);
  taken.delete(runId);
}

/** @param cause why it could not be joined */
export const stateLost = (cause?: unknown): AppError =>
  new AppError('STATE_LOST', {
    cause,
    hint: 'the state of the trail that was held for this run was let go before it was read to its end: the database was started anew or was away, or somebody did it',
  });
