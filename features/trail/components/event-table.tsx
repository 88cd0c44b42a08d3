'use client';
import { useRef } from 'react';
import { Actor, type ActorKind } from '@/components/ui/actor-glyph';
import { useZone } from '@/components/ui/clock';
import { Outcome, type OutcomeKind } from '@/components/ui/outcome';
import { PrivilegedMark } from '@/components/ui/privileged-mark';
import { RowKeys } from '@/components/ui/row-keys';
import { SkeletonRows } from '@/components/ui/skeleton';
import { Time } from '@/components/ui/time';
import { formatCount, formatLength } from '@/lib/format';
import { shortName } from '@/lib/short-name';
import { formatDay, offsetAt } from '@/lib/time';
import { columnText, EXTRA_COLUMNS, type ExtraColumn, lagMs } from '../columns';
import type { EventLine } from '../event-model';
import { CellMenu } from './cell-menu';
import { useQuestion } from './question-context';

/** The ledger. A press opens the panel, the link inside leads to the event's own page; every cell has a menu (right button, its chevron, or `f`). */
export function EventTable({ rows, isLoading }: { rows: EventLine[]; isLoading: boolean }) {
  const zone = useZone();
  const { open, setOpen, alias, columns } = useQuestion();
  const extra = open === null ? columns : []; // an event in the panel takes their room, and tells them
  const hasExtra = extra.length > 0;
  const box = useRef<HTMLTableElement>(null);
  const [first, last] = [rows[0], rows.at(-1)];
  const isOneDay =
    first && last
      ? formatDay(first.occurredAt, zone) === formatDay(last.occurredAt, zone) && first.occurredAt.slice(0, 4) === last.occurredAt.slice(0, 4)
      : false;
  const headOffset = first ? offsetAt(first.occurredAt, zone) : '';
  return (
    <RowKeys label="event">
      <table ref={box} className="ledger edge cols-fixed sticky-head max-wide:hidden print:table">
        <caption className="sr-only">Events, newest first</caption>
        <colgroup>
          <col style={{ width: 108 }} />
          <col style={{ width: isOneDay ? 84 : 140 }} />
          <col style={{ width: open !== null ? 142 : hasExtra ? 150 : '17%' }} />
          <col style={{ width: 18 }} />
          <col style={{ width: open !== null ? 204 : hasExtra ? 200 : '27%' }} />
          <col />
          {extra.map((key) => (
            <col key={key} style={{ width: columnOf(key).width }} />
          ))}
          <col style={{ width: 114 }} />
        </colgroup>
        <thead>
          <tr>
            <th className="num !pr-4">Seq</th>
            <th>{first && (isOneDay ? `${formatDay(first.occurredAt, zone)} ${headOffset}` : `Time ${headOffset}`)}</th>
            <th>Actor</th>
            <th>
              <span className="sr-only">Privileged</span>
            </th>
            <th>Action</th>
            <th>Resource</th>
            {extra.map((key) => (
              <th key={key} className={key === 'lag' ? 'num !pr-5' : ''}>
                {columnOf(key).label}
              </th>
            ))}
            <th>Outcome</th>
          </tr>
        </thead>
        <tbody>
          {isLoading && <SkeletonRows columns={7 + extra.length} rows={20} />}
          {rows.map((row) => (
            <tr key={row.seq} data-href={`/${alias}/events/${row.seq}`} data-seq={row.seq} tabIndex={-1} aria-selected={row.seq === open}>
              <td className="num !pr-4 text-ink-3">
                <a
                  href={`/${encodeURIComponent(alias)}/events/${row.seq}`}
                  data-row-link
                  className="hover:text-accent hover:underline"
                  onClick={(event) => {
                    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return; // a new tab gets the event's own page
                    event.preventDefault();
                    setOpen(row.seq);
                  }}
                >
                  {formatCount(row.seq)}
                </a>
              </td>
              <td data-cell="time" data-text={row.occurredAt}>
                <Time at={row.occurredAt} format={isOneDay ? 'clock' : 'daytime'} offset="differs" headOffset={headOffset} />
              </td>
              <td data-cell="actor" data-text={row.actorId}>
                <Actor kind={row.actorType as ActorKind} name={shortName(row.actorId)} title={row.actorId} />
              </td>
              <td className="!pr-1">{row.isPrivileged && <PrivilegedMark />}</td>
              <td data-cell="action" data-text={row.action} className="mono" title={row.action}>
                {row.action}
              </td>
              <td data-cell="resource" data-text={row.resourceId} data-type={row.resourceType} className="text-ink-2" title={resourceTitle(row)}>
                {row.resourceId ? (
                  <span className="mono">{shortName(row.resourceId)}</span>
                ) : (
                  <span className="text-ink-3">{row.resourceType || 'not stated'}</span>
                )}
              </td>
              {extra.map((key) => (
                <ExtraCell key={key} column={key} row={row} headOffset={headOffset} />
              ))}
              <td data-cell="outcome" data-text={row.outcome}>
                <Outcome kind={row.outcome as OutcomeKind} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <CellMenu box={box} />
    </RowKeys>
  );
}

const columnOf = (key: ExtraColumn) => EXTRA_COLUMNS.find((one) => one.key === key) as (typeof EXTRA_COLUMNS)[number];

function ExtraCell({ column, row, headOffset }: { column: ExtraColumn; row: EventLine; headOffset: string }) {
  if (column === 'recorded') {
    return (
      <td className="text-ink-2">
        <Time at={row.recordedAt} format="daytime" offset="differs" headOffset={headOffset} />
      </td>
    );
  }
  if (column === 'lag') {
    const ms = lagMs(row);
    return (
      <td className="num !pr-5 text-ink-2" title={ms < 0 ? "the source's clock is ahead" : undefined}>
        {ms < 0 && '−'}
        {formatLength(ms)}
      </td>
    );
  }
  const text = columnText(column, row);
  return (
    <td className="mono text-ink-2" title={text ?? undefined}>
      {text ?? <span className="font-sans text-ink-3">–</span>}
    </td>
  );
}

export const resourceTitle = ({ resourceType, resourceId }: Pick<EventLine, 'resourceType' | 'resourceId'>) =>
  [resourceType, resourceId].filter(Boolean).join(' / ') || undefined;
