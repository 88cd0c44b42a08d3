import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { appTransaction, type Tx } from '@/db/transaction';
import { addRejects } from '@/features/runs/mutations/add-lines';
import { getRunKey, lockRunAct } from '@/features/runs/queries';
import { RunHeld, type RunKind, type RunReport, RunStop } from '@/features/runs/run-kind';
import { isHeld } from '@/features/trail/held';
import { appClock } from '@/features/trail/mutations/batch-clock';
import { ownOrigin, recordAct } from '@/features/trail/mutations/record-act';
import { getTrail } from '@/features/trail/queries/get-trail';
import { forgetEarlierTries, forgetWaiting, keepWaiting, newActId, type WaitingAct } from '@/features/trail/waiting-acts';
import { AppError } from '@/lib/errors';
import { homeFolder } from '@/lib/home';
import { type ImportOutcome, type ImportProgress, importFiles, type Reject } from './run';
import { type ImportResult, importSettings } from './schema';
import { findFiles } from './source-files';
import { removeSpool } from './spool';

/** What a run of the kind `import` is asked: how to read, and which files. `spool`: the folder of an upload, which goes when the run has ended. */
export const importParams = z.object({
  settings: importSettings,
  files: z.array(z.object({ path: z.string(), name: z.string() })).min(1),
  spool: z.string().optional(),
});
export type ImportParams = z.input<typeof importParams>;

/** In the table; all of them stand in a file beside it. */
export const KEPT_REJECTS = 10_000;
const TOLD_FILES = 200;

/** The work of an import run: reads, appends, keeps the rejects, and tells `<host>/indelible` what was imported in the transaction that ends the run. */
export const importRun: RunKind = async (run, tools) => {
  try {
    return await importAll(run, tools);
  } catch (cause) {
    // the files stay where they are, what is stored is stored: begun again, it is counted as imported before
    throw isHeld(cause) ? new RunHeld(cause) : cause;
  }
};

const importAll: RunKind = async (run, { scope, signal, report, complete }) => {
  const { settings, files: given, spool } = importParams.parse(run.params);
  const trail = await getTrail(scope, run.trailId);
  if (!trail) throw new AppError('TRAIL_UNKNOWN', { hint: 'the trail of this run is gone' });
  const { files, passedOver } = findFiles(given, settings.format);
  const rejects = rejectList(run.runId);

  const running = importFiles({ trail, scope, settings, files, signal });
  let outcome: ImportOutcome;
  let progress: ImportProgress | null = null;
  for (;;) {
    const step = await running.next();
    if (step.done) {
      outcome = step.value;
      break;
    }
    progress = step.value;
    await rejects.add(progress.rejects);
    report(reportOf(progress));
  }
  // The process ends, or another has the run, before all was read: it is begun again elsewhere, and what is stored is stored.
  if (outcome.isCancelled && !isStopped(signal)) throw signal.reason;

  const { read, appended, duplicates, rejected, skipped, seqs, occurred, isCancelled } = outcome;
  const result: ImportResult = {
    counts: { read, appended, duplicates, rejected },
    skipped,
    passedOver,
    files: outcome.files,
    seqs,
    occurred,
    rejectsFile: rejects.file(),
  };
  const actOf = (state: 'done' | 'cancelled') => ({
    action: 'import.finished',
    id: newActId(),
    occurredAt: appClock(),
    actor: run.startedBy === null ? ('system' as const) : { userId: run.startedBy },
    resourceType: 'trail',
    resourceId: trail.origin,
    outcome: state === 'cancelled' ? ('failure' as const) : ('success' as const),
    details: {
      run: run.runId,
      state,
      format: settings.format,
      source: settings.source,
      door: spool ? 'upload' : 'command line',
      ...result.counts,
      skipped: Object.values(skipped).reduce((sum, count) => sum + count, 0),
      files_total: outcome.files.length,
      files: outcome.files.slice(0, TOLD_FILES).map(({ name, bytes, sha256 }) => ({ name: path.basename(name).slice(-200).toWellFormed(), bytes, sha256 })),
      ...(seqs ? { first_seq: seqs.first, last_seq: seqs.last } : {}),
    },
  });
  const key = await getRunKey(run.runId);
  const end = (state: 'done' | 'cancelled', kept?: { act: string; notRecorded: string }) =>
    appTransaction(async (tx: Tx) => {
      if (!kept) await recordAct(tx, actOf(state));
      await complete(tx, { ...result, ...kept }, progress ? reportOf(progress) : {}, state);
      // before the commit: killed here the run has no end yet, and the next try tells; behind it, an act that no row bears out would be told as well
      forgetEarlierTries({ id: run.runId, key }, 'import.finished', kept?.act);
    });
  await end(isCancelled ? 'cancelled' : 'done').catch(async (cause) => {
    // who stops an import is not kept waiting until the trail takes events again, though all was read: it has stopped, and the act waits on disk
    if (!isHeld(cause) || !isStopped(signal)) throw cause;
    const act: WaitingAct = { v: 1, origin: ownOrigin(), ...actOf('cancelled'), run: { id: run.runId, key, link: 'ended' } };
    keepWaiting(act);
    await end('cancelled', { act: act.id, notRecorded: cause.code }).catch(async (cause) => {
      if (cause instanceof RunStop) await forgetIfOthers(run.runId, act);
      throw cause;
    });
  });
  if (spool) removeSpool(spool);
  return result;
};

/** Another has the run, and its end is the other's; who ended it may have found this very act and put it into the row: then it is to be told. Under the row's lock, as he did. */
const forgetIfOthers = (runId: number, act: WaitingAct): Promise<void> =>
  appTransaction(async (tx) => {
    if ((await lockRunAct(tx, runId)) !== act.id) forgetWaiting(act);
  });

const isStopped = ({ reason }: AbortSignal): boolean => reason instanceof RunStop && reason.why === 'cancelled';

function reportOf({ read, appended, duplicates, rejected, skipped, bytesDone, bytesTotal }: ImportProgress): RunReport {
  const skippedTotal = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  return { done: Math.min(bytesDone, bytesTotal), total: bytesTotal, counts: { read, appended, duplicates, rejected, skipped: skippedTotal } };
}

/** The first rejects go into the table, all of them into a file once there are more. */
function rejectList(runId: number) {
  let count = 0;
  let first: Reject[] = [];
  let file: string | null = null;
  return {
    file: () => file,
    async add(rejects: Reject[]) {
      if (rejects.length === 0) return;
      const kept = rejects.slice(0, Math.max(0, KEPT_REJECTS - count)).map((reject, i) => ({ n: count + i, ...cut(reject) }));
      if (kept.length > 0) await appTransaction((tx) => addRejects(tx, runId, kept));
      if (file === null && count + rejects.length > KEPT_REJECTS) {
        file = path.join(homeFolder('imports'), `rejects-${runId}.jsonl`);
        fs.writeFileSync(file, first.map(line).join(''), { mode: 0o600 });
      }
      if (file === null) first.push(...rejects);
      else {
        first = [];
        fs.appendFileSync(file, rejects.map(line).join(''));
      }
      count += rejects.length;
    },
  };
}

const line = (reject: Reject) => `${JSON.stringify(reject)}\n`;

/** PostgreSQL stores no U+0000, and a reason may quote a member's name. */
const cut = ({ file, line: number, reason }: Reject): Reject => ({ file: clean(file), line: number, reason: clean(reason).slice(0, 1000) });
const clean = (text: string) => text.replaceAll('\0', '\u{fffd}').toWellFormed();
