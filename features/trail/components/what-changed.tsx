'use client';
import { useState } from 'react';
import { DiffValue } from '@/components/ui/diff-value';
import { SectionHead } from '@/components/ui/section-head';
import { Segment } from '@/components/ui/segment';
import { plural } from '@/lib/format';
import { isObject, type Json, valueText } from '../changes';
import type { EventDetail } from '../event-model';
import { ChangesTable, changesOf, type ShownChange } from './changes-table';

type View = 'fields' | 'split' | 'unified';

/** Before and after: as fields, as two texts side by side, or as one text with what went and what came. */
export function WhatChanged({ event }: { event: EventDetail }) {
  const [view, setView] = useState<View>('fields');
  const changes = changesOf(event);
  return (
    <section>
      <SectionHead
        title="What changed"
        note={changes.length > 0 ? plural(changes.length, 'field') : undefined}
        end={
          changes.length > 0 ? (
            <Segment<View>
              label="How to show the change"
              value={view}
              onChange={setView}
              options={[
                { value: 'fields', label: 'Fields' },
                { value: 'split', label: 'Split' },
                { value: 'unified', label: 'Unified' },
              ]}
            />
          ) : undefined
        }
      />
      {(view === 'fields' || changes.length === 0) && <ChangesTable event={event} />}
      {view === 'split' && changes.length > 0 && <Split changes={changes} />}
      {view === 'unified' && changes.length > 0 && <Unified changes={changes} />}
    </section>
  );
}

/** Objects as indented JSON, one line a member, so that a long value can be compared by eye. */
function lines(change: ShownChange, side: 'before' | 'after'): string[] {
  if (change.sealed[side]) return ['sealed value'];
  const value: Json | undefined = change[side];
  if (value === undefined) return [];
  return (isObject(value) || Array.isArray(value) ? JSON.stringify(value, null, 2) : (valueText(value) as string)).split('\n');
}

function Split({ changes }: { changes: ShownChange[] }) {
  return (
    <div className="grid grid-cols-2 border-b border-line max-wide:grid-cols-1">
      {(['before', 'after'] as const).map((side) => (
        <div key={side} className="min-w-0 first:border-r first:border-line first:pr-4 last:pl-4 max-wide:px-0! max-wide:first:border-r-0">
          <p className="h-7 border-b border-line-strong text-xs leading-7 text-ink-3">{side === 'before' ? 'Before' : 'After'}</p>
          {changes.map((change) => (
            <div key={change.field} className="border-b border-line py-1.5 last:border-b-0">
              <p className="mono text-ink-3">{change.field}</p>
              {lines(change, side).map((line, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text
                <p key={i} className="mono break-words whitespace-pre-wrap">
                  {line || ' '}
                </p>
              ))}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function Unified({ changes }: { changes: ShownChange[] }) {
  return (
    <div className="border-b border-line py-1">
      {changes.map((change) => (
        <div key={change.field} className="py-1">
          <p className="mono text-ink-3">{change.field}</p>
          {(['before', 'after'] as const).flatMap((side) =>
            lines(change, side).map((line, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text
              <p key={`${side} ${i}`} className="grid grid-cols-[18px_minmax(0,1fr)]">
                <span className="mono text-ink-3" role="img" aria-label={side === 'before' ? 'before' : 'after'}>
                  {side === 'before' ? '−' : '+'}
                </span>
                <span className="break-words whitespace-pre-wrap">
                  <DiffValue side={side}>{line || ' '}</DiffValue>
                </span>
              </p>
            )),
          )}
        </div>
      ))}
    </div>
  );
}
