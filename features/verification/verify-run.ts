import 'server-only';
import { getTrailRow } from '@/features/access/queries';
import type { RunKind } from '@/features/runs/run-kind';
import { nowText } from '@/lib/time';
import { joinVerdicts } from './join-verdicts';
import { finishVerification } from './mutations/finish-verification';
import { forgetProven, provenWriter } from './proven-file';
import { verifyRange } from './run';
import { verifyParams } from './schema';
import { takeUp } from './take-up';
import { walkToVerdict } from './walk-to-verdict';

/**
 * A run of the kind `verify`: from its params to its verdict, its event and its findings. One that was stopped is taken up at the last signed size that it had led to,
 * or begins anew and says why.
 */
export const verifyRun: RunKind = async ({ runId, trailId, params, result: before }, { signal, report, complete }) => {
  const asked = verifyParams.parse(params);
  const { from = 0, to, resumes } = asked;
  const trail = await getTrailRow(trailId);

  // its own first try, where there was one, else that of the run which it takes up
  const wasStopped = before !== null && 'interruptions' in before;
  let taken = wasStopped ? await takeUp(trail, runId, asked) : null;
  if (resumes !== undefined && !taken?.ok) taken = await takeUp(trail, resumes, asked);
  const part = taken?.ok ? taken.part : null;
  const first = taken?.ok && part ? { from, size: part.size, root: part.root, isOutside: part.isOutside, eventHash: taken.eventHash.toString('hex') } : null;
  const checkedBefore = part ? part.size - from : 0;

  const verdict = await walkToVerdict(
    { runId, trail, asked, signal },
    (options) => verifyRange({ ...options, from: part?.size ?? from, to, sources: part?.sources, onProven: provenWriter(runId, asked, part) }),
    ({ checked, total, next, counts }) => report({ done: checkedBefore + checked, total: checkedBefore + total, counts, fromSeq: from, toSeq: next }),
  );
  const ended = await finishVerification({
    trailId,
    origin: trail.origin,
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
