'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { useShell } from '@/app/_shell/shell-context';
import { requestCancelAction } from '@/features/runs/actions';
import { useRun } from '@/features/runs/components/use-run';
import type { RunMessage } from '@/features/runs/schema';

/** What the page of a run came with. */
export type FirstMessage = Extract<RunMessage, { type: 'run' }>;

/**
 * A run as it goes on; when it ends, the page is asked again for what only the server knows (findings, rejects, history, the strip above). `onStop` stops it: absent for
 * who may not, and when it has ended; `refused` says why it was not stopped.
 */
export function useLiveRun(first: FirstMessage, mayStop: boolean) {
  const { trail } = useShell();
  const run = useRun(first);
  const router = useRouter();
  const endedMeanwhile = run.hasEnded && first.state !== run.state;
  useEffect(() => {
    if (endedMeanwhile) router.refresh();
  }, [endedMeanwhile, router]);
  const [refused, setRefused] = useState<string | null>(null);
  const stop = async () => {
    const asked = await requestCancelAction(trail.alias, run.run);
    setRefused(asked.ok ? null : asked.reason);
  };
  const onStop = mayStop && !run.hasEnded ? () => void stop() : undefined;
  return { run, onStop, refused: run.hasEnded ? null : refused };
}
