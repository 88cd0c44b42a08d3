import Link from 'next/link';
import { type ReactNode, Suspense, use } from 'react';
import { ChartSection } from '@/components/charts/chart-section';
import { FactRow } from '@/components/ui/fact-row';
import { Skeleton } from '@/components/ui/skeleton';
import { Verdict } from '@/components/ui/verdict';
import type { Loaded } from '@/features/trail/event-model';
import type { About } from '../prepare/about';
import { factLabels, type PrivilegedModel } from '../prepare/privileged';
import type { reportTabs } from '../schema';
import { AboutReport } from './about-report';
import { ByPerson } from './by-person';
import { FiguresFault } from './figures-fault';
import { ReportFacts } from './report-facts';

// The parts of the report that have read each of its events, each in its place; the rows do not wait for them.

type Tab = (typeof reportTabs)[number];
type Props = { figures: Promise<Loaded<PrivilegedModel>> };

/** The sentence with its figures. Before they are there, and where they fail, what the count alone says. */
export function PrivilegedVerdict({ figures, tab, sentence }: Props & { tab: Tab; sentence: string }) {
  const short = <Verdict>{sentence}</Verdict>;
  return (
    <Suspense
      fallback={
        <>
          {short}
          <FactsToCome tab={tab} />
        </>
      }
    >
      <Known figures={figures} otherwise={short}>
        {(model) => (
          <>
            <Verdict>{model.sentence}</Verdict>
            <ReportFacts facts={model.facts.map(({ isWarning, ...fact }) => ({ ...fact, ...(isWarning ? { tone: 'warning' as const } : {}) }))} />
          </>
        )}
      </Known>
    </Suspense>
  );
}

export function PrivilegedChart({ figures }: Props) {
  return (
    <Suspense fallback={<Skeleton height={276} className="!bg-hover" />}>
      <Known figures={figures} otherwise={(code) => <FiguresFault code={code} />}>
        {({ chart }) => (
          <ChartSection title={chart.label} keyBelow rows={chart.rows} series={chart.series} figures={chart.figures} rowHead={chart.rowHead} height={214} />
        )}
      </Known>
    </Suspense>
  );
}

/** To the events themselves, in the ledger. */
export function PrivilegedEvents({ figures, children }: Props & { children: ReactNode }) {
  return (
    <Suspense>
      <Known figures={figures}>
        {(model) =>
          model.allHref && (
            <Link href={model.allHref} prefetch={false} className="link thumb">
              {children}
            </Link>
          )
        }
      </Known>
    </Suspense>
  );
}

export function PrivilegedAside({ figures, about, tab }: Props & { about: Promise<About>; tab: Tab }) {
  return (
    <>
      <Suspense fallback={<Skeleton height={220} className="!bg-hover" />}>
        <KnownAbout about={about} />
      </Suspense>
      <Suspense>
        <Known figures={figures}>{(model) => model.people.length > 0 && <ByPerson people={model.people} total={model.peopleTotal} tab={tab} />}</Known>
      </Suspense>
    </>
  );
}

const KnownAbout = ({ about }: { about: Promise<About> }) => <AboutReport about={use(about)} />;

function Known({
  figures,
  children,
  otherwise,
}: Props & { children: (model: PrivilegedModel) => ReactNode; otherwise?: ReactNode | ((code: string) => ReactNode) }) {
  const read = use(figures);
  if (read.ok) return children(read.value);
  return typeof otherwise === 'function' ? otherwise(read.code) : otherwise;
}

const toCome = { value: <Skeleton width="60%" height={14} />, note: <Skeleton width="70%" /> };
const FactsToCome = ({ tab }: { tab: Tab }) => (
  <div role="status" aria-label="Reading each event">
    <FactRow facts={Object.values(factLabels(tab)).map((label) => ({ label, ...toCome }))} />
  </div>
);
