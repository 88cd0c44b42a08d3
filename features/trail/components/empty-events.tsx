'use client';
import { Suspense, use } from 'react';
import { Button } from '@/components/ui/button';
import { useZone } from '@/components/ui/clock';
import { EmptyState } from '@/components/ui/empty-state';
import { Skeleton } from '@/components/ui/skeleton';
import { formatCount } from '@/lib/format';
import { ALL_TIME, startOfDay } from '@/lib/period';
import { formatClock, formatDate, offsetAt, zonedTime } from '@/lib/time';
import type { EmptyAdvice, Loaded } from '../event-model';
import { chipWords, removeTerm } from '../query-edit';
import { useQuestion } from './question-context';

/** Nothing matches: what would match without each condition, and where the nearest event lies. Missing is not zero. */
export function EmptyEvents({ advice }: { advice: Promise<Loaded<EmptyAdvice>> | null }) {
  return (
    <div className="px-(--gutter) max-wide:px-4">
      <Suspense
        fallback={
          <EmptyState title="No events match.">
            <Skeleton width={280} />
          </EmptyState>
        }
      >
        {advice ? <Advised advice={advice} /> : <EmptyState title="No events match." />}
      </Suspense>
    </div>
  );
}

function Advised({ advice }: { advice: Promise<Loaded<EmptyAdvice>> }) {
  const loaded = use(advice);
  const zone = useZone();
  const { search, setTerms, setPeriod } = useQuestion();
  const { terms } = search.query;
  const isAllTime = search.period.from === null && search.period.to === null;
  if (!loaded.ok) return <EmptyState title="No events match.">What would match instead could not be counted in time ({loaded.code}).</EmptyState>;
  const { nearest, without } = loaded.value;
  const [best] = without;
  const name = (index: number) => {
    const term = terms[index];
    return term ? chipWords(term).lead.replace(/ (is|does|starts|contains).*$/, '') : '';
  };
  const sentences = [
    !nearest && !isAllTime && (terms.length > 0 ? 'Nothing in the whole trail matches this query.' : 'The trail has no event at any other time.'),
    best && `${best.isExact ? '' : 'At least '}${formatCount(best.events)} do without “${name(best.index)}”${nearest || isAllTime ? '' : ', at some time'}.`,
    nearest && `Nearest: ${formatDate(nearest.occurredAt, zone)} ${formatClock(nearest.occurredAt, zone)} ${offsetAt(nearest.occurredAt, zone)}.`,
  ].filter(Boolean);
  const day = nearest && zonedTime(nearest.occurredAt, zone);
  const date = day && `${day.year}-${String(day.month).padStart(2, '0')}-${String(day.day).padStart(2, '0')}`;
  return (
    <EmptyState
      title="No events match."
      actions={
        <>
          {without.slice(0, 3).map((one) => (
            <Button key={one.index} icon="close" onClick={() => setTerms(removeTerm(terms, one.index))}>
              Remove {name(one.index)}
            </Button>
          ))}
          {date && (
            <Button
              icon="calendar"
              onClick={() => setPeriod(startOfDay(date, zone).replace('.000000Z', 'Z'), startOfDay(date, zone, 1).replace('.000000Z', 'Z'))}
            >
              Show that day
            </Button>
          )}
          {!isAllTime && nearest && <Button onClick={() => setPeriod(ALL_TIME, null)}>All time</Button>}
        </>
      }
    >
      {sentences.join(' ')}
    </EmptyState>
  );
}
