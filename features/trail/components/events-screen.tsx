'use client';
import { type ReactNode, Suspense, useMemo, useState } from 'react';
import type { Count, EmptyAdvice, EventDetail, EventPage, Histogram, Loaded } from '../event-model';
import type { EventSearch, RawParams } from '../schema';
import { CountLine, CountSkeleton } from './count-line';
import { EventList } from './event-list';
import { EventPanel } from './event-panel';
import { EventsChart, EventsChartSkeleton } from './events-chart';
import { QueryBar } from './query-bar';
import { QuestionContext, useQuestionState } from './question-context';

type Props = {
  alias: string;
  /** The parameters of the address as they came: what an action reads again. */
  raw: RawParams;
  search: EventSearch;
  now: string;
  page: EventPage & { asOf: number };
  count: Promise<Loaded<Count>>;
  histogram: Promise<Loaded<Histogram | null>>;
  /** Of an empty list only. */
  advice: Promise<Loaded<EmptyAdvice>> | null;
  opened: EventDetail | null;
  /** What can be taken out of this very question. */
  exports?: ReactNode;
};

/** Which events, exactly? Question, figures, bars and rows of one state of the trail (`asOf`), the event in hand beside them. */
export function EventsScreen(props: Props) {
  const { alias, raw, search, now, page } = props;
  const question = useQuestionState(alias, raw, search);
  const [position, setPosition] = useState<string | null>(null);
  const key = useMemo(() => JSON.stringify([search.q, search.period, search.axis, search.zone, page.asOf]), [search, page.asOf]);
  return (
    <QuestionContext value={question}>
      <div className="flex items-start print:block">
        <div className="min-w-0 flex-1" aria-busy={question.isPending}>
          <QueryBar />
          <div className={question.isPending ? 'after-a-moment opacity-60' : ''}>
            <Suspense key={`c ${key}`} fallback={<CountSkeleton />}>
              <CountLine count={props.count} histogram={props.histogram} exports={props.exports} />
            </Suspense>
            {(page.rows.length > 0 || page.hasNewer) && (
              <Suspense key={`h ${key}`} fallback={<EventsChartSkeleton />}>
                <EventsChart histogram={props.histogram} />
              </Suspense>
            )}
            <EventList key={key} id={key} now={now} page={page} count={props.count} advice={props.advice} onPosition={setPosition} />
          </div>
        </div>
        {question.open !== null && <EventPanel key={question.open} seq={question.open} initial={props.opened} position={position} newest={page.asOf - 1} />}
      </div>
    </QuestionContext>
  );
}
