import type { Metadata } from 'next';
import { PageFrame } from '@/app/_shell/page-frame';
import { loadPreferences, loadZone } from '@/features/access/loaders';
import { ResourceScreen } from '@/features/trail/components/resource-screen';
import { loadGapCounts, loadKindsRecorded, loadResourceEvents, loadResourceFacts, loadResourceState } from '@/features/trail/loaders';
import { type RawParams, readMoments } from '@/features/trail/schema';
import { timelineGaps } from '@/features/trail/timeline';
import { VerifyResourceButton } from '../../../integrity/verify-resource-button';

type Props = { params: Promise<{ trail: string; type: string; id: string[] }>; searchParams: Promise<RawParams> };

const keyOf = ({ type, id }: { type: string; id: string[] }) => ({ type: decodeURIComponent(type), id: id.map(decodeURIComponent).join('/') });

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { type, id } = keyOf(await params);
  return { title: `${type} / ${id}` };
}

/** The newest events come with the page; facts, state and gaps follow, each at its own pace. */
export default async function ResourcePage({ params, searchParams }: Props) {
  const [{ trail, ...rest }, raw, { now }] = await Promise.all([params, searchParams, loadPreferences()]);
  const alias = decodeURIComponent(trail);
  const resource = keyOf(rest);
  const zone = await loadZone(raw.zone);
  const { show, a, b } = readMoments(raw, now, zone);
  const page = await loadResourceEvents(alias, resource, { show, cursor: null });
  return (
    <PageFrame title={`${resource.type} / ${resource.id}`} crumb={{ label: 'Resources', href: `/${encodeURIComponent(alias)}/resources` }}>
      <ResourceScreen
        key={`${show} ${a} ${b}`}
        alias={alias}
        resource={resource}
        show={show}
        page={page}
        facts={loadResourceFacts(alias, resource)}
        kinds={loadKindsRecorded(alias, resource.type)}
        state={loadResourceState(alias, resource, a, b)}
        actions={<VerifyResourceButton alias={alias} resource={resource} label="Verify these events" isQuiet />}
        gaps={loadGapCounts(alias, resource, timelineGaps(page.rows, zone))}
      />
    </PageFrame>
  );
}
