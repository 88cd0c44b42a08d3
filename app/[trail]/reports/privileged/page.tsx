import { PageFrame } from '@/app/_shell/page-frame';
import { TabLinks } from '@/components/ui/tabs';
import { Verdict } from '@/components/ui/verdict';
import { FaultyParams } from '@/features/reports/components/faulty-params';
import { NothingHere } from '@/features/reports/components/nothing-here';
import { PrintButton } from '@/features/reports/components/print-button';
import { PrivilegedAside, PrivilegedChart, PrivilegedEvents, PrivilegedVerdict } from '@/features/reports/components/privileged-figures';
import { PrivilegedTable } from '@/features/reports/components/privileged-table';
import { loadPrivileged } from '@/features/reports/loaders';
import { COUNTED_IN_TOTALS } from '@/features/reports/prepare/lack';
import { countSentence } from '@/features/reports/prepare/privileged';
import { type RawParams, reportTabs, standardPeriod } from '@/features/reports/schema';
import { formatCount } from '@/lib/format';
import { addressWith } from '../address';

export const metadata = { title: 'Privileged actions' };
const labels = { people: 'People', services: 'Services', system: 'System' };

export default async function PrivilegedPage({ params, searchParams }: { params: Promise<{ trail: string }>; searchParams: Promise<RawParams> }) {
  const [{ trail }, raw] = [await params, await searchParams];
  const alias = decodeURIComponent(trail);
  const path = `/${trail}/reports/privileged`;
  const view = await loadPrivileged(alias, raw);
  const frame = {
    title: 'Privileged actions',
    crumb: { label: 'Reports', href: `/${trail}/reports` },
    period: { standard: standardPeriod.privileged },
    actions: <PrintButton />,
  };
  if (!view.ok) {
    return (
      <PageFrame {...frame}>
        <FaultyParams faults={view.faults} href={path} />
      </PageFrame>
    );
  }
  const { figures, tab, tabs, shown, lines, mayLack } = view;
  const isEmpty = lines.length === 0;
  const total = formatCount(tabs[tab]);
  const sentence = countSentence(tab, tabs[tab], mayLack);
  return (
    <PageFrame {...frame}>
      {isEmpty ? <Verdict>{sentence}</Verdict> : <PrivilegedVerdict figures={figures} tab={tab} sentence={sentence} />}
      {mayLack && <p className="mt-2 text-xs text-ink-2">{COUNTED_IN_TOTALS}</p>}
      <div className="mt-5 grid grid-cols-1 gap-x-9 gap-y-8 full:grid-cols-[minmax(0,1fr)_292px]">
        <div className="min-w-0">
          <TabLinks
            label="Whose acts"
            tabs={reportTabs.map((key) => ({
              key,
              label: labels[key],
              count: formatCount(tabs[key]),
              current: key === tab,
              href: addressWith(path, raw, { tab: key === 'people' ? null : key }),
            }))}
            end={!isEmpty && <PrivilegedEvents figures={figures}>These {total} events</PrivilegedEvents>}
          />
          {isEmpty ? (
            <NothingHere
              title={tabs[tab] > 0 ? 'None of them is here.' : sentence}
              nearest={view.nearest}
              zone={shown.zone}
              mayLack={mayLack}
              href={(from, to) => addressWith(path, raw, { from, to })}
            />
          ) : (
            <>
              <div className="pt-2">
                <PrivilegedChart figures={figures} />
              </div>
              <div className="pt-4">
                <PrivilegedTable
                  key={`${tab} ${shown.from} ${shown.to} ${shown.asOf}`}
                  shown={shown}
                  tab={tab}
                  first={{ lines, hasMore: view.hasMore }}
                  total={tabs[tab]}
                />
              </div>
            </>
          )}
        </div>
        <aside className="grid grid-cols-1 content-start gap-6">
          <PrivilegedAside figures={figures} about={view.about} tab={tab} />
        </aside>
      </div>
    </PageFrame>
  );
}
