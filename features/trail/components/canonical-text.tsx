'use client';
import { useState } from 'react';
import { CodeBlock } from '@/components/ui/code-block';
import { CopyButton } from '@/components/ui/copy-button';
import { SectionHead } from '@/components/ui/section-head';
import { Segment } from '@/components/ui/segment';
import { formatCount } from '@/lib/format';
import type { EventDetail } from '../event-model';

type Half = 'header' | 'payload';

/** The exact bytes that were hashed, and the one line by which anybody checks the link without us. */
export function CanonicalText({ event }: { event: EventDetail }) {
  const [half, setHalf] = useState<Half>('header');
  const text = event[half];
  const line = `printf 'audit-chain/v1\\n%s\\n%s\\n%s\\n%s\\n' ${event.seq} ${event.prevHash} ${event.headerHash} ${event.payloadHash} | sha256sum`;
  return (
    <section>
      <SectionHead
        title="Canonical text"
        note={`${half}, ${formatCount(new TextEncoder().encode(text).length)} bytes, exactly as hashed`}
        end={
          <>
            <Segment<Half>
              label="Half of the event"
              value={half}
              onChange={setHalf}
              options={[
                { value: 'header', label: 'Header' },
                { value: 'payload', label: 'Payload' },
              ]}
            />
            <CopyButton text={text} label={`Copy the ${half}`} className="link hit">
              {(copied) => (copied ? 'Copied' : 'Copy')}
            </CopyButton>
          </>
        }
      />
      <div className="pt-2">
        <CodeBlock text={text} label={`Canonical text of the ${half}`} />
      </div>
      <div className="flex items-baseline gap-3 pt-3 pb-1 text-xs">
        <p className="flex-1 text-ink-2">Check the link yourself: the line prints the event hash. The half hashes are SHA-256 of the two texts.</p>
        <CopyButton text={line} label="Copy the command line" className="link hit">
          {(copied) => (copied ? 'Copied' : 'Copy')}
        </CopyButton>
      </div>
      <CodeBlock text={line} label="Command line that checks the link" />
    </section>
  );
}
