import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { run, runFinding } from '@/db/schema/run';
import type { TrailId } from '@/db/scope';
import type { Tx } from '@/db/transaction';
import { type BreakSource, NAMED_A_MONTH, type Named } from '../count-breaks';
import { FOUND_TEXT, type FoundRun } from '../found-file';
import type { EndedRun } from '../judge-coverage';

type FoundRow = Named & { runId: number };
type Kept = {
  findings: FoundRow[] /** How many rows there are of a run, and the last number among them. */;
  rows: { runId: number; n: number; last: number | null }[];
};

/** What the rows still say of the runs that stand, some findings of each month. @param tx as the app */
export async function readFindings(tx: Tx, trailId: TrailId, runs: readonly EndedRun[], months: readonly { firstSeq: number }[]): Promise<Kept> {
  const named = runs.map(({ runId }) => runId).filter(Number.isSafeInteger);
  // in another database the same number is another trail's
  const own =
    named.length === 0
      ? []
      : await tx
          .select({ runId: run.runId })
          .from(run)
          .where(and(eq(run.trailId, trailId), inArray(run.runId, named)));
  const runIds = own.map(({ runId }) => runId);
  if (runIds.length === 0) return { findings: [], rows: [] };
  const rows = await tx
    .select({ runId: runFinding.runId, n: sql<number>`count(*)`.mapWith(Number), last: sql<number | null>`max(${runFinding.seq})` })
    .from(runFinding)
    .where(inArray(runFinding.runId, runIds))
    .groupBy(runFinding.runId);
  return { findings: await someFindings(tx, runIds, months), rows };
}

/** Of each run that stands what its event, its rows and the file beside the database say together: a row that is gone or another takes nothing away. */
export function joinFound(standing: readonly EndedRun[], kept: Kept, files: readonly FoundRun[]): BreakSource[] {
  const joined = new Map<number | EndedRun, EndedRun[]>();
  for (const one of standing) {
    const key = Number.isSafeInteger(one.runId) ? one.runId : one;
    joined.set(key, [...(joined.get(key) ?? []), one]);
  }
  return [...joined.values()].map((words) => {
    const { runId, from, findings } = words[0] as EndedRun;
    if (findings.length > 0) return words[0] as EndedRun;
    const counts = mostOf(words.map((one) => one.counts));
    const ofFile = files.filter((one) => one.runId === runId).flatMap((one) => one.findings);
    const ofRows = kept.findings.filter((one) => one.runId === runId);
    const rows = kept.rows.find((one) => one.runId === runId) ?? { n: 0, last: null };
    const { n, last } = rows.n < ofFile.length ? { n: ofFile.length, last: lastOf(ofFile) } : { n: rows.n, last: rows.last };
    const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
    const found = { counts, findings: distinct([...ofRows, ...ofFile]), placesKnownTo: n < total ? (last === null ? from : Number(last) + 1) : null };
    for (const one of words) Object.assign(one, found);
    return found;
  });
}

const lastOf = (findings: readonly Named[]): number | null =>
  findings.reduce<number | null>((most, { seq }) => (seq === null ? most : Math.max(most ?? 0, seq)), null);

function mostOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const most: Record<string, number> = {};
  for (const [code, n] of all.flatMap((counts) => Object.entries(counts))) most[code] = Math.max(most[code] ?? 0, n);
  return most;
}

function distinct(findings: readonly Named[]): Named[] {
  const keyOf = ({ seq, code, expected, found }: Named) => JSON.stringify([seq, code, expected?.slice(0, FOUND_TEXT), found?.slice(0, FOUND_TEXT)]);
  return [...new Map(findings.toReversed().map((one) => [keyOf(one), one])).values()].reverse();
}

/** The first findings of each month and run: a run with thousands of them must not hide that another month is broken too. */
async function someFindings(tx: Tx, runIds: number[], segments: readonly { firstSeq: number }[]): Promise<FoundRow[]> {
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
