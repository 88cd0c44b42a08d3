import 'server-only';
import { and, desc, eq, inArray, isNotNull, isNull, max, or, type SQL, sql } from 'drizzle-orm';
import { instantText } from '@/db/schema/columns';
import { run, runKey } from '@/db/schema/run';
import { headView } from '@/db/schema/trail';
import { scopeOf, type TrailId } from '@/db/scope';
import { appTransaction, readTransaction, type Tx } from '@/db/transaction';
import { SERVER_OWNER } from '@/features/runs/owner';
import { listFound } from '@/features/trail/found-file';
import { confirmEvents, type Found, readOutside } from '@/features/trail/queries/confirm-events';
import { type ToldRun, toldRun, waitingRunOf } from '@/features/trail/told-run';
import { readWaiting } from '@/features/trail/waiting-acts';
import { isOfKind, scheduleOf, settlesOf } from '../schedule/kinds';
import { SCHEDULES, type Schedule, TIMED, type Timed } from '../schedule/names';
import { type BrokenRun, getStandingBreak, listBrokenRows } from './standing-break';

/** A verification that reached the end of the trail, whatever it said of it. `at`: 27 characters, by the event that tells of it. */
export type FinishedRun = { runId: number; at: string; to: number };

export type MadeRun = FinishedRun & { settles: Partial<Record<Timed, number>> };

/** A run that was made by the schedule by its row, whatever became of it. Times are those of its row. */
export type ScheduledRun = {
  runId: number;
  schedule: Schedule;
  state: (typeof run.$inferSelect)['state'];
  at: string | null;
  stoppedAt: number | null;
  error: string | null;
};

/** What is known of the verifications of a trail that decides when the next is due, and what must be said on every page. */
export type RunFacts = {
  /** The newest of each kind: that reached the end, that read everything, that parsed everything. */
  finished: Record<Timed, FinishedRun | null>;
  /** The newest of each kind that the schedule of a home made, as the process says that did it; `settles`: which starts it stood for. */
  made: Record<Timed, MadeRun | null>;
  /** Found something, and no later run made it good. */
  broken: (Omit<BrokenRun, 'schedule'> & { schedule: Schedule | null }) | null;
  /** Made by the schedule, the newest. */
  scheduled: ScheduledRun | null;
  /** The newest made after many events, whatever became of it, and how many there were then. By its row. */
  afterEvents: { runId: number; events: number } | null;
  /** Waits, works or is taken up again by itself. */
  open: number | null;
  /** Number of the newest verification there was before anything else was read; 0 of none. */
  newestRun: number;
  /** Events there are, and the time of the newest, 27 characters; null of an empty trail. */
  events: number;
  newestAt: string | null;
};

type Trail = { trailId: TrailId; origin: string };

const TRIES = 5; // rows of each kind that are looked at

const param = (name: string) => sql<string | null>`${run.params} ->> ${sql.raw(`'${name}'`)}`;
const told = (name: string) => sql<string | null>`${run.result} ->> ${sql.raw(`'${name}'`)}`;
const toEnd = and(eq(run.state, 'done'), isNull(param('to')), isNull(param('vkeys')), isNull(param('notes')));
const isFromStart = or(isNull(param('from')), eq(param('from'), '0'));
// which rows are looked at; what they are, their events say
const KINDS: Record<Timed, SQL | undefined> = {
  nightly: and(toEnd, or(isFromStart, isNotNull(param('goesOn')))),
  weekly: and(toEnd, isFromStart, isNull(told('resumed'))),
  'weekly-deep': and(toEnd, isFromStart, isNull(told('resumed')), eq(param('deep'), 'true')),
};

/**
 * The rows of runs say where to look, the trail says whether it is so: a run counts as finished by its event `verification.finished`, shown to be one of ours, as what that
 * event says of it and at that event's time; while the trail takes no event, by the file in which that event waits. What a row alone says counts where it is bad news.
 */
export async function getRunFacts(trail: Trail): Promise<RunFacts> {
  const [outside, files] = [readOutside(trail.origin), listFound(trail.origin)];
  const { candidates, brokenRows, ...before } = await appTransaction(async (tx) => {
    // first: a run that ends meanwhile is then either still open here or among those that finished
    const before = { newestRun: await getNewestRun(tx, trail.trailId), open: await findOpen(tx, trail.trailId) };
    const candidates = {} as Record<Timed, Candidate[]>;
    for (const timed of TIMED) {
      const newest = await listCandidates(tx, trail.trailId, KINDS[timed]);
      // however many people have asked for since
      const byTheirRow = await listCandidates(tx, trail.trailId, and(KINDS[timed], isNotNull(param('schedule'))));
      candidates[timed] = [...newest, ...byTheirRow.filter(({ runId }) => !newest.some((one) => one.runId === runId))];
    }
    const scheduled = await getScheduled(tx, trail.trailId);
    return { candidates, scheduled, afterEvents: await getAfterEvents(tx, trail.trailId), brokenRows: await listBrokenRows(tx, trail.trailId), ...before };
  });
  return readTransaction(scopeOf(trail.trailId), async (tx) => {
    const seqs = new Set(TIMED.flatMap((timed) => candidates[timed].flatMap(({ event }) => (event === null ? [] : [Number(event)]))));
    const { confirmed } = await confirmEvents(tx, trail, outside, [...seqs]);
    const [finished, made] = [{} as RunFacts['finished'], {} as RunFacts['made']];
    for (const timed of TIMED) {
      const told = candidates[timed].flatMap((one) => tellingOf(trail, timed, one, confirmed) ?? []);
      finished[timed] = told[0] ? { runId: told[0].runId, at: told[0].at, to: told[0].to } : null;
      made[timed] = told.find(({ schedule }) => schedule !== null) ?? null;
    }
    const found = await getStandingBreak(tx, trail, outside, brokenRows, files);
    const broken = found && { ...found, schedule: scheduleOf(found.schedule) };
    const [head] = await tx.select({ events: headView.nextSeq, newestAt: headView.lastRecordedAt }).from(headView).where(eq(headView.trailId, trail.trailId));
    return { finished, made, broken, ...before, events: head?.events ?? 0, newestAt: head?.newestAt ?? null };
  });
}

const shown = {
  runId: run.runId,
  from: run.fromSeq,
  to: run.toSeq,
  at: run.finishedAt,
  state: told('state'),
  event: sql<string | null>`${run.result} #>> '{event,seq}'`,
  act: told('act'),
  key: runKey,
};
type Candidate = { runId: number; from: number | null; to: number | null; at: string | null; state: string | null; event: string | null } & Waits;
/** The act that a run waits with, by its row, and the run's key. */
type Waits = { act: string | null; key: string | null };

const listCandidates = (tx: Tx, trailId: TrailId, kind: SQL | undefined): Promise<Candidate[]> =>
  tx
    .select(shown)
    .from(run)
    .where(and(eq(run.trailId, trailId), eq(run.kind, 'verify'), inArray(told('state'), ['holds', 'consistent', 'broken']), kind))
    .orderBy(desc(run.runId))
    .limit(TRIES);

type Telling = MadeRun & Pick<ToldRun, 'schedule'>;

/** What is true of a row that says that it is of this kind; null: nothing. */
function tellingOf(trail: Trail, timed: Timed, row: Candidate, confirmed: Found['confirmed']): Telling | null {
  const { runId, from, to, at, state, event } = row;
  // a trail whose head is forged takes no event: that it is broken stands in the row alone
  if (event === null && state === 'broken' && at !== null) return { runId, at, to: to ?? 0, schedule: null, settles: {} };
  const found = event === null ? undefined : confirmed.get(Number(event));
  const said = event === null ? waitingRun(trail, runId, row) : found && found.by !== 'nobody yet' ? toldRun(found.row) : null;
  if (said === null || said.runId !== runId || said.from !== from || said.to !== to || !isOfKind(timed, said)) return null;
  return { runId, at: said.at, to: said.to, schedule: said.schedule, settles: settlesOf(said) };
}

/** A run whose event waits for a trail that takes none: it has finished, by the file outside the database that will be told. */
function waitingRun({ origin }: Trail, runId: number, { act: id, key }: Waits): ToldRun | null {
  const act = id === null ? null : readWaiting(id);
  return act?.run?.id === runId && act.run.key === key ? waitingRunOf(origin, act) : null;
}

async function getAfterEvents(tx: Tx, trailId: TrailId): Promise<RunFacts['afterEvents']> {
  const [row] = await tx
    .select({ runId: run.runId, size: param('size'), to: run.toSeq })
    .from(run)
    .where(and(eq(run.trailId, trailId), eq(run.kind, 'verify'), eq(param('schedule'), 'events')))
    .orderBy(desc(run.runId))
    .limit(1);
  return row ? { runId: row.runId, events: Number(row.size) || row.to || 0 } : null;
}

async function getScheduled(tx: Tx, trailId: TrailId): Promise<ScheduledRun | null> {
  const [row] = await tx
    .select({
      runId: run.runId,
      schedule: param('schedule'),
      state: run.state,
      at: sql<string | null>`coalesce(${run.finishedAt}, ${run.heartbeatAt}, ${run.startedAt})`.mapWith(instantText),
      stoppedAt: run.toSeq,
      error: sql<string | null>`${run.result} #>> '{error,code}'`,
    })
    .from(run)
    .where(and(eq(run.trailId, trailId), eq(run.kind, 'verify'), inArray(param('schedule'), [...SCHEDULES])))
    .orderBy(desc(run.runId))
    .limit(1);
  const schedule = scheduleOf(row?.schedule ?? null);
  return row && schedule ? { ...row, schedule } : null;
}

/** @param tx as the app */
export async function getNewestRun(tx: Tx, trailId: TrailId): Promise<number> {
  const [row] = await tx
    .select({ runId: max(run.runId) })
    .from(run)
    .where(and(eq(run.trailId, trailId), eq(run.kind, 'verify')));
  return row?.runId ?? 0;
}

/** A verification that makes another one wait. @param tx as the app */
export async function findOpen(tx: Tx, trailId: TrailId): Promise<number | null> {
  const isTakenUp = sql`${run.state} = 'interrupted' and ${run.owner} like ${SERVER_OWNER} and coalesce(${run.result} ->> 'interruptions', '0') in ('0', '1', '2')`;
  const [row] = await tx
    .select({ runId: run.runId })
    .from(run)
    .where(and(eq(run.trailId, trailId), eq(run.kind, 'verify'), or(inArray(run.state, ['queued', 'running']), isTakenUp)))
    .orderBy(desc(run.runId))
    .limit(1);
  return row?.runId ?? null;
}
