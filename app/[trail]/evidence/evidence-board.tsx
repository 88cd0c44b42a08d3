import { PageFrame } from '@/app/_shell/page-frame';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Verdict } from '@/components/ui/verdict';
import { BundleList } from '@/features/evidence/components/bundle-list';
import { loadEvidence } from '@/features/evidence/loaders';
import { plural } from '@/lib/format';
import { EvidenceLive } from './evidence-live';

/** The list of bundles, under a run that goes on or was asked for. The sheet for a new one lies over it. */
export async function EvidenceBoard({ alias, run: asked }: { alias: string; run?: string | undefined }) {
  const { bundles, leftOut, run, isRunUnknown, mayMake } = await loadEvidence(alias, asked);
  const events = `/${encodeURIComponent(alias)}/events`;
  return (
    <PageFrame title="Evidence">
      {run && <EvidenceLive key={run.message.run} alias={alias} first={run.message} line={run.line} mayMake={mayMake} />}
      {isRunUnknown && <EmptyState title={`This trail has no bundle run ${asked}.`}>Its number may belong to another trail.</EmptyState>}
      {bundles.length === 0 && !run && (
        <Verdict
          lead={`A bundle is a zip of events that others can check without us. Ask a question on Events, then choose Export and Evidence bundle${mayMake ? '.' : '. An auditor looks on; an officer or administrator makes it.'}`}
          actions={
            <ButtonLink variant="primary" href={events}>
              Choose events
            </ButtonLink>
          }
        >
          No bundle has been made of this trail yet.
        </Verdict>
      )}
      {bundles.length > 0 && !run && (
        <Verdict
          actions={
            <ButtonLink variant="primary" href={events}>
              Choose events
            </ButtonLink>
          }
          lead="Each holds whole events at level selection: genuine one by one, and nothing is said of the others. Every download is recorded."
        >
          {bundles.length === 1 ? 'One bundle was' : `${plural(bundles.length, 'bundle')} were`} made of {alias}.
        </Verdict>
      )}
      <BundleList bundles={bundles} leftOut={leftOut} />
    </PageFrame>
  );
}
