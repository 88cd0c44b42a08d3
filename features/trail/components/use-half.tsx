import { useState } from 'react';
import { CodeBlock } from '@/components/ui/code-block';
import { CopyButton } from '@/components/ui/copy-button';
import { Segment } from '@/components/ui/segment';
import { formatCount } from '@/lib/format';
import type { EventDetail } from '../event-model';

type Half = 'header' | 'payload';

/** One half of an event as it was hashed, and what goes with it: which one, to copy it, its size in words, its text. */
export function useHalf(event: EventDetail) {
  const [half, setHalf] = useState<Half>('header');
  const text = event[half];
  return {
    half,
    size: `${formatCount(new TextEncoder().encode(text).length)} bytes, exactly as hashed`,
    choice: (
      <Segment<Half>
        label="Half of the event"
        value={half}
        onChange={setHalf}
        options={[
          { value: 'header', label: 'Header' },
          { value: 'payload', label: 'Payload' },
        ]}
      />
    ),
    copy: (
      <CopyButton text={text} label={`Copy the ${half}`} className="link hit">
        {(copied) => (copied ? 'Copied' : 'Copy')}
      </CopyButton>
    ),
    block: <CodeBlock text={text} label={`Canonical text of the ${half}`} />,
  };
}
