import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { canBeOfCaller } from '@/core/finding';
import { eventView as e } from '@/db/schema/audit-event';
import { run, runFinding } from '@/db/schema/run';
import { trailSegment } from '@/db/schema/trail';
import type { Scope, TrailId } from '@/db/scope';
import { appTransaction, readTransaction, type Tx } from '@/db/transaction';
import { NAMED_A_MONTH } from '../count-breaks';
import { type BrokenCheck, type FinishedRun, judgeCoverage } from '../judge-coverage';
import type { Coverage } from '../shell';
import { confirmEvents, type Outside, readOutside } from './confirm-events';
import { confirmRuns, membersOf } from './confirm-runs';
import { getUnsealed } from './get-unsealed';

type Trail = { trailId: TrailId; origin: string };

const RUNS_LOOKED_AT = 200;
const CHECKS_LOOKED_AT = 50;

/**
 * How far a trail is verified, for the strip of every page. The list of runs is read from the trail itself (SPEC §8): a run that no event of ours tells of proves nothing. Only
 * where a run found something are its findings looked up in the mutable tables. `sealedSize` is what was signed before this was asked.
 */
export async function getCoverage(
  scope: Scope,
  trail: Trail,
  sealedSize: number,
): Promise<Omit<Coverage, 'isProtectedFromDatabaseAdmin' | 'sealedSize' | 'refusal' | 'isSealStale'>> {
  const { trailId } = trail;
  const outside = readOutside(trail.origin);
  const { events, oldestUnsealedMs, segments, told, altered } = await readTransaction(scope, async (tx) => {
    const unsealed = await getUnsealed(tx, trailId, sealedSize);
    const segments = await tx
      .select({ month: trailSegment.month, firstSeq: trailSegment.firstSeq, lastSeq: trailSegment.lastSeq })
      .from(trailSegment)
      .where(eq(trailSegment.trailId, trailId))
      .orderBy(asc(trailSegment.month));
    const told = await tx
      .select({ seq: e.seq, recordedAt: e.recordedAt, occurredAt: e.occurredAt, resourceType: e.resourceType, resourceId: e.resourceId, details: e.details })
      .from(e)
      .where(
        and(
          eq(e.trailId, trailId),
          eq(e.action, 'verification.finished'),
          sql`(${e.details}::text not like '%"keys_given":true%' or ${e.details}::text like '%"state":"broken"%')`,
        ),
      )
      .orderBy(desc(e.occurredAt), desc(e.seq))
      .limit(RUNS_LOOKED_AT);
    const ours = await withoutStrangers(tx, trail, outside, told);
    return { ...unsealed, segments, ...(await confirmRuns(tx, trail, outside, ours)) };
  });
  const runs: (FinishedRun & { runId: number })[] = told;
  const broken = runs.filter((one) => one.state === 'broken' && Number.isSafeInteger(one.runId)).map((one) => one.runId);
  const { findings, kept, running, untold, checks, failedRun } = await appTransaction(async (tx) => {
    // A trail whose head is forged takes no event: what such a run found stands in its row alone. A row can add a break, never take one away.
    const isKeysGiven = sql<boolean>`(${run.params} ->> 'vkeys' is not null or ${run.params} ->> 'notes' is not null)`;
    const areKeysOurs = sql<boolean>`coalesce(${run.result} ->> 'keysOurs' = 'true', false)`;
    const isOurs = (row: { counts: Record<string, number>; isKeysGiven: boolean; areKeysOurs: boolean }) =>
      !row.isKeysGiven || !canBeOfCaller(row.counts, row.areKeysOurs);
    const untold = await tx
      .select({ runId: run.runId, at: run.finishedAt, from: run.fromSeq, to: run.toSeq, counts: run.counts, isKeysGiven, areKeysOurs })
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
      .select({ runId: run.runId, at: run.finishedAt, counts: run.counts, isKeysGiven, areKeysOurs, reach: reachOfCheck })
      .from(run)
      .where(and(eq(run.trailId, trailId), eq(run.kind, 'resource'), sql`${run.result} ->> 'state' = 'broken'`))
      .orderBy(desc(run.runId))
      .limit(CHECKS_LOOKED_AT);
    broken.push(...[...untold, ...checks].filter(isOurs).map((one) => one.runId));
    const findings = broken.length === 0 ? [] : await someFindings(tx, broken, segments);
    const kept =
      broken.length === 0
        ? []
        : await tx
            .select({ runId: runFinding.runId, n: sql<number>`count(*)`.mapWith(Number), last: sql<number | null>`max(${runFinding.seq})` })
            .from(runFinding)
            .where(inArray(runFinding.runId, broken))
            .groupBy(runFinding.runId);
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
    return { findings, kept, running: running ?? null, untold: untold.filter(isOurs), checks: checks.filter(isOurs), failedRun };
  });
  for (const { runId, at, from, to, counts } of untold) {
    if (at !== null && from !== null && to !== null)
      runs.push({ runId, at, from, to, counts, state: 'broken', findings: [], toldAt: undefined, isUnproven: true });
  }
  runs.sort((a, b) => (a.at < b.at ? 1 : -1));
  const foundBy = ({ runId, counts, from = 0 }: { runId: number; counts: Record<string, number>; from?: number }) => {
    const rows = kept.find((one) => one.runId === runId);
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
    return {
      findings: findings.filter((one) => one.runId === runId),
      // the rest lies in a file
      placesKnownTo: rows && rows.n < total ? (rows.last === null ? from : Number(rows.last) + 1) : null,
    };
  };
  for (const one of runs) Object.assign(one, foundBy(one));
  // nothing that is told makes them good: a newer run that read these events would have been asked instead
  runs.unshift(...altered.map((one) => ({ ...one, runId: Number.NaN })));
  const standing = checks.flatMap((check): BrokenCheck[] => {
    const found = foundBy(check);
    const isWhole = !runs.some((run) => isCleanSince(run, check.at));
    const left = found.findings.filter((one) => !isMadeGood(one.seq, check, runs));
    return left.length > 0 ? [{ counts: check.counts, ...found, standing: left, isWhole }] : [];
  });
  return { ...judgeCoverage(segments, events, runs, standing), events, oldestUnsealedMs, running, failedRun };
}

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

/** Up to where the trail was known when a resource was checked. */
const reachOfCheck = sql<number>`greatest(coalesce((${run.result} ->> 'size')::bigint, 0), coalesce((${run.result} ->> 'lastSeq')::bigint + 1, 0))`.mapWith(
  Number,
);

/** The check of a resource covers no range, so that what it found stands until a later run reads that event and finds nothing; what is about no event, until one reads all from event 0 on. */
function isMadeGood(seq: number | null, check: { at: string | null; reach: number }, runs: readonly FinishedRun[]): boolean {
  const isPlaced = seq !== null && seq < check.reach;
  return runs.some((run) => isCleanSince(run, check.at) && (isPlaced ? run.from <= seq && seq < run.to : run.from === 0 && run.to >= check.reach));
}

const isCleanSince = ({ state, at }: FinishedRun, since: string | null) => (state === 'holds' || state === 'consistent') && at > (since ?? '');

/** The first findings of each month and run: a run with thousands of them must not hide that another month is broken too. */
async function someFindings(tx: Tx, runIds: number[], segments: { firstSeq: number }[]) {
  const firsts = sql`array[${sql.join(
    segments.map(({ firstSeq }) => sql`${firstSeq}`),
    sql`, `,
  )}]::bigint[]`;
  const rows = tx.$with('some').as(
    tx
      .select({
        runId: runFinding.runId,
        n: runFinding.n,
        seq: runFinding.seq,
        code: runFinding.code,
        expected: runFinding.expected,
        found: runFinding.found,
        rank: sql<number>`row_number() over (partition by ${runFinding.runId}, width_bucket(${runFinding.seq}, ${firsts}) order by ${runFinding.n})`.as('rank'),
      })
      .from(runFinding)
      .where(inArray(runFinding.runId, runIds)),
  );
  return tx
    .with(rows)
    .select({ runId: rows.runId, seq: rows.seq, code: rows.code, expected: rows.expected, found: rows.found })
    .from(rows)
    .where(sql`${rows.rank} <= ${NAMED_A_MONTH}`)
    .orderBy(asc(rows.runId), asc(rows.n));
}
