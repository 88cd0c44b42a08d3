import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { PageFrame } from '@/app/_shell/page-frame';
import { EventScreen } from '@/features/trail/components/event-screen';
import { EventSteps } from '@/features/trail/components/event-steps';
import { findGiven } from '@/features/trail/find-given';
import { findEvent, loadEvent, loadShell } from '@/features/trail/loaders';
import { loadAbsentBeside, loadAbsentEvent } from '@/features/verification/absent-loaders';
import { AbsentEventScreen } from '@/features/verification/components/absent-event-screen';
import { formatCount } from '@/lib/format';

type Props = { params: Promise<{ trail: string; seq: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { seq } = await params;
  return { title: /^\d+$/.test(seq) ? `Event ${formatCount(Number(seq))}` : 'Event' };
}

/** One event, by its number; an id or the beginning of a hash leads to the number. */
export default async function EventPage({ params }: Props) {
  const { trail, seq } = await params;
  const alias = decodeURIComponent(trail);
  if (!/^(0|[1-9]\d{0,14})$/.test(seq)) {
    const found = await findEvent(alias, decodeURIComponent(seq));
    if (found === null) notFound();
    redirect(`/${encodeURIComponent(alias)}/events/${found}`);
  }
  const event = await findGiven(
    Number(seq),
    () => loadEvent(alias, Number(seq)),
    async () => (await loadShell(trail)).coverage.events,
  );
  if (event === 'not given') notFound();
  if (event === 'missing') {
    return (
      <PageFrame title={formatCount(Number(seq))} crumb={{ label: 'Events', href: `/${encodeURIComponent(alias)}/events` }}>
        <AbsentEventScreen alias={alias} event={await loadAbsentEvent(alias, Number(seq))} />
      </PageFrame>
    );
  }
  return (
    <PageFrame
      title={formatCount(event.seq)}
      crumb={{ label: 'Events', href: `/${encodeURIComponent(alias)}/events` }}
      actions={<EventSteps alias={alias} previous={event.previous ?? event.absentPrevious} next={event.next ?? event.absentNext} />}
    >
      <EventScreen alias={alias} event={event} absent={await loadAbsentBeside(alias, event)} />
    </PageFrame>
  );
}
