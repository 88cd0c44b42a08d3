import { and, asc, desc, eq, inArray, lte, ne, sql } from 'drizzle-orm';
import { canBeOfCaller } from '@/core/finding';
import { eventView as e } from '@/db/schema/audit-event';
import { run } from '@/db/schema/run';
import { trailSegment } from '@/db/schema/trail';
import type { Scope, TrailId } from '@/db/scope';
import { appTransaction, readTransaction, type Tx } from '@/db/transaction';
import { listFound } from '../found-file';
import { type EndedRun, judgeCoverage, standingRuns } from '../judge-coverage';
import type { Coverage } from '../shell';
import { confirmEvents, type Outside, readOutside } from './confirm-events';
import { confirmRuns, membersOf } from './confirm-runs';
import { getUnsealed } from './get-unsealed';
import { joinFound, readFindings } from './standing-findings';

type Trail = { trailId: TrailId; origin: string };

const RUNS_LOOKED_AT = 200;
const CHECKS_LOOKED_AT = 50;

/**
 * How far a trail is verified, for the strip of every page. The list of runs is read from the trail itself (SPEC §8): a run that no event of ours tells of proves nothing. What was
 * found stands by whatever tells of it: the event, the file beside the database, the row; its findings are those of the file and of the mutable tables. `sealedSize` is what was signed before this was asked.
 */
export async function getCoverage(
  scope: Scope,
  trail: Trail,
  sealedSize: number,
): Promise<Omit<Coverage, 'isProtectedFromDatabaseAdmin' | 'sealedSize' | 'refusal' | 'isSealStale' | 'notCoveredSince'>> {
  const { trailId } = trail;
  const [outside, files] = [readOutside(trail.origin), listFound(trail.origin)];
  const { events, oldestUnsealedMs, segments, told, altered } = await readTransaction(scope, async (tx) => {
    const unsealed = await getUnsealed(tx, trailId, sealedSize);
    const segments = await tx
      .select({ month: trailSegment.month, firstSeq: trailSegment.firstSeq, lastSeq: trailSegment.lastSeq })
      .from(trailSegment)
      .where(eq(trailSegment.trailId, trailId))
      .orderBy(asc(trailSegment.month));
    const told = await listTold(tx, trailId);
    const ours = await withoutStrangers(tx, trail, outside, told);
    return { ...unsealed, segments, ...(await confirmRuns(tx, trail, outside, ours)) };
  });
  const { untold, checks, running, failedRun } = await appTransaction(async (tx) => {
    // A trail whose head is forged takes no event: what such a run found stands in its row alone. A row can add a break, never take one away.
    const isKeysGiven = sql<boolean>`(${run.params} ->> 'vkeys' is not null or ${run.params} ->> 'notes' is not null)`;
    const isDeep = sql<boolean>`coalesce(${run.params} ->> 'deep' = 'true', false)`;
    const areKeysOurs = sql<boolean>`coalesce(${run.result} ->> 'keysOurs' = 'true', false)`;
    const isOurs = (row: { counts: Record<string, number>; isKeysGiven: boolean; areKeysOurs: boolean }) =>
      !row.isKeysGiven || !canBeOfCaller(row.counts, row.areKeysOurs);
    const untold = await tx
      .select({ runId: run.runId, at: run.finishedAt, from: run.fromSeq, to: run.toSeq, counts: run.counts, isDeep, isKeysGiven, areKeysOurs })
      .from(run)
      .where(
        and(
          eq(run.trailId, trailId),
          eq(run.kind, 'verify'),
          eq(run.state, 'done'),
          sql`${run.result} ->> 'notRecorded' is not null and ${run.result} ->> 'state' = 'broken'`,
        ),
      )
      .orderBy(desc(run.runId))
      .limit(10);
    const checks = await tx
      .select({ runId: run.runId, at: run.finishedAt, counts: run.counts, isDeep, isKeysGiven, areKeysOurs })
      .from(run)
      .where(and(eq(run.trailId, trailId), eq(run.kind, 'resource'), sql`${run.result} ->> 'state' = 'broken'`))
      .orderBy(desc(run.runId))
      .limit(CHECKS_LOOKED_AT);
    const [running] = await tx
      .select({ runId: run.runId, done: run.done, total: run.total })
      .from(run)
      .where(and(eq(run.trailId, trailId), eq(run.kind, 'verify'), inArray(run.state, ['queued', 'running'])))
      .orderBy(desc(run.runId))
      .limit(1);
    const [newest] = await tx
      .select({ runId: run.runId, state: run.state, at: run.finishedAt })
      .from(run)
      .where(and(eq(run.trailId, trailId), eq(run.kind, 'verify'), inArray(run.state, ['done', 'failed'])))
      .orderBy(desc(run.runId))
      .limit(1);
    const failedRun = newest?.state === 'failed' && newest.at !== null ? { runId: newest.runId, at: newest.at } : null;
    return { running: running ?? null, untold: untold.filter(isOurs), checks: checks.filter(isOurs), failedRun };
  });
  const rows = untold.flatMap(({ at, from, to, ...row }) => (at === null || from === null || to === null ? [] : [byWord({ ...row, at, from, to })]));
  const runs = [...told, ...altered, ...rows, ...files.filter(({ isCheck }) => !isCheck).map(byWord)].sort((a, b) => (a.at < b.at ? 1 : -1));
  // a check covers nothing: what it found stands beside the runs, until one of these answers it
  const checked = [...checks.map((row) => byWord({ ...row, at: row.at ?? '', from: 0, to: 0 })), ...files.filter(({ isCheck }) => isCheck).map(byWord)];
  const standing = standingRuns([...runs, ...checked]);
  const kept = await appTransaction((tx) => readFindings(tx, trailId, standing, segments));
  const found = joinFound(standing, kept, files);
  return { ...judgeCoverage(segments, events, runs, found), events, oldestUnsealedMs, running, failedRun };
}

/**
 * What the trail tells of its runs, the newest first: so many of those that found something, that began at event 0 and that did neither, that no number of one sort crowds another out.
 * Details are canonical text, and each is read once.
 */
async function listTold(tx: Tx, trailId: TrailId) {
  const has = (member: string) => sql`strpos(${e.details}::text, ${member}) > 0`; // a third of the time that LIKE takes
  const sort = sql<number>`case when ${has('"state":"broken"')} then 0 when ${has('"keys_given":true')} then 3 when ${has('"from":0,')} then 1 else 2 end`;
  const ranked = tx
    .select({
      seq: e.seq,
      action: e.action,
      recordedAt: e.recordedAt,
      occurredAt: e.occurredAt,
      resourceType: e.resourceType,
      resourceId: e.resourceId,
      details: e.details,
      sort: sort.as('sort'),
      rank: sql<number>`row_number() over (partition by ${sort} order by ${e.occurredAt} desc, ${e.seq} desc)`.as('rank'),
    })
    .from(e)
    .where(and(eq(e.trailId, trailId), eq(e.action, 'verification.finished')))
    .as('ranked');
  return tx
    .select()
    .from(ranked)
    .where(and(lte(ranked.rank, RUNS_LOOKED_AT), ne(ranked.sort, 3)))
    .orderBy(desc(ranked.occurredAt), desc(ranked.seq));
}

type Word = Pick<EndedRun, 'runId' | 'at' | 'from' | 'to' | 'isDeep' | 'counts'> & { seq?: number | null };

/** What a row or a file says was found: it counts, and nothing else of it. */
const byWord = ({ runId, at, from, to, isDeep, counts, seq = null }: Word): EndedRun => ({
  ...{ runId, at, from, to, isDeep, counts, seq },
  ...{ state: 'broken', isToEnd: false, isResumed: false, isStateLeftOut: false, findings: [], isUnproven: true },
});

/**
 * Without the runs whose callers brought keys or notes of their own: what they did not find is no verdict of ours, and what they found is none where it may lie in what was
 * brought. Bad news is left out only where its event is one of ours: nobody hides it by a word in a row.
 */
async function withoutStrangers<Told extends { seq: number; details: string }>(tx: Tx, trail: Trail, outside: Outside, told: readonly Told[]): Promise<Told[]> {
  const kept: Told[] = [];
  for (const one of told) {
    const { keys_given, keys_ours, state, counts } = membersOf(one.details);
    if (keys_given !== true) {
      kept.push(one);
      continue;
    }
    if (state !== 'broken') continue;
    if (!canBeOfCaller((counts ?? {}) as Record<string, unknown>, keys_ours === true)) {
      kept.push(one);
      continue;
    }
    if (!(await confirmEvents(tx, trail, outside, [one.seq])).confirmed.has(one.seq)) kept.push(one);
  }
  return kept;
}
