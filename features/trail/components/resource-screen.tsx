'use client';
import { type ReactNode, Suspense } from 'react';
import { FactRow } from '@/components/ui/fact-row';
import { Skeleton } from '@/components/ui/skeleton';
import type { Loaded } from '../event-model';
import type { GapCounts, KindsRecorded, ResourceEventPage, ResourceFacts, ResourceKey, ResourceState } from '../resource-model';
import { ResourceFactRow, ResourceSentence } from './resource-facts';
import { ResourceTimeline } from './resource-timeline';
import { StateAtTwo } from './state-at-two';
import { WhoTouched } from './who-touched';

type Props = {
  alias: string;
  resource: ResourceKey;
  show: 'all' | 'changes' | 'reads';
  page: ResourceEventPage;
  facts: Promise<Loaded<ResourceFacts>>;
  kinds: Promise<Loaded<KindsRecorded>>;
  state: Promise<Loaded<ResourceState>>;
  gaps: Promise<Loaded<GapCounts>>;
  /** Beside the link to its events. */
  actions?: ReactNode;
};

/** Who touched it, when, and what changed? */
export function ResourceScreen({ alias, resource, show, page, facts, kinds, state, gaps, actions }: Props) {
  return (
    <>
      <Suspense fallback={<Skeleton width={520} height={20} className="mt-1.5 mb-5" />}>
        <ResourceSentence alias={alias} resource={resource} facts={facts} actions={actions} />
      </Suspense>
      <Suspense
        fallback={
          <FactRow
            facts={['First seen', 'Last touched', 'Changes', 'Denied', 'Recorded kinds'].map((label) => ({
              label,
              value: <Skeleton width="60%" />,
              note: <Skeleton width="80%" />,
            }))}
          />
        }
      >
        <ResourceFactRow alias={alias} resource={resource} facts={facts} kinds={kinds} newest={page.rows[0] ?? null} />
      </Suspense>
      <div className="mt-[18px] grid grid-cols-12 gap-x-9 max-full:grid-cols-[minmax(0,1fr)] gap-y-6 print:block">
        <div className="col-span-7 min-w-0 max-full:col-span-1">
          <ResourceTimeline alias={alias} resource={resource} show={show} page={page} gaps={gaps} />
        </div>
        <div className="col-span-5 grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-5 max-full:col-span-1">
          <Suspense fallback={<Skeleton width="100%" height={160} />}>
            <StateAtTwo alias={alias} state={state} />
          </Suspense>
          <Suspense fallback={<Skeleton width="100%" height={160} />}>
            <WhoTouched alias={alias} resource={resource} facts={facts} />
          </Suspense>
        </div>
      </div>
    </>
  );
}
