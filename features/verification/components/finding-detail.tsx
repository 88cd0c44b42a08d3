import Link from 'next/link';
import { CodeBlock } from '@/components/ui/code-block';
import { Hash } from '@/components/ui/hash';
import { SectionHead } from '@/components/ui/section-head';
import { compareRows, type Side } from '../compare-rows';
import type { EventBeside, FindingPlaces, ShownFinding } from '../finding-model';
import { findingText } from '../finding-texts';
import { CopyTable } from './copy-table';

type Props = { alias: string; finding: ShownFinding; all: ShownFinding[]; signedTo: number | undefined; places: FindingPlaces; beside: EventBeside | null };

/** One finding: what stands there and what should, what happened, how we know, what to do; and the finding as it was reported, to quote. */
export function FindingDetail({ alias, finding, all, signedTo, places, beside }: Props) {
  const text = findingText(finding, all, signedTo);
  const { storedHead, dueHead, rows } = compareRows(finding, places, Boolean(beside?.copy));
  const { at } = places;
  const { n: _, ...raw } = finding;
  return (
    <section aria-labelledby="finding" className="min-w-0">
      <SectionHead
        id="finding"
        title={text.title}
        note={at && `${at.action} by ${at.actorId || 'nobody named'}${at.resourceType ? ` on ${at.resourceType} ${at.resourceId}` : ''}`}
        end={
          at &&
          at.seq >= 0 && (
            <Link className="link no-print" href={`/${encodeURIComponent(alias)}/events/${at.seq}`}>
              Open event
            </Link>
          )
        }
      />
      {/* what stands there and what should are read side by side, on a phone and on paper too: nothing is pushed out of sight, nothing cut */}
      <div className="ledger-box">
        <table className="ledger cols-fixed !min-w-0 print:break-inside-avoid">
          <caption className="sr-only">What stands there now and what should</caption>
          <colgroup>
            <col className="w-[132px] max-wide:w-[84px]" />
            <col />
            <col />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col" className="!pl-2 !whitespace-normal">
                {storedHead}
              </th>
              <th scope="col" className="!pl-2 !whitespace-normal">
                {dueHead}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.label}>
                <th scope="row" className="!font-normal !whitespace-normal text-ink-2">
                  {row.label}
                </th>
                <td className={`!pl-2 !whitespace-normal [overflow-wrap:anywhere] ${row.stored.isWrong ? 'bg-denied-soft' : ''}`}>
                  <Value side={row.stored} />
                </td>
                <td className="!pl-2 !whitespace-normal [overflow-wrap:anywhere]">
                  <Value side={row.due} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {beside?.sealed?.state === 'broken' && (
        <p className="mt-3 text-ink-2">
          <b className="font-[550] text-denied">The signed tree says nothing of this event.</b> {beside.sealed.why}.
        </p>
      )}
      {beside?.copy && (
        <div className="mt-5">
          <CopyTable alias={alias} at={at} copy={beside.copy} />
        </div>
      )}
      <div className="mt-5 grid gap-x-6 gap-y-4 wide:grid-cols-3">
        <Words title="What happened" text={text.happened} />
        <Words title="How we know" text={text.know} />
        <Words title="What to do next" text={text.next} />
      </div>
      <div className="mt-4">
        <CodeBlock label="The finding as reported" text={JSON.stringify(raw)} />
      </div>
    </section>
  );
}

function Value({ side }: { side: Side }) {
  if (side.kind === 'none') return <span className="text-ink-3">{side.text}</span>;
  if (side.kind === 'text') return <span className={side.isWrong ? 'text-denied' : ''}>{side.text}</span>;
  return (
    <span className="inline-flex max-w-full flex-wrap items-baseline gap-x-2">
      <Hash value={side.text} tone={side.isWrong ? 'broken' : 'plain'} />
      {side.note && <span className="text-xs text-ink-3">{side.note}</span>}
    </span>
  );
}

function Words({ title, text }: { title: string; text: string }) {
  return (
    <div className="min-w-0">
      <h3 className="text-sm font-[590]">{title}</h3>
      <p className="mt-0.5 text-ink-2 [overflow-wrap:anywhere]">{text}</p>
    </div>
  );
}
