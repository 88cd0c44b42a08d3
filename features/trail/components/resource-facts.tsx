'use client';
import Link from 'next/link';
import { type ReactNode, use } from 'react';
import { ButtonLink } from '@/components/ui/button';
import { type Fact, FactRow } from '@/components/ui/fact-row';
import { Time } from '@/components/ui/time';
import { Verdict } from '@/components/ui/verdict';
import { formatCount, plural } from '@/lib/format';
import { ALL_TIME } from '@/lib/period';
import { shortName } from '@/lib/short-name';
import type { Loaded } from '../event-model';
import { resourceValue } from '../query-edit';
import { formatTerms } from '../query-text';
import type { KindsRecorded, ResourceActor, ResourceEvent, ResourceFacts, ResourceKey } from '../resource-model';

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve'];
const inWords = (n: number, isFirst = true) => {
  const word = NUMBERS[n] ?? formatCount(n);
  return isFirst ? word : word.toLowerCase();
};

/** `Eight actors touched this merchant 13 times; four of these changed it.` */
type Sentence = { alias: string; resource: ResourceKey; facts: Promise<Loaded<ResourceFacts>>; actions?: ReactNode };

export function ResourceSentence({ alias, resource, facts, actions }: Sentence) {
  const loaded = use(facts);
  const { key, text } = resourceValue(resource.type, resource.id);
  const q = formatTerms([{ kind: 'field', key, not: false, values: [{ op: 'is', text }] }]);
  const itsEvents = (
    <ButtonLink icon="list" href={`/${encodeURIComponent(alias)}/events?${new URLSearchParams({ q, from: ALL_TIME })}`}>
      Its events
    </ButtonLink>
  );
  return (
    <Verdict
      actions={
        <>
          {itsEvents}
          {actions}
        </>
      }
    >
      {loaded.ok ? sentence(resource, loaded.value) : `What touched this ${resource.type || 'resource'} could not be counted in time (${loaded.code}).`}
    </Verdict>
  );
}

function sentence({ type }: ResourceKey, { events, isExact, actors }: ResourceFacts): string {
  const thing = `this ${type || 'resource'}`;
  if (events === 0) return `No event touched ${thing}.`;
  const changes = sum(actors, 'changes');
  const times = events === 1 ? 'once' : events === 2 ? 'twice' : `${formatCount(events)} times`;
  const who =
    actors.length === 1 && actors[0]?.actorId ? shortName(actors[0].actorId) : `${inWords(actors.length)} ${actors.length === 1 ? 'actor' : 'actors'}`;
  const changed =
    changes === 0
      ? 'nobody changed it'
      : changes === events
        ? events === 1
          ? 'that changed it'
          : 'each time it was changed'
        : `${inWords(changes, false)} of these changed it`;
  return `${who} touched ${thing} ${times}${isExact ? '' : ', counting its newest events'}; ${changed}.`;
}

const sum = (actors: ResourceActor[], of: 'reads' | 'changes' | 'denied' | 'others') => actors.reduce((total, actor) => total + actor[of], 0);

export function ResourceFactRow({
  alias,
  resource,
  facts,
  kinds,
  newest,
}: {
  alias: string;
  resource: ResourceKey;
  facts: Promise<Loaded<ResourceFacts>>;
  kinds: Promise<Loaded<KindsRecorded>>;
  newest: ResourceEvent | null;
}) {
  const loaded = use(facts);
  const known = use(kinds);
  if (!loaded.ok) return null;
  const { first, actors } = loaded.value;
  const list: Fact[] = [
    {
      label: 'First seen',
      value: first ? <Time at={first.occurredAt} format="date" offset="never" focusable /> : '–',
      note: first && <EventLink alias={alias} seq={first.seq} text={`event ${formatCount(first.seq)}, ${first.action}`} />,
    },
    {
      label: 'Last touched',
      value: newest ? <Time at={newest.occurredAt} format="when" offset="never" focusable className="first-letter:uppercase inline-block" /> : '–',
      note: newest && `${shortName(newest.actorId) || 'not stated'}, ${newest.words}`,
    },
    { label: 'Changes', value: formatCount(sum(actors, 'changes')), note: byKind(actors, 'changes') },
    { label: 'Denied', value: formatCount(sum(actors, 'denied')), note: byName(actors), tone: sum(actors, 'denied') > 0 ? 'broken' : 'plain' },
    recorded(resource, known),
  ];
  return <FactRow facts={list} />;
}

function EventLink({ alias, seq, text }: { alias: string; seq: number; text: string }) {
  return (
    <Link className="hover:text-accent hover:underline" href={`/${encodeURIComponent(alias)}/events/${seq}`}>
      {text}
    </Link>
  );
}

function byKind(actors: ResourceActor[], of: 'changes'): string {
  const parts = ['admin', 'user', 'service', 'system'].flatMap((type) => {
    const n = sum(
      actors.filter((actor) => actor.actorType === type),
      of,
    );
    return n === 0 ? [] : [`${formatCount(n)} by ${n === 1 ? (type === 'admin' ? 'an admin' : `a ${type}`) : type === 'system' ? 'the system' : `${type}s`}`];
  });
  return parts.join(', ') || 'none recorded';
}

function byName(actors: ResourceActor[]): string {
  const denied = actors.filter((actor) => actor.denied > 0);
  const [only] = denied;
  if (!only) return 'nobody was refused';
  if (denied.length > 1) return `${denied.length} actors`;
  return `${only.denied === 2 ? 'both ' : only.denied > 2 ? 'all ' : ''}${shortName(only.actorId) || 'not stated'}`;
}

/** The blind spot said outright: an empty timeline of a type whose reads nobody records proves nothing about reads. */
function recorded({ type }: ResourceKey, known: Loaded<KindsRecorded>): Fact {
  const label = 'Recorded kinds';
  if (!known.ok) return { label, value: 'not known', note: 'could not be looked up in time' };
  if (known.value.looked === 0) return { label, value: 'none', note: 'no event of this type is recorded' };
  const { reads, changes, looked, isWhole } = known.value;
  const of = isWhole ? `of ${plural(looked, 'event')} of this type` : `of the newest ${formatCount(looked)} of this type`;
  if (reads && changes) return { label, value: 'reads and changes', note: isWhole ? 'no blind spot' : `no blind spot in the newest ${formatCount(looked)}` };
  if (reads) return { label, value: 'reads', note: `changes of ${type || 'these'} are not recorded, ${of}`, tone: 'warning' };
  if (changes) return { label, value: 'changes', note: `reads of ${type || 'these'} are not recorded, ${of}`, tone: 'warning' };
  return { label, value: 'neither reads nor changes', note: of, tone: 'warning' };
}
