import 'server-only';
import { getTrailRow } from '@/features/access/queries';
import type { RunKind } from '@/features/runs/run-kind';
import { keepFound } from '@/features/trail/found-file';
import { foundOf } from './found-verdict';
import { finishResource } from './mutations/finish-resource';
import { resourceFilter } from './queries/resource-rows';
import { resourceParams } from './resource-schema';
import { verifyResource } from './verify-resource';
import { walkToVerdict } from './walk-to-verdict';

/** A run of the kind `resource`: from its params to its verdict, its event and its findings. One that was interrupted begins anew. */
export const resourceRun: RunKind = async ({ runId, trailId, params }, { signal, report, addFindings, complete }) => {
  const asked = resourceParams.parse(params);
  const trail = await getTrailRow(trailId);
  const verdict = await walkToVerdict(
    { runId, trail, asked, signal },
    (options) => verifyResource({ ...options, resource: { type: asked.type, id: asked.id } }),
    ({ checked, total, counts }) => report({ done: checked, total, counts }),
  );
  // no event of the trail tells of it, and a row can be taken away
  const views = 'VIEW_MISMATCH' in verdict.counts ? [resourceFilter(asked)] : [];
  const news = foundOf({ origin: trail.origin, runId, isCheck: true, asked }, { ...verdict, from: 0, to: 0, views });
  if (news) keepFound(news);
  return finishResource({ origin: trail.origin, runId, asked, verdict, addFindings, complete });
};
