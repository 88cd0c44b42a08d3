'use client';
import { ResourceRunning } from '@/features/verification/components/resource-running';
import { type FirstMessage, useLiveRun } from '../use-live-run';

type Props = { first: FirstMessage; resource: { type: string; id: string }; mayCancel: boolean };

/** The check of a resource as it goes on. */
export function ResourceLive({ first, resource, mayCancel }: Props) {
  const { run, onStop } = useLiveRun(first, mayCancel);
  return <ResourceRunning run={run} resource={resource} onCancel={onStop} />;
}
