'use client';
import { CodeBlock } from '@/components/ui/code-block';
import { CopyButton } from '@/components/ui/copy-button';
import { SectionHead } from '@/components/ui/section-head';
import type { EventDetail } from '../event-model';
import { useHalf } from './use-half';

/** The exact bytes that were hashed, and the one line by which anybody checks the link without us. */
export function CanonicalText({ event }: { event: EventDetail }) {
  const { half, size, choice, copy, block } = useHalf(event);
  const line = `printf 'audit-chain/v1\\n%s\\n%s\\n%s\\n%s\\n' ${event.seq} ${event.prevHash} ${event.headerHash} ${event.payloadHash} | sha256sum`;
  return (
    <section>
      <SectionHead
        title="Canonical text"
        note={`${half}, ${size}`}
        end={
          <>
            {choice}
            {copy}
          </>
        }
      />
      <div className="pt-2">{block}</div>
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
