import type { Metadata } from 'next';
import { PageFrame } from '@/app/_shell/page-frame';
import { loadPreferences, loadZone } from '@/features/access/loaders';
import { ExportMenu } from '@/features/evidence/components/export-menu';
import { EventsScreen } from '@/features/trail/components/events-screen';
import { SearchFaults } from '@/features/trail/components/search-faults';
import { loadEmptyAdvice, loadEvent, loadEventCount, loadEventPage, loadHistogram } from '@/features/trail/loaders';
import { DEFAULT_PERIOD, type RawParams, readEventSearch } from '@/features/trail/schema';

export const metadata: Metadata = { title: 'Events' };

type Props = { params: Promise<{ trail: string }>; searchParams: Promise<RawParams> };

/** Rows come with the page; figures and bars follow, each at its own pace. */
export default async function EventsPage({ params, searchParams }: Props) {
  const [{ trail }, raw] = await Promise.all([params, searchParams]);
  const alias = decodeURIComponent(trail);
  const [{ now }, zone] = await Promise.all([loadPreferences(), loadZone(undefined)]);
  const read = readEventSearch(raw, now, zone);
  const period = { standard: DEFAULT_PERIOD };
  if (!read.ok) {
    return (
      <PageFrame title="Events" flush period={period}>
        <SearchFaults alias={alias} raw={raw} faults={read.faults} zone={zone} />
      </PageFrame>
    );
  }
  const { search } = read;
  const [page, opened] = await Promise.all([loadEventPage(alias, search, null), search.open === undefined ? null : loadEvent(alias, search.open)]);
  return (
    <PageFrame title="Events" flush period={period}>
      <EventsScreen
        alias={alias}
        raw={raw}
        search={search}
        now={now}
        page={page}
        count={loadEventCount(alias, search, page.asOf)}
        histogram={loadHistogram(alias, search, page.asOf)}
        advice={page.rows.length === 0 ? loadEmptyAdvice(alias, search, page.asOf) : null}
        opened={opened}
        exports={<ExportMenu alias={alias} search={search} asOf={page.asOf} />}
      />
    </PageFrame>
  );
}
