import 'server-only';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Filter } from '@/core/filter';
import { canBeOfCaller } from '@/core/finding';
import { eventView as e } from '@/db/schema/audit-event';
import { run } from '@/db/schema/run';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import type { FoundRun } from '@/features/trail/found-file';
import { type Break, isAnsweredBy } from '@/features/trail/made-good';
import { type Confirmed, confirmEvents, type Outside } from '@/features/trail/queries/confirm-events';
import { type ToldRun, toldRun, waitingRunOf } from '@/features/trail/told-run';
import { listWaiting } from '@/features/trail/waiting-acts';

/** A run that found something, whatever became of it and whatever its range. `at`: 27 characters. */
export type BrokenRun = { runId: number; at: string; findings: number; schedule: string | null /** Of one resource alone. */; isCheck: boolean };

type Trail = { trailId: TrailId; origin: string };
type BrokenRow = Omit<BrokenRun, 'at' | 'findings'> & {
  at: string | null;
  findings: string | null;
  event: string | null;
  isDeep: boolean;
  isKeysGiven: boolean;
  areKeysOurs: boolean;
  counts: Record<string, number>;
};

const ROWS = 50;
const EVENTS = 1000;

/**
 * What rows say was found, the newest first: so many of each kind and depth, under our own keys or others, that none of one sort is crowded out by another.
 * @param tx as the app
 */
export async function listBrokenRows(tx: Tx, trailId: TrailId): Promise<BrokenRow[]> {
  const isDeep = sql<boolean>`coalesce(${run.params} ->> 'deep' = 'true', false)`;
  const isKeysGiven = sql<boolean>`(${run.params} ->> 'vkeys' is not null or ${run.params} ->> 'notes' is not null)`;
  const rows = tx
    .select({
      runId: run.runId,
      isCheck: sql<boolean>`${run.kind} = 'resource'`.as('is_check'),
      schedule: sql<string | null>`${run.params} ->> 'schedule'`.as('schedule'),
      at: run.finishedAt,
      findings: sql<string | null>`${run.result} ->> 'findings'`.as('findings'),
      // of the check of a resource no event of this trail tells
      event: sql<string | null>`case when ${run.kind} = 'verify' then ${run.result} #>> '{event,seq}' end`.as('event'),
      isDeep: isDeep.as('is_deep'),
      isKeysGiven: isKeysGiven.as('is_keys_given'),
      areKeysOurs: sql<boolean>`coalesce(${run.result} ->> 'keysOurs' = 'true', false)`.as('are_keys_ours'),
      counts: run.counts,
      rank: sql<number>`row_number() over (partition by ${run.kind}, ${isDeep}, ${isKeysGiven} order by ${run.runId} desc)`.as('rank'),
    })
    .from(run)
    .where(and(eq(run.trailId, trailId), inArray(run.kind, ['verify', 'resource']), sql`${run.result} ->> 'state' = 'broken'`))
    .as('broken');
  return tx.select().from(rows).where(sql`${rows.rank} <= ${ROWS}`).orderBy(desc(rows.runId));
}

/**
 * The newest run, be it the check of a resource, that found something and that no later one has made good (features/trail/made-good.ts). Good news counts by its event alone, which must be
 * shown to be one of ours; bad news by event, by row or by the file beside the database. What was found with keys or notes that a caller brought says nothing of the trail.
 * @param tx as the reader @param rows, `files` and `outside` read before
 */
export async function getStandingBreak(
  tx: Tx,
  trail: Trail,
  outside: Outside,
  rows: readonly BrokenRow[],
  files: readonly FoundRun[],
): Promise<BrokenRun | null> {
  const { proven, isMadeGood, standing } = await readTold(tx, trail, outside);
  const scheduleOf = (runId: number) => rows.find((row) => row.runId === runId)?.schedule ?? null;
  for await (const { runId, at, findings } of standing()) return { runId, at, findings, schedule: scheduleOf(runId), isCheck: false };
  // what waits to be told is outside the database: no row can keep it from counting
  for (const { runId, at, findings, ...one } of waitingBreaks(trail)) {
    if (!(await isMadeGood({ ...one, runId, at, seq: null }))) return { runId, at, findings, schedule: scheduleOf(runId), isCheck: false };
  }
  for (const { runId, at, isCheck, schedule, counts, ...one } of files.toReversed()) {
    if (await isMadeGood({ ...one, runId, at, counts })) continue;
    return { runId, at, isCheck, schedule, findings: Object.values(counts).reduce((sum, n) => sum + n, 0) };
  }
  // a trail whose head is forged takes no event, and an event may have been changed since: what was found stands in the row alone
  for (const { event, isDeep, isKeysGiven, areKeysOurs, counts, at, findings, ...row } of rows) {
    const seq = event === null ? Number.NaN : Number(event);
    const own = Number.isSafeInteger(seq) ? await proven(seq) : null;
    const isOwn = own?.runId === row.runId;
    if (at === null || (isOwn ? own.isBroken : isKeysGiven && canBeOfCaller(counts, areKeysOurs))) continue; // judged above
    if (await isMadeGood({ ...(isOwn ? own : { runId: row.runId, at, seq: null }), isDeep, counts })) continue;
    const { runId, schedule, isCheck } = row;
    return { runId, schedule, isCheck, at, findings: Number(findings) || 0 };
  }
  return null;
}

/** The filters that differed in what the trail tells, or will tell, and nothing has made good. @param tx as the reader */
export async function listStandingViews(tx: Tx, trail: Trail, outside: Outside): Promise<Filter[]> {
  const { isMadeGood, standing } = await readTold(tx, trail, outside);
  const views: Filter[] = [];
  for await (const one of standing(({ views }) => views.length > 0)) views.push(...one.views);
  for (const one of waitingBreaks(trail)) if (one.views.length > 0 && !(await isMadeGood({ ...one, seq: null }))) views.push(...one.views);
  return views;
}

const waitingBreaks = ({ origin }: Trail): ToldRun[] =>
  listWaiting()
    .flatMap((act) => waitingRunOf(origin, act) ?? [])
    .filter(({ isBroken, isOfCaller }) => isBroken && !isOfCaller);

/** What the trail tells of its verifications, each event asked for its proof once. */
async function readTold(tx: Tx, trail: Trail, outside: Outside) {
  const told = await listTold(tx, trail.trailId);
  const looked = new Map<number, Promise<Confirmed | undefined>>();
  const confirm = (seq: number) => {
    const known = looked.get(seq) ?? confirmEvents(tx, trail, outside, [seq]).then(({ confirmed }) => confirmed.get(seq));
    looked.set(seq, known);
    return known;
  };
  const proven = async (seq: number): Promise<ToldRun | null> => {
    const found = await confirm(seq);
    return found && found.by !== 'nobody yet' ? toldRun(found.row) : null;
  };
  // an honest one may wait for its signature behind a large import: until then it breaks nothing
  const isOfCaller = async (seq: number): Promise<boolean> => {
    const found = await confirm(seq);
    return found !== undefined && toldRun(found.row)?.isOfCaller === true;
  };
  const isMadeGood = async (found: Break): Promise<boolean> => {
    const isClean = (one: ToldRun | null) => one !== null && !one.isBroken && isAnsweredBy(one, found);
    for (const one of told) if (isClean(one) && isClean(await proven(one.seq))) return true;
    return false;
  };
  /** Those that found something and stand, the newest first. */
  async function* standing(isAsked: (one: ToldRun) => boolean = () => true): AsyncGenerator<ToldRun> {
    for (const one of told) {
      if (!one.isBroken || !isAsked(one)) continue;
      if (!(one.isOfCaller && (await isOfCaller(one.seq))) && !(await isMadeGood(one))) yield one;
    }
  }
  return { proven, isMadeGood, standing };
}

/**
 * Those that found something, and those that began at event 0, the newest first; so many of each, that no number of the one crowds the other out. Details are canonical text:
 * these members can stand in it in one way alone.
 */
const listTold = async (tx: Tx, trailId: TrailId): Promise<ToldRun[]> => {
  const some = (member: string) =>
    tx
      .select({ seq: e.seq, action: e.action, resourceId: e.resourceId, details: e.details, recordedAt: e.recordedAt, occurredAt: e.occurredAt })
      .from(e)
      .where(and(eq(e.trailId, trailId), eq(e.action, 'verification.finished'), sql`strpos(${e.details}::text, ${member}) > 0`))
      .orderBy(desc(e.occurredAt), desc(e.seq))
      .limit(EVENTS);
  const found = await some('"state":"broken"');
  const clean = (await some('"from":0,')).flatMap((row) => toldRun(row) ?? []).filter(({ isBroken }) => !isBroken);
  return [...found.flatMap((row) => toldRun(row) ?? []), ...clean].sort((a, b) => b.seq - a.seq);
};
