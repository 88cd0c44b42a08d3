import type { Metadata } from 'next';
import { PageFrame } from '@/app/_shell/page-frame';
import { loadPreferences, loadZone } from '@/features/access/loaders';
import { asOfParam, loadNewBundle } from '@/features/evidence/loaders';
import { SearchFaults } from '@/features/trail/components/search-faults';
import { type RawParams, readEventSearch } from '@/features/trail/schema';
import { EvidenceBoard } from '../evidence-board';
import { NewBundle } from './new-bundle';

export const metadata: Metadata = { title: 'New evidence bundle' };

type Props = { params: Promise<{ trail: string }>; searchParams: Promise<RawParams> };

/** The sheet over the list: what the bundle would hold, exactly, before it is made. */
export default async function NewBundlePage({ params, searchParams }: Props) {
  const [{ trail }, raw] = await Promise.all([params, searchParams]);
  const alias = decodeURIComponent(trail);
  const [{ now }, zone] = await Promise.all([loadPreferences(), loadZone(undefined)]);
  const read = readEventSearch(raw, now, zone);
  if (!read.ok) {
    return (
      <PageFrame title="New evidence bundle" flush>
        <SearchFaults alias={alias} raw={raw} faults={read.faults} zone={zone} />
      </PageFrame>
    );
  }
  const made = await loadNewBundle(alias, read.search, asOfParam(raw.as_of));
  return (
    <>
      <EvidenceBoard alias={alias} />
      <NewBundle alias={alias} raw={raw} search={read.search} now={now} {...made} />
    </>
  );
}
