'use client';
import { ButtonLink, buttonClass } from '@/components/ui/button';
import { useNow, useZone } from '@/components/ui/clock';
import { CopyButton } from '@/components/ui/copy-button';
import { Icon } from '@/components/ui/icon';
import { KeyValues } from '@/components/ui/key-values';
import { Outcome, type OutcomeKind } from '@/components/ui/outcome';
import { PrivilegedMark } from '@/components/ui/privileged-mark';
import { SectionHead } from '@/components/ui/section-head';
import { Verdict } from '@/components/ui/verdict';
import { formatLength, plural } from '@/lib/format';
import { formatClock, formatDate, offsetAt, zoneName } from '@/lib/time';
import { categoryWords } from '../category-words';
import type { Absence, EventDetail } from '../event-model';
import { eventSentence } from '../event-words';
import { BrokenEvent } from './broken-event';
import { CanonicalText } from './canonical-text';
import { ChainPlace } from './chain-place';
import { what, whenAndWho, where, why } from './event-fields';
import { EventProof } from './event-proof';
import { SourceRecord } from './source-record';
import { WhatChanged } from './what-changed';

type Props = { alias: string; event: EventDetail; absent: { previous: Absence | null; next: Absence | null } };

/** What was this, and can I trust it? The event as it stands, its place in the chain, the exact text that was hashed, and what hashing it again gave. */
export function EventScreen({ alias, event, absent }: Props) {
  const link = typeof window === 'undefined' ? '' : window.location.href;
  const [when, who, ...rest] = splitFacts(event);
  return (
    <>
      <Verdict
        lead={<Lead event={event} />}
        actions={
          <>
            <CopyButton text={link} label="Copy link to this event" className={buttonClass()}>
              {(copied) => (
                <>
                  <Icon name={copied ? 'check' : 'link'} size={14} />
                  {copied ? 'Copied' : 'Copy link'}
                </>
              )}
            </CopyButton>
            <ButtonLink href={aroundHref(alias, event)} icon="list">
              ±5 min around
            </ButtonLink>
          </>
        }
      >
        {eventSentence(event)}
      </Verdict>
      {event.check.state === 'broken' && (
        <div className="mb-5">
          <BrokenEvent check={event.check} seq={event.seq} />
        </div>
      )}
      <div className="grid grid-cols-12 gap-x-9 max-full:grid-cols-[minmax(0,1fr)] gap-y-5 print:block">
        <div className="col-span-8 grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-5 max-full:col-span-1">
          <WhatChanged event={event} />
          <div className="grid grid-cols-2 gap-x-8 gap-y-5 max-wide:grid-cols-[minmax(0,1fr)]">
            <section>
              <SectionHead title="Who and where" />
              <div className="pt-1">
                <KeyValues labelWidth={104} items={[...who, ...where(event)]} wrap />
              </div>
            </section>
            <section>
              <SectionHead title="What and why" />
              <div className="pt-1">
                <KeyValues labelWidth={104} items={[...what(event, alias), ...when, ...rest, ...why(event)]} wrap />
              </div>
            </section>
          </div>
          <ChainPlace alias={alias} event={event} absent={absent} />
          <CanonicalText event={event} />
          <SourceRecord event={event} />
        </div>
        <div className="col-span-4 min-w-0 max-full:col-span-1">
          <EventProof alias={alias} event={event} />
        </div>
      </div>
    </>
  );
}

const DAY = 86_400_000;

function splitFacts(event: EventDetail) {
  const facts = whenAndWho(event);
  return [facts.slice(0, 2), facts.slice(2)] as const;
}

function Lead({ event }: { event: EventDetail }) {
  const [zone, now] = [useZone(), useNow()];
  const ago = Date.parse(now) - Date.parse(event.occurredAt);
  return (
    <>
      {formatDate(event.occurredAt, zone)}, {formatClock(event.occurredAt, zone)}{' '}
      {zone === 'UTC' ? 'UTC' : `${zoneName(zone)} (${offsetAt(event.occurredAt, zone, 'utc')} that day)`}
      {ago > 0 && ` · ${ago >= 2 * DAY ? plural(Math.floor(ago / DAY), 'day') : formatLength(ago)} ago`} · <Outcome kind={event.outcome as OutcomeKind} />
      {event.isPrivileged && event.category && (
        <>
          {' · '}
          <span className="inline-flex items-center gap-[5px]">
            <PrivilegedMark /> privileged: {categoryWords(event.category).toLowerCase()}
          </span>
        </>
      )}
    </>
  );
}

function aroundHref(alias: string, event: EventDetail): string {
  const at = (ms: number) => `${new Date(Math.floor((Date.parse(event.occurredAt) + ms) / 1000) * 1000).toISOString().slice(0, 19)}Z`;
  return `/${encodeURIComponent(alias)}/events?${new URLSearchParams({ from: at(-300_000), to: at(301_000), open: String(event.seq) })}`;
}
