import Link from 'next/link';
import { Banner } from '@/components/ui/banner';
import { Time } from '@/components/ui/time';
import type { EpochLoss, Epochs } from '@/features/trail/epoch-model';
import { foundWords, leftWords, lostWords, unprovenWords } from '@/features/trail/epoch-words';
import { formatCount, plural } from '@/lib/format';

/** That this trail goes on from one that lost signed events, and which; or that it is the one. What was lost is in neither. */
export function EpochBanners({ previous, next }: Epochs) {
  if (previous === null && next === null) return null;
  return (
    <section aria-label="Epochs" className="-mx-(--gutter) mb-5 grid gap-px max-wide:-mx-4">
      {previous && (
        <Banner action={<IntegrityLink alias={previous.alias} text="Previous epoch" />}>
          <b>A new epoch: this trail goes on where {previous.origin} lost events that were signed.</b>{' '}
          {previous.loss === null ? (
            'Event 0, which says what was lost, is gone or cannot be shown to be what was signed: verify now.'
          ) : (
            <Loss loss={previous.loss} />
          )}{' '}
          What this trail’s verifications say, they say of none of it.
        </Banner>
      )}
      {next && (
        <Banner tone="broken" action={<IntegrityLink alias={next.alias} text="Next epoch" />}>
          <b>This trail lost events that were signed, and goes on in {next.origin}.</b> Event 0 of that one says what is lost. What is here stays: it can be
          read, verified, exported and proven, and is never appended to again.
        </Banner>
      )}
    </section>
  );
}

const IntegrityLink = ({ alias, text }: { alias: string; text: string }) => (
  <Link className="underline decoration-current underline-offset-3" href={`/${encodeURIComponent(alias)}/integrity`}>
    {text}
  </Link>
);

function Loss({ loss }: { loss: EpochLoss }) {
  const { signed, firstLost, lastLost, reason, at } = loss;
  const isOne = firstLost === lastLost;
  const events = isOne ? `event ${formatCount(firstLost)}` : `events ${formatCount(firstLost)} to ${formatCount(lastLost)}`;
  return (
    <>
      {plural(signed, 'event was', 'events were')} signed there. When this one was begun, <Time at={at} format="datetime" />, {leftWords(loss)}:{' '}
      {lostWords(events, isOne ? 'is' : 'are', loss)}. That no backup had what was signed is the word of whoever began it.{' '}
      {[unprovenWords(loss), foundWords(loss)].filter((one) => one !== null).join(' ')} The reason that was given: “{reason}”.
    </>
  );
}
