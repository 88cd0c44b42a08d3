import type { Metadata } from 'next';
import { PageFrame } from '@/app/_shell/page-frame';
import { Verdict } from '@/components/ui/verdict';
import { hasEnded } from '@/features/runs/schema';
import { loadShell } from '@/features/trail/loaders';
import { AnchorsSection } from '@/features/verification/components/anchors-section';
import { CheckpointSection } from '@/features/verification/components/checkpoint-section';
import { EpochBanners } from '@/features/verification/components/epochs';
import { KeySection } from '@/features/verification/components/key-section';
import { Protection } from '@/features/verification/components/protection';
import { RunsTable } from '@/features/verification/components/runs-table';
import { loadIntegrity, loadVerification } from '@/features/verification/loaders';
import { checkSentence } from '@/features/verification/past-check';
import { type PastRun, runSentence, startedText } from '@/features/verification/past-run';
import { loadResourceCheck } from '@/features/verification/resource-loaders';
import { runLines } from '@/features/verification/run-line';
import { LargeStrip } from './large-strip';
import { LiveSeal } from './live-seal';
import { CheckLead, NewestLead } from './newest-lead';
import { RunLive } from './run-live';
import { VerifyButton } from './verify-button';

export const metadata: Metadata = { title: 'Integrity' };

type Props = { params: Promise<{ trail: string }> };

/** Is it whole, how far, how do we know: the strip, the run under way or what the newest one said, the runs, the key. */
export default async function IntegrityPage({ params }: Props) {
  const { trail } = await params;
  const alias = decodeURIComponent(trail);
  const [{ runs, areAllRuns, schedule, checks, key, epochs, checkpoint, anchors, hasOwnerLogin, mayCancel }, shell] = await Promise.all([
    loadIntegrity(alias),
    loadShell(trail),
  ]);
  const open = runs.find((run) => !hasEnded(run.state));
  // what the trail's state rests on: the newest run that found something, as long as that stands, else the newest of everything
  const isBroken = shell.coverage.breaks.length > 0;
  const broken = runs.find((run) => (run.verdict?.findings ?? 0) > 0 && !isOfCaller(run.asked));
  const check = checks.find((one) => one.result?.state === 'broken' && !isOfCaller(one.asked));
  const clean = runs.find((run) => run.isClean && !run.asked.from && run.asked.to === undefined && !isOfCaller(run.asked));
  const newest = (isBroken ? broken : clean) ?? runs.find((run) => run.verdict && run.telling === 'told') ?? runs.find((run) => run.verdict);
  const checked = isBroken && check && check.runId > (broken?.runId ?? 0) ? await loadResourceCheck(alias, String(check.runId)) : null;
  const shown = open ? await loadVerification(alias, String(open.runId)) : newest ? await loadVerification(alias, String(newest.runId)) : null;
  return (
    <PageFrame title="Integrity">
      <EpochBanners {...epochs} />
      <Protection isProtectedFromDatabaseAdmin={shell.coverage.isProtectedFromDatabaseAdmin} hasOwnerLogin={hasOwnerLogin} />
      {!open &&
        (checked?.run.result ? (
          <Verdict lead={<CheckLead run={checked.run} alias={alias} />} actions={<VerifyButton label="Verify" />}>
            {checkSentence(checked.run, checked.findings)}
          </Verdict>
        ) : shown?.result ? (
          <Verdict lead={<NewestLead run={shown.run} alias={alias} />} actions={<VerifyButton label={newest ? 'Verify again' : 'Verify'} />}>
            {runSentence(shown.run, shown.findings)}
          </Verdict>
        ) : (
          <Verdict
            lead="A verification reads every event, hashes it again and follows the chain from the first to the newest. Until then the strip is hatched at most: a signature says what was here when it was made, not that it still is."
            actions={<VerifyButton />}
          >
            Nobody has verified this trail yet.
          </Verdict>
        ))}
      <LargeStrip />
      <LiveSeal checkpoint={checkpoint} values={sealedValuesOf(runs)} />
      {open && shown?.message && (
        <div className="mb-9">
          <RunLive
            key={open.runId}
            first={shown.message}
            asked={open.asked}
            startedAt={shown.run.startedAt}
            started={startedText(open)}
            mayCancel={mayCancel}
          />
        </div>
      )}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-9 gap-y-8 full:grid-cols-[minmax(0,1fr)_456px]">
        <RunsTable alias={alias} schedule={schedule} areAll={areAllRuns} runs={runLines(open ? runs.filter((run) => run !== open) : runs, checks)} />
        <div className="grid min-w-0 content-start gap-y-8">
          <KeySection {...key} />
          <AnchorsSection anchors={anchors} />
          <CheckpointSection alias={alias} vkey={key.vkey} checkpoint={checkpoint} />
        </div>
      </div>
    </PageFrame>
  );
}

/** What was found under keys or notes that a caller brought says nothing of the trail. */
const isOfCaller = ({ vkeys, notes }: { vkeys?: unknown; notes?: unknown }) => vkeys !== undefined || notes !== undefined;

/** What the newest run that read them all says of sealed values. */
function sealedValuesOf(runs: readonly PastRun[]) {
  const verdict = runs.find((run) => run.telling === 'told' && run.verdict?.sealedValues && run.verdict.from === 0)?.verdict;
  if (!verdict?.sealedValues) return null;
  const faults = (verdict.counts.DISCLOSURE_MISMATCH ?? 0) + (verdict.counts.ERASURE_UNLOGGED ?? 0);
  return { ...verdict.sealedValues, faults };
}
