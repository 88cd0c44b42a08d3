'use client';
import { useState } from 'react';
import { DiffValue } from '@/components/ui/diff-value';
import { Icon } from '@/components/ui/icon';
import { type Change, flatten, isObject, type Json, readChanges, valueText } from '../changes';
import type { EventDetail } from '../event-model';
import { kindOf } from '../kind';

/** Field, before struck, after. What was sealed or redacted is said so, never shown as a value. Without a recorded change: what was asked for. */
export function ChangesTable({ event, tight }: { event: EventDetail; tight?: boolean }) {
  const changes = changesOf(event);
  if (changes.length === 0) return <Asked event={event} />;
  return (
    <table className={`ledger cols-fixed ${tight ? 'tight' : ''}`}>
      <caption className="sr-only">What changed</caption>
      <colgroup>
        <col style={{ width: '28%' }} />
        <col style={{ width: '34%' }} />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th>Field</th>
          <th>Before</th>
          <th>After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.field}>
            <td className="mono" title={change.field}>
              {change.field}
            </td>
            <td title={valueText(change.before) ?? undefined}>
              <Side change={change} side="before" />
            </td>
            <td title={valueText(change.after) ?? undefined}>
              <Side change={change} side="after" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export type ShownChange = Change & { sealed: { before: boolean; after: boolean } };

export function changesOf(event: Pick<EventDetail, 'details' | 'sealed'>): ShownChange[] {
  const sealed = event.sealed === null ? [] : Object.keys(JSON.parse(event.sealed) as Record<string, unknown>);
  return readChanges(JSON.parse(event.details) as Json).map((change) => {
    const at = `/details/changes/${change.field.replace(/~/g, '~0').replace(/\//g, '~1')}`;
    const isSealed = (side: string) => sealed.some((pointer) => pointer === at || pointer === `${at}/${side}`);
    return { ...change, sealed: { before: isSealed('old'), after: isSealed('new') } };
  });
}

function Side({ change, side }: { change: ShownChange; side: 'before' | 'after' }) {
  const value = change[side];
  if (change.sealed[side]) {
    return (
      <span className="inline-flex items-center gap-1.5 text-ink-3">
        <Icon name="lock" size={14} />
        sealed value
      </span>
    );
  }
  if (value === undefined) return <span className="text-ink-3">{side === 'before' ? 'not there' : 'gone'}</span>;
  if (value === '[REDACTED]') return <span className="text-ink-3">redacted</span>;
  const text = valueText(value) as string;
  return text === '' ? <span className="text-ink-3">empty</span> : <DiffValue side={side}>{text}</DiffValue>;
}

const SHOWN = 8;

/** No before and after was recorded: what was asked for, or what the source wrote beside the event; its whole record stands apart. */
function Asked({ event }: { event: EventDetail }) {
  const [isWhole, setWhole] = useState(false);
  const details = JSON.parse(event.details) as Json;
  const { record, ...own } = isObject(details) ? details : {};
  const request = isObject(record) && isObject(record.requestParameters) ? record.requestParameters : null;
  const leaves = flatten(request ?? own).filter((leaf) => leaf.path !== '');
  const readOnly = isObject(details) && typeof details.read_only === 'boolean' ? details.read_only : null;
  const kind = kindOf(event.action, readOnly, false);
  const lead =
    kind === 'read'
      ? 'A read: it changes nothing.'
      : event.outcome === 'success'
        ? 'The source recorded no before and after.'
        : 'It did not succeed, so nothing changed by it.';
  const shown = isWhole ? leaves : leaves.slice(0, SHOWN);
  return (
    <div>
      <p className="py-2 text-xs text-ink-2">
        {lead} {leaves.length > 0 && (request ? 'What was asked for:' : 'Beside the event the source wrote:')}
      </p>
      {leaves.length > 0 && (
        <dl className="grid grid-cols-[minmax(96px,max-content)_minmax(0,1fr)] border-t border-line">
          {shown.map((leaf) => (
            <div key={leaf.path} className="contents">
              <dt className="mono max-w-72 truncate border-b border-line py-1 pr-5 text-ink-3" title={leaf.path}>
                {leaf.path}
              </dt>
              <dd className="mono border-b border-line py-1 break-words">{valueText(leaf.value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {leaves.length > SHOWN && (
        <button type="button" className="link hit mt-1.5 text-xs" onClick={() => setWhole(!isWhole)}>
          {isWhole ? `First ${SHOWN} only` : `${SHOWN} of ${leaves.length} shown`}
        </button>
      )}
    </div>
  );
}
