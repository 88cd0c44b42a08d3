'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useShell } from '@/app/_shell/shell-context';
import { requestCancelAction } from '@/features/runs/actions';
import { useRun } from '@/features/runs/components/use-run';
import type { RunMessage } from '@/features/runs/schema';
import { ResourceRunning } from '@/features/verification/components/resource-running';

type Props = { first: Extract<RunMessage, { type: 'run' }>; resource: { type: string; id: string }; mayCancel: boolean };

/** The check of a resource as it goes on; when it ends the page is asked again for what only the server knows. */
export function ResourceLive({ first, resource, mayCancel }: Props) {
  const { trail } = useShell();
  const run = useRun(first);
  const router = useRouter();
  const { hasEnded } = run;
  useEffect(() => {
    if (hasEnded) router.refresh();
  }, [hasEnded, router]);
  const onCancel = mayCancel && !hasEnded ? () => void requestCancelAction(trail.alias, run.run) : undefined;
  return <ResourceRunning run={run} resource={resource} onCancel={onCancel} />;
}
