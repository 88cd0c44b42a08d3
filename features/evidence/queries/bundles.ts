import 'server-only';
import { and, desc, eq, getTableColumns } from 'drizzle-orm';
import { appUser } from '@/db/schema/app-user';
import { bundle } from '@/db/schema/bundle';
import { run } from '@/db/schema/run';
import { trail } from '@/db/schema/trail';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';

const shown = { ...getTableColumns(bundle), createdByName: appUser.name, alias: trail.alias, params: run.params, result: run.result };

/** A bundle as screens show it; `params` and `result` are its run's. */
export type ShownBundle = Awaited<ReturnType<typeof listBundles>>[number];

/** Newest first. */
export const listBundles = (trailId: TrailId, { limit = 200 }: { limit?: number } = {}) =>
  appTransaction((tx) =>
    tx
      .select(shown)
      .from(bundle)
      .innerJoin(trail, eq(trail.trailId, bundle.trailId))
      .leftJoin(run, eq(run.runId, bundle.runId))
      .leftJoin(appUser, eq(appUser.userId, bundle.createdBy))
      .where(eq(bundle.trailId, trailId))
      .orderBy(desc(bundle.createdAt), desc(bundle.bundleId))
      .limit(limit),
  );

export const getBundle = async (trailId: TrailId, bundleId: string): Promise<ShownBundle | null> => {
  const [row] = await appTransaction((tx) =>
    tx
      .select(shown)
      .from(bundle)
      .innerJoin(trail, eq(trail.trailId, bundle.trailId))
      .leftJoin(run, eq(run.runId, bundle.runId))
      .leftJoin(appUser, eq(appUser.userId, bundle.createdBy))
      .where(and(eq(bundle.trailId, trailId), eq(bundle.bundleId, bundleId))),
  );
  return row ?? null;
};

/** The alias of the trail that a bundle belongs to, for the gate; null when there is no such bundle. */
export const getBundleAlias = async (bundleId: string): Promise<string | null> => {
  const [row] = await appTransaction((tx) =>
    tx.select({ alias: trail.alias }).from(bundle).innerJoin(trail, eq(trail.trailId, bundle.trailId)).where(eq(bundle.bundleId, bundleId)),
  );
  return row?.alias ?? null;
};

export const isBundleFile = async (fileName: string): Promise<boolean> =>
  (await appTransaction((tx) => tx.select({ id: bundle.bundleId }).from(bundle).where(eq(bundle.fileName, fileName)))).length > 0;

/** Is somebody still at work on this run? */
export const isRunUnderWay = async (runId: number): Promise<boolean> =>
  (
    await appTransaction((tx) =>
      tx
        .select({ id: run.runId })
        .from(run)
        .where(and(eq(run.runId, runId), eq(run.state, 'running'))),
    )
  ).length > 0;

/** How README.txt names a person: never by name, which would leave the house with every copy. */
export const getRoleOf = async (userId: string): Promise<string | null> => {
  const [row] = await appTransaction((tx) => tx.select({ role: appUser.role }).from(appUser).where(eq(appUser.userId, userId)));
  return row?.role ?? null;
};
