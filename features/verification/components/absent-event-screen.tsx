import Link from 'next/link';
import { ButtonLink } from '@/components/ui/button';
import { Hash } from '@/components/ui/hash';
import { KeyValues } from '@/components/ui/key-values';
import { Verdict } from '@/components/ui/verdict';
import { formatCount } from '@/lib/format';
import { type AbsentEvent, absentWords } from '../absent-event';

type Props = { alias: string; event: AbsentEvent };

/** The page of an event that is not here: archived, disposed of, or missing. */
export function AbsentEventScreen({ alias, event }: Props) {
  const { seq, stub, act } = event;
  const { sentence, lead } = absentWords(event);
  const isGood = stub === null || (stub.standing.state === 'sealed' && stub.halves !== 'other');
  const trail = `/${encodeURIComponent(alias)}`;
  return (
    <>
      <Verdict
        lead={lead}
        actions={
          <ButtonLink href={`${trail}/integrity`} variant={act && isGood ? undefined : 'primary'} icon="integrity">
            To Integrity
          </ButtonLink>
        }
      >
        {sentence}
      </Verdict>
      {stub && (
        <div className="mb-4 max-w-[560px]">
          <KeyValues
            labelWidth={124}
            items={[
              { label: 'Header hash', value: <Hash value={stub.headerHash} name="header hash" /> },
              { label: 'Payload hash', value: <Hash value={stub.payloadHash} name="payload hash" /> },
              { label: 'Event hash', value: <Hash value={stub.eventHash} name="event hash" /> },
            ]}
          />
        </div>
      )}
      <p className="flex flex-wrap gap-4">
        {act && (
          <Link className="link" href={`${trail}/events/${act.seq}`}>
            Event {formatCount(act.seq)}, the act
          </Link>
        )}
        {seq > 0 && (
          <Link className="link" href={`${trail}/events/${seq - 1}`}>
            Event {formatCount(seq - 1)}, before it
          </Link>
        )}
        <Link className="link" href={`${trail}/events/${seq + 1}`}>
          Event {formatCount(seq + 1)}, after it
        </Link>
      </p>
    </>
  );
}
