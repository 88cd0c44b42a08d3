import { SectionHead } from '@/components/ui/section-head';
import { formatCount } from '@/lib/format';
import type { ShownResult } from '../resource-schema';
import { NONE_MISSING, saidText, tookText, viewText } from '../resource-words';

/** What the check of a resource says, as its event tells it, and what it can not: always both. */
export function ResourceLimits({ result, run }: { result: ShownResult; run: number }) {
  const { event } = result;
  return (
    <section aria-labelledby="limits">
      <SectionHead id="limits" title="What this says, and what it can not" note={`run ${run}`} />
      <dl className="grid gap-x-6 gap-y-3 pt-2 wide:grid-cols-[168px_minmax(0,1fr)]">
        <Line term="Said">{saidText(result)}</Line>
        <Line term="Not said">{NONE_MISSING}</Line>
        <Line term="What the screens show">{viewText(result)}</Line>
        <Line term="Took">{tookText(result)}</Line>
        <Line term="Recorded">
          {event &&
            `As event ${formatCount(event.seq)} of ${event.trail}. It covers no part of this trail: it makes nothing verified, and the nightly runs take no notice of it.`}
        </Line>
      </dl>
    </section>
  );
}

function Line({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-xs leading-5 text-ink-3">{term}</dt>
      <dd className="max-w-[68ch] text-ink max-wide:-mt-2.5">{children}</dd>
    </>
  );
}
