import { Hash } from '@/components/ui/hash';
import { Icon } from '@/components/ui/icon';
import { Code } from '@/components/ui/tag';
import { formatCount } from '@/lib/format';
import type { EventCheck } from '../event-model';

/** Said before anything the event claims: its row does not hold. */
export function BrokenEvent({ check, seq }: { check: Extract<EventCheck, { state: 'broken' }>; seq: number }) {
  const words = {
    EVENT_HASH: [
      'This event was altered after it was written.',
      'Its text no longer gives the stored hash. What follows is what stands there now, not what was recorded.',
    ],
    MALFORMED: [
      'This row is not an event we could have written.',
      `${check.member ? `“${check.member}” breaks the format` : 'Its text breaks the format'}: look for writes beside the product.`,
    ],
    DUPLICATE: [`Event ${formatCount(seq)} stands twice.`, 'One number, two rows: one of them was put in. Keep both.'],
  }[check.code];
  return (
    <div role="alert" className="mt-3 border-l-2 border-denied bg-denied-soft px-3 py-2">
      <p className="flex items-center gap-1.5 font-[570] text-denied">
        <Icon name="alert" size={14} />
        {words[0]}
      </p>
      <p className="mt-0.5 text-xs text-ink-2">{words[1]} Do not repair it; ask who had database rights since the last clean verification.</p>
      <p className="mt-1 flex flex-wrap items-center gap-2 text-xs text-ink-2">
        <Code tone="broken">{check.code}</Code> its text gives <Hash value={check.found} tone="broken" name="computed hash" />
      </p>
    </div>
  );
}
