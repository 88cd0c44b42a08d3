import Link from 'next/link';
import { PageFrame } from '@/app/_shell/page-frame';
import { ChartSection } from '@/components/charts/chart-section';
import { TabLinks } from '@/components/ui/tabs';
import { Verdict } from '@/components/ui/verdict';
import { AboutReport } from '@/features/reports/components/about-report';
import { ByPerson } from '@/features/reports/components/by-person';
import { FaultyParams } from '@/features/reports/components/faulty-params';
import { NothingHere } from '@/features/reports/components/nothing-here';
import { PrintButton } from '@/features/reports/components/print-button';
import { PrivilegedTable } from '@/features/reports/components/privileged-table';
import { ReportFacts } from '@/features/reports/components/report-facts';
import { loadPrivileged } from '@/features/reports/loaders';
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
  const { model, tab, tabs, shown } = view;
  const isEmpty = tabs[tab] === 0;
  return (
    <PageFrame {...frame}>
      <Verdict>{model.sentence}</Verdict>
      {!isEmpty && <ReportFacts facts={model.facts.map(({ isWarning, ...fact }) => ({ ...fact, ...(isWarning ? { tone: 'warning' as const } : {}) }))} />}
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
            end={
              model.allHref &&
              !isEmpty && (
                <Link href={model.allHref} prefetch={false} className="link thumb">
                  These {formatCount(tabs[tab])} events
                </Link>
              )
            }
          />
          {isEmpty ? (
            <NothingHere title={model.sentence} nearest={view.nearest} zone={shown.zone} href={(from, to) => addressWith(path, raw, { from, to })} />
          ) : (
            <>
              <div className="pt-2">
                <ChartSection
                  title={model.chart.label}
                  keyBelow
                  rows={model.chart.rows}
                  series={model.chart.series}
                  figures={model.chart.figures}
                  rowHead={model.chart.rowHead}
                  height={214}
                />
              </div>
              <div className="pt-4">
                <PrivilegedTable
                  key={`${tab} ${shown.from} ${shown.to} ${shown.asOf}`}
                  shown={shown}
                  tab={tab}
                  first={{ lines: view.lines, hasMore: view.hasMore }}
                  total={tabs[tab]}
                />
              </div>
            </>
          )}
        </div>
        <aside className="grid grid-cols-1 content-start gap-6">
          <AboutReport about={view.about} />
          {!isEmpty && <ByPerson people={model.people} total={model.peopleTotal} tab={tab} />}
        </aside>
      </div>
    </PageFrame>
  );
}
