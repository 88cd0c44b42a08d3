'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { formatCount, plural } from '@/lib/format';
import { readEventPageAction } from '../actions';
import type { Count, EmptyAdvice, EventPage, Loaded } from '../event-model';
import type { Cursor } from '../schema';
import { EmptyEvents } from './empty-events';
import { EventCards } from './event-cards';
import { EventTable } from './event-table';
import { useQuestion } from './question-context';

type Props = {
  id: string;
  now: string;
  page: EventPage & { asOf: number };
  count: Promise<Loaded<Count>>;
  advice: Promise<Loaded<EmptyAdvice>> | null;
  /** `192 of 239`, of the event in the panel. */
  onPosition: (position: string | null) => void;
};

const SHOWN_AT_MOST = 1_000;
const OLDEST: Cursor = { dir: 'newer', time: '1970-01-01T00:00:00.000000Z', seq: 0 };

/**
 * The rows. The next page comes as its place comes into view; after a thousand rows the list is begun again from there, so that a page stays light at any depth. Pages are
 * asked for by the last row's time and number, in the state of the trail that the first page saw.
 */
export function EventList({ id, now, page, advice, onPosition }: Props) {
  const { alias, raw, open } = useQuestion();
  const [base, setBase] = useState<Cursor | null>(null);
  const pages = useInfiniteQuery({
    queryKey: ['events', alias, id, base],
    queryFn: ({ pageParam }) => readEventPageAction(alias, raw, { now, asOf: page.asOf, cursor: pageParam }),
    initialPageParam: base,
    initialData: base === null ? { pages: [page], pageParams: [null] } : undefined,
    staleTime: Number.POSITIVE_INFINITY, // a page of one state of the trail never changes
    getNextPageParam: (last): Cursor | null => edge(last.rows.at(-1), last.hasOlder, 'older'),
    getPreviousPageParam: (first): Cursor | null => edge(first.rows[0], first.hasNewer, 'newer'),
  });
  const rows = pages.data?.pages.flatMap((one) => one.rows) ?? [];
  const isFull = rows.length >= SHOWN_AT_MOST;
  const more = useInView(() => {
    if (pages.hasNextPage && !pages.isFetchingNextPage && !pages.isError && !isFull) void pages.fetchNextPage();
  });
  const at = open === null || base !== null ? -1 : rows.findIndex((row) => row.seq === open);
  useEffect(() => onPosition(at < 0 ? null : formatCount(at + 1)), [at, onPosition]);

  if (rows.length === 0 && !pages.isFetching && base === null) return <EmptyEvents advice={advice} />;
  const last = rows.at(-1);
  return (
    <>
      {base !== null && (
        <div className="flex items-center gap-2 border-b border-line px-(--gutter) py-2 text-xs text-ink-2 max-wide:px-4">
          <span className="flex-1">The list begins further down.</span>
          {pages.hasPreviousPage && (
            <Button size="sm" onClick={() => void pages.fetchPreviousPage()} disabled={pages.isFetchingPreviousPage}>
              {pages.isFetchingPreviousPage ? 'Loading…' : 'Newer'}
            </Button>
          )}
          <Button size="sm" onClick={() => setBase(null)}>
            Newest
          </Button>
        </div>
      )}
      <EventTable rows={rows} isLoading={pages.isFetching && rows.length === 0} />
      <EventCards rows={rows} />
      <div ref={more} className="flex min-h-14 items-center gap-2 px-(--gutter) py-3 text-xs text-ink-2 max-wide:px-4" aria-live="polite">
        {pages.isError ? (
          <>
            <span className="flex-1 text-denied">The next rows could not be loaded. What is shown is right; your filters are kept.</span>
            <Button size="sm" icon="retry" onClick={() => void (base !== null && rows.length === 0 ? pages.refetch() : pages.fetchNextPage())}>
              Try again
            </Button>
          </>
        ) : (
          <>
            <span className="flex-1">
              {pages.isFetchingNextPage
                ? 'Loading older events…'
                : pages.hasNextPage
                  ? `${plural(rows.length, 'row')} shown`
                  : `End of the list, ${plural(rows.length, 'row')} shown`}
            </span>
            {isFull && pages.hasNextPage && last && (
              <Button
                size="sm"
                onClick={() => {
                  setBase({ dir: 'older', time: last.occurredAt, seq: last.seq });
                  window.scrollTo({ top: 0 });
                }}
              >
                Go on from here
              </Button>
            )}
            {pages.hasNextPage && (
              <Button
                size="sm"
                onClick={() => {
                  setBase(OLDEST);
                  window.scrollTo({ top: 0 });
                }}
              >
                Oldest
              </Button>
            )}
          </>
        )}
      </div>
    </>
  );
}

const edge = (row: { occurredAt: string; seq: number } | undefined, isMore: boolean, dir: Cursor['dir']): Cursor | null =>
  row && isMore ? { dir, time: row.occurredAt, seq: row.seq } : null;

/** Calls `seen` when the element comes within a screen of view; a printed or scripted page that never scrolls asks for nothing. */
function useInView(seen: () => void) {
  const ref = useRef<HTMLDivElement>(null);
  const call = useRef(seen);
  call.current = seen;
  useEffect(() => {
    if (!ref.current) return;
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && call.current(), { rootMargin: '600px 0px' });
    observer.observe(ref.current);
    return () => observer.disconnect();
  });
  return ref;
}
