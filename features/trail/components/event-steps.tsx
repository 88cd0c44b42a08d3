'use client';
import { ButtonLink } from '@/components/ui/button';
import { useShortcut } from '@/components/ui/shortcuts';
import { formatCount } from '@/lib/format';

type Place = { seq: number };

/** To the event before and after in the chain; `[` and `]` press them. */
export function EventSteps({ alias, previous, next }: { alias: string; previous: Place | null; next: Place | null }) {
  const press = (which: string) => document.querySelector<HTMLAnchorElement>(`a[data-step="${which}"]`)?.click();
  useShortcut('[', 'Previous event', 'On this page', () => press('previous'), previous !== null);
  useShortcut(']', 'Next event', 'On this page', () => press('next'), next !== null);
  return (
    <>
      {previous && <Step which="previous" alias={alias} to={previous} />}
      {next && <Step which="next" alias={alias} to={next} />}
    </>
  );
}

function Step({ which, alias, to }: { which: 'previous' | 'next'; alias: string; to: Place }) {
  const label = `${which === 'previous' ? 'Previous' : 'Next'} event, ${formatCount(to.seq)}`;
  return (
    <ButtonLink
      href={`/${encodeURIComponent(alias)}/events/${to.seq}`}
      data-step={which}
      aria-label={label}
      title={`${label} (${which === 'previous' ? '[' : ']'})`}
      icon={which === 'previous' ? 'chevronLeft' : 'chevronRight'}
      className="!w-[30px] !px-0"
    >
      {null}
    </ButtonLink>
  );
}
