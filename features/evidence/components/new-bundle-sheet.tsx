'use client';
import Link from 'next/link';
import { type ReactNode, Suspense, use } from 'react';
import { Button } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import { Sheet } from '@/components/ui/dialog';
import { Skeleton } from '@/components/ui/skeleton';
import type { Loaded } from '@/features/trail/event-model';
import { chipText } from '@/features/trail/query-edit';
import type { EventSearch, RawParams } from '@/features/trail/schema';
import { formatCount, plural } from '@/lib/format';
import { periodLabel } from '@/lib/period';
import { zoneName } from '@/lib/time';
import type { SampleEvent } from '../prepare';
import type { Preview } from '../preview';
import { PackingList } from './packing-list';

export type NewBundleProps = {
  alias: string;
  raw: RawParams;
  search: EventSearch;
  now: string;
  asOf: number;
  sample: SampleEvent | null;
  preview: Promise<Loaded<Preview>>;
  mayMake: boolean;
};

type Props = NewBundleProps & { onClose: () => void; onMake: () => void; isMaking: boolean /** Why it was not taken. */; refused: string | null };

/** What, what leaves the house, how complete; beside it exactly what the file will hold. Closing leads back to where one came from; the address keeps the draft. */
export function NewBundleSheet(props: Props) {
  const { alias, raw, search, now, asOf, sample, preview, mayMake, onClose, onMake, isMaking, refused } = props;
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title="New evidence bundle"
      note={<span className="max-wide:hidden">Esc closes, the address keeps the draft</span>}
      aside={<PackingList preview={preview} asOf={asOf} />}
      footer={
        <>
          <span className="min-w-0 flex-1 text-xs text-ink-2" role="status">
            {refused ??
              (mayMake
                ? 'Made in the background; it can be cancelled, and you may leave the page.'
                : 'An auditor looks on; an officer or administrator can make the bundle.')}
          </span>
          <Suspense
            fallback={
              <Button variant="primary" disabled>
                Counting …
              </Button>
            }
          >
            <MakeButton preview={preview} onMake={onMake} disabled={!mayMake || isMaking} isMaking={isMaking} />
          </Suspense>
        </>
      }
    >
      <Step n={1} title="What" note={`the state of event ${formatCount(Math.max(0, asOf - 1))}; later ones are not in it`}>
        <Question search={search} raw={raw} now={now} alias={alias} />
        <p className="mt-2 text-ink-2">
          <Suspense fallback={<Skeleton width={280} />}>
            <MatchLine preview={preview} asOf={asOf} />
          </Suspense>
        </p>
      </Step>
      <Step n={2} title="What leaves the house" note={sample ? `shown on event ${formatCount(sample.seq)}, one of the matching` : undefined}>
        <p className="mb-2 text-ink-2">Matching events leave whole: header and payload, with the exact text that was hashed.</p>
        {sample && <SampleCard sample={sample} />}
        <p className="mt-2 text-ink-2">
          <Suspense fallback={<Skeleton width={320} />}>
            <RedactionLine preview={preview} />
          </Suspense>
        </p>
      </Step>
      <Step n={3} title="How complete" note="what the reader can check without us">
        <div className="rounded-2 border-[1.5px] border-accent bg-accent-soft px-3.5 py-2.5">
          <p>
            <b className="font-[560]">Selection</b> <span className="ml-1.5 text-ink-2">the matching events alone</span>
          </p>
          <p className="mt-0.5 text-xs text-ink-2">
            Each event is genuine by its hash and its place in the chain. Nothing is said of the rest. The bundle is not sealed: it carries no signature and no
            checkpoint yet.
          </p>
        </div>
      </Step>
    </Sheet>
  );
}

function Step({ n, title, note, children }: { n: number; title: string; note?: string | undefined; children: ReactNode }) {
  return (
    <section className="mb-6" aria-labelledby={`step-${n}`}>
      <div className="mb-2 flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span aria-hidden className="grid h-[22px] w-[22px] shrink-0 place-items-center rounded-full border border-accent text-xs font-[600] text-accent">
          {n}
        </span>
        <h2 id={`step-${n}`} className="text-[15px] font-[580] tracking-[-.008em]">
          {title}
        </h2>
        {note && <span className="text-xs text-ink-3">{note}</span>}
      </div>
      <div className="pl-8 max-wide:pl-0">{children}</div>
    </section>
  );
}

function Question({ alias, raw, search, now }: Pick<Props, 'alias' | 'raw' | 'search' | 'now'>) {
  const { terms } = search.query;
  const [from, to] = [[raw.from].flat()[0], [raw.to].flat()[0]];
  const period = from || to ? { from, to } : { from: '-30d' };
  const address = new URLSearchParams(
    Object.entries(raw).flatMap(([name, value]) => (name === 'as_of' || value === undefined ? [] : [[name, [value].flat()[0] ?? '']])),
  );
  return (
    <div className="flex flex-wrap items-center gap-[7px]">
      {terms.map((term) => (
        <Chip key={chipText(term)}>{chipText(term)}</Chip>
      ))}
      {terms.length === 0 && <Chip>all events</Chip>}
      <span className="text-ink-2">{search.axis === 'recorded_at' ? 'recorded' : 'from'}</span>
      <Chip>
        <b className="font-[560]">{periodLabel({ from: period.from ?? null, to: period.to ?? null }, now, search.zone)}</b>, {zoneName(search.zone)}
      </Chip>
      <Link href={`/${alias}/events?${address}`} className="link thumb text-[12px]">
        Change on Events
      </Link>
    </div>
  );
}

function MatchLine({ preview, asOf }: { preview: Promise<Loaded<Preview>>; asOf: number }) {
  const known = use(preview);
  if (!known.ok) return <>How many match could not be counted in time ({known.code}). The bundle counts them while it is made.</>;
  const { matched, firstSeq, lastSeq } = known.value;
  if (matched === 0) return <>No event matches. A bundle can be made all the same: it says that nothing matched.</>;
  return (
    <>
      <b className="font-[560] text-ink">{matched === 1 ? '1 event matches' : `${formatCount(matched)} events match`}</b> of {formatCount(asOf)} in the trail,
      the first {formatCount(firstSeq ?? 0)}, the last {formatCount(lastSeq ?? 0)}.
    </>
  );
}

function RedactionLine({ preview }: { preview: Promise<Loaded<Preview>> }) {
  const known = use(preview);
  if (!known.ok) return null;
  const { redacted } = known.value;
  return redacted === 0 ? (
    <>No value of them was dropped by redaction.</>
  ) : (
    <>
      In <b className="font-[560] text-ink">{plural(redacted, 'event')}</b> redaction dropped values before they were hashed. They read{' '}
      <span className="mono">[REDACTED]</span>; nobody has them.
    </>
  );
}

function MakeButton({ preview, onMake, disabled, isMaking }: { preview: Promise<Loaded<Preview>>; onMake: () => void; disabled: boolean; isMaking: boolean }) {
  const known = use(preview);
  const what = known.ok ? `bundle of ${plural(known.value.matched, 'event')}` : 'bundle';
  return (
    <Button variant="primary" onClick={onMake} disabled={disabled}>
      {isMaking ? 'Asking for it …' : `Make ${what}`}
    </Button>
  );
}

function SampleCard({ sample }: { sample: SampleEvent }) {
  return (
    <dl className="rounded-2 border border-line-strong bg-surface px-3 pt-2 pb-2.5">
      {sample.members.map(({ name, value, isDropped }) => (
        <div key={name} className="flex h-[23px] items-center gap-2">
          <dt className="mono w-[104px] shrink-0 text-ink-3">{name}</dt>
          <dd className={`mono min-w-0 flex-1 truncate ${isDropped ? 'text-ink-3' : ''}`} title={value}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
