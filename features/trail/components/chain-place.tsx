import Link from 'next/link';
import { Hash } from '@/components/ui/hash';
import { SectionHead } from '@/components/ui/section-head';
import { formatCount } from '@/lib/format';
import type { EventDetail } from '../event-model';

/** The event between its neighbours: each hash is made over the one before it. */
export function ChainPlace({ alias, event }: { alias: string; event: EventDetail }) {
  const from = Math.max(0, event.seq - 10);
  return (
    <section>
      <SectionHead
        title="Place in the chain"
        end={
          <Link
            className="link"
            href={`/${encodeURIComponent(alias)}/events?${new URLSearchParams({ q: `seq:>=${from} seq:<${event.seq + 11}`, from: '1970-01-01T00:00:00Z', open: String(event.seq) })}`}
          >
            {formatCount(from)} to {formatCount(event.seq + 10)}
          </Link>
        }
      />
      <div className="flex items-stretch pt-2.5 max-wide:flex-col">
        {event.seq === 0 ? (
          <Edge title="Genesis" hash={event.prevHash} note="the hash of the trail's name" />
        ) : event.previous ? (
          <Neighbour alias={alias} {...event.previous} />
        ) : (
          <Missing seq={event.seq - 1} />
        )}
        <Arrow isBroken={!event.isPreviousLinked} />
        <div
          className={`min-w-0 flex-1 rounded-2 border px-2.5 pt-[7px] pb-2 ${event.check.state === 'broken' ? 'border-denied bg-denied-soft' : 'border-accent bg-accent-soft shadow-[inset_0_0_0_1px_var(--accent)]'}`}
        >
          <p className="flex items-baseline">
            <b className="font-[550]">{formatCount(event.seq)}</b>
            <span className="ml-auto text-xs text-ink-3">this event</span>
          </p>
          <Hash value={event.eventHash} name="event hash" tone={event.check.state === 'broken' ? 'broken' : 'plain'} />
        </div>
        <Arrow isBroken={event.next !== null && event.next.prevHash !== event.eventHash} />
        {event.next ? <Neighbour alias={alias} {...event.next} /> : <Edge title={formatCount(event.seq + 1)} note="not there yet" />}
      </div>
      {!event.isPreviousLinked && event.previous && (
        <p className="mt-2 text-xs text-denied">
          The link is broken: event {formatCount(event.seq)} names another predecessor than {formatCount(event.seq - 1)} as it stands there now.
        </p>
      )}
    </section>
  );
}

const box = 'min-w-0 flex-1 rounded-2 border border-line-strong px-2.5 pt-[7px] pb-2';

function Neighbour({ alias, seq, action, eventHash }: { alias: string; seq: number; action: string; eventHash: string }) {
  return (
    <div className={box}>
      <p className="flex items-baseline gap-2">
        <Link className="font-[550] hover:text-accent hover:underline" href={`/${encodeURIComponent(alias)}/events/${seq}`}>
          {formatCount(seq)}
        </Link>
        <span className="ml-auto truncate text-xs text-ink-3" title={action}>
          {action}
        </span>
      </p>
      <Hash value={eventHash} name={`hash of event ${seq}`} />
    </div>
  );
}

function Edge({ title, hash, note }: { title: string; hash?: string; note: string }) {
  return (
    <div className={`${box} border-dashed`}>
      <p className="flex items-baseline gap-2">
        <b className="font-[550]">{title}</b>
        <span className="ml-auto truncate text-xs text-ink-3">{note}</span>
      </p>
      {hash && <Hash value={hash} name="genesis hash" />}
    </div>
  );
}

function Missing({ seq }: { seq: number }) {
  return (
    <div className={`${box} border-dashed border-denied`}>
      <p className="font-[550] text-denied">{formatCount(seq)} is missing</p>
      <p className="text-xs text-ink-2">numbers have no holes by design</p>
    </div>
  );
}

function Arrow({ isBroken }: { isBroken: boolean }) {
  const name = isBroken ? 'does not link to' : 'is followed by';
  return (
    <svg
      role="img"
      aria-label={name}
      width="26"
      height="12"
      viewBox="0 0 26 12"
      className={`mx-px shrink-0 self-center max-wide:my-1 max-wide:rotate-90 ${isBroken ? 'text-denied' : 'text-ink-2'}`}
    >
      <title>{name}</title>
      <path d={isBroken ? 'M3 6h6m8 0h6M10 2l6 8M16 2l-6 8' : 'M3 6h20m-4-4 4 4-4 4'} fill="none" stroke="currentColor" strokeWidth="1.3" />
    </svg>
  );
}
