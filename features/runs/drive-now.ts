import 'server-only';
import { isDatabaseAway } from '@/db/database-away';
import type { RunKindName } from '@/db/schema/run';
import type { TrailId } from '@/db/scope';
import { appTransaction } from '@/db/transaction';
import { AppError } from '@/lib/errors';
import { driveRun } from './drive';
import { createRun } from './mutations/create-run';
import { getOwnRun } from './mutations/take-run';
import { makeOwner } from './owner';
import { getRun } from './queries';
import { type RunEnd, RunHeld, type RunKinds, type RunReport } from './run-kind';

type Wanted = {
  kind: RunKindName;
  trailId: TrailId;
  params: Record<string, unknown>;
  signal?: AbortSignal | undefined;
  onReport?: ((report: RunReport) => void) | undefined;
};

/**
 * Creates a run that no runner of the web server takes, and does its work here. A signal cancels it. Neither what is done nor what is handed back is read from its row, which whoever
 * holds the database changes.
 * @returns how it ended here, done or cancelled, and what it found
 * @throws AppError with the code of the fault when it failed, RUN_INTERRUPTED when the database went away
 */
export async function driveNow({ signal, onReport, ...wanted }: Wanted, kinds: RunKinds): Promise<RunEnd & { runId: number }> {
  const kind = kinds[wanted.kind];
  if (!kind) throw new AppError('RUN_KIND', { hint: `no feature does runs of the kind "${wanted.kind}"` });
  const owner = makeOwner('command');
  const runId = await appTransaction((tx) => createRun(tx, { ...wanted, startedBy: null, owner }));
  const own = await getOwnRun(owner, runId);
  if (!own) throw new AppError('RUN_INTERRUPTED', { hint: 'another process declared the run dead' });
  let fault: unknown;
  const watched: typeof kind = (run, tools) =>
    kind(run, tools).catch((cause) => {
      fault = cause;
      throw cause;
    });
  const { kind: name, trailId, params } = wanted;
  const end = await driveRun({ ...own, kind: name, trailId, params, result: null }, watched, { signal, onReport });
  if (end) return { runId, ...end };
  const interrupted = (cause: unknown) =>
    new AppError('RUN_INTERRUPTED', { cause, hint: 'the database went away, or another process took the run for dead: run the command again' });
  const row = await getRun(trailId, runId).catch((cause) => {
    throw isDatabaseAway(cause) ? interrupted(cause) : cause; // away for longer than the end of a run waits for it
  });
  if (row?.state === 'cancelled') return { runId, state: 'cancelled', result: {}, findings: [] };
  if (row?.state === 'done' && isDatabaseAway(fault)) throw interrupted(fault); // the answer to its last word was lost
  if (row?.state === 'failed' || row?.state === 'done') throw fault instanceof AppError ? fault : new AppError('RUN_FAILED', { cause: fault });
  if (fault instanceof RunHeld)
    throw new AppError(fault.fault.code, { hint: `${fault.fault.hint}. What was done stays; run the same command again when the reason is gone` });
  throw interrupted(fault);
}
