import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound, redirect } from 'next/navigation';
import { PageFrame } from '@/app/_shell/page-frame';
import { ButtonLink } from '@/components/ui/button';
import { Verdict } from '@/components/ui/verdict';
import { EventScreen } from '@/features/trail/components/event-screen';
import { EventSteps } from '@/features/trail/components/event-steps';
import { findEvent, loadEvent, loadShell } from '@/features/trail/loaders';
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
  const event = await loadEvent(alias, Number(seq));
  if (!event) {
    const { coverage } = await loadShell(trail);
    if (Number(seq) >= coverage.events) notFound();
    return <MissingEvent trail={trail} seq={Number(seq)} />;
  }
  return (
    <PageFrame
      title={formatCount(event.seq)}
      crumb={{ label: 'Events', href: `/${encodeURIComponent(alias)}/events` }}
      actions={<EventSteps alias={alias} previous={event.previous} next={event.next} />}
    >
      <EventScreen alias={alias} event={event} />
    </PageFrame>
  );
}

/** Its number was given under a lock and written in the same transaction: where nothing stands, something was taken away. */
function MissingEvent({ trail, seq }: { trail: string; seq: number }) {
  return (
    <PageFrame title={formatCount(seq)} crumb={{ label: 'Events', href: `/${trail}/events` }}>
      <Verdict
        lead="Numbers have no holes by design: each is given under a lock and written in the same transaction. Do not repair anything; look for the event in bundles and backups, and ask who held rights to delete."
        actions={
          <ButtonLink href={`/${trail}/integrity`} variant="primary" icon="integrity">
            To Integrity
          </ButtonLink>
        }
      >
        Event {formatCount(seq)} is missing from the database.
      </Verdict>
      <p className="flex gap-4">
        {seq > 0 && (
          <Link className="link" href={`/${trail}/events/${seq - 1}`}>
            Event {formatCount(seq - 1)}, before it
          </Link>
        )}
        <Link className="link" href={`/${trail}/events/${seq + 1}`}>
          Event {formatCount(seq + 1)}, after it
        </Link>
      </p>
    </PageFrame>
  );
}
