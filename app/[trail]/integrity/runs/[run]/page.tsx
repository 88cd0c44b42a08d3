import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PageFrame } from '@/app/_shell/page-frame';
import { Time } from '@/components/ui/time';
import { hasEnded } from '@/features/runs/schema';
import { isOwnAlias } from '@/features/trail/epoch-name';
import { CanFind } from '@/features/verification/components/can-find';
import { StillGood } from '@/features/verification/components/still-good';
import { WhereItBegan } from '@/features/verification/components/where-it-began';
import { loadVerification } from '@/features/verification/loaders';
import { reachOf } from '@/features/verification/looked-at';
import { checkedText, rangeText, runSentence, startedText } from '@/features/verification/past-run';
import { loadResourceCheck } from '@/features/verification/resource-loaders';
import { verificationSearch } from '@/features/verification/schema';
import { formatCount } from '@/lib/format';
import { LargeStrip } from '../../large-strip';
import { ResumeButton } from '../../resume-button';
import { RunLive } from '../../run-live';
import { VerifyButton } from '../../verify-button';
import { PageNote } from './page-note';
import { ResourceRun } from './resource-run';
import { RunFindings } from './run-findings';
import { RunVerdict } from './run-verdict';

type Props = { params: Promise<{ trail: string; run: string }>; searchParams: Promise<Record<string, string | string[] | undefined>> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Run ${(await params).run}` };
}

/** One verification: while it works, and what it said when it was through. */
export default async function RunPage({ params, searchParams }: Props) {
  const [{ trail, run: number }, raw] = await Promise.all([params, searchParams]);
  const alias = decodeURIComponent(trail);
  const wanted = verificationSearch.parse(raw);
  const loaded = await loadVerification(alias, number, wanted);
  if (!loaded) {
    const check = await loadResourceCheck(alias, number, wanted);
    if (!check) notFound();
    return <ResourceRun alias={alias} loaded={check} />;
  }
  const { run, message, result, missing, findings, selected, places, cleanBefore, mayCancel, resumesAt } = loaded;
  const isOpen = !hasEnded(run.state);
  const isBroken = result?.state === 'broken';
  // where a row alone says that it found nothing, or nothing bears it out, nothing is covered
  const isBelieved = isBroken || run.telling === 'told' || run.telling === 'waits';
  const covers = result && <StillGood result={result} reach={reachOf(result, run.asked, run.state)} finding={selected} places={places} />;
  return (
    <PageFrame title={`Run ${run.runId}`} crumb={{ label: 'Integrity', href: `/${encodeURIComponent(alias)}/integrity` }}>
      {result?.notRecorded && (
        <PageNote tone="broken">
          This run could not be recorded in the trail itself ({result.notRecorded}): the trail takes no event until that is explained. Its verdict is kept here
          {result.act ? ', and is recorded once the trail takes events again' : ' alone'}.
        </PageNote>
      )}
      {missing && <PageNote tone={missing.areGone ? 'broken' : 'plain'}>{missing.text}</PageNote>}
      {!isOpen && (
        <RunVerdict
          run={run}
          incident={result && selected ? selected.n : null}
          actions={
            <>
              {resumesAt !== null && <ResumeButton alias={alias} run={run.runId} at={resumesAt} />}
              <VerifyButton label="Verify again" isQuiet={selected !== null || resumesAt !== null} />
            </>
          }
          checked={
            <>
              {checkedText(run)}. <WhereItBegan alias={alias} run={run} />{' '}
              {isBroken && cleanBefore && (
                <>
                  Run {cleanBefore.runId}, {cleanBefore.finishedAt && <Time at={cleanBefore.finishedAt} format="when" offset="never" />}, found nothing in{' '}
                  {rangeText(cleanBefore)}:{' '}
                  {selected?.seq == null ? 'what is found here came later' : `what is found at ${formatCount(selected.seq)} came later`}.
                </>
              )}
            </>
          }
        >
          {runSentence(run, findings)}
        </RunVerdict>
      )}
      <LargeStrip />
      {isOpen && message && (
        <RunLive key={run.runId} first={message} asked={run.asked} startedAt={run.startedAt} started={startedText(run)} mayCancel={mayCancel} />
      )}
      {result && selected && (
        <RunFindings alias={alias} run={run.runId} result={result} found={loaded}>
          <div className="max-full:order-1 full:mt-7">{covers}</div>
        </RunFindings>
      )}
      {result && !selected && isBelieved && (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-x-9 gap-y-8 full:grid-cols-[minmax(0,560px)_minmax(0,1fr)]">
          <CanFind counts={result.counts} isOwn={isOwnAlias(alias)} run={run.runId} from={result.from} reach={reachOf(result, run.asked, run.state)}>
            {result.resumed?.at != null &&
              `Indexes, numbers of sources, figures of reports and the screens' own view were compared from ${formatCount(result.resumed.at)} on.`}
          </CanFind>
          {covers}
        </div>
      )}
    </PageFrame>
  );
}
