import { type ReactNode, Suspense, use } from 'react';
import { Skeleton } from '@/components/ui/skeleton';
import type { Loaded } from '@/features/trail/event-model';
import { formatBytes, formatCount } from '@/lib/format';
import type { Preview } from '../preview';

type Props = { preview: Promise<Loaded<Preview>>; asOf: number };

/** Exactly what the file will hold. */
export function PackingList(props: Props) {
  return (
    <>
      <div className="mb-1.5 flex items-baseline">
        <h2 className="text-[15px] font-[580]">Packing list</h2>
        <span className="ml-auto text-xs text-ink-3">what the file holds</span>
      </div>
      <Suspense
        fallback={
          <div className="border-t border-line-strong pt-2">
            <Skeleton width={260} />
          </div>
        }
      >
        <Lines {...props} />
      </Suspense>
      <div className="mt-2 border-t border-line-strong pt-2.5">
        <h3 className="font-[550]">Leaves a trace</h3>
        <p className="mt-0.5 text-xs text-pretty text-ink-2">
          Making the bundle appends <span className="mono">bundle.created</span> with its hash to the product's own trail, each download{' '}
          <span className="mono">bundle.downloaded</span>. What cannot be recorded does not happen.
        </p>
      </div>
    </>
  );
}

function Lines({ preview, asOf }: Props) {
  const known = use(preview);
  const count = (value: number | undefined) => (value === undefined ? 'not counted' : formatCount(value));
  const of = known.ok ? known.value : undefined;
  return (
    <div>
      <Group strong>
        <Line name="Events in the range" value={formatCount(asOf)} />
        <Line name="whole" value={count(of?.matched)} />
        <Line name="header only" value="0" />
        <Line name="hash only" value="0" />
      </Group>
      <Group>
        <Line name="IP addresses" value={count(of?.withAddress)} />
        <Line name="User agents" value={count(of?.withAgent)} />
        <Line name="With dropped values" value={count(of?.redacted)} />
        <Line name="Names of our accounts" value="none, ids only" />
      </Group>
      <Group>
        <Line name="Checkpoint" value="not at this level" />
        <Line name="Anchors" value="none" />
        <Line name="Files" value="8" />
        <Line name="Size, about" value={of ? formatBytes(roughSize(of)) : '–'} />
      </Group>
    </div>
  );
}

/** Hashes and salts do not pack, the rest does: some 330 bytes an event and an eighth of its details, as measured on real logs. */
const roughSize = ({ matched, detailsBytes }: Preview) => Math.max(4_000, Math.round((matched * 330 + detailsBytes / 8) / 1000) * 1000);

function Group({ children, strong }: { children: ReactNode; strong?: boolean }) {
  return <dl className={`pt-1.5 pb-1 ${strong ? 'border-t border-line-strong' : 'border-t border-line'}`}>{children}</dl>;
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex items-baseline gap-2.5 py-1">
      <dt className="flex flex-1 items-baseline gap-2.5 text-ink-2 after:h-[9px] after:flex-1 after:border-b after:border-dotted after:border-line-control">
        {name}
      </dt>
      <dd className="font-[550]">{value}</dd>
    </div>
  );
}
