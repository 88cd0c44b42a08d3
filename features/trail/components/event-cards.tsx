'use client';
import { Outcome, type OutcomeKind } from '@/components/ui/outcome';
import { PrivilegedMark } from '@/components/ui/privileged-mark';
import { Time } from '@/components/ui/time';
import { shortName } from '@/lib/short-name';
import type { EventLine } from '../event-model';
import { useQuestion } from './question-context';

/** The same rows on a phone: two lines each, the whole of it a target. */
export function EventCards({ rows }: { rows: EventLine[] }) {
  const { alias, open, setOpen } = useQuestion();
  return (
    <ul className="wide:hidden print:hidden">
      {rows.map((row) => (
        <li key={row.seq} className={`border-b border-line ${row.seq === open ? 'bg-accent-soft shadow-[inset_3px_0_0_var(--accent)]' : ''}`}>
          <a
            href={`/${encodeURIComponent(alias)}/events/${row.seq}`}
            onClick={(event) => {
              event.preventDefault();
              setOpen(row.seq);
            }}
            className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 px-4 py-2 focus-visible:-outline-offset-2"
          >
            <span className="flex min-w-0 items-center gap-2">
              <span className="mono truncate text-ink">{row.action}</span>
              {row.isPrivileged && <PrivilegedMark />}
            </span>
            <span className="text-right">
              <Outcome kind={row.outcome as OutcomeKind} />
            </span>
            <span className="truncate text-xs leading-5 text-ink-2">
              {shortName(row.actorId) || 'actor not stated'}
              {row.resourceId ? ` · ${shortName(row.resourceId)}` : ''}
            </span>
            <span className="text-right text-xs leading-5 text-ink-2">
              <Time at={row.occurredAt} format="daytime" offset="never" />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
