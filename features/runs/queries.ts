import 'server-only';
import { and, asc, desc, eq, getTableColumns, gte, inArray, lt, sql } from 'drizzle-orm';
import { appUser } from '@/db/schema/app-user';
import { instantText } from '@/db/schema/columns';
import { importReject, type RunKindName, run, runFinding, runKey } from '@/db/schema/run';
import { trail } from '@/db/schema/trail';
import type { TrailId } from '@/db/scope';
import { appTransaction, type Tx } from '@/db/transaction';

export type RunRow = typeof run.$inferSelect;
/** A run as screens show it. `now`: the database's clock, for comparing with its other times. */
export type ShownRun = RunRow & { alias: string; startedByName: string | null; now: string };
export type RunFinding = Omit<typeof runFinding.$inferSelect, 'runId'>;
export type ImportReject = Omit<typeof importReject.$inferSelect, 'runId'>;

const shown = { ...getTableColumns(run), alias: trail.alias, startedByName: appUser.name, now: sql`clock_timestamp()`.mapWith(instantText) };

/** The alias of the trail that a run belongs to, for the gate; null when there is no such run. */
export async function getRunAlias(runId: number): Promise<string | null> {
  const [row] = await appTransaction((tx) =>
    tx.select({ alias: trail.alias }).from(run).innerJoin(trail, eq(trail.trailId, run.trailId)).where(eq(run.runId, runId)),
  );
  return row?.alias ?? null;
}

/** By which what waits outside the database knows the run again. */
export async function getRunKey(runId: number): Promise<string | null> {
  const [row] = await appTransaction((tx) => tx.select({ key: runKey }).from(run).where(eq(run.runId, runId)));
  return row?.key ?? null;
}

/** The act with which a run ended, if it waits; its row is locked until the transaction ends. @param tx as the app */
export async function lockRunAct(tx: Tx, runId: number): Promise<string | null> {
  const [row] = await tx
    .select({ act: sql<string | null>`${run.result} ->> 'act'` })
    .from(run)
    .where(eq(run.runId, runId))
    .for('update');
  return row?.act ?? null;
}

export async function getRun(trailId: TrailId, runId: number): Promise<ShownRun | null> {
  const [row] = await appTransaction((tx) =>
    tx
      .select(shown)
      .from(run)
      .innerJoin(trail, eq(trail.trailId, run.trailId))
      .leftJoin(appUser, eq(appUser.userId, run.startedBy))
      .where(and(eq(run.trailId, trailId), eq(run.runId, runId))),
  );
  return row ?? null;
}

/** The verifications of these numbers, as far as there are rows of them. */
export const getVerifications = (trailId: TrailId, runIds: readonly number[]): Promise<ShownRun[]> =>
  runIds.length === 0
    ? Promise.resolve([])
    : appTransaction((tx) =>
        tx
          .select(shown)
          .from(run)
          .innerJoin(trail, eq(trail.trailId, run.trailId))
          .leftJoin(appUser, eq(appUser.userId, run.startedBy))
          .where(and(eq(run.trailId, trailId), eq(run.kind, 'verify'), inArray(run.runId, [...runIds]))),
      );

type Listing = { kinds?: readonly RunKindName[] /** runs older than this one */; before?: number; limit?: number };

/** Newest first. */
export const listRuns = (trailId: TrailId, { kinds, before, limit = 50 }: Listing = {}): Promise<ShownRun[]> =>
  appTransaction((tx) =>
    tx
      .select(shown)
      .from(run)
      .innerJoin(trail, eq(trail.trailId, run.trailId))
      .leftJoin(appUser, eq(appUser.userId, run.startedBy))
      .where(and(eq(run.trailId, trailId), kinds && inArray(run.kind, [...kinds]), before === undefined ? undefined : lt(run.runId, before)))
      .orderBy(desc(run.runId))
      .limit(limit),
  );

type Page = { from?: number; limit?: number };

/** What a verification found, in the order found; `n` counts from 0. */
export const listFindings = (trailId: TrailId, runId: number, { from = 0, limit = 500 }: Page = {}): Promise<RunFinding[]> =>
  appTransaction((tx) => {
    const { runId: _, ...columns } = getTableColumns(runFinding);
    return tx
      .select(columns)
      .from(runFinding)
      .innerJoin(run, eq(run.runId, runFinding.runId))
      .where(and(eq(run.trailId, trailId), eq(runFinding.runId, runId), gte(runFinding.n, from)))
      .orderBy(asc(runFinding.n))
      .limit(limit);
  });

/** What an import refused, in the order met; `n` counts from 0. */
export const listRejects = (trailId: TrailId, runId: number, { from = 0, limit = 500 }: Page = {}): Promise<ImportReject[]> =>
  appTransaction((tx) => {
    const { runId: _, ...columns } = getTableColumns(importReject);
    return tx
      .select(columns)
      .from(importReject)
      .innerJoin(run, eq(run.runId, importReject.runId))
      .where(and(eq(run.trailId, trailId), eq(importReject.runId, runId), gte(importReject.n, from)))
      .orderBy(asc(importReject.n))
      .limit(limit);
  });

/** Runs of a kind that wait, go on or may be taken up again. */
export const listOpenRuns = (kind: RunKindName): Promise<RunRow[]> =>
  appTransaction((tx) =>
    tx
      .select()
      .from(run)
      .where(and(eq(run.kind, kind), inArray(run.state, ['queued', 'running', 'interrupted']))),
  );
