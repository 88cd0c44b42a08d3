import Link from 'next/link';
import { PageFrame } from '@/app/_shell/page-frame';
import { hasEnded } from '@/features/runs/schema';
import { ResourceCheckFacts } from '@/features/verification/components/resource-facts';
import { ResourceLimits } from '@/features/verification/components/resource-limits';
import { checkSentence } from '@/features/verification/past-check';
import type { loadResourceCheck } from '@/features/verification/resource-loaders';
import { resourceName } from '@/features/verification/resource-words';
import { ResourceLive } from '../../resource-live';
import { VerifyButton } from '../../verify-button';
import { VerifyResourceButton } from '../../verify-resource-button';
import { PageNote } from './page-note';
import { RunFindings } from './run-findings';
import { RunVerdict } from './run-verdict';

type Props = { alias: string; loaded: NonNullable<Awaited<ReturnType<typeof loadResourceCheck>>> };

/** The check of one resource: while it works, and what it said when it was through. */
export function ResourceRun({ alias, loaded }: Props) {
  const { run, message, mayCancel, missing, findings, selected } = loaded;
  const { asked, result } = run;
  // of what a row alone says, what was found is shown, and nothing else
  const isTold = run.telling === 'told';
  const timeline = `/${encodeURIComponent(alias)}/resources/${encodeURIComponent(asked.type)}/${asked.id.split('/').map(encodeURIComponent).join('/')}`;
  return (
    <PageFrame title={`Run ${run.runId}`} crumb={{ label: 'Integrity', href: `/${encodeURIComponent(alias)}/integrity` }}>
      {missing && <PageNote tone={missing.areGone ? 'broken' : 'plain'}>{missing.text}</PageNote>}
      {hasEnded(run.state) ? (
        <RunVerdict
          run={run}
          incident={result && selected ? selected.n : null}
          actions={
            <>
              {(asked.type !== '' || asked.id !== '') && <VerifyResourceButton alias={alias} resource={asked} label="Check again" isQuiet />}
              <VerifyButton label="Verify everything" isQuiet={selected !== null} />
            </>
          }
          checked={
            <>
              {result && isTold && result.checked > 0 ? 'checked' : 'was to check'} the events of{' '}
              {asked.type === '' || asked.id === '' ? (
                resourceName(asked)
              ) : (
                <Link className="link" href={timeline}>
                  {resourceName(asked)}
                </Link>
              )}{' '}
              alone.
            </>
          }
        >
          {checkSentence(run, findings)}
        </RunVerdict>
      ) : (
        <ResourceLive key={run.runId} alias={alias} first={message} resource={asked} mayCancel={mayCancel} />
      )}
      {result && (
        <>
          {isTold && <ResourceCheckFacts result={result} />}
          <div className="mt-7 empty:hidden">
            <RunFindings alias={alias} run={run.runId} result={result} found={loaded} />
          </div>
          {isTold && (
            <div className="mt-7 max-w-[880px]">
              <ResourceLimits result={result} run={run.runId} />
            </div>
          )}
        </>
      )}
    </PageFrame>
  );
}
