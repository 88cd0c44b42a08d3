'use client';
import { useState } from 'react';
import { CodeBlock } from '@/components/ui/code-block';
import { CopyButton } from '@/components/ui/copy-button';
import { SectionHead } from '@/components/ui/section-head';
import { isObject, type Json } from '../changes';
import type { EventDetail } from '../event-model';

/** The record as the importer found it, kept inside the event (`details.record`) and so hashed with it. Folded: it is long, and the fields above come from it. */
export function SourceRecord({ event }: { event: EventDetail }) {
  const [isOpen, setOpen] = useState(false);
  const details = JSON.parse(event.details) as Json;
  const record = isObject(details) ? details.record : undefined;
  if (record === undefined || record === null) return null;
  const text = typeof record === 'string' ? record : JSON.stringify(record, null, 2);
  return (
    <section>
      <SectionHead
        title="Source record"
        note={event.source ? `as ${event.source} gave it` : undefined}
        end={
          <>
            <button type="button" className="link hit" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {isOpen ? 'Fold' : 'Show'}
            </button>
            <CopyButton text={text} label="Copy the source record" className="link hit">
              {(copied) => (copied ? 'Copied' : 'Copy')}
            </CopyButton>
          </>
        }
      />
      {isOpen && (
        <div className="pt-2">
          <CodeBlock text={text} label="Source record" />
        </div>
      )}
    </section>
  );
}
