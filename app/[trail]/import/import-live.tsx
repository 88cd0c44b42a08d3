'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { ImportRunView } from '@/features/capture/components/import-run-view';
import type { ShownReject } from '@/features/capture/components/reject-table';
import { isHeldBack } from '@/features/capture/import/prepare';
import { requestCancelAction, resumeRunAction } from '@/features/runs/actions';
import { useRun } from '@/features/runs/components/use-run';
import type { RunMessage } from '@/features/runs/schema';

type Props = { alias: string; first: Extract<RunMessage, { type: 'run' }>; rejects: ShownReject[]; mayStop: boolean };

/** A run as it goes on; when it ends, the page is asked again for what only the server knows (rejects, history, the strip above). */
export function ImportLive({ alias, first, rejects, mayStop }: Props) {
  const run = useRun(first);
  const router = useRouter();
  const endedMeanwhile = run.hasEnded && first.state !== run.state;
  useEffect(() => {
    if (endedMeanwhile) router.refresh();
  }, [endedMeanwhile, router]);
  const onStop = mayStop && !run.hasEnded ? () => void requestCancelAction(alias, run.run) : undefined;
  const onResume = mayStop && run.state === 'interrupted' && isHeldBack(run.result) ? () => void resumeRunAction(alias, run.run) : undefined;
  return <ImportRunView alias={alias} run={run} rejects={rejects} onStop={onStop} onResume={onResume} />;
}
