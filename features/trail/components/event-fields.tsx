'use client';
import Link from 'next/link';
import { Actor, type ActorKind } from '@/components/ui/actor-glyph';
import { useZone } from '@/components/ui/clock';
import { Hash } from '@/components/ui/hash';
import { type KeyValue, KeyValues } from '@/components/ui/key-values';
import { Outcome, type OutcomeKind } from '@/components/ui/outcome';
import { PrivilegedMark } from '@/components/ui/privileged-mark';
import { Time } from '@/components/ui/time';
import { formatLength } from '@/lib/format';
import { shortName } from '@/lib/short-name';
import { formatDate, offsetAt } from '@/lib/time';
import { categoryWords } from '../category-words';
import { isObject, type Json, valueText } from '../changes';
import type { EventDetail } from '../event-model';
import { resourceHref } from './cell-menu';

/** Every member of the event, by the names people use; what the source did not say is left out, except where its absence matters. */
export function EventFields({ event, alias }: { event: EventDetail; alias: string }) {
  return (
    <>
      <KeyValues items={[...whenAndWho(event), ...what(event, alias), ...where(event), ...why(event)]} />
      <div className="mt-2.5 border-t border-line-strong pt-2">
        <KeyValues items={chain(event)} />
      </div>
    </>
  );
}

export function whenAndWho(event: EventDetail): KeyValue[] {
  return [
    { label: 'Occurred', value: <Time at={event.occurredAt} format="full" focusable /> },
    { label: 'Recorded', value: <Recorded event={event} /> },
    {
      label: 'Actor',
      value: <Actor kind={event.actorType as ActorKind} name={shortName(event.actorId)} title={event.actorId} note={event.actorType} strong />,
    },
    ...(shortName(event.actorId) === event.actorId ? [] : [{ label: 'Actor id', value: <Whole text={event.actorId} /> }]),
  ];
}

export function what(event: EventDetail, alias: string): KeyValue[] {
  const resource = event.resourceId || event.resourceType;
  return [
    {
      label: 'Action',
      value: (
        <span className="inline-flex items-baseline gap-1.5">
          <span className="mono">{event.action}</span>
          {event.isPrivileged && <PrivilegedMark />}
        </span>
      ),
    },
    {
      label: 'Class',
      value: event.category ? (
        <>
          {categoryWords(event.category)}
          {event.isPrivileged && ', privileged'} <span className="text-ink-3">catalogue {event.catalogue}</span>
        </>
      ) : (
        <span className="text-ink-3">not classified in {event.catalogue}</span>
      ),
    },
    {
      label: 'Resource',
      value: resource ? (
        event.resourceId && event.resourceType ? (
          <Link
            className="link mono inline-block min-h-6 max-w-full break-words whitespace-normal"
            href={resourceHref(alias, event.resourceType, event.resourceId)}
            title={event.resourceId}
          >
            {event.resourceType} / {event.resourceId}
          </Link>
        ) : (
          <span className="mono break-words">{resource}</span>
        )
      ) : (
        <span className="text-ink-3">not stated</span>
      ),
    },
    { label: 'Outcome', value: <Outcome kind={event.outcome as OutcomeKind} /> },
  ];
}

export function where(event: EventDetail): KeyValue[] {
  const raw = detail(event, 'ip_raw');
  const items: (KeyValue | false)[] = [
    {
      label: 'IP address',
      value: event.ipAddress ? (
        <span className="mono">{event.ipAddress}</span>
      ) : raw ? (
        <>
          <span className="mono">{raw}</span> <span className="text-ink-3">no address</span>
        </>
      ) : (
        <span className="text-ink-3">not stated</span>
      ),
    },
    event.userAgent !== null && {
      label: 'User agent',
      value: (
        <span className="mono" title={event.userAgent}>
          {event.userAgent}
        </span>
      ),
    },
    event.sessionId !== null && { label: 'Session', value: <Short value={event.sessionId} name="session" /> },
    event.requestId !== null && { label: 'Request', value: <Short value={event.requestId} name="request" /> },
    event.source !== null && {
      label: 'Source',
      value: (
        <>
          {event.source} {event.sourceSeq !== null && <span className="text-ink-3">event {event.sourceSeq.toLocaleString('en-GB')} of its run</span>}
        </>
      ),
    },
  ];
  return items.filter((item) => item !== false);
}

const KNOWN: [member: string, label: string][] = [
  ['error_code', 'Error code'],
  ['reason', 'Reason'],
  ['purpose', 'Purpose'],
  ['ticket', 'Ticket'],
  ['approved_by', 'Approved by'],
  ['legal_basis', 'Legal basis'],
  ['recipient', 'Recipient'],
  ['region', 'Region'],
  ['mfa', 'Second factor'],
  ['method', 'Method'],
];

/** What the source wrote of the why. A privileged act without a ticket says so: that is a finding of many audits. */
export function why(event: EventDetail): KeyValue[] {
  const items = KNOWN.flatMap(([member, label]): KeyValue[] => {
    const text = detail(event, member);
    return text === null
      ? []
      : [
          {
            label,
            value: (
              <span className={member === 'error_code' ? 'mono' : ''} title={text}>
                {text}
              </span>
            ),
          },
        ];
  });
  if (event.isPrivileged && event.outcome === 'success' && detail(event, 'ticket') === null)
    items.push({ label: 'Ticket', value: <span className="text-failure">none recorded</span> });
  return items;
}

export function chain(event: EventDetail): KeyValue[] {
  const items: (KeyValue | false)[] = [
    { label: 'Event hash', value: <Hash value={event.eventHash} name="event hash" tone={event.check.state === 'broken' ? 'broken' : 'plain'} /> },
    { label: 'Event id', value: <Hash value={event.id} name="event id" /> },
    event.redaction !== null && { label: 'Redaction', value: <>rules {event.redaction}</> },
    { label: 'Checked', value: event.check.state === 'holds' ? 'hashed again when it was loaded: holds' : <span className="text-denied">does not hold</span> },
  ];
  return items.filter((item) => item !== false);
}

export function Recorded({ event }: { event: Pick<EventDetail, 'occurredAt' | 'recordedAt'> }) {
  const zone = useZone();
  const late = Date.parse(event.recordedAt) - Date.parse(event.occurredAt);
  const isSameDay = formatDate(event.recordedAt, zone) === formatDate(event.occurredAt, zone); // a clock alone would be read as that day's
  return (
    <>
      <Time at={event.recordedAt} format={isSameDay ? 'micro' : 'full'} offset="differs" headOffset={offsetAt(event.occurredAt, zone)} focusable />{' '}
      <span className="text-ink-3">{late === 0 ? 'at the same moment' : `${formatLength(Math.abs(late))} ${late > 0 ? 'later' : 'earlier'}`}</span>
    </>
  );
}

/** A long name, whole on hover and in a copy. */
function Whole({ text }: { text: string }) {
  return (
    <span className="mono" title={text}>
      {text}
    </span>
  );
}

/** An id short enough to read stands whole; a long one is cut and copied whole. */
function Short({ value, name }: { value: string; name: string }) {
  return <Hash value={value} name={name} />;
}

/** A member of details as text; null where it is not there, empty, or an object. */
export function detail(event: Pick<EventDetail, 'details'>, member: string): string | null {
  const details = JSON.parse(event.details) as Json;
  const value = isObject(details) ? details[member] : undefined;
  return value === undefined || value === null || value === '' || isObject(value) ? null : valueText(value);
}
