import type { ReactNode } from 'react';
import { ButtonLink } from '@/components/ui/button';
import { Time } from '@/components/ui/time';
import { Verdict } from '@/components/ui/verdict';
import { type PastHead, startedText } from '@/features/verification/past-run';

type Props = {
  run: PastHead;
  /** What else may be done about it. */
  actions: ReactNode;
  /** Number of the finding that the incident file is of; null of none. */
  incident: number | null;
  /** `checked …` or `was to check …`, and what else is to be said of it. */
  checked: ReactNode;
  children: ReactNode;
};

/** What a run said when it was through; which run, whose and when; what may be done about it. */
export function RunVerdict({ run, actions, incident, checked, children }: Props) {
  return (
    <Verdict
      actions={
        <>
          {actions}
          {incident !== null && (
            <ButtonLink href={`/api/v1/runs/${run.runId}/incident?finding=${incident}`} plainAnchor download variant="primary" icon="download">
              Incident file
            </ButtonLink>
          )}
        </>
      }
      lead={
        <>
          Run {run.runId} {startedText(run)}
          {run.finishedAt && (
            <>
              , <Time at={run.finishedAt} format="when" offset="never" />
            </>
          )}
          , {checked}
        </>
      }
    >
      {children}
    </Verdict>
  );
}
