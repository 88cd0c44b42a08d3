import { PageFrame } from '@/app/_shell/page-frame';
import { ChartSection } from '@/components/charts/chart-section';
import { AboutReport } from '@/features/reports/components/about-report';
import { FailedAccessBoard } from '@/features/reports/components/failed-access-board';
import { FaultyParams } from '@/features/reports/components/faulty-params';
import { HourSection } from '@/features/reports/components/hour-section';
import { NothingHere } from '@/features/reports/components/nothing-here';
import { PrintButton } from '@/features/reports/components/print-button';
import { Spraying } from '@/features/reports/components/spraying';
import { loadFailedAccess } from '@/features/reports/loaders';
import { type RawParams, standardPeriod } from '@/features/reports/schema';
import { addressWith } from '../address';

export const metadata = { title: 'Failed access' };

export default async function FailedAccessPage({ params, searchParams }: { params: Promise<{ trail: string }>; searchParams: Promise<RawParams> }) {
  const [{ trail }, raw] = [await params, await searchParams];
  const path = `/${trail}/reports/failed-access`;
  const view = await loadFailedAccess(decodeURIComponent(trail), raw);
  const frame = {
    title: 'Failed access',
    crumb: { label: 'Reports', href: `/${trail}/reports` },
    period: { standard: standardPeriod.failedAccess },
    actions: <PrintButton />,
  };
  if (!view.ok) {
    return (
      <PageFrame {...frame}>
        <FaultyParams faults={view.faults} href={path} />
      </PageFrame>
    );
  }
  const { shown, charts, threshold, window, over } = view;
  if (view.over.facts[0]?.value === '0') {
    return (
      <PageFrame {...frame}>
        <div className="grid grid-cols-1 items-start gap-x-9 gap-y-8 full:grid-cols-[minmax(0,1fr)_292px]">
          <NothingHere
            title={over.sentence}
            nearest={view.nearest}
            zone={shown.zone}
            mayLack={over.mayLack}
            href={(from, to) => addressWith(path, raw, { from, to })}
          />
          <AboutReport about={view.about} />
        </div>
      </PageFrame>
    );
  }
  return (
    <PageFrame {...frame}>
      <FailedAccessBoard
        key={`${shown.from} ${shown.to} ${shown.asOf} ${threshold} ${window}`}
        shown={shown}
        first={{ threshold, window, over }}
        bars={
          <ChartSection
            title={charts.bars.title}
            rows={charts.bars.rows}
            series={charts.bars.series}
            rowHead={charts.bars.rowHead}
            note="Select a bar to see its events."
            height={236}
          />
        }
        map={<HourSection rows={charts.map.rows} zone={shown.zone} />}
        beside={<Spraying spray={view.spray} rows={view.spraying} zone={shown.zone} />}
        about={<AboutReport about={view.about} />}
      />
    </PageFrame>
  );
}
