import Link from 'next/link';
import { PageFrame } from '@/app/_shell/page-frame';
import { ButtonLink } from '@/components/ui/button';
import { Time } from '@/components/ui/time';
import { Verdict } from '@/components/ui/verdict';
import { FindingDetail } from '@/features/verification/components/finding-detail';
import { FindingsList } from '@/features/verification/components/findings-list';
import { ResourceCheckFacts } from '@/features/verification/components/resource-facts';
import { ResourceLimits } from '@/features/verification/components/resource-limits';
import { FINDINGS_A_PAGE } from '@/features/verification/finding-page';
import { checkText } from '@/features/verification/past-check';
import type { loadResourceCheck } from '@/features/verification/resource-loaders';
import { resourceName, resourceSentence, shortResource } from '@/features/verification/resource-words';
import { formatCount } from '@/lib/format';
import { ResourceLive } from '../../resource-live';
import { VerifyButton } from '../../verify-button';
import { VerifyResourceButton } from '../../verify-resource-button';

type Props = { alias: string; loaded: NonNullable<Awaited<ReturnType<typeof loadResourceCheck>>> };

/** The check of one resource: while it works, and what it said when it was through. */
export function ResourceRun({ alias, loaded }: Props) {
  const { run, message, mayCancel, findings, shown, page, selected, places, beside } = loaded;
  const { asked, result } = run;
  const base = `/${encodeURIComponent(alias)}/integrity/runs/${run.runId}`;
  const isOpen = run.state === 'queued' || run.state === 'running' || run.state === 'interrupted';
  const isBroken = result?.state === 'broken';
  const timeline = `/${encodeURIComponent(alias)}/resources/${encodeURIComponent(asked.type)}/${asked.id.split('/').map(encodeURIComponent).join('/')}`;
  return (
    <PageFrame title={`Run ${formatCount(run.runId)}`} crumb={{ label: 'Integrity', href: `/${encodeURIComponent(alias)}/integrity` }}>
      {isOpen ? (
        <ResourceLive key={run.runId} first={message} resource={asked} mayCancel={mayCancel} />
      ) : (
        <Verdict
          actions={
            <>
              <VerifyResourceButton alias={alias} resource={asked} label="Check again" isQuiet />
              <VerifyButton label="Verify everything" isQuiet={isBroken} />
              {isBroken && selected && (
                <ButtonLink href={`/api/v1/runs/${run.runId}/incident?finding=${selected.n}`} plainAnchor download variant="primary" icon="download">
                  Incident file
                </ButtonLink>
              )}
            </>
          }
          lead={
            <>
              Run {run.runId} {run.by === 'command line' ? 'at the command line' : `by ${run.by}`}
              {run.finishedAt && (
                <>
                  , <Time at={run.finishedAt} format="when" offset="never" />
                </>
              )}
              , checked the events of{' '}
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
          {result ? resourceSentence(shortResource(asked), result, findings) : `${checkText(run)}.`}
        </Verdict>
      )}
      {result && <ResourceCheckFacts result={result} />}
      {result && selected && places && (
        <div className="mt-7 grid grid-cols-[minmax(0,1fr)] gap-x-9 gap-y-8 full:grid-cols-[372px_minmax(0,1fr)]">
          <FindingsList
            shown={shown}
            all={findings}
            total={result.findings}
            kept={result.kept}
            page={page}
            pageSize={FINDINGS_A_PAGE}
            selected={selected.n}
            hrefOf={(n) => `${base}?finding=${n}`}
            pageHref={(to) => `${base}?page=${to}`}
            fileHref={`/api/v1/runs/${run.runId}/findings`}
          />
          <FindingDetail alias={alias} finding={selected} all={findings} places={places} beside={beside} />
        </div>
      )}
      {result && (
        <div className="mt-7 max-w-[880px]">
          <ResourceLimits result={result} run={run.runId} />
        </div>
      )}
    </PageFrame>
  );
}
