import 'server-only';
import { scopeOf } from '@/db/scope';
import { getTrailRow } from '@/features/access/queries';
import { currentCatalogue } from '@/features/catalogue/catalogue';
import type { RunKind } from '@/features/runs/run-kind';
import type { Actor } from '@/features/trail/mutations/record-act';
import { uuidV7 } from '@/features/trail/mutations/uuid-v7';
import { log } from '@/lib/log';
import { nowText } from '@/lib/time';
import { SOFTWARE } from '@/lib/version';
import { diskFault, makeWorkFolder, placeBundle, removeBundle, removeWorkFolder, sweepWork } from './files';
import { saveBundle } from './mutations/save-bundle';
import { getRoleOf, isBundleFile, isRunUnderWay } from './queries/bundles';
import { buildBundle } from './run';
import { bundleParams } from './schema';

/**
 * A run of the kind `bundle`. Whatever stops it, nothing is left: no file without its row, no row without its event, and no event without its file (the file is on disk
 * first). A process that is killed leaves its work folder, which the next run clears.
 */
export const bundleRun: RunKind = async (run, { signal, report, complete }) => {
  const { runId, trailId, startedBy } = run;
  const params = bundleParams.parse(run.params);
  const trail = await getTrailRow(trailId);
  const role = startedBy && (await getRoleOf(startedBy));
  const actor: Actor = startedBy ? { userId: startedBy, isAdmin: role === 'admin' } : 'system';
  const createdAt = nowText();
  let placed: string | null = null;
  try {
    await sweepWork(isRunUnderWay, isBundleFile);
    const folder = await makeWorkFolder(runId);
    const { file, bundle } = await buildBundle({
      bundleId: uuidV7(Date.now()),
      trail,
      scope: scopeOf(trailId),
      params,
      catalogueSha256: currentCatalogue.sha256,
      createdAt,
      madeBy: startedBy ? `account ${startedBy}` : 'the command line',
      software: SOFTWARE,
      folder,
      signal,
      report: ({ rows, matched, inRange, from, to, bytes }) =>
        report({ done: rows, total: matched, counts: { matched, in_range: inRange, bytes }, fromSeq: from, toSeq: to }),
    });
    signal.throwIfAborted();
    placed = bundle.file_name;
    await placeBundle(file, placed);
    await saveBundle({ runId, trailId, params, result: bundle, actor, createdAt, complete });
    await removeWorkFolder(runId);
    return bundle;
  } catch (cause) {
    await clearAway(runId, placed).catch((err) => log.warn({ err, runId }, 'what an unfinished bundle left is cleared away by the next one'));
    throw diskFault(cause);
  }
};

/** The database is asked first: a commit whose answer was lost may have happened all the same. Where it does not answer, all stays for the next run's sweep. */
async function clearAway(runId: number, placed: string | null) {
  if (placed && !(await isBundleFile(placed))) await removeBundle(placed);
  await removeWorkFolder(runId);
}
