import Link from 'next/link';
import { Hash } from '@/components/ui/hash';
import { SectionHead } from '@/components/ui/section-head';
import { formatCount } from '@/lib/format';
import { linkWords } from '../chain-words';
import type { Absence, EventDetail } from '../event-model';

type Props = { alias: string; event: EventDetail; absent: { previous: Absence | null; next: Absence | null } };

/** The event between its neighbours: each hash is made over the one before it. */
export function ChainPlace({ alias, event, absent }: Props) {
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
          absent.previous && (
            // the hash that it names is that of the number before it where it was signed there
            <Away alias={alias} seq={event.seq - 1} {...absent.previous} hash={absent.previous.hash ?? (event.isPreviousLinked ? event.prevHash : null)} />
          )
        )}
        <Arrow look={event.isPreviousLinked ? 'whole' : event.absentPrevious?.link === 'unknown' ? 'unknown' : 'broken'} />
        <div
          className={`min-w-0 flex-1 rounded-2 border px-2.5 pt-[7px] pb-2 ${event.check.state === 'broken' ? 'border-denied bg-denied-soft' : 'border-accent bg-accent-soft shadow-[inset_0_0_0_1px_var(--accent)]'}`}
        >
          <p className="flex items-baseline">
            <b className="font-[550]">{formatCount(event.seq)}</b>
            <span className="ml-auto text-xs text-ink-3">this event</span>
          </p>
          <Hash value={event.eventHash} name="event hash" tone={event.check.state === 'broken' ? 'broken' : 'plain'} />
        </div>
        <Arrow look={lookOfNext(event)} />
        {event.next ? (
          <Neighbour alias={alias} {...event.next} />
        ) : absent.next ? (
          <Away alias={alias} seq={event.seq + 1} {...absent.next} />
        ) : (
          <Edge title={formatCount(event.seq + 1)} note="not there yet" />
        )}
      </div>
      {linkWords(event).map(({ text, isWrong }) => (
        <p key={text} className={`mt-2 text-xs ${isWrong ? 'text-denied' : 'text-ink-2'}`}>
          {text}
        </p>
      ))}
    </section>
  );
}

function lookOfNext({ next, absentNext, eventHash }: EventDetail): Look {
  if (absentNext) return absentNext.link === 'signed' ? 'whole' : absentNext.link;
  return next === null || next.prevHash === eventHash ? 'whole' : 'broken';
}

const box = 'min-w-0 flex-1 rounded-2 border px-2.5 pt-[7px] pb-2';

function Neighbour({ alias, seq, action, eventHash }: { alias: string; seq: number; action: string; eventHash: string }) {
  return (
    <div className={`${box} border-line-strong`}>
      <p className="flex items-baseline gap-2">
        <SeqLink alias={alias} seq={seq} />
        <span className="ml-auto truncate text-xs text-ink-3" title={action}>
          {action}
        </span>
      </p>
      <Hash value={eventHash} name={`hash of event ${seq}`} />
    </div>
  );
}

/** A number that no row bears; its page says more. */
function Away({ alias, seq, word, isLawful, hash }: { alias: string; seq: number } & Absence) {
  return (
    <div className={`${box} border-dashed ${isLawful ? 'border-line-strong' : 'border-denied'}`}>
      <p className="flex items-baseline gap-2">
        <SeqLink alias={alias} seq={seq} />
        <span className={`ml-auto truncate text-xs ${isLawful ? 'text-ink-3' : 'text-denied'}`} title={word}>
          {word}
        </span>
      </p>
      {hash && <Hash value={hash} name={`hash in the place of event ${seq}`} />}
    </div>
  );
}

function SeqLink({ alias, seq }: { alias: string; seq: number }) {
  return (
    <Link className="font-[550] hover:text-accent hover:underline" href={`/${encodeURIComponent(alias)}/events/${seq}`}>
      {formatCount(seq)}
    </Link>
  );
}

function Edge({ title, hash, note }: { title: string; hash?: string; note: string }) {
  return (
    <div className={`${box} border-dashed border-line-strong`}>
      <p className="flex items-baseline gap-2">
        <b className="font-[550]">{title}</b>
        <span className="ml-auto truncate text-xs text-ink-3">{note}</span>
      </p>
      {hash && <Hash value={hash} name="genesis hash" />}
    </div>
  );
}

type Look = 'whole' | 'broken' | 'unknown';
const ARROWS: Record<Look, { name: string; path: string; tone: string }> = {
  whole: { name: 'is followed by', path: 'M3 6h20m-4-4 4 4-4 4', tone: 'text-ink-2' },
  broken: { name: 'does not link to', path: 'M3 6h6m8 0h6M10 2l6 8M16 2l-6 8', tone: 'text-denied' },
  unknown: { name: 'is followed by, and the link cannot be checked here', path: 'M3 6h2m3 0h2m3 0h2m3 0h5m-4-4 4 4-4 4', tone: 'text-ink-3' },
};

function Arrow({ look }: { look: Look }) {
  const { name, path, tone } = ARROWS[look];
  return (
    <svg
      role="img"
      aria-label={name}
      width="26"
      height="12"
      viewBox="0 0 26 12"
      className={`mx-px shrink-0 self-center max-wide:my-1 max-wide:rotate-90 ${tone}`}
    >
      <title>{name}</title>
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.3" />
    </svg>
  );
}
