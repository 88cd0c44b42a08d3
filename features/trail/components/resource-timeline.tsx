'use client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { Suspense, use, useState } from 'react';
import { Actor, type ActorKind } from '@/components/ui/actor-glyph';
import { Button } from '@/components/ui/button';
import { useZone } from '@/components/ui/clock';
import { EmptyState } from '@/components/ui/empty-state';
import { Outcome, type OutcomeKind } from '@/components/ui/outcome';
import { PrivilegedMark } from '@/components/ui/privileged-mark';
import { SectionHead } from '@/components/ui/section-head';
import { Segment } from '@/components/ui/segment';
import { Time } from '@/components/ui/time';
import { formatCount, plural } from '@/lib/format';
import { shortName } from '@/lib/short-name';
import { formatDate, offsetAt } from '@/lib/time';
import { readGapCountsAction, readResourceEventsAction } from '../actions';
import type { Loaded } from '../event-model';
import type { GapCounts, ResourceEvent, ResourceEventPage, ResourceKey } from '../resource-model';
import { foldTimeline, type TimelineEntry, type TimelineGap } from '../timeline';

type Show = 'all' | 'changes' | 'reads';
type Props = { alias: string; resource: ResourceKey; show: Show; page: ResourceEventPage; gaps: Promise<Loaded<GapCounts>> };
type PageParam = { dir: 'older'; time: string; seq: number } | null;

/** Day by day, newest first: a square changed the resource, a circle did not; equal reads are folded; a gap says whether others were recorded meanwhile. */
export function ResourceTimeline({ alias, resource, show, page, gaps }: Props) {
  const zone = useZone();
  const [, setShow] = useQueryState(
    'show',
    parseAsStringLiteral(['all', 'changes', 'reads']).withOptions({ shallow: false, history: 'replace', scroll: false }),
  );
  const pages = useInfiniteQuery({
    queryKey: ['resource events', alias, resource, show, page.rows[0]?.seq ?? -1],
    queryFn: ({ pageParam }) => readResourceEventsAction(alias, resource, { show, cursor: pageParam }),
    initialPageParam: null as PageParam,
    initialData: { pages: [page], pageParams: [null] },
    staleTime: Number.POSITIVE_INFINITY,
    getNextPageParam: (last): PageParam => {
      const row = last.rows.at(-1);
      return last.hasOlder && row ? { dir: 'older', time: row.occurredAt, seq: row.seq } : null;
    },
  });
  const rows = pages.data.pages.flatMap((one) => one.rows);
  const days = foldTimeline(rows, zone);
  const firstGaps = new Set(foldTimeline(page.rows, zone).flatMap((part) => (part.kind === 'gap' ? [part.to] : [])));
  return (
    <section>
      <SectionHead
        title="Timeline"
        note="square: changes state, circle: does not"
        end={
          <Segment<Show>
            label="What to show"
            value={show}
            onChange={(next) => void setShow(next === 'all' ? null : next)}
            options={[
              { value: 'all', label: 'All' },
              { value: 'changes', label: 'Changes' },
              { value: 'reads', label: 'Reads' },
            ]}
          />
        }
      />
      {rows.length === 0 && (
        <EmptyState title={show === 'all' ? 'No event names this resource.' : `No ${show} of this resource are recorded.`}>
          {show === 'all' ? 'Check type and id: case counts.' : 'That is not the same as "nobody did": see the recorded kinds above.'}
        </EmptyState>
      )}
      <div className="pt-0.5">
        {days.map((part) =>
          part.kind === 'gap' ? (
            <Gap key={part.to} alias={alias} resource={resource} gap={part} counts={firstGaps.has(part.to) ? gaps : null} />
          ) : (
            <section key={part.date} aria-label={formatDate(part.at, zone)}>
              <h3 className="mt-0.5 flex min-h-[31px] items-center gap-2">
                <span className="font-[570]">{formatDate(part.at, zone)}</span>
                <span className="text-xs text-ink-3">
                  {offsetAt(part.at, zone, 'utc')} · {plural(part.events, 'event')}
                </span>
              </h3>
              <ol>
                {part.entries.map((entry) => (
                  <Entry key={entry.events[0]?.seq} alias={alias} entry={entry} />
                ))}
              </ol>
            </section>
          ),
        )}
      </div>
      {pages.hasNextPage && (
        <div className="flex items-center gap-2 border-t border-line py-3 text-xs text-ink-2">
          <span className="flex-1">
            {pages.isError ? 'Older events could not be loaded; what is shown is right.' : `${formatCount(rows.length)} events shown, there are older ones`}
          </span>
          <Button size="sm" onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
            {pages.isFetchingNextPage ? 'Loading…' : 'Older'}
          </Button>
        </div>
      )}
    </section>
  );
}

function Entry({ alias, entry }: { alias: string; entry: TimelineEntry<ResourceEvent> }) {
  const [isOpen, setOpen] = useState(false);
  const first = entry.events[0] as ResourceEvent;
  if (entry.events.length === 1 || isOpen) return entry.events.map((event) => <Line key={event.seq} alias={alias} event={event} words={event.words} />);
  const folded = `${formatCount(entry.events.length)} times: ${first.words}`;
  return (
    <Line alias={alias} event={first} words={folded}>
      <button type="button" className="link hit shrink-0 text-xs" onClick={() => setOpen(true)} aria-label={`Unfold ${folded}`}>
        Unfold
      </button>
    </Line>
  );
}

function Line({ alias, event, words, children }: { alias: string; event: ResourceEvent; words: string; children?: React.ReactNode }) {
  const isChange = event.kind === 'change' && event.outcome === 'success';
  return (
    <li className="grid min-h-[30px] grid-cols-[64px_21px_minmax(0,1fr)] hover:bg-hover">
      <Time at={event.occurredAt} offset="never" className="self-center text-ink-2 max-wide:self-start max-wide:pt-2" />
      <Mark isChange={isChange} />
      <span className="flex min-h-[30px] items-center gap-2.5 px-2 max-wide:flex-wrap max-wide:gap-y-0 max-wide:py-1.5">
        <span className="w-[136px] shrink-0 truncate max-wide:w-auto max-wide:flex-1">
          <Actor kind={event.actorType as ActorKind} name={shortName(event.actorId)} title={event.actorId} />
        </span>
        <span className="w-[11px] shrink-0">{event.isPrivileged && <PrivilegedMark />}</span>
        <span className="min-w-0 flex-1 truncate max-wide:order-last max-wide:basis-full" title={event.action}>
          {words}
          {event.changed.length > 0 && (
            <span className="text-ink-3">
              : {event.changed.slice(0, 3).join(', ')}
              {event.changed.length > 3 && ` and ${event.changed.length - 3} more`}
            </span>
          )}
        </span>
        {children}
        {event.outcome !== 'success' && <Outcome kind={event.outcome as OutcomeKind} />}
        <Link
          className="w-[64px] shrink-0 text-right text-ink-3 hover:text-accent hover:underline"
          href={`/${encodeURIComponent(alias)}/events/${event.seq}`}
          prefetch={false}
        >
          {formatCount(event.seq)}
        </Link>
      </span>
    </li>
  );
}

/** A line down the day and on it the mark: a square changed the resource, a circle did not. */
function Mark({ isChange }: { isChange: boolean }) {
  return (
    <span className="relative before:absolute before:inset-y-0 before:left-[10px] before:border-l before:border-line-control">
      <span
        role="img"
        aria-label={isChange ? 'changed it' : 'did not change it'}
        title={isChange ? 'changed it' : 'did not change it'}
        className={`absolute top-1/2 left-[7px] size-[7px] -translate-y-1/2 max-wide:top-[17px] ${isChange ? 'rounded-[1px] bg-accent print:[print-color-adjust:exact]' : 'rounded-full border-[1.5px] border-ink-2 bg-paper'}`}
      />
    </span>
  );
}

function Gap({ alias, resource, gap, counts }: { alias: string; resource: ResourceKey; gap: TimelineGap; counts: Promise<Loaded<GapCounts>> | null }) {
  return (
    <div className="grid min-h-[30px] grid-cols-[64px_21px_minmax(0,1fr)] items-center">
      <span />
      <span
        aria-hidden="true"
        className="relative self-stretch before:absolute before:inset-y-0 before:left-[10px] before:border-l before:border-dashed before:border-line-control"
      />
      <p className="px-2 text-ink-2">
        {plural(gap.days, 'day')} without events.{' '}
        <Suspense fallback={<span className="text-ink-3">Looking at others of this type…</span>}>
          {counts ? <Known to={gap.to} type={resource.type} counts={counts} /> : <Asked alias={alias} resource={resource} gap={gap} />}
        </Suspense>
      </p>
    </div>
  );
}

function Known({ to, type, counts }: { to: string; type: string; counts: Promise<Loaded<GapCounts>> }) {
  return <Others loaded={use(counts)} to={to} type={type} />;
}

function Asked({ alias, resource, gap }: { alias: string; resource: ResourceKey; gap: TimelineGap }) {
  const answer = useQuery({
    queryKey: ['gap', alias, resource, gap.from, gap.to],
    queryFn: () => readGapCountsAction(alias, resource, [{ from: gap.from, to: gap.to }]),
    staleTime: 300_000,
  });
  return answer.data ? <Others loaded={answer.data} to={gap.to} type={resource.type} /> : <span className="text-ink-3">Looking at others of this type…</span>;
}

/** Silence about one resource means something only if its kind was being recorded at all. */
function Others({ loaded, to, type }: { loaded: Loaded<GapCounts>; to: string; type: string }) {
  const n = loaded.ok ? loaded.value.others[to] : undefined;
  if (!loaded.ok || n === undefined) return <span className="text-ink-3">Whether others were recorded then could not be counted in time.</span>;
  const kind = type || 'this kind';
  if (n === 0) return <span className="text-failure">No other {kind} was recorded then either: this is not “nothing happened”.</span>;
  return (
    <>
      Events of other resources of type {kind} were recorded: {n >= loaded.value.cap ? `${formatCount(n)} and more` : formatCount(n)}.
    </>
  );
}
