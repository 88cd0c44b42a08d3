'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { parseAsInteger, useQueryStates } from 'nuqs';
import type { ReactNode } from 'react';
import { SectionHead } from '@/components/ui/section-head';
import { Segment } from '@/components/ui/segment';
import { Verdict } from '@/components/ui/verdict';
import { readFailedAgainAction } from '../actions';
import type { FailedThresholdModel } from '../prepare/failed-access';
import { NOT_COUNTED } from '../prepare/lack';
import type { ShownReport } from '../schema';
import { FailedActors } from './failed-actors';
import { ReportFacts } from './report-facts';

type Props = {
  shown: ShownReport;
  first: { threshold: number; window: number; over: FailedThresholdModel };
  /** Beside each other under the facts. */
  bars: ReactNode;
  map: ReactNode;
  /** Beside the actors. */
  beside: ReactNode;
  about: ReactNode;
};

const thresholds = [3, 5, 10];
const windows = [10, 30, 60];

/** Sentence, facts and actors, which change at once with threshold and window; the charts do not depend on them. */
export function FailedAccessBoard({ shown, first, bars, map, beside, about }: Props) {
  const [{ threshold, window }, choose] = useQueryStates(
    { threshold: parseAsInteger.withDefault(first.threshold), window: parseAsInteger.withDefault(first.window) },
    { history: 'replace' },
  );
  const isFirst = threshold === first.threshold && window === first.window;
  const query = useQuery({
    queryKey: ['failed-access', shown, threshold, window],
    queryFn: () => readFailedAgainAction({ ...shown, threshold, window }),
    ...(isFirst ? { initialData: first.over } : {}),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY, // as of one seq: it cannot change
  });
  const over = query.data ?? first.over;
  const options = (list: number[], current: number) =>
    [...new Set([...list, current])].sort((a, b) => a - b).map((n) => ({ value: String(n), label: String(n) }));
  return (
    <div aria-busy={query.isFetching} className={query.isPlaceholderData ? 'opacity-70 transition-opacity' : ''}>
      <Verdict>{over.sentence}</Verdict>
      <ReportFacts facts={over.facts} />
      {over.mayLack && <p className="mt-2 text-xs text-ink-2">{NOT_COUNTED}</p>}
      <div className="mt-5 grid grid-cols-1 gap-x-[38px] gap-y-6 full:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
        {bars}
        {map}
      </div>
      <div className="mt-6 grid grid-cols-1 gap-x-[38px] gap-y-6 full:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
        <div className="grid grid-cols-1 content-start gap-6 max-full:contents">
          <section aria-labelledby="actors-head">
            <SectionHead
              id="actors-head"
              title="Actors over the threshold"
              note={
                over.actors.length < over.overTotal
                  ? `${over.actors.length} of ${over.overTotal} over, ${over.actorTotal} in all`
                  : `${over.overTotal} of ${over.actorTotal}`
              }
              end={
                <>
                  <Segment
                    label="Threshold"
                    value={String(threshold)}
                    options={options(thresholds, threshold)}
                    onChange={(n) => void choose({ threshold: Number(n) })}
                  />
                  <span className="no-print text-ink-2">in</span>
                  <Segment
                    label="Window in minutes"
                    value={String(window)}
                    options={options(windows, window)}
                    onChange={(n) => void choose({ window: Number(n) })}
                  />
                  <span className="no-print text-ink-2">min</span>
                </>
              }
            />
            <p className="print-only py-1 text-xs">
              Threshold {threshold} in {window} minutes.
            </p>
            {query.isError && <p className="py-2 text-xs text-denied">The other threshold could not be loaded; the figures before stand.</p>}
            <FailedActors over={over} zone={shown.zone} />
          </section>
          <section aria-labelledby="why-head" className="max-full:order-1">
            <SectionHead
              id="why-head"
              title={over.ties ? `Why ${over.facts[0]?.value} is all of it` : 'The figures do not add up'}
              note={`As of seq ${shown.asOf.toLocaleString('en-GB')}`}
            />
            <p className={`pt-2 ${over.ties ? '' : 'text-denied'}`}>{over.why}</p>
          </section>
          <div className="max-full:order-1">{about}</div>
        </div>
        <div className="grid grid-cols-1 content-start gap-6">{beside}</div>
      </div>
    </div>
  );
}
