'use client';
import type { EventDetail } from '../event-model';
import { useHalf } from './use-half';

/** The exact canonical text of a half, as hashed, with its size. */
export function EventRaw({ event }: { event: EventDetail }) {
  const { size, choice, copy, block } = useHalf(event);
  return (
    <div>
      <div className="flex items-center gap-2 pb-2 text-xs">
        {choice}
        <span className="flex-1 text-ink-3">{size}</span>
        {copy}
      </div>
      {block}
    </div>
  );
}
