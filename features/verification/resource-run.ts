import 'server-only';
import { parseVkeys } from '@/core/checkpoint';
import type { Finding } from '@/core/finding';
import { scopeOf } from '@/db/scope';
import { listTrails } from '@/features/access/queries';
import { type RunKind, RunStop } from '@/features/runs/run-kind';
import { headMacKey } from '@/features/trail/mutations/keys';
import { AppError } from '@/lib/errors';
import { openFindingsFile } from './findings-file';
import { finishResource } from './mutations/finish-resource';
import { resourceParams } from './resource-schema';
import { type ResourceVerdict, verifyResource } from './verify-resource';

/** A run of the kind `resource`: from its params to its verdict, its event and its findings. One that was interrupted begins anew. */
export const resourceRun: RunKind = async ({ runId, trailId, params }, { signal, report, complete }) => {
  const asked = resourceParams.parse(params);
  const trail = (await listTrails()).find((row) => row.trailId === trailId);
  if (!trail) throw new AppError('TRAIL_UNKNOWN', { hint: `there is no trail ${trailId}` });
  let kept: readonly Finding[] = [];
  const file = openFindingsFile(runId, () => kept);
  const walk = verifyResource({
    trail,
    scope: scopeOf(trailId),
    resource: { type: asked.type, id: asked.id },
    deep: asked.deep ?? false,
    headKey: headMacKey(),
    vkeys: asked.vkeys && parseVkeys(asked.vkeys),
    notes: asked.notes?.map((note) => ({ note, isOutside: true, isBrought: true })),
    signal,
    onOverflow: (findings, before) => {
      kept = before;
      return file.add(findings);
    },
  });
  let verdict: ResourceVerdict;
  try {
    for (;;) {
      const step = await walk.next();
      if (step.done) {
        verdict = step.value;
        break;
      }
      const { checked, total, counts } = step.value;
      report({ done: checked, total, counts });
    }
  } finally {
    await walk.return(undefined as never);
    await file.close();
  }
  // taken from us, or the process ends: somebody takes it up
  if (verdict.isCancelled && signal.reason instanceof RunStop && signal.reason.why !== 'cancelled') throw signal.reason;
  return finishResource({ origin: trail.origin, runId, asked, verdict, complete });
};
