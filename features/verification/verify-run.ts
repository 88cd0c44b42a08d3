import 'server-only';
import { parseVkeys } from '@/core/checkpoint';
import type { Finding } from '@/core/finding';
import { scopeOf } from '@/db/scope';
import { listTrails } from '@/features/access/queries';
import { type RunKind, RunStop } from '@/features/runs/run-kind';
import { headMacKey } from '@/features/trail/mutations/keys';
import { AppError } from '@/lib/errors';
import { openFindingsFile } from './findings-file';
import { finishVerification } from './mutations/finish-verification';
import { type Verdict, verifyRange } from './run';
import { verifyParams } from './schema';

/** A run of the kind `verify`: from its params to its verdict, its event and its findings. */
export const verifyRun: RunKind = async ({ runId, trailId, params }, { signal, report, complete }) => {
  const { from, to, deep, vkeys, notes } = verifyParams.parse(params);
  const trail = (await listTrails()).find((row) => row.trailId === trailId);
  if (!trail) throw new AppError('TRAIL_UNKNOWN', { hint: `there is no trail ${trailId}` });

  let kept: readonly Finding[] = [];
  const file = openFindingsFile(runId, () => kept);
  const walk = verifyRange({
    trail,
    scope: scopeOf(trailId),
    from,
    to,
    deep: deep ?? false,
    headKey: headMacKey(),
    vkeys: vkeys && parseVkeys(vkeys),
    notes: notes?.map((note) => ({ note, isOutside: true })),
    signal,
    onOverflow: (findings, before) => {
      kept = before;
      return file.add(findings);
    },
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
      report({ done: checked, total, counts, fromSeq: from ?? 0, toSeq: next });
    }
  } finally {
    await walk.return(undefined as never);
    await file.close();
  }
  // taken from us, or the process ends: somebody begins it anew, and nothing of this one counts
  if (verdict.isCancelled && signal.reason instanceof RunStop && signal.reason.why !== 'cancelled') throw signal.reason;
  return finishVerification({ trailId, runId, verdict, complete });
};
