import { type ResourceParams, resourceResult } from '@/features/verification/resource-schema';
import { NONE_MISSING, resourceSentence, tookText, viewText } from '@/features/verification/resource-words';
import { runNow } from '@/jobs/runs';
import { AppError } from '@/lib/errors';
import { type Answer, type Context, UsageError } from './command';
import { findingLines, tellProgress } from './findings-text';
import type { OpenTrail } from './gate';

/** `TYPE/ID`: the first slash parts them. */
export function resourceOf(text: string): { type: string; id: string } {
  const slash = text.indexOf('/');
  if (slash < 0) throw new UsageError(`--resource: "${text}" is no resource; it looks like merchant/M-2207`);
  return { type: text.slice(0, slash), id: text.slice(slash + 1) };
}

/** The events of one resource by their proofs: `verify --resource`. */
export async function verifyOneResource(trail: OpenTrail, params: ResourceParams, { say, signal }: Pick<Context, 'say' | 'signal'>): Promise<Answer> {
  const run = await runNow({ kind: 'resource', trailId: trail.trailId, params, signal, onReport: tellProgress(say) });
  const parsed = resourceResult.safeParse(run.result);
  if (!parsed.success) throw new AppError('CANCELLED', { hint: 'stopped before the first event was checked' });
  const result = parsed.data;
  const { checked, proven, unsealed, unproven, size, root, view, counts, state } = result;
  const { findings } = run;
  const json = {
    trail: trail.origin,
    resource: { type: params.type, id: params.id },
    checked,
    proven,
    not_yet_sealed: unsealed,
    not_proven: unproven,
    size,
    root,
    view,
    counts,
    findings: findings.map(({ code, seq, expected, found, lastGood }) => ({ code, seq, expected, found, lastGood })),
    state,
    ms: Math.round(result.eventsMs * 10) / 10,
  };
  const text = [
    resourceSentence(params, result, findings),
    ...findingLines(findings, result.findings, run.runId),
    NONE_MISSING,
    viewText(result),
    ...(result.notRecorded ? [`not recorded in the trail indelible${result.act ? ' yet' : ''}: ${result.notRecorded}`] : []),
    tookText(result),
  ];
  return { json, text: text.join('\n'), hasFindings: result.findings > 0 || (state !== 'consistent' && state !== 'holds') };
}
