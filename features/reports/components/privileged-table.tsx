'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { Actor, type ActorKind } from '@/components/ui/actor-glyph';
import { Button } from '@/components/ui/button';
import { Outcome, type OutcomeKind } from '@/components/ui/outcome';
import { Time, ZoneName } from '@/components/ui/time';
import { formatCount } from '@/lib/format';
import { shortName } from '@/lib/short-name';
import { offsetAt } from '@/lib/time';
import { readPrivilegedPageAction } from '../actions';
import type { PrivilegedLine } from '../prepare/privileged';
import type { ShownReport } from '../schema';

type Page = { lines: PrivilegedLine[]; hasMore: boolean };
type Props = { shown: ShownReport; tab: 'people' | 'services' | 'system'; first: Page; total: number };

/** The acts themselves, newest first; the next page begins after the last row, so that depth costs nothing. */
export function PrivilegedTable({ shown, tab, first, total }: Props) {
  const query = useInfiniteQuery({
    queryKey: ['privileged', shown, tab],
    queryFn: ({ pageParam }) => readPrivilegedPageAction({ ...shown, tab, before: pageParam }),
    initialPageParam: null as { occurredAt: string; seq: number } | null,
    initialData: { pages: [first], pageParams: [null] },
    getNextPageParam: ({ lines, hasMore }: Page) => {
      const last = lines.at(-1);
      return hasMore && last ? { occurredAt: last.occurredAt, seq: last.seq } : null;
    },
    staleTime: Number.POSITIVE_INFINITY, // as of one seq: it cannot change
  });
  const lines = query.data.pages.flatMap((page) => page.lines);
  const headOffset = lines[0] ? offsetAt(lines[0].occurredAt, shown.zone) : undefined;
  return (
    <section aria-label="Privileged actions, newest first">
      <table className="ledger cols-fixed max-wide:hidden print:table">
        <colgroup>
          <col style={{ width: 118 }} />
          <col style={{ width: 106 }} />
          <col style={{ width: 110 }} />
          <col style={{ width: 168 }} />
          <col />
          <col style={{ width: 78 }} />
          <col style={{ width: 92 }} />
          <col className="max-[1560px]:hidden" style={{ width: 120 }} />
        </colgroup>
        <thead>
          <tr>
            <th scope="col">
              Time, <ZoneName at={lines[0]?.occurredAt} />
            </th>
            <th scope="col">Actor</th>
            <th scope="col">Category</th>
            <th scope="col">Action</th>
            <th scope="col">Target</th>
            <th scope="col">Outcome</th>
            <th scope="col">Ticket</th>
            <th scope="col" className="max-[1560px]:hidden">
              IP
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.seq}>
              <td>
                <Link href={line.href} prefetch={false} className="hover:underline" title={`Event ${line.seq}`}>
                  <Time at={line.occurredAt} format="daytime" offset="differs" headOffset={headOffset} />
                </Link>
              </td>
              <td>
                <Actor kind={line.actorType as ActorKind} name={shortName(line.actorId)} title={line.actorId} />
              </td>
              <td className="text-ink-2" title={line.category}>
                {line.category}
              </td>
              <td className="mono" title={line.action}>
                {line.action}
              </td>
              <td className="mono text-ink-2" title={line.target}>
                {targetWords(line) || <span className="font-sans text-ink-3">not stated</span>}
              </td>
              <td>
                <Outcome kind={line.outcome as OutcomeKind} />
              </td>
              <td>
                <Ticket line={line} />
              </td>
              <td className="mono text-ink-2 max-[1560px]:hidden">{line.ip ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="border-t border-line-strong wide:hidden print:hidden">
        {lines.map((line) => (
          <li key={line.seq} className="border-b border-line">
            <Link href={line.href} prefetch={false} className="block py-2.5">
              <span className="flex justify-between gap-3">
                <Actor kind={line.actorType as ActorKind} name={shortName(line.actorId)} title={line.actorId} strong />
                <Time at={line.occurredAt} format="daytime" offset="differs" headOffset={headOffset} className="text-ink-2" />
              </span>
              <span className="mono mt-0.5 block truncate">
                {line.action} <span className="text-ink-2">{targetWords(line)}</span>
              </span>
              <span className="mt-0.5 flex justify-between gap-3 text-xs text-ink-2">
                {line.category}
                <span className="flex gap-3">
                  {line.outcome !== 'success' && <Outcome kind={line.outcome as OutcomeKind} />}
                  <Ticket line={line} />
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <div className="flex items-center gap-3 pt-3 text-xs text-ink-2">
        {query.hasNextPage && (
          <Button size="sm" onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}>
            {query.isFetchingNextPage ? 'Loading' : 'Show 50 more'}
          </Button>
        )}
        <output aria-live="polite">
          {formatCount(lines.length)} of {formatCount(total)} shown{query.hasNextPage ? '' : ', these are all'}.
        </output>
        {query.isError && <span className="text-denied">The next rows could not be loaded; what is shown stands.</span>}
      </div>
    </section>
  );
}

/** The whole stands in the cell's title. */
const targetWords = ({ resourceType, resourceId }: PrivilegedLine) => [resourceType, shortName(resourceId)].filter(Boolean).join(' / ');

function Ticket({ line }: { line: PrivilegedLine }) {
  if (line.ticket) return <span title={line.reason ? `${line.ticket}: ${line.reason}` : line.ticket}>{line.ticket}</span>;
  if (!line.needsTicket) {
    return (
      <span className="text-ink-3" title="Not flagged in the catalogue: no ticket is expected">
        –
      </span>
    );
  }
  return (
    <span className="text-failure" title={line.reason ?? 'details.ticket is absent'}>
      none
    </span>
  );
}
