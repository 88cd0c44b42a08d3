'use client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { Button, ButtonLink, IconButton } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { Icon } from '@/components/ui/icon';
import { Panel } from '@/components/ui/panel';
import { Segment } from '@/components/ui/segment';
import { useShortcut } from '@/components/ui/shortcuts';
import { Skeleton } from '@/components/ui/skeleton';
import { formatCount } from '@/lib/format';
import { readEventAction } from '../actions';
import type { EventDetail } from '../event-model';
import { eventSentence } from '../event-words';
import { BrokenEvent } from './broken-event';
import { ChangesTable } from './changes-table';
import { EventFields } from './event-fields';
import { EventProof } from './event-proof';
import { EventRaw } from './event-raw';
import { questionHref, shortTime, useQuestion } from './question-context';
import { SameActor } from './same-actor';

type Props = { seq: number; initial: EventDetail | null; position: string | null; newest: number };
type Tab = 'fields' | 'changes' | 'raw' | 'proof';

/** The event in hand beside the list: its sentence, its fields, what changed, its exact text. `[` and `]` go through the rows of the list. */
export function EventPanel({ seq, initial, position, newest }: Props) {
  const { alias, setOpen } = useQuestion();
  const [tab, setTab] = useState<Tab>('fields');
  const event = useQuery({
    queryKey: ['event', alias, seq],
    queryFn: () => readEventAction(alias, seq),
    initialData: initial?.seq === seq ? initial : undefined,
    staleTime: 60_000,
  });
  const step = (by: -1 | 1) => {
    const rows = [...document.querySelectorAll<HTMLElement>('tr[data-seq]')];
    const at = rows.findIndex((row) => row.dataset.seq === String(seq));
    const next = rows[at + by];
    if (at < 0 || !next?.dataset.seq) return;
    next.scrollIntoView({ block: 'nearest' });
    setOpen(Number(next.dataset.seq));
  };
  useShortcut('[', 'Previous event', 'In a list', () => step(-1));
  useShortcut(']', 'Next event', 'In a list', () => step(1));
  useShortcut('v', 'Check the proof', 'In a list', () => setTab('proof'));
  const link = typeof window === 'undefined' ? '' : `${window.location.origin}/${encodeURIComponent(alias)}/events/${seq}`;
  return (
    <Panel
      title={`Event ${formatCount(seq)}`}
      label={`Event ${formatCount(seq)}`}
      note={position ? `row ${position}` : undefined}
      onClose={() => setOpen(null)}
      actions={
        <>
          <IconButton icon="chevronLeft" label="Previous event ([)" onClick={() => step(-1)} />
          <IconButton icon="chevronRight" label="Next event (])" onClick={() => step(1)} />
          <CopyButton
            text={link}
            label="Copy link to this event"
            title="Copy link to this event"
            className="hit inline-grid size-[30px] place-items-center rounded-2 text-ink-2 hover:bg-hover hover:text-ink"
          >
            {(copied) => <Icon name={copied ? 'check' : 'link'} />}
          </CopyButton>
        </>
      }
      footer={event.data ? <Footer event={event.data} /> : undefined}
    >
      {event.isPending && <PanelSkeleton />}
      {event.isError && (
        <div role="alert">
          <p className="text-md font-[550]">Event {formatCount(seq)} could not be loaded.</p>
          <p className="mt-1 mb-3 text-ink-2">The list is kept.</p>
          <Button icon="retry" onClick={() => void event.refetch()}>
            Try again
          </Button>
        </div>
      )}
      {event.data === null && (
        <div>
          <p className="text-md font-[550]">There is no event {formatCount(seq)} here.</p>
          <p className="mt-1 text-ink-2">
            {seq > newest ? (
              `The newest is ${formatCount(newest)}.`
            ) : (
              <>
                No row bears its number. Whether that may be{' '}
                <Link className="link" href={`/${encodeURIComponent(alias)}/events/${seq}`}>
                  its own page
                </Link>{' '}
                says.
              </>
            )}
          </p>
        </div>
      )}
      {event.data && (
        <>
          <p className="text-md leading-[22px] font-[550] tracking-[-.008em] text-pretty">{eventSentence(event.data)}</p>
          {event.data.check.state === 'broken' && <BrokenEvent check={event.data.check} seq={seq} />}
          <div className="mt-3 mb-2.5">
            <Segment<Tab>
              look="tabs"
              label="What to show"
              value={tab}
              onChange={setTab}
              options={[
                { value: 'fields', label: 'Fields' },
                { value: 'changes', label: 'Changes' },
                { value: 'raw', label: 'Raw' },
                { value: 'proof', label: 'Proof' },
              ]}
            />
          </div>
          {tab === 'fields' && <EventFields event={event.data} alias={alias} />}
          {tab === 'changes' && <ChangesTable event={event.data} tight />}
          {tab === 'raw' && <EventRaw event={event.data} />}
          {tab === 'proof' && <EventProof alias={alias} event={event.data} />}
          <SameActor event={event.data} onOpen={setOpen} />
        </>
      )}
    </Panel>
  );
}

function Footer({ event }: { event: EventDetail }) {
  const { alias, search, raw } = useQuestion();
  const around = (ms: number) => `${new Date(Math.floor((Date.parse(event.occurredAt) + ms) / 1000) * 1000).toISOString().slice(0, 19)}Z`;
  return (
    <>
      <ButtonLink variant="primary" href={`/${encodeURIComponent(alias)}/events/${event.seq}`}>
        Open event
      </ButtonLink>
      <ButtonLink
        href={`${questionHref(alias, { ...search, raw }, { q: '', from: shortTime(around(-300_000)), to: shortTime(around(301_000)) })}&open=${event.seq}`}
        scroll={false}
      >
        ±5 min around
      </ButtonLink>
    </>
  );
}

function PanelSkeleton() {
  return (
    <div role="status" aria-label="Loading the event">
      <Skeleton width="90%" height={14} />
      <Skeleton width="55%" height={14} className="mt-3" />
      {Array.from({ length: 10 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike
        <div key={i} className="mt-4 grid grid-cols-[112px_1fr]">
          <Skeleton width={64} />
          <Skeleton width={`${40 + ((i * 29) % 45)}%`} />
        </div>
      ))}
    </div>
  );
}
