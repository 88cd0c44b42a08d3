import 'server-only';
import { parseVkeys } from '@/core/checkpoint';
import type { Finding } from '@/core/finding';
import { scopeOf } from '@/db/scope';
import { RunStop } from '@/features/runs/run-kind';
import { headMacKey } from '@/features/trail/mutations/keys';
import { forgetFindingsFile, openFindingsFile } from './findings-file';
import { forgetProven } from './proven-file';
import type { VerifyOptions } from './run';
import type { VerifyParams } from './schema';

type WalkOptions = Pick<VerifyOptions, 'trail' | 'scope' | 'deep' | 'headKey' | 'vkeys' | 'notes' | 'signal' | 'onOverflow'>;
type Walking = {
  runId: number;
  trail: VerifyOptions['trail'];
  asked: Pick<VerifyParams, 'deep' | 'vkeys' | 'notes'>;
  signal: AbortSignal;
};

/**
 * Walks to the end, for a run: with what it was asked for, the head's key, and a file for the findings that the database does not keep.
 * @param begin the walk, from what every walk is given
 * @throws RunStop when the run is taken from us, or the process ends: somebody takes it up
 */
export async function walkToVerdict<Step, End extends { isCancelled: boolean; findings: readonly Finding[] }>(
  { runId, trail, asked, signal }: Walking,
  begin: (options: WalkOptions) => AsyncGenerator<Step, End>,
  onStep: (step: Step) => void,
): Promise<End> {
  await forgetFindingsFile(runId);
  let kept: readonly Finding[] = [];
  const file = openFindingsFile(runId, () => kept);
  const walk = begin({
    trail,
    scope: scopeOf(trail.trailId),
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
  try {
    let step = await walk.next();
    for (; !step.done; step = await walk.next()) onStep(step.value);
    if (step.value.isCancelled && signal.reason instanceof RunStop && signal.reason.why !== 'cancelled') {
      if (step.value.findings.length > 0) forgetProven(runId); // who takes it up must find it again
      throw signal.reason;
    }
    return step.value;
  } finally {
    await walk.return(undefined as never);
    await file.close();
  }
}
