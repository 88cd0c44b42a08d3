'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { BundleRunView } from '@/features/evidence/components/bundle-run-view';
import type { RunLine } from '@/features/evidence/prepare';
import { requestCancelAction } from '@/features/runs/actions';
import { useRun } from '@/features/runs/components/use-run';
import type { RunMessage } from '@/features/runs/schema';

type Props = { alias: string; first: Extract<RunMessage, { type: 'run' }>; line: RunLine; mayMake: boolean };

/** A bundle as it is made; when it is there, the list below is asked again. */
export function EvidenceLive({ alias, first, line, mayMake }: Props) {
  const run = useRun(first);
  const router = useRouter();
  const endedMeanwhile = run.hasEnded && first.state !== run.state;
  useEffect(() => {
    if (endedMeanwhile) router.refresh();
  }, [endedMeanwhile, router]);
  const onStop = mayMake && !run.hasEnded ? () => void requestCancelAction(alias, run.run) : undefined;
  return <BundleRunView alias={alias} run={run} line={line} onStop={onStop} mayMake={mayMake} />;
}
