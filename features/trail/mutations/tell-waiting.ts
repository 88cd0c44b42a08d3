import { eq, sql } from 'drizzle-orm';
import type { JsonValue } from '@/core/json';
import { isDatabaseAway } from '@/db/database-away';
import { run, runKey } from '@/db/schema/run';
import { trail } from '@/db/schema/trail';
import { scopeOf } from '@/db/scope';
import { appTransaction, asWriter, type Tx } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { log } from '@/lib/log';
import { isHeld } from '../held';
import { destinationOf, findWaiting, forgetWaiting, listWaiting, type WaitingAct } from '../waiting-acts';
import { appendEvents, type Receipt } from './append';
import { systemDraft } from './system-draft';

const OPEN = ['queued', 'running', 'interrupted'];

/** An act is on disk before the row of its run says so to all: so long it may still come. */
const COMING_MS = 60_000;
const PATIENCE_MS = 30_000;
type Options = {
  /** Milliseconds since 1970. */
  now?: number;
  /** One that could not be told a moment ago is left for half a minute: for who looks every two seconds. */
  isPatient?: boolean;
};

/**
 * Appends what waits for a trail, in the order in which it was kept, each in one transaction with the row of its run; then its file goes. Killed before the commit it waits on,
 * after it the same id is answered as a duplicate: nothing is lost, nothing told twice. One that cannot be told for a reason of its own stays where it is, is said in the log, and
 * keeps none behind it waiting.
 * @returns how many were told
 * @throws AppError what keeps the trail from taking any event, or what says that the database is away: the rest waits
 */
export async function tellWaiting(origin: string, { now = Date.now(), isPatient = false }: Options = {}): Promise<number> {
  let told = 0;
  for (const act of listWaiting()) {
    if (destinationOf(act) !== origin || (isPatient && performance.now() < (failed.get(act.id) ?? 0))) continue;
    try {
      if (!(await appTransaction((tx) => tell(tx, act, now)))) continue;
    } catch (err) {
      if (isHeld(err) || isDatabaseAway(err)) throw err;
      if (!failed.has(act.id)) log.error({ err, file: findWaiting(act) }, 'an act that waits cannot be recorded: look at the file, it stays where it is');
      failed.set(act.id, performance.now() + PATIENCE_MS);
      continue;
    }
    forgetWaiting(act);
    failed.delete(act.id);
    told++;
  }
  return told;
}

const failed = new Map<string, number>();

/** The same for who has something else to do: what is due stays due. */
export async function tellWaitingIfDue(origin: string): Promise<void> {
  try {
    await tellWaiting(origin);
  } catch (err) {
    if (!isHeld(err)) log.warn({ err, origin }, 'what waits to be recorded could not be recorded yet; it will be tried again');
  }
}

/** @returns false where the run has not ended yet, or its row may still come */
async function tell(tx: Tx, act: WaitingAct, now: number): Promise<boolean> {
  const [numbered] = act.run
    ? await tx
        .select({ state: run.state, act: sql<string | null>`${run.result} ->> 'act'`, key: runKey })
        .from(run)
        .where(eq(run.runId, act.run.id))
    : [];
  // a row that bears another key is another database's run
  const row = numbered && numbered.key === act.run?.key ? numbered : undefined;
  const isConfirmed = row !== undefined && (act.run?.link === 'started' ? row.key !== null : row.act === act.id);
  if (act.run && !isConfirmed) {
    const mayCome = Math.abs(now - Date.parse(act.occurredAt)) < COMING_MS;
    // a row can be kept open by whoever rules the rows, or by the process that died there: what was found broken does not wait for it
    if (act.run.link === 'ended' && row !== undefined && OPEN.includes(row.state) && (mayCome || act.details.state !== 'broken')) return false;
    if (act.run.link === 'started' && mayCome) return false;
    if (findWaiting(act) === null) return false; // forgotten by the try that has ended since
  }
  const receipt = await append(tx, act.run && !isConfirmed ? unconfirmed(act) : act);
  if (act.run?.link === 'ended' && isConfirmed) {
    const event = { seq: receipt.seq, eventHash: receipt.event_hash, trail: receipt.trail };
    await tx
      .update(run)
      .set({ result: sql`${run.result} || ${JSON.stringify({ event, notRecorded: null })}::text::jsonb` })
      .where(eq(run.runId, act.run.id));
  }
  return true;
}

async function append(tx: Tx, act: WaitingAct): Promise<Receipt> {
  const [into] = await tx
    .select({ trailId: trail.trailId })
    .from(trail)
    .where(eq(trail.origin, destinationOf(act)));
  if (!into) throw new AppError('TRAIL_UNKNOWN', { hint: `${act.action} waits for ${destinationOf(act)}, which is not in this database` });
  const draft = systemDraft({
    action: act.action,
    id: act.id,
    occurredAt: act.occurredAt,
    actor: act.actor === 'system' ? undefined : { type: act.actor.isAdmin ? 'admin' : 'user', id: act.actor.userId },
    resourceType: act.resourceType,
    resourceId: act.resourceId,
    outcome: act.outcome,
    // it was told later: it happened when the event says that it occurred
    details: { ...(act.details as Record<string, JsonValue>), waited: true },
  });
  const [result] = await asWriter(tx, scopeOf(into.trailId), () => appendEvents(tx, into.trailId, [draft]));
  if (!result || result.status === 'conflict') throw new AppError('ACT_CONFLICT', { hint: `${act.action}: its id stands for another act already` });
  return result.receipt;
}

/**
 * No run of this database says that it began or ended so: it was killed before its row was written, or another database was put in the place of that one. It is told, and vouches for
 * nothing that was found good.
 */
function unconfirmed(act: WaitingAct): WaitingAct {
  const { state } = act.details;
  const isGood = state === 'holds' || state === 'consistent';
  const said: WaitingAct['details'] = isGood ? { state: 'not_covered', said: state as string } : {};
  return { ...act, outcome: act.run?.link === 'started' ? 'failure' : act.outcome, details: { ...act.details, ...said, unconfirmed: true } };
}
