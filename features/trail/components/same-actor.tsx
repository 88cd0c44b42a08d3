'use client';
import { Outcome, type OutcomeKind } from '@/components/ui/outcome';
import { Time } from '@/components/ui/time';
import type { EventDetail } from '../event-model';

/** What the same actor did within a minute before and after. */
export function SameActor({ event, onOpen }: { event: EventDetail; onOpen: (seq: number) => void }) {
  if (event.sameActor.length === 0) return null;
  return (
    <section className="mt-3 border-t border-line-strong pt-2">
      <h2 className="text-xs text-ink-3">Same actor, one minute around</h2>
      <ul>
        {event.sameActor.map((line) => (
          <li key={line.seq}>
            <button
              type="button"
              onClick={() => onOpen(line.seq)}
              className="grid w-full grid-cols-[64px_minmax(0,1fr)_auto] items-baseline gap-2 rounded-1 py-0.5 text-left hover:bg-hover pointer-coarse:py-3"
            >
              <Time at={line.occurredAt} offset="never" className="text-ink-2" />
              <span className="mono truncate">{line.action}</span>
              <Outcome kind={line.outcome as OutcomeKind} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
