'use client';
import { useState } from 'react';
import { CodeBlock } from '@/components/ui/code-block';
import { CopyButton } from '@/components/ui/copy-button';
import { Segment } from '@/components/ui/segment';
import { formatCount } from '@/lib/format';
import type { EventDetail } from '../event-model';

type Half = 'header' | 'payload';

/** The exact canonical text of a half, as hashed, with its size. */
export function EventRaw({ event }: { event: EventDetail }) {
  const [half, setHalf] = useState<Half>('header');
  const text = event[half];
  return (
    <div>
      <div className="flex items-center gap-2 pb-2 text-xs">
        <Segment<Half>
          label="Half of the event"
          value={half}
          onChange={setHalf}
          options={[
            { value: 'header', label: 'Header' },
            { value: 'payload', label: 'Payload' },
          ]}
        />
        <span className="flex-1 text-ink-3">{formatCount(new TextEncoder().encode(text).length)} bytes, exactly as hashed</span>
        <CopyButton text={text} label={`Copy the ${half}`} className="link hit">
          {(copied) => (copied ? 'Copied' : 'Copy')}
        </CopyButton>
      </div>
      <CodeBlock text={text} label={`Canonical text of the ${half}`} />
    </div>
  );
}
