'use client';
import type { ComponentProps } from 'react';
import { useShell } from '@/app/_shell/shell-context';
import { isOwnAlias } from '@/features/trail/epoch-name';
import { RunningView } from '@/features/verification/components/running-view';
import { type FirstMessage, useLiveRun } from '../use-live-run';
import { ResumeButton } from './resume-button';

type Props = {
  first: FirstMessage;
  asked: ComponentProps<typeof RunningView>['asked'];
  startedAt: string | null;
  started: string;
  mayCancel: boolean;
};

/** A verification as it goes on. */
export function RunLive({ first, asked, startedAt, started, mayCancel }: Props) {
  const { trail, coverage } = useShell();
  const { run, onStop } = useLiveRun(first, mayCancel);
  return (
    <RunningView
      run={run}
      isOwn={isOwnAlias(trail.alias)}
      asked={asked}
      months={coverage.months}
      startedAt={startedAt ?? startOf(run.elapsedSeconds)}
      started={started}
      onCancel={onStop}
      resume={mayCancel && run.state === 'interrupted' ? <ResumeButton alias={trail.alias} run={run.run} /> : undefined}
    />
  );
}

/** A run that waited when the page came has begun since. */
const startOf = (elapsedSeconds: number | null) =>
  elapsedSeconds === null ? null : `${new Date(Date.now() - elapsedSeconds * 1000).toISOString().slice(0, 23)}000Z`;
