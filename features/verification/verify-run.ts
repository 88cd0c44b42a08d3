import 'server-only';
import { parseVkeys } from '@/core/checkpoint';
import type { Finding } from '@/core/finding';
import { scopeOf } from '@/db/scope';
import { listTrails } from '@/features/access/queries';
import { type RunKind, RunStop } from '@/features/runs/run-kind';
import { headMacKey } from '@/features/trail/mutations/keys';
import { AppError } from '@/lib/errors';
import { nowText } from '@/lib/time';
import { openFindingsFile } from './findings-file';
import { joinVerdicts } from './join-verdicts';
import { finishVerification } from './mutations/finish-verification';
import { forgetProven, provenWriter } from './proven-file';
import { type Verdict, verifyRange } from './run';
import { verifyParams } from './schema';
import { takeUp } from './take-up';

/**
 * A run of the kind `verify`: from its params to its verdict, its event and its findings. One that was stopped is taken up at the last signed size that it had led to,
 * or begins anew and says why.
 */
export const verifyRun: RunKind = async ({ runId, trailId, params, result: before }, { signal, report, complete }) => {
  const asked = verifyParams.parse(params);
  const { from = 0, to, deep = false, vkeys, notes, resumes } = asked;
  const trail = (await listTrails()).find((row) => row.trailId === trailId);
  if (!trail) throw new AppError('TRAIL_UNKNOWN', { hint: `there is no trail ${trailId}` });

  // its own first try, where there was one, else that of the run which it takes up
  const wasStopped = before !== null && 'interruptions' in before;
  let taken = wasStopped ? await takeUp(trail, runId, asked) : null;
  if (resumes !== undefined && !taken?.ok) taken = await takeUp(trail, resumes, asked);
  const part = taken?.ok ? taken.part : null;
  const first = taken?.ok && part ? { from, size: part.size, root: part.root, isOutside: part.isOutside, eventHash: taken.eventHash.toString('hex') } : null;
  const checkedBefore = part ? part.size - from : 0;

  let kept: readonly Finding[] = [];
  const file = openFindingsFile(runId, () => kept);
  const walk = verifyRange({
    trail,
    scope: scopeOf(trailId),
    from: part?.size ?? from,
    to,
    deep,
    headKey: headMacKey(),
    vkeys: vkeys && parseVkeys(vkeys),
    notes: notes?.map((note) => ({ note, isOutside: true, isBrought: true })),
    signal,
    onOverflow: (findings, before) => {
      kept = before;
      return file.add(findings);
    },
    onProven: provenWriter(runId, asked, part),
  });
  let verdict: Verdict;
  try {
    for (;;) {
      const step = await walk.next();
      if (step.done) {
        verdict = step.value;
        break;
      }
      const { checked, total, next, counts } = step.value;
      report({ done: checkedBefore + checked, total: checkedBefore + total, counts, fromSeq: from, toSeq: next });
    }
  } finally {
    await walk.return(undefined as never);
    await file.close();
  }
  // taken from us, or the process ends: somebody takes it up
  if (verdict.isCancelled && signal.reason instanceof RunStop && signal.reason.why !== 'cancelled') throw signal.reason;
  const ended = await finishVerification({
    trailId,
    runId,
    asked,
    verdict: first ? joinVerdicts(first, verdict) : verdict,
    resumed: part && { at: part.size, run: part.run, checkedAt: nowText(part.at) },
    anew: taken && !taken.ok ? taken.reason : null,
    complete,
  });
  if (!verdict.isCancelled) forgetProven(runId);
  return ended;
};
