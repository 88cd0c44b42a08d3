'use client';
import { type ReactNode, Suspense, use } from 'react';
import { Skeleton } from '@/components/ui/skeleton';
import { formatCount, plural } from '@/lib/format';
import { figuresAwayText } from '../away-words';
import type { Count, Histogram, Loaded } from '../event-model';
import { ColumnsMenu } from './columns-menu';

const line = 'flex min-h-9 items-center gap-1.5 border-b border-line px-(--gutter) pb-1.5 max-wide:px-4';

export function CountSkeleton() {
  return (
    <div className={line}>
      <Skeleton width={200} />
    </div>
  );
}

/** `239 events exact · 15 denied, 224 failed`: counted for at most a second; the bars, which take as long as they need, make an "at least" exact. */
export function CountLine({ count, histogram, exports }: { count: Promise<Loaded<Count>>; histogram: Promise<Loaded<Histogram | null>>; exports?: ReactNode }) {
  const known = use(count);
  return (
    <div className={line}>
      <p className="min-w-0 flex-1 wide:truncate" aria-live="polite">
        <Suspense fallback={<Figures known={known} />}>
          <Outcomes known={known} histogram={histogram} />
        </Suspense>
      </p>
      <ColumnsMenu />
      {exports}
    </div>
  );
}

function Outcomes({ known, histogram }: { known: Loaded<Count>; histogram: Promise<Loaded<Histogram | null>> }) {
  const chart = use(histogram);
  if (!chart.ok || !chart.value) return <Figures known={known} />;
  const sum = (outcome: 'success' | 'failure' | 'denied') => chart.value?.bars.reduce((total, bar) => total + bar[outcome], 0) ?? 0;
  const [denied, failure, success] = [sum('denied'), sum('failure'), sum('success')];
  const parts = [denied > 0 && `${formatCount(denied)} denied`, failure > 0 && `${formatCount(failure)} failed`].filter(Boolean);
  const rest = parts.length === 0 ? 'all succeeded' : `${parts.join(', ')}${success > 0 ? '' : ', none succeeded'}`;
  const { total: events, withAway = false, withoutAway = false } = chart.value;
  return <Figures known={{ ok: true, value: { events, isExact: true, withAway, withoutAway } }} outcomes={rest} />;
}

function Figures({ known, outcomes }: { known: Loaded<Count>; outcomes?: string }) {
  if (!known.ok) return <span className="text-xs text-ink-3">How many there are could not be counted in time ({known.code}). The rows below are right.</span>;
  const { events, isExact } = known.value;
  const away = figuresAwayText(known.value);
  return (
    <>
      <b className="font-[550]">{isExact ? plural(events, 'event') : `at least ${plural(events, 'event')}`}</b>
      <span className={`ml-1.5 text-xs text-ink-3 ${away === '' ? '' : 'max-wide:ml-0 max-wide:block max-wide:whitespace-normal'}`}>
        {isExact ? 'exact' : 'still counting'}
        {away}
        {outcomes && events > 0 && ` · ${outcomes}`}
      </span>
    </>
  );
}
