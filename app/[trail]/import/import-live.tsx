'use client';
import { ImportRunView } from '@/features/capture/components/import-run-view';
import type { ShownReject } from '@/features/capture/components/reject-table';
import { waitsForPerson } from '@/features/capture/import/prepare';
import { resumeRunAction } from '@/features/runs/actions';
import { type FirstMessage, useLiveRun } from '../use-live-run';

type Props = { alias: string; first: FirstMessage; rejects: ShownReject[]; mayStop: boolean };

/** An import as it goes on, or waits for a person to take away what holds it. */
export function ImportLive({ alias, first, rejects, mayStop }: Props) {
  const { run, onStop, refused } = useLiveRun(first, mayStop);
  const onResume = mayStop && run.state === 'interrupted' && waitsForPerson(run.result) ? () => void resumeRunAction(alias, run.run) : undefined;
  return <ImportRunView alias={alias} run={run} rejects={rejects} onStop={onStop} refused={refused} onResume={onResume} />;
}
