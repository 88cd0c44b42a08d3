import 'server-only';
import path from 'node:path';
import { isDatabaseAway } from '@/db/database-away';
import { isCancelNoted } from '@/features/runs/cancel-note';
import { driveRun } from '@/features/runs/drive';
import { getOwnRun } from '@/features/runs/mutations/take-run';
import { makeOwner } from '@/features/runs/owner';
import { getRun } from '@/features/runs/queries';
import { type RunKind, RunStop } from '@/features/runs/run-kind';
import { aliasOf } from '@/features/trail/epoch-name';
import { claimFile, readClaim, releaseClaim } from '@/lib/claim';
import { claimLink, isLinkHeld, releaseLink } from '@/lib/claim-link';
import { AppError } from '@/lib/errors';
import { isDiskFull } from '@/lib/files';
import { homeFolder } from '@/lib/home';
import { log } from '@/lib/log';
import { nowText } from '@/lib/time';
import { startScheduled } from './mutations/start-scheduled';
import { forgetHeld, giveHeld, type HeldState, holdState, stateLost } from './queries/held-state';
import { getProvenStart } from './queries/proven-start';
import type { Due } from './schedule/judge-due';
import { kindsOf } from './schedule/kinds';
import { CANCELLED, TIMED } from './schedule/names';
import type { ScheduledTrail } from './schedule/schedule-state';
import { isSettledIn, isTooSoon, type StartEnd } from './schedule/starts';
import { noteBegun, noteEnd, noteHandedBack, noteIfEnded, readStarts } from './schedule/starts-file';
import { type VerifyParams, verifyResult } from './schema';

type Options = { signal: AbortSignal; verify: RunKind /** ms since 1970. */; now: () => number };
type Wanted = { due: Due /** How many events there are. */; size: number; newestRun: number | null };

/**
 * Does a run of the schedule from its held state to its end, in this process and without the queue: it waits behind no other with its state held, no process takes it that does not hold
 * it, and its row is not asked what to do. How it ended stands beside the key.
 * @returns whether it was begun or could not be; false: another process is at it, or was first
 */
export async function runScheduled(trail: ScheduledTrail, { due, size, newestRun }: Wanted, { signal, verify, now }: Options): Promise<boolean> {
  const { origin, trailId } = trail;
  const claim = path.join(homeFolder('runs'), `schedule-${aliasOf(origin)}.json`);
  const release = await claimTrail(claim);
  if (release === null) return false;
  const { schedule, settles } = due;
  let held: HeldState | AppError | null = null;
  let run: number | null = null;
  const note = (end: StartEnd) => noteEnd(origin, now(), { schedule, settles, run, at: nowText() }, end);
  try {
    const begun = readStarts(origin, now()).kept?.begun ?? null;
    if (begun !== null) {
      const isTakenUp = (await getRun(trailId, begun.run))?.state === 'done'; // a word of its row, by which no try is saved
      if (noteIfEnded(origin, now(), begun, { isAtOnce: isTakenUp }) === 'at it') return false;
      if (!isTakenUp) return true;
    }
    const { kept } = readStarts(origin, now()); // who had the claim before may have made it
    if (kept === null || isTooSoon(kept, now())) return false;
    if (TIMED.some((timed) => isSettledIn(kept, timed, settles[timed] ?? Number.NaN))) return false;
    // before a query or a row tells anybody that one comes; where it cannot be held, the run ends with that, and everybody is told
    held = await holdState(trail).catch((cause) => {
      if (cause instanceof AppError) return cause;
      throw cause;
    });
    // told already, with a run of that time: one more such row a try says nothing more
    const told = held instanceof AppError && kept.failed.find((one) => one.schedule === schedule && one.code === (held as AppError).code);
    if (told) {
      noteEnd(origin, now(), { schedule, settles, run: told.run, at: told.at }, { unheld: told.code });
      return true;
    }
    const goesOn = schedule === 'nightly' || schedule === 'events' ? await getProvenStart(trail) : { from: 0, run: null };
    const asked = {
      ...(goesOn.run === null ? {} : { from: goesOn.from, goesOn: goesOn.run }),
      ...(schedule === 'weekly-deep' ? { deep: true } : {}),
      ...{ size, schedule, settles },
    };
    const owner = makeOwner('server');
    run = await startScheduled({ trailId, owner, params: asked, newestRun });
    if (run === null) return false;
    log.info({ origin, runId: run, schedule, size }, 'a verification was started by the schedule');
    const row = await getOwnRun(owner, run);
    if (row === null) throw new AppError('RUN_LOST', { hint: 'the row of the run was changed as soon as it was written' });
    giveHeld(run, { asked, held });
    const { kind, ended } = watched(verify, asked);
    noteBegun(origin, now(), { schedule, settles, run, at: nowText() }); // one that ends with its server was tried as well
    await driveRun({ ...row, kind: 'verify', trailId, params: asked, result: null }, kind, { signal });
    const end = ended();
    if (end === 'handed back') {
      forgetHeld(run);
      noteHandedBack(origin, now(), run);
    } else note(held instanceof AppError && 'failed' in end && end.failed === held.code ? { unheld: held.code } : end);
  } catch (err) {
    // the schedule had come so far that a run was due, and there is none
    log.error({ err, origin, runId: run, schedule }, 'a verification of the schedule could not be begun');
    note(isDatabaseAway(err) ? { unheld: 'DATABASE_AWAY' } : { failed: err instanceof AppError ? err.code : 'RUN_FAILED' });
  } finally {
    if (held !== null && !(held instanceof AppError)) held.release();
    release();
  }
  return true;
}

/** @returns gives the trail back; null: another process of this home has it */
async function claimTrail(file: string): Promise<(() => void) | null> {
  const link = `${file}.full`;
  try {
    if ((await claimFile(file, {})) !== null) return null;
    if (!isLinkHeld(link)) return () => releaseClaim(file);
    releaseClaim(file);
    return null;
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
  }
  if (readClaim(file) !== null) return null;
  try {
    return claimLink(link) ? () => releaseLink(link) : null;
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    return () => {}; // what is due is made: the row keeps others waiting
  }
}

/** The work of the run, and how it ended: by what was done here, not by its row. `handed back`: the process stops, and somebody takes it up. */
function watched(verify: RunKind, { from = 0, deep = false }: VerifyParams): { kind: RunKind; ended: () => StartEnd | 'handed back' } {
  let end: StartEnd | 'handed back' = { failed: 'RUN_LOST' };
  const kind: RunKind = async (run, tools) => {
    let isCancelled = false;
    const complete: typeof tools.complete = async (tx, result, report, state) => {
      await tools.complete(tx, result, report, state);
      isCancelled = state === 'cancelled';
    };
    try {
      const result = await verify(run, { ...tools, complete });
      const said = verifyResult.safeParse(result).data;
      const isVerdict = said !== undefined && said.state !== 'not_covered' && said.state !== 'cancelled';
      end = isCancelled ? cancelled(run.runId) : { finished: isVerdict ? kindsOf({ from, isDeep: deep }) : [] };
      return result;
    } catch (cause) {
      const stop = tools.signal.aborted && tools.signal.reason instanceof RunStop ? tools.signal.reason.why : null;
      // of a database that was away the state is gone: taken up it would read another
      const fault = stop === null && isDatabaseAway(cause) ? stateLost() : cause;
      if (stop === 'stopping') end = 'handed back';
      else if (stop === 'cancelled') end = cancelled(run.runId);
      else end = { failed: stop === 'lost' ? 'RUN_LOST' : fault instanceof AppError ? fault.code : 'RUN_FAILED' };
      throw fault;
    }
  };
  return { kind, ended: () => end };
}

const cancelled = (runId: number): StartEnd => (isCancelNoted(runId) ? { stopped: true } : { failed: CANCELLED });
