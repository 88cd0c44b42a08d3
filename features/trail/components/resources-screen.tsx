'use client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { parseAsString, useQueryStates } from 'nuqs';
import { useRef, useTransition } from 'react';
import { Actor, type ActorKind } from '@/components/ui/actor-glyph';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Icon } from '@/components/ui/icon';
import { RowKeys } from '@/components/ui/row-keys';
import { Segment } from '@/components/ui/segment';
import { useShortcut } from '@/components/ui/shortcuts';
import { Skeleton } from '@/components/ui/skeleton';
import { Time } from '@/components/ui/time';
import { formatCount } from '@/lib/format';
import { shortName } from '@/lib/short-name';
import { readResourceCountsAction, readResourcePageAction } from '../actions';
import type { ResourceCounts, ResourceLine, ResourcePage } from '../resource-model';
import { resourceHref } from './cell-menu';

type Cursor = { dir: 'next' | 'previous'; type: string; id: string };
type Props = { alias: string; type: string | null; find: string; sort: 'recent' | 'name'; page: ResourcePage & { types: string[] } };

/** What was touched: every resource by name, with its newest event; how often and how it was changed follows. */
export function ResourcesScreen({ alias, type, find, sort, page }: Props) {
  const [isPending, startTransition] = useTransition();
  const [, setParams] = useQueryStates({ type: parseAsString, find: parseAsString, sort: parseAsString }, { shallow: false, history: 'push', startTransition });
  const input = useRef<HTMLInputElement>(null);
  useShortcut('/', 'Find a resource', 'On this page', () => input.current?.focus());
  const pages = useInfiniteQuery({
    queryKey: ['resources', alias, type, find, sort, page.rows[0]?.lastSeq ?? 0],
    queryFn: ({ pageParam }) => readResourcePageAction(alias, { type, find, cursor: pageParam }),
    initialPageParam: null as Cursor | null,
    initialData: { pages: [page], pageParams: [null] },
    staleTime: Number.POSITIVE_INFINITY,
    getNextPageParam: (last): Cursor | null => {
      const row = last.rows.at(-1);
      return last.hasNext && row ? { dir: 'next', type: row.type, id: row.id } : null;
    },
  });
  const rows = pages.data.pages.flatMap((one) => one.rows);
  const isNarrowed = find !== '' || type !== null;
  const isRecent = sort === 'recent' && !isNarrowed;
  return (
    <>
      <form
        className="no-print flex flex-wrap items-center gap-2 border-b border-line px-(--gutter) py-3 max-wide:px-4"
        onSubmit={(event) => {
          event.preventDefault();
          void setParams({ find: String(new FormData(event.currentTarget).get('find') ?? '').trim() || null });
        }}
      >
        <label className="flex h-[30px] w-80 items-center gap-2 rounded-2 border border-line-control bg-surface px-2.5 text-ink-3 focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-focus max-wide:w-full pointer-coarse:h-11">
          <Icon name="search" size={14} />
          <span className="sr-only">Find a resource</span>
          <input
            ref={input}
            key={find}
            name="find"
            defaultValue={find}
            placeholder={type ? `id that begins with…` : 'part of an id, or type/beginning'}
            spellCheck={false}
            autoComplete="off"
            className="w-full bg-transparent text-ink outline-none placeholder:text-ink-3 pointer-coarse:text-[16px]"
          />
          <kbd className="max-wide:!hidden">/</kbd>
        </label>
        <label className="flex items-center gap-2 text-xs text-ink-2">
          Type
          <select
            value={type ?? ''}
            onChange={(event) => void setParams({ type: event.target.value || null, find: null })}
            className="h-[30px] max-w-60 rounded-2 border border-line-control bg-surface px-2 text-sm text-ink pointer-coarse:h-11 pointer-coarse:text-[16px]"
          >
            <option value="">all</option>
            {[...new Set([...(type ? [type] : []), ...page.types])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {isNarrowed ? (
          <Button variant="plain" onClick={() => void setParams({ type: null, find: null })}>
            Clear
          </Button>
        ) : (
          <Segment<'recent' | 'name'>
            label="Order"
            value={sort}
            onChange={(next) => void setParams({ sort: next === 'name' ? 'name' : null })}
            options={[
              { value: 'recent', label: 'Touched last' },
              { value: 'name', label: 'All by name' },
            ]}
          />
        )}
        <span className="ml-auto text-xs text-ink-3 max-wide:hidden">
          {isRecent
            ? `the ${formatCount(rows.length)} touched last`
            : find && !type
              ? `${rows.length === 50 ? 'the first 50' : formatCount(rows.length)} found`
              : 'by name; events that name no resource are not here'}
        </span>
      </form>
      {rows.length === 0 ? (
        <div className="px-(--gutter) max-wide:px-4">
          <EmptyState
            title={find ? `No resource holds “${find}”.` : 'No event of this trail names a resource.'}
            actions={find ? <Button onClick={() => void setParams({ find: null })}>Show all</Button> : undefined}
          >
            {find ? 'Case counts: ids are compared letter by letter.' : 'The sources did not say what was touched.'}
          </EmptyState>
        </div>
      ) : (
        <div className={isPending ? 'after-a-moment opacity-60' : ''} aria-busy={isPending}>
          <RowKeys label="resource">
            <table className="ledger edge cols-fixed sticky-head max-wide:hidden print:table">
              <caption className="sr-only">Resources by name</caption>
              <colgroup>
                <col style={{ width: '15%' }} />
                <col />
                <col style={{ width: 92 }} />
                <col style={{ width: 92 }} />
                <col style={{ width: 88 }} />
                <col style={{ width: 168 }} />
                <col style={{ width: '18%' }} />
              </colgroup>
              <thead>
                <tr>
                  <th>Type</th>
                  <th>Resource</th>
                  <th className="num">Events</th>
                  <th className="num">Changes</th>
                  <th className="num">Denied</th>
                  <th className="!pl-5">Last touched</th>
                  <th>By</th>
                </tr>
              </thead>
              {pages.data.pages.map((one) => (
                <Chunk key={`${one.rows[0]?.type}/${one.rows[0]?.id}`} alias={alias} rows={one.rows} />
              ))}
            </table>
          </RowKeys>
          <ul className="wide:hidden print:hidden">
            {rows.map((row) => (
              <li key={`${row.type}/${row.id}`} className="border-b border-line">
                <Link href={resourceHref(alias, row.type, row.id)} prefetch={false} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 px-4 py-2">
                  <span className="mono truncate">{shortName(row.id) || 'no id'}</span>
                  <span className="text-xs leading-5 text-ink-2">
                    <Time at={row.lastAt} format="when" offset="never" />
                  </span>
                  <span className="truncate text-xs leading-5 text-ink-2">{row.type || 'no type'}</span>
                  <span className="truncate text-right text-xs leading-5 text-ink-2">{shortName(row.lastActorId) || 'not stated'}</span>
                </Link>
              </li>
            ))}
          </ul>
          <div className="flex min-h-14 items-center gap-2 px-(--gutter) py-3 text-xs text-ink-2 max-wide:px-4">
            <span className="flex-1">
              {pages.isError
                ? 'The next page could not be loaded; what is shown is right.'
                : pages.hasNextPage
                  ? `${formatCount(rows.length)} shown`
                  : isRecent
                    ? `The ${formatCount(rows.length)} touched last. All of them stand under “All by name”.`
                    : `End of the list, ${formatCount(rows.length)} shown`}
            </span>
            {pages.hasNextPage && (
              <Button size="sm" onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
                {pages.isFetchingNextPage ? 'Loading…' : '50 more'}
              </Button>
            )}
          </div>
        </div>
      )}
    </>
  );
}

/** A page of rows with figures of its own, which come when they are counted. */
function Chunk({ alias, rows }: { alias: string; rows: ResourceLine[] }) {
  const keys = rows.map(({ type, id }) => ({ type, id }));
  const counts = useQuery({ queryKey: ['resource counts', alias, keys], queryFn: () => readResourceCountsAction(alias, keys), staleTime: 300_000 });
  const loaded = counts.data;
  const of = (row: ResourceLine) => (loaded?.ok ? loaded.value.find((one) => one.type === row.type && one.id === row.id) : undefined);
  return (
    <tbody>
      {rows.map((row) => {
        const figures = of(row);
        const isMissing = counts.isError || (loaded && !loaded.ok);
        return (
          <tr key={`${row.type}/${row.id}`} data-href={resourceHref(alias, row.type, row.id)} tabIndex={-1}>
            <td className="text-ink-2">{row.type || <span className="text-ink-3">not stated</span>}</td>
            <td title={row.id}>
              <Link data-row-link href={resourceHref(alias, row.type, row.id)} prefetch={false} className="mono hover:text-accent hover:underline">
                {shortName(row.id) || <span className="text-ink-3">no id</span>}
              </Link>
            </td>
            <Figure value={figures?.events} isMissing={Boolean(isMissing)} />
            <Figure value={figures?.changes} isMissing={Boolean(isMissing)} counts={figures} />
            <Figure value={figures?.denied} isMissing={Boolean(isMissing)} counts={figures} isDenied />
            <td className="!pl-5">
              <Time at={row.lastAt} format="when" offset="never" />
            </td>
            <td>
              <Actor kind={row.lastActorType as ActorKind} name={shortName(row.lastActorId)} title={row.lastActorId} />
            </td>
          </tr>
        );
      })}
    </tbody>
  );
}

function Figure({ value, isMissing, counts, isDenied }: { value: number | undefined; isMissing: boolean; counts?: ResourceCounts; isDenied?: boolean }) {
  if (value === undefined)
    return (
      <td className="num">
        {isMissing ? (
          <span className="text-ink-3" title="could not be counted in time">
            ?
          </span>
        ) : (
          <Skeleton width={28} />
        )}
      </td>
    );
  const isPart = counts !== undefined && !counts.isExact;
  return (
    <td
      className={`num ${isDenied && value > 0 ? 'font-[560] text-denied' : value === 0 ? 'text-ink-3' : ''}`}
      title={isPart ? 'of its newest 1,000 events' : undefined}
    >
      {formatCount(value)}
      {isPart && '+'}
    </td>
  );
}
