'use client';
import { DiffValue } from '@/components/ui/diff-value';
import { Icon } from '@/components/ui/icon';
import { type Change, flatten, isObject, type Json, readChanges, valueText } from '../changes';
import type { EventDetail } from '../event-model';

/** Field, before struck, after. What was sealed or redacted is said so, never shown as a value. Without a recorded change: what was asked for. */
export function ChangesTable({ event, tight }: { event: EventDetail; tight?: boolean }) {
  const changes = changesOf(event);
  if (changes.length === 0) return <Asked event={event} />;
  return (
    <table className={`ledger fixed ${tight ? 'tight' : ''}`}>
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

/** No before and after was recorded: what the source wrote beside the event, as paths and values. */
function Asked({ event }: { event: EventDetail }) {
  const details = JSON.parse(event.details) as Json;
  const record = isObject(details) && isObject(details.record) ? details.record : null;
  const request = record && isObject(record.requestParameters) ? record.requestParameters : null;
  const leaves = flatten(request ?? details)
    .filter((leaf) => leaf.path !== '')
    .slice(0, 40);
  return (
    <div>
      <p className="py-2 text-xs text-ink-2">
        The source recorded no before and after.{' '}
        {leaves.length === 0 ? 'It wrote nothing beside the event.' : request ? 'It recorded what was asked for:' : 'Beside the event it wrote:'}
      </p>
      {leaves.length > 0 && (
        <dl className="grid grid-cols-[minmax(96px,max-content)_minmax(0,1fr)] gap-x-3 border-t border-line">
          {leaves.map((leaf) => (
            <div key={leaf.path} className="contents">
              <dt className="mono truncate border-b border-line py-1 text-ink-3" title={leaf.path}>
                {leaf.path}
              </dt>
              <dd className="mono border-b border-line py-1 break-words">{valueText(leaf.value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
