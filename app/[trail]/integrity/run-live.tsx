'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useShell } from '@/app/_shell/shell-context';
import { requestCancelAction } from '@/features/runs/actions';
import { useRun } from '@/features/runs/components/use-run';
import type { RunMessage } from '@/features/runs/schema';
import { RunningView } from '@/features/verification/components/running-view';
import { ResumeButton } from './resume-button';

type Props = {
  first: Extract<RunMessage, { type: 'run' }>;
  asked: { from?: number | undefined; to?: number | undefined };
  startedAt: string | null;
  started: string;
  mayCancel: boolean;
};

/** A run as it goes on; when it ends, the page is asked again for what only the server knows (findings, history, the strip above). */
export function RunLive({ first, asked, startedAt, started, mayCancel }: Props) {
  const { trail, coverage } = useShell();
  const run = useRun(first);
  const router = useRouter();
  const { hasEnded } = run;
  useEffect(() => {
    if (hasEnded) router.refresh();
  }, [hasEnded, router]);
  const onCancel = mayCancel && !hasEnded ? () => void requestCancelAction(trail.alias, run.run) : undefined;
  return (
    <RunningView
      run={run}
      asked={asked}
      months={coverage.months}
      startedAt={startedAt ?? startOf(run.elapsedSeconds)}
      started={started}
      onCancel={onCancel}
      resume={mayCancel && run.state === 'interrupted' ? <ResumeButton alias={trail.alias} run={run.run} /> : undefined}
    />
  );
}

/** A run that waited when the page came has begun since. */
const startOf = (elapsedSeconds: number | null) =>
  elapsedSeconds === null ? null : `${new Date(Date.now() - elapsedSeconds * 1000).toISOString().slice(0, 23)}000Z`;
