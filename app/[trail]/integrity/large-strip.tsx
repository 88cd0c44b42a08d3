'use client';
import { useShell } from '@/app/_shell/shell-context';
import { CoverageStrip, StripKey } from '@/components/coverage-strip';
import { useNow, useZone } from '@/components/ui/clock';
import { SectionHead } from '@/components/ui/section-head';
import { coverageCells, monthEvents } from '@/features/trail/coverage-cells';
import { coverageSentence, sentenceText } from '@/features/trail/coverage-sentence';
import { plural } from '@/lib/format';
import { formatMonth } from '@/lib/time';

/** The whole trail, month by month: what is verified, what is not, where it is broken. */
export function LargeStrip() {
  const { coverage, trail } = useShell();
  const [zone, now] = [useZone(), useNow()];
  const cells = coverageCells(coverage, now, zone, monthEvents(trail.alias));
  const [first = '', last = ''] = [coverage.months[0]?.month, coverage.months.at(-1)?.month];
  const states = new Set(cells.flatMap((cell) => cell.parts.map((part) => part.state)));
  const isBroken = states.has('broken') || cells.some((cell) => cell.breaks?.length);
  return (
    <section aria-labelledby="coverage" className="mb-7">
      <SectionHead
        id="coverage"
        title="Coverage"
        note={`${plural(coverage.months.length, 'month')}, from event 0 to the newest`}
        end={
          <StripKey
            states={[
              ...(states.has('verified') ? (['verified'] as const) : []),
              ...(states.has('away') ? (['away'] as const) : []),
              ...(states.has('sealed') ? (['sealed'] as const) : []),
              ...(isBroken ? (['broken'] as const) : []),
              ...(states.has('open') ? (['open'] as const) : []),
            ]}
          />
        }
      />
      <div className="pt-3">
        <CoverageStrip cells={cells} alt={sentenceText(coverageSentence(coverage, now, zone))} size="lg" />
        {/* where there is no room for the names of all months: on a phone and on paper */}
        <p aria-hidden="true" className="mt-1 flex justify-between text-2xs text-ink-2 wide:hidden">
          <span>{formatMonth(first)}</span>
          {last !== first && <span>{formatMonth(last)}</span>}
        </p>
      </div>
    </section>
  );
}
