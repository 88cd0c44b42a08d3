'use client';
import Link from 'next/link';
import { use, useState } from 'react';
import { Actor, type ActorKind } from '@/components/ui/actor-glyph';
import { SectionHead } from '@/components/ui/section-head';
import { Time } from '@/components/ui/time';
import { formatCount } from '@/lib/format';
import { ALL_TIME } from '@/lib/period';
import { shortName } from '@/lib/short-name';
import type { Loaded } from '../event-model';
import { resourceValue } from '../query-edit';
import { formatTerms } from '../query-text';
import type { ResourceActor, ResourceFacts, ResourceKey } from '../resource-model';

const SHOWN = 12;

/** Reads, changes, denials and the last time, by actor; each figure leads to its events. */
export function WhoTouched({ alias, resource, facts }: { alias: string; resource: ResourceKey; facts: Promise<Loaded<ResourceFacts>> }) {
  const loaded = use(facts);
  const [isWhole, setWhole] = useState(false);
  if (!loaded.ok || loaded.value.actors.length === 0) return null;
  const { actors, isExact, events } = loaded.value;
  const shown = isWhole ? actors : actors.slice(0, SHOWN);
  const others = actors.reduce((sum, actor) => sum + actor.others, 0);
  return (
    <section>
      <SectionHead title="Who touched it" note={isExact ? undefined : `of its newest ${formatCount(events)} events`} />
      <table className="ledger cols-fixed tight">
        <caption className="sr-only">Actors</caption>
        <colgroup>
          <col />
          <col style={{ width: 64 }} />
          <col style={{ width: 70 }} />
          <col style={{ width: 64 }} />
          <col style={{ width: 104 }} />
        </colgroup>
        <thead>
          <tr>
            <th>Actor</th>
            <th className="num">Reads</th>
            <th className="num">Changes</th>
            <th className="num">Denied</th>
            <th className="num">Last</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((actor) => (
            <tr key={`${actor.actorType} ${actor.actorId}`}>
              <td>
                <Link className="hover:text-accent hover:underline" href={eventsOf(alias, resource, actor)} prefetch={false}>
                  <Actor kind={actor.actorType as ActorKind} name={shortName(actor.actorId)} title={actor.actorId} />
                </Link>
              </td>
              <td className={`num ${actor.reads === 0 ? 'text-ink-3' : ''}`}>{formatCount(actor.reads)}</td>
              <td className={`num ${actor.changes === 0 ? 'text-ink-3' : ''}`}>{formatCount(actor.changes)}</td>
              <td className={`num ${actor.denied === 0 ? 'text-ink-3' : 'font-[560] text-denied'}`}>{formatCount(actor.denied)}</td>
              <td className="num">
                <Time at={actor.lastAt} format="day" offset="never" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="pt-2 text-xs text-ink-3">
        {others > 0 && `${formatCount(others)} more ${others === 1 ? 'event failed or was' : 'events failed or were'} neither read nor change. `}
        {actors.length > SHOWN && (
          <button type="button" className="link hit" onClick={() => setWhole(!isWhole)}>
            {isWhole ? `First ${SHOWN} only` : `${SHOWN} of ${formatCount(actors.length)} actors shown`}
          </button>
        )}
      </p>
    </section>
  );
}

function eventsOf(alias: string, resource: ResourceKey, actor: ResourceActor): string {
  const { key, text } = resourceValue(resource.type, resource.id);
  const q = formatTerms([
    { kind: 'field', key: 'actor', not: false, values: [{ op: 'is', text: actor.actorId }] },
    { kind: 'field', key, not: false, values: [{ op: 'is', text }] },
  ]);
  return `/${encodeURIComponent(alias)}/events?${new URLSearchParams({ q, from: ALL_TIME })}`;
}
