'use client';
import { ResourceRunning } from '@/features/verification/components/resource-running';
import { type FirstMessage, useLiveRun } from '../use-live-run';
import { ResumeButton } from './resume-button';

type Props = { alias: string; first: FirstMessage; resource: { type: string; id: string }; mayCancel: boolean };

/** The check of a resource as it goes on. */
export function ResourceLive({ alias, first, resource, mayCancel }: Props) {
  const { run, onStop } = useLiveRun(first, mayCancel);
  const resume = mayCancel && run.state === 'interrupted' ? <ResumeButton alias={alias} run={run.run} /> : undefined;
  return <ResourceRunning run={run} resource={resource} onCancel={onStop} resume={resume} />;
}
