'use client';
import { use, useMemo } from 'react';
import { BarFigure } from '@/components/charts/bar-figure';
import type { BarRow, Series } from '@/components/charts/bars-model';
import { Skeleton } from '@/components/ui/skeleton';
import { beginsDay, bucketTick, bucketTitle } from '../bucket-words';
import type { BucketUnit } from '../buckets';
import type { Histogram, Loaded } from '../event-model';
import { questionHref, shortTime, useQuestion } from './question-context';

const SERIES: Series[] = [
  { key: 'denied', label: 'denied', fill: 'var(--denied-fill)' },
  { key: 'failure', label: 'failed', fill: 'var(--failure-fill)' },
  { key: 'success', label: 'succeeded', fill: 'var(--chart-total)' },
];
const HEIGHT = 100;
const frame = 'border-b border-line pt-2 pr-(--gutter) pb-0.5 pl-[calc(var(--gutter)-14px)] max-wide:pr-3 max-wide:pl-1';

export function EventsChartSkeleton() {
  return (
    <div className={frame} role="status" aria-label="Counting events per bar">
      <div style={{ height: HEIGHT }} className="flex items-end gap-[3px] pb-5 pl-10">
        {Array.from({ length: 40 }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: all alike
          <Skeleton key={i} width="2%" height={14 + ((i * 37) % 29)} />
        ))}
      </div>
    </div>
  );
}

/** How many when. A press on a bar, or a drag over several, makes their time the period. */
export function EventsChart({ histogram }: { histogram: Promise<Loaded<Histogram | null>> }) {
  const loaded = use(histogram);
  const { alias, raw, search, columns, setPeriod } = useQuestion();
  const rows = useMemo(() => {
    if (!loaded.ok || !loaded.value) return [];
    const { edges, bars, unit } = loaded.value;
    return bars.map((bar, i): BarRow => {
      const [from, to] = [edges[i] as string, edges[i + 1] as string];
      return {
        key: from,
        title: bucketTitle(from, to, unit, search.zone),
        tick: bucketTick(from, unit, search.zone),
        isMark: beginsDay(from, unit, search.zone),
        values: bar,
        href: bars.length > 1 ? questionHref(alias, { ...search, raw, columns }, { from: shortTime(from), to: shortTime(to) }) : undefined,
      };
    });
  }, [loaded, alias, raw, search, columns]);
  if (!loaded.ok) {
    return (
      <p className={`${frame} !pl-(--gutter) !py-4 text-xs text-ink-3 max-wide:!pl-4`}>
        The bars could not be counted in time ({loaded.code}). A shorter period will do; the rows below are right.
      </p>
    );
  }
  if (!loaded.value) return null;
  const { edges, unit } = loaded.value;
  return (
    <div className={frame}>
      <BarFigure
        label={`Events per ${UNIT_WORDS[unit]}`}
        rows={rows}
        series={SERIES}
        height={HEIGHT}
        cutShows="truth"
        onBrush={(first, last) => setPeriod(shortTime(edges[first] as string), shortTime(edges[last + 1] as string))}
      />
    </div>
  );
}

const UNIT_WORDS: Record<BucketUnit, string> = {
  '1s': 'second',
  '5s': '5 seconds',
  '15s': '15 seconds',
  '1m': 'minute',
  '5m': '5 minutes',
  '15m': '15 minutes',
  '1h': 'hour',
  '3h': '3 hours',
  '6h': '6 hours',
  '1d': 'day',
  '1w': 'week',
  '1mo': 'month',
  '3mo': 'quarter',
  '1y': 'year',
};
